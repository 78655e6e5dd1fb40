"""`teladan erase`: what an act about a publication said is erased; the log stays as it is."""

from __future__ import annotations

from uuid import UUID

from teladan.cli.node.platform import platform
from teladan.cli.output import count
from teladan.cli.problems import DONE, CannotRun, Refusal


def erase(act: str, *, reason: str, sure: bool) -> int:
    """Erase what an act said, given by its identifier or by its entry's position."""
    with platform():
        from teladan.config.server import setup

        setup()
        from teladan.config.clock import now
        from teladan.publication.services import erase as done
        from teladan.registry.refusals import Refused

        named = _act(act)
        if not sure:
            _ask(named)
        try:
            erased = done(act=named, reason=reason, at=now())
        except Refused as error:
            raise Refusal([f"refused: {error}"]) from error
    print(
        f"Erased: what {count(erased.acts, 'act')} about {erased.code} said, and "
        f"{erased.archives:,} kept archive{'' if erased.archives == 1 else 's'} of it."
    )
    for each in erased.acts:
        print(f"  {each}")
    print("The log stays as it is and verifies. What others have downloaded cannot be called back.")
    return DONE


def _act(text: str) -> UUID:
    """Return the act that an identifier or a position names."""
    from teladan.record.models import Entry

    if text.isdecimal() and len(text) < 19:
        found = Entry.objects.filter(position=int(text)).values_list("act", flat=True).first()
        if found is None:
            raise CannotRun(f"the record has no entry {text}")
        return found
    try:
        return UUID(text)
    except ValueError as error:
        raise CannotRun(
            f"{text!r} is neither an act nor the position of an entry;",
            "both stand in the history of the publication (.json)",
        ) from error


def _ask(act: UUID) -> None:
    """Let nobody erase by a slip of the hand."""
    import typer

    if not typer.confirm(f"Erase what act {act} said? Nobody can undo it.", err=True):
        raise CannotRun("nothing was erased")
