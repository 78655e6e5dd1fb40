"""Where the archives of publications lie, and how far the making of one is.

One ZIP file for each publication, under its number: a correction is another publication and gets its
own. Beside it stands, while it is made, how far that is: TELADAN_HOME/archives/<code>-<number>.json.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db.models import Max
from procrastinate.contrib.django.models import ProcrastinateJob

from teladan.publication.models import Publication

TASK = "archive"
State = Literal["none", "waiting", "making", "made", "failed"]
STATES: dict[str, State] = {"todo": "waiting", "doing": "making"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveView:
    """The archive of one publication: whether it is made, how far it is, what went wrong.

    `done` and `total` count files while it is made; `sha256` (hex), `size` (bytes) and `address` are
    there once it is made. `problem` is a sentence in English: of the last try, which may be repeated.
    """

    code: str
    number: int
    state: State
    done: int = 0
    total: int = 0
    problem: str = ""
    since: datetime | None = None
    size: int = 0
    sha256: str = ""
    address: str = ""

    @property
    def under_way(self) -> bool:
        """Say whether a job waits or works on it."""
        return self.state in {"waiting", "making"}


def folder() -> Path:
    """Return where archives lie."""
    return Path(settings.TELADAN_HOME) / "archives"


def path(code: str, number: int) -> Path:
    """Return the file of an archive; whole where it is there."""
    return folder() / f"{code}-{number}.zip"


def note_path(code: str, number: int) -> Path:
    """Return the file that says how far the making is."""
    return folder() / f"{code}-{number}.json"


def address(code: str, number: int) -> str:
    """Return the address everyone takes an archive from; what lies there never changes."""
    return f"/record/archive/{code}/{number}.zip"


def address_if_made(code: str, number: int) -> str:
    """Return the address of an archive, "" where there is none."""
    return address(code, number) if path(code, number).is_file() else ""


def lock(code: str, number: int) -> str:
    """Return the name under which one archive is made at a time."""
    return f"{TASK}/{code}/{number}"


def archive(publication: Publication) -> ArchiveView:
    """Return how the archive of a publication stands."""
    return archive_of(publication.code, publication.number)


def archive_of(code: str, number: int) -> ArchiveView:
    """Return how the archive of a code's publication of that number stands: at most one query."""
    file = path(code, number)
    return _made(code, number, file) if file.is_file() else _jobs([(code, number)])[code, number]


def archives_of(publications: Iterable[Publication]) -> dict[str, ArchiveView]:
    """Return how the archives of some publications stand, by code: one query."""
    wanted = [(each.code, each.number) for each in publications]
    missing = [key for key in wanted if not path(*key).is_file()]
    under_way = _jobs(missing) if missing else {}
    return {key[0]: under_way[key] if key in under_way else _made(*key, path(*key)) for key in wanted}


def _made(code: str, number: int, file: Path) -> ArchiveView:
    about = file.stat()
    return ArchiveView(
        code=code,
        number=number,
        state="made",
        since=datetime.fromtimestamp(about.st_mtime, UTC),
        size=about.st_size,
        sha256=_digest(file, about.st_mtime_ns),
        address=address(code, number),
    )


def _jobs(wanted: list[tuple[str, int]]) -> dict[tuple[str, int], ArchiveView]:
    """Return how far the newest job of each wanted archive is."""
    codes = [code for code, _number in wanted]
    found = {
        (job.args["code"], job.args["number"]): job
        for job in ProcrastinateJob.objects.filter(task_name=TASK, args__code__in=codes)
        .annotate(at=Max("procrastinateevent__at"))
        .order_by("id")
    }
    return {key: _view(*key, found.get(key)) for key in wanted}


def _view(code: str, number: int, job: Any) -> ArchiveView:
    if job is None:
        return ArchiveView(code=code, number=number, state="none")
    noted = _noted(code, number)
    making = job.status == "doing"
    return ArchiveView(
        code=code,
        number=number,
        state=STATES.get(job.status, "failed"),
        done=noted.get("done", 0) if making else 0,
        total=noted.get("total", 0) if making else 0,
        problem=noted.get("problem", ""),
        since=job.at,
    )


def made() -> list[str]:
    """Return the names of the archives that are made: part of the state that pages are kept under."""
    return sorted(file.name for file in folder().glob("*.zip") if not file.name.startswith("."))


def kept(code: str) -> list[Path]:
    """Return the archives of a code that are made, of whatever number."""
    named = re.compile(re.escape(code) + r"-[0-9]+\.zip")
    return sorted(file for file in folder().glob("*.zip") if named.fullmatch(file.name))


def forget(code: str) -> None:
    """Delete every archive of a code that is kept; one that somebody has taken cannot be called back."""
    for file in kept(code):
        file.unlink(missing_ok=True)


def under_way(code: str) -> bool:
    """Say whether a worker makes an archive of a code at this moment."""
    return ProcrastinateJob.objects.filter(task_name=TASK, args__code=code, status="doing").exists()


def _noted(code: str, number: int) -> dict[str, Any]:
    try:
        noted = json.loads(note_path(code, number).read_bytes())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


@lru_cache(maxsize=256)
def _digest(file: Path, _changed: int) -> str:
    """Return the SHA-256 of an archive, read once while the file stays the same."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
