"""The database itself refuses: triggers against everyone, missing rights against the web server."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from teladan.record import grants
from tests.record.acts import append, commit

LOG = ["record_entry", "record_checkpoint"]
CHANGES = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in zip(LOG, ("kind", "note"), strict=True)),
    *(f"DELETE FROM {table}" for table in LOG),
    *(f"TRUNCATE {table}" for table in LOG),
]


@pytest.fixture
def signed(own_log):
    append(2)
    commit()
    own_log.sequencer().drain()
    return own_log


@pytest.mark.parametrize("change", CHANGES)
def test_not_even_the_owner_changes_the_log(signed, change):
    with (
        psycopg.connect(signed.url, autocommit=True) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="refused: the record is only added to"),
    ):
        owner.execute(change)


@pytest.fixture
def web(signed):
    with psycopg.connect(make_conninfo(signed.url, user=grants.WEB_ROLE), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "change",
    [
        *CHANGES,
        "INSERT INTO record_entry (position, act) VALUES (100, gen_random_uuid())",
        "INSERT INTO record_checkpoint SELECT size + 100, root, note, signed_at FROM record_checkpoint",
        "DELETE FROM record_outbox",
        "UPDATE record_outbox SET kind = kind",
        "DELETE FROM record_commitment",
        "UPDATE record_commitment SET salt = NULL, content = NULL, erased_at = now()",
        "UPDATE record_commitment SET content = content",
        "DELETE FROM record_audit",
        "ALTER TABLE record_entry DISABLE TRIGGER USER",
        "DROP TABLE record_entry",
        "SET ROLE postgres",
        "DELETE FROM django_migrations",
    ],
)
def test_the_web_server_has_no_right_to_change_the_log(web, change):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied|must be owner"):
        web.execute(change)


def test_the_web_server_reads_the_log_and_writes_acts(web):
    assert web.execute("SELECT count(*) FROM record_entry").fetchone() == (4,)
    web.execute(
        "INSERT INTO record_outbox (act, kind, subject, role, actor, replaces, body, at)"
        " VALUES (gen_random_uuid(), 'practice', 's', 'r', '', '', '{}', now())"
    )
    web.execute("UPDATE record_commitment SET disclosed_at = now()")
    web.execute("SELECT count(*) FROM registry_person")


def test_who_may_change_the_log_is_known(signed):
    assert grants.may_change_the_log()
    assert not grants.may_change_the_log(grants.WEB_ROLE)


@pytest.mark.parametrize(
    "right",
    [
        "DELETE ON record_checkpoint",
        "UPDATE ON record_commitment",
        "INSERT ON record_entry",
        "DELETE ON record_outbox",
        "UPDATE ON record_audit",
    ],
)
def test_every_right_that_the_web_server_does_not_need_is_seen(signed, right):
    with psycopg.connect(signed.url, autocommit=True) as owner:
        owner.execute(f"GRANT {right} TO {grants.WEB_ROLE}")
    assert grants.may_change_the_log(grants.WEB_ROLE)
    assert grants.apply() is None
    assert not grants.may_change_the_log(grants.WEB_ROLE)


def test_rights_are_given_again_without_harm(signed):
    assert grants.apply() is None
    assert not grants.may_change_the_log(grants.WEB_ROLE)


def test_one_who_is_not_the_owner_is_told_that_rights_were_not_given(signed):
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["USER"] = grants.WEB_ROLE

    said = grants.apply()

    assert said.startswith(
        "The role teladan_web of the web server was not given its rights: teladan_web does not"
    )
