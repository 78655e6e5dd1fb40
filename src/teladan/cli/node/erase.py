"""`teladan erase`: what an act about a publication said is erased; the log stays as it is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import node, now
from teladan.cli.output import count
from teladan.cli.problems import CannotRun, reported

verbs = typer.Typer()


@verbs.command(epilog=example("teladan erase 17 --reason 'The request named a person'"))
@reported
def erase(
    act: Annotated[
        str, typer.Argument(metavar="ACT", help="The act, or the position of its entry in the record.")
    ],
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why it is erased; kept, not published.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Erase what a request, decision or preparation said; nobody can undo it.

    Whoever can run this on the server is its administrator. The log stays as it
    is and verifies; archives that others have taken cannot be called back.
    """
    with node():
        from teladan.publication import services

        identifier = _identifier(act)
        if not yes:
            _ask(identifier)
        erased = services.erase(act=identifier, reason=reason, at=now())
    print(
        f"Erased: what {count(erased.acts, 'act')} about {erased.code} said, and "
        f"{erased.archives:,} kept archive{'' if erased.archives == 1 else 's'} of it."
    )
    for erased_act in erased.acts:
        print(f"  {erased_act}")
    print("The log stays as it is and verifies. What others have downloaded cannot be called back.")


def _identifier(text: str) -> UUID:
    """Return the act that an identifier or a position names."""
    from teladan.record.models import Entry

    if text.isdecimal() and len(text) < 19:
        act = Entry.objects.filter(position=int(text)).values_list("act", flat=True).first()
        if act is None:
            raise CannotRun(f"the record has no entry {text}")
        return act
    try:
        return UUID(text)
    except ValueError as error:
        raise CannotRun(
            f"{text!r} is neither an act nor the position of an entry;",
            "both stand in the history of the publication (.json)",
        ) from error


def _ask(act: UUID) -> None:
    """Let nobody erase by a slip of the hand."""
    if not typer.confirm(f"Erase what act {act} said? Nobody can undo it.", err=True):
        raise CannotRun("nothing was erased")
