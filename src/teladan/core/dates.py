"""Dates as sources give them: a year, a month or a day, and "" where none was seen."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

PARTIAL = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_date(text: str) -> bool:
    """Say whether a text is a year, a month or a day that there is.

    >>> [is_date(text) for text in ("2002", "2002-05", "2002-02-30", "May 2002", "0000")]
    [True, True, False, False, False]
    """
    return _ends(text) is not None


def first_day(text: str) -> date:
    """Return the earliest day that a date can mean; ValueError for what is no date.

    >>> first_day("2002-05")
    datetime.date(2002, 5, 1)
    """
    return _known(text)[0]


def last_day(text: str) -> date:
    """Return the latest day that a date can mean; ValueError for what is no date.

    >>> last_day("2002")
    datetime.date(2002, 12, 31)
    """
    return _known(text)[1]


def before(first_date: str, second_date: str) -> bool:
    """Say whether a date is surely before another: no day of it is in or after the other.

    What was not seen ("") is before nothing, and nothing is before it.

    >>> before("1999", "2002-05"), before("2002", "2002-05"), before("", "2002")
    (True, False, False)
    """
    return bool(first_date and second_date) and last_day(first_date) < first_day(second_date)


def latest_day(time: datetime) -> str:
    """Return the latest day that it is anywhere at a time: where an act is done it may be tomorrow already.

    >>> from datetime import UTC
    >>> latest_day(datetime(2026, 11, 24, 12, tzinfo=UTC))
    '2026-11-25'
    """
    return f"{time + timedelta(hours=14):%Y-%m-%d}"


def _known(text: str) -> tuple[date, date]:
    ends = _ends(text)
    if ends is None:
        raise ValueError(f"{text!r} is no date: write 2002, 2002-05 or 2002-05-17")
    return ends


def _ends(text: str) -> tuple[date, date] | None:
    match = PARTIAL.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year and month and day:
            return date(year, month, day), date(year, month, day)
        if year and month:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year or 0, 1, 1), date(year or 0, 12, 31)
    except ValueError:
        return None
