"""The arguments and the help of `teladan search`; cli/search.py does the work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported

searching = typer.Typer()


class Listing(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"


@searching.command(
    epilog=example(
        "teladan search 'pengaduan masyarakat'",
        "teladan search 전자조달 --format json",
        "teladan search 'waste of time at the counter' --language en --most 5",
    )
)
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A few words or a sentence, in any language.")],
    *,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="Language of TEXT: id ko en ms th vi fil km lo my zh ta; without it found from TEXT.",
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1_000, metavar="N", help="At most so many results.")
    ] = 10,
    form: Annotated[Listing, typer.Option("--format", help="How to print.")] = Listing.TABLE,
) -> None:
    """Find practices of other governments, in any of twelve languages.

    Searches the practices that come with Teladan; needs no database and no
    network. The first search takes some seconds longer. Where the model is not
    installed, only words are searched, and that is said.
    """
    with reported():
        from teladan.cli.node.search import run

        status = run(text, language=language, most=most, form=form.value)
    raise typer.Exit(status)


@searching.command("search-index", epilog=example("teladan search-index"))
def search_index() -> None:
    """Bring the search of the site up to date with what is stored.

    The worker does it every five minutes. One that was interrupted is gone on
    with. Without the model words alone are indexed, and that is said.
    """
    with reported():
        from teladan.cli.node.search import index

        index()
