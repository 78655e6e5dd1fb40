"""One thing to do on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What it is, where, since when it waits, and a line about it.

    `reason` says why this person may not do it; "" where they may.
    """

    title: str
    address: str
    since: datetime
    about: str | Markup = ""
    reason: str = ""
