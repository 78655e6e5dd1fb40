"""`teladan archive`: one edition as a folder or ZIP file that can be checked without us."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from teladan.cli.node.platform import platform
from teladan.cli.output import PATIENCE, count
from teladan.cli.problems import DONE, CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.progress import Progress, TaskID


def run(edition: str, out: Path | None, languages: list[str], *, zipped: bool) -> int:
    """Write the archive of an edition and say where it is."""
    with platform():
        from teladan.config.server import gather_static, setup

        setup()
        from django.conf import settings

        from teladan.portal.archive import CannotArchive, write

        known = dict(settings.LANGUAGES)
        for language in languages:
            if language not in known:
                raise CannotRun(f"--language {language!r}: there are {', '.join(known)}")
        gather_static()
        try:
            with _shown(f"Archiving {edition}") as progress:
                made = write(edition, out, languages=languages, zipped=zipped, progress=progress)
        except CannotArchive as error:
            raise CannotRun(str(error)) from error
    print(f"{made.path}: publication {made.number} of {edition}, {count(made.files, 'file')}.")
    if not zipped:
        print(f"Check it: cd {made.path} && python3 -I verify.py publication .")
    return DONE


@contextmanager
def _shown(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal once it takes longer than a moment."""
    started = time.monotonic()
    bar: Progress | None = None
    task: TaskID | None = None

    def progress(done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None:
            if not sys.stderr.isatty() or time.monotonic() - started < PATIENCE:
                return
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task(what)
        assert task is not None
        bar.update(task, completed=done, total=total)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.stop()
