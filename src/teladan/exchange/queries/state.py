"""The state of everything that the exchange shows, for pages that are kept: one query."""

from __future__ import annotations

from django.db import connection

# Each table by its size, the newest of its times and how many there are of it: rows are added or changed,
# each with a time, and a consent that is withdrawn takes one away.
TABLES = (
    ("exchange_practice", ("changed_at",)),
    ("exchange_practiceversion", ("recorded_at",)),
    ("exchange_observation", ("recorded_at",)),
    ("exchange_checkin", ("answered_at", "due")),
    ("exchange_translation", ("at",)),
    ("exchange_focalpoint", ("since", "until", "consented_at", "last_contact")),
    ("exchange_adoption", ("changed_at",)),
    ("exchange_adoptionstage", ("recorded_at",)),
    ("exchange_modification", ("at",)),
    ("exchange_prospectiveevaluation", ("at",)),
    ("exchange_appraisal", ("at", "replied_at")),
)
PENDING = """
SELECT (SELECT count(*) FROM record_outbox WHERE kind IN ('practice', 'adoption'))
     + (SELECT count(*) FROM record_entry WHERE kind IN ('practice', 'adoption')
        AND position >= coalesce((SELECT max(size) FROM record_checkpoint), 0))
"""


def state() -> tuple[str, bool]:
    """Return a text that changes with anything shown, and whether the proof of an act is still pending."""
    told = [(table, ", ".join(f"max({time}), count({time})" for time in times)) for table, times in TABLES]
    parts = [f"(SELECT concat_ws(' ', count(*), {what}) FROM {table})" for table, what in told]  # noqa: S608
    asked = f"SELECT concat_ws('|', {', '.join(parts)}), ({PENDING})"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        said, pending = cursor.fetchone()
    return f"{said}|{pending}", pending > 0
