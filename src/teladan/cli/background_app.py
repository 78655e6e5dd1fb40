"""The arguments and the help of `archive` and `worker`; what they do stands in the files of their names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported

background = typer.Typer()


@background.command(
    epilog=example(
        "teladan archive spbe-2021-denpasar",
        "teladan archive spbe-2024 --out /srv/archives/spbe-2024 --zip",
    )
)
def archive(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="Code of a publication, as spbe-2024.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to; without it EDITION-NUMBER here."),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="CODE", help="Pages in en, id or ko; may be given again."),
    ] = None,
    zipped: Annotated[bool, typer.Option("--zip", help="Write FOLDER.zip instead of the folder.")] = False,
) -> None:
    """Write an edition into a folder that opens and verifies without us.

    Pages, data, method, the record's proofs and the verifier; no network is
    needed to read or check it. Refused while the proof is pending.
    """
    with reported():
        from teladan.cli.node import background as verb

        verb.run(edition, out, language or [], zipped=zipped)


@background.command(epilog=example("teladan worker"))
def worker() -> None:
    """Do what is asked for in the background, until interrupted.

    Makes archives that are asked for at the desk, and audits the record every
    night. What a killed worker had begun, the next one begins again.
    """
    with reported():
        from teladan.cli import worker as verb

        verb.run()
