"""What the role of the web server may do: everything a page needs, and nothing that changes the log."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.utils import ProgrammingError

WEB_ROLE = "teladan_web"
MAKE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
# Table -> what is left to the web role. Every other table may be read and written.
ONLY = {
    "record_entry": "SELECT",
    "record_checkpoint": "SELECT",
    "record_outbox": "SELECT, INSERT",
    "record_commitment": "SELECT, INSERT, UPDATE (disclosed_at)",  # erasing is the owner's
    "record_audit": "SELECT",
    "django_migrations": "SELECT",
}


def apply(web_role: str = WEB_ROLE) -> str | None:
    """Make the role where it is missing and give it its rights; run this after every migration.

    Return None, or a sentence saying why it could not be done: the operator's own PostgreSQL may leave
    roles to its administrator. Raises Django's database errors for anything else.
    """
    reason = None
    try:
        with transaction.atomic():
            if not _owns_the_log():
                reason = f"{connection.settings_dict['USER']} does not own the tables"
            else:
                _apply(web_role)
                if may_change_the_log(web_role):
                    reason = "it may change the log all the same, as an owner or superuser"
    except ProgrammingError as error:
        reason = " ".join(str(error).split())
    if reason is None:
        return None
    return (
        f"The role {web_role} of the web server was not given its rights: {reason}. "
        "See docs/howto/run-the-record.md."
    )


def _owns_the_log() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, tableowner, 'MEMBER') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename = 'record_entry'"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _apply(role: str) -> None:
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(MAKE.format(role=role))
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table, rights in ONLY.items():
            cursor.execute(f"REVOKE ALL ON {table} FROM {name}")
            cursor.execute(f"GRANT {rights} ON {table} TO {name}")


def may_change_the_log(role: str | None = None) -> bool:
    """Say whether a role (else the one of this connection) may do more to the record than the web needs."""
    more = [
        (table, right)
        for table, left in ONLY.items()
        if table.startswith("record_")
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if right not in left.split(", ")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_table_privilege(coalesce(%s::name, current_user), t, r))"
            " FROM unnest(%s::text[], %s::text[]) AS of (t, r)",
            [role, *map(list, zip(*more, strict=True))],
        )
        return bool(cursor.fetchone()[0])
