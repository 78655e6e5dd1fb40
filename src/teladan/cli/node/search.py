"""Search in any of twelve languages: the shipped practices without a database, and the index of the site."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import node, refuse_waiting_migrations
from teladan.cli.options import Form, Format
from teladan.cli.output import count, json_text, note, table, watched, write
from teladan.cli.problems import CannotRun, reported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from teladan.search.library import Library, SearchHit, SearchResult

verbs = typer.Typer()

FORMAT = "teladan-search/1"
SHOWN = 72  # characters of a title in the table


@verbs.command(
    epilog=example(
        "teladan search 'pengaduan masyarakat'",
        "teladan search 전자조달 --format json",
        "teladan search 'waste of time at the counter' --language en --most 5",
    )
)
@reported
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
    form: Format = Form.TABLE,
) -> None:
    """Find practices of other governments, in any of twelve languages.

    Searches the practices that come with Teladan; needs no database and no
    network. The first search takes some seconds longer. Where the model is not
    installed, only words are searched, and that is said.
    """
    from teladan.search.library import NoQuestion, understand

    try:
        understand(text, language)
        answer = _library().search(text, language, most=most)
    except NoQuestion as refused:
        raise CannotRun(str(refused)) from refused
    if form is Form.JSON:
        write(json_text(_as_json(answer)))
        return
    note(*answer.notes)
    title = f"{answer.question[:SHOWN]} ({answer.language or 'language not known'})"
    rows = [_row(hit) for hit in answer.hits]
    write(table(title, ("practice", "", "like", "why"), rows, right=(2,)))


@verbs.command("search-index", epilog=example("teladan search-index"))
@reported
def search_index() -> None:
    """Bring the search of the site up to date with what is stored.

    The worker does it every five minutes. One that was interrupted is gone on
    with. Without the model words alone are indexed, and that is said.
    """
    with node():
        from teladan.config.search import run

        refuse_waiting_migrations()
        done, missing = run(_progress())
    print(
        f"{count(done.passages, 'passage')}: {done.written:,} written, {done.removed:,} removed, "
        f"{count(done.embedded, 'vector')} made."
    )
    note(missing and f"{missing} {count(done.waiting, 'passage waits', 'passages wait')} for a vector.")


def _as_json(answer: SearchResult) -> dict[str, Any]:
    """Return the JSON value of an answer."""
    return {
        "format": FORMAT,
        "question": answer.question,
        "language": answer.language,
        "notes": list(answer.notes),
        "results": [
            {
                "source": hit.source,
                "kind": hit.kind,
                "language": hit.passage.language,
                "text": hit.passage.text,
                "likeness": None if hit.likeness is None else f"{hit.likeness:.4f}",
                "reasons": [{"how": reason.how, "what": reason.what} for reason in hit.reasons],
            }
            for hit in answer.hits
        ],
    }


def _row(hit: SearchHit) -> tuple[str, str, str, str]:
    why = "; ".join(f"{reason.how} {reason.what}" for reason in hit.reasons if reason.how != "meaning")
    text = hit.passage.text
    return (
        hit.source,
        text if len(text) <= SHOWN else text[: SHOWN - 1] + "…",
        "" if hit.likeness is None else f"{hit.likeness:.2f}",
        why or "meaning",
    )


def _library() -> Library:
    from teladan.search import shipped
    from teladan.search.library import Library
    from teladan.search.model import Unavailable, embedder

    passages = shipped.passages()
    try:
        model = embedder()
    except Unavailable as reason:
        return Library(passages, None, str(reason))
    vectors = shipped.vectors(passages, model, _cache(), lambda new: watched(new, "Reading the practices"))
    return Library(passages, vectors)


def _cache() -> Path:
    from teladan.config.env import home

    return home() / "search.npz"


def _progress() -> Callable[[int, int], None]:
    """Return show(done, of), which says on a terminal how far it is."""
    on_terminal = sys.stderr.isatty()

    def show(done: int, of: int) -> None:
        if on_terminal:
            print(f"\r{done:,} of {of:,}", end="\n" if done >= of else "", file=sys.stderr, flush=True)

    return show
