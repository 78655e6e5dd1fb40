"""What waits for a person on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from teladan.registry.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: what it is, where, since when it waits, and a line about it."""

    title: str
    address: str
    since: datetime
    about: str = ""


def waiting_for(person: Person, at: datetime) -> list[Task]:  # noqa: ARG001  (filled by what can wait)
    """Return what a person can do now, the longest waiting first."""
    return []
