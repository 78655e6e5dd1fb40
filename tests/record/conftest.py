"""A log of its own for a test: database, folders, a clock to set, a disk that can fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teladan.record.disk import Disk
from teladan.record.sequencer import Sequencer

NODE = "localhost/record"
BEGINNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that goes on one second with every look."""

    now: datetime = BEGINNING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class OwnLog:
    """A log in a database and folders of its own."""

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    disk: Disk = field(default_factory=Disk)
    steps: list[str] = field(default_factory=list)
    made: list[Sequencer] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def record(self) -> Path:
        return self.home / "record"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def signed(self) -> Path:
        return self.folder / "apart" / "checkpoint"

    def sequencer(self, **changes) -> Sequencer:
        """Return a new sequencer, as after a start; it is closed at the end of the test."""
        arguments = {
            "home": self.home,
            "keys": self.keys,
            "signed": self.signed,
            "node": NODE,
            "clock": self.clock,
            "disk": self.disk,
            "at_step": self.steps.append,
        } | changes
        made = Sequencer(self.url, **arguments)
        self.made.append(made)
        return made

    def close(self) -> None:
        for sequencer in self.made:
            sequencer.close()


@pytest.fixture
def own_log(bound_database, tmp_path, settings):
    """Give a test a log of its own; Django's services and queries work on it too."""
    log = OwnLog(bound_database, tmp_path)
    settings.TELADAN_HOME = log.home
    settings.TELADAN_KEYS = log.keys
    settings.TELADAN_SIGNED = log.signed
    settings.TELADAN_NODE = NODE
    yield log
    log.close()
