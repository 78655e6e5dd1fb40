"""`teladan archive`: an edition as a folder or ZIP file; `teladan worker`: what the desk asks for."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import node, platform, refuse_waiting_migrations
from teladan.cli.output import PATIENCE, count
from teladan.cli.problems import CannotRun, reported, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

verbs = typer.Typer()


@verbs.command(
    epilog=example(
        "teladan archive spbe-2021-denpasar",
        "teladan archive spbe-2024 --out /srv/archives/spbe-2024 --zip",
    )
)
@reported
def archive(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="Code of a publication, as spbe-2024.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to; without it EDITION-NUMBER here."),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="CODE", help="Pages in en, id or ko; may be given again."),
    ] = None,
    zipped: Annotated[bool, typer.Option("--zip", help="Write FOLDER.zip instead of the folder.")] = False,
) -> None:
    """Write an edition into a folder that opens and verifies without us.

    Pages, data, method, the record's proofs and the verifier; no network is
    needed to read or check it. Refused while the proof is pending.
    """
    with node():
        from django.conf import settings

        from teladan.config.server import gather_static
        from teladan.portal.archive import CannotArchive, write

        known = dict(settings.LANGUAGES)
        for language in languages or ():
            if language not in known:
                raise CannotRun(f"--language {language!r}: there are {', '.join(known)}")
        gather_static()
        try:
            with _progress(f"Archiving {edition}") as progress:
                written = write(edition, out, languages=languages or [], zipped=zipped, progress=progress)
        except CannotArchive as error:
            raise CannotRun(str(error)) from error
    print(f"{written.path}: publication {written.number} of {edition}, {count(written.files, 'file')}.")
    if not zipped:
        print(f"Check it: cd {written.path} && python3 -I verify.py publication .")


@verbs.command(epilog=example("teladan worker"))
@reported
def worker() -> None:
    """Do what is asked for in the background, until interrupted.

    Makes archives that are asked for at the desk, and audits the record every
    night. What a killed worker had begun, the next one begins again.
    """
    with platform():
        from teladan.config.stopping import on_signals
        from teladan.config.worker import run

        refuse_waiting_migrations()
        stop = on_signals("worker")
        print("Working (Ctrl-C stops it)", flush=True)
        run(stop, say)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
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
