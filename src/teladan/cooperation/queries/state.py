"""The state of everything that the pages of cooperation show, for pages that are kept: one query."""

from __future__ import annotations

from django.db import connection

STATE = """
SELECT concat_ws(
  '|',
  (SELECT md5(string_agg(code || made_from, ',' ORDER BY code)) FROM cooperation_cooperationagreement),
  (SELECT md5(string_agg(code || made_from, ',' ORDER BY code)) FROM cooperation_meeting),
  (SELECT concat_ws(' ', count(*), count(adoption_id), max(confirmed_at), max(done_at), max(due))
   FROM cooperation_followup)
)
"""


def state() -> str:
    """Return a text that changes with anything shown."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        said: str = cursor.fetchone()[0]
    return said
