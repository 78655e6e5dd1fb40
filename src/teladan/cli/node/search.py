"""`teladan search`: the shipped practices, found in any of twelve languages, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from teladan.cli.output import count, json_text, note, table, watched, write
from teladan.cli.problems import DONE, CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from teladan.search.library import Library, SearchHit, SearchResult

FORMAT = "teladan-search/1"
SHOWN = 72  # characters of a title in the table


def run(text: str, *, language: str | None, most: int, form: str) -> int:
    """Print what answers a question; status 0 also where nothing does."""
    from teladan.search.library import NoQuestion, understand

    try:
        understand(text, language)
        answer = _library().search(text, language, most=most)
    except NoQuestion as refused:
        raise CannotRun(str(refused)) from refused
    if form == "json":
        write(json_text(as_json(answer)))
        return DONE
    note(*answer.notes)
    title = f"{answer.question[:SHOWN]} ({answer.language or 'language not known'})"
    write(table(title, ("practice", "", "like", "why"), [_row(found) for found in answer.hits], right=(2,)))
    return DONE


def as_json(answer: SearchResult) -> dict[str, Any]:
    """Return the JSON value of an answer."""
    return {
        "format": FORMAT,
        "question": answer.question,
        "language": answer.language,
        "notes": list(answer.notes),
        "results": [
            {
                "source": found.source,
                "kind": found.kind,
                "language": found.passage.language,
                "text": found.passage.text,
                "likeness": None if found.likeness is None else f"{found.likeness:.4f}",
                "reasons": [{"how": reason.how, "what": reason.what} for reason in found.reasons],
            }
            for found in answer.hits
        ],
    }


def _row(found: SearchHit) -> tuple[str, str, str, str]:
    why = "; ".join(f"{reason.how} {reason.what}" for reason in found.reasons if reason.how != "meaning")
    text = found.passage.text
    return (
        found.source,
        text if len(text) <= SHOWN else text[: SHOWN - 1] + "…",
        "" if found.likeness is None else f"{found.likeness:.2f}",
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
    vectors = shipped.vectors(passages, model, _kept(), lambda new: watched(new, "Reading the practices"))
    return Library(passages, vectors)


def _kept() -> Path:
    from teladan.config.env import home

    return home() / "search.npz"


def index() -> int:
    """Index what is stored, and say what was done."""
    from teladan.cli.node.platform import platform

    with platform():
        from teladan.config.search import run
        from teladan.config.server import setup, waiting_migrations

        setup()
        if waiting_migrations():
            raise CannotRun(
                "the tables of the database are not those of this version: run teladan migrate first"
            )
        done, missing = run(_progress())
    print(
        f"{count(done.passages, 'passage')}: {done.written:,} written, {done.removed:,} removed, "
        f"{count(done.embedded, 'vector')} made."
    )
    note(missing and f"{missing} {count(done.waiting, 'passage waits', 'passages wait')} for a vector.")
    return DONE


def _progress() -> Callable[[int, int], None]:
    """Return told(done, of), which says on a terminal how far it is."""
    import sys

    shown = sys.stderr.isatty()

    def told(done: int, of: int) -> None:
        if shown:
            print(f"\r{done:,} of {of:,}", end="\n" if done >= of else "", file=sys.stderr, flush=True)

    return told
