"""The page of the record itself: its checkpoints as a ladder, its key, the last audit, what to remember."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.log import note
from teladan.portal.record.words import Command, time_text
from teladan.publication.queries.record import Release
from teladan.record.models import Audit
from teladan.record.queries import SignedCheckpoint
from teladan.web.formats import num


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One checkpoint: how many entries it covers, when it was signed, its root, who signed."""

    size: str
    at: str
    datetime: str
    root: str
    signers: str


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """All that the template writes down."""

    title: str
    lede: tuple[str, ...]
    waiting: str  # what holds receipts up; "" where nothing does
    rungs: tuple[Rung, ...]
    more: int
    keys: tuple[str, ...]
    audit: Markup
    commands: tuple[Command, ...]


def record_page(
    newest: Sequence[SignedCheckpoint],
    count: int,
    keys: Sequence[str],
    audit: Audit | None,
    origin: str,
    *,
    waiting_since: datetime | None = None,
) -> RecordPage:
    """Return the page; `newest` are the newest checkpoints, newest first, of `count` in all.

    `waiting_since`: since when an act waits for its receipt, where that is too long.
    """
    return RecordPage(
        title=_title(newest),
        lede=(
            _(
                "Every act that made a published figure is one entry of one log. Entries are only ever "
                "added: each checkpoint signs all entries below it, so that nothing can be changed unnoticed "
                "by anyone who remembers one."
            ),
        ),
        waiting=_waiting(waiting_since),
        rungs=tuple(_rung(each) for each in newest),
        more=max(0, count - len(newest)),
        keys=tuple(keys),
        audit=_audit(audit),
        commands=tuple(remembering(origin)),
    )


def _title(newest: Sequence[SignedCheckpoint]) -> str:
    if not newest:
        return _("The record: nothing was signed here yet")
    return ngettext(
        "The record holds %(n)s entry, signed on %(at)s",
        "The record holds %(n)s entries, last signed on %(at)s",
        newest[0].size,
    ) % {"n": num(newest[0].size), "at": time_text(newest[0].signed_at)}


def _waiting(since: datetime | None) -> str:
    if since is None:
        return ""
    return _(
        "Since %(at)s acts have been waiting for their receipt, which usually takes less than a minute. They "
        "are kept and get their place later; nothing that the record holds has changed."
    ) % {"at": time_text(since)}


def _rung(each: SignedCheckpoint) -> Rung:
    return Rung(
        size=num(each.size),
        at=time_text(each.signed_at),
        datetime=each.signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        root=base64.b64encode(each.root).decode(),
        signers=", ".join(dict.fromkeys(one.name for one in note.parse(each.note).signatures)),
    )


def _audit(audit: Audit | None) -> Markup:
    if audit is None or audit.finished_at is None:
        return escape(
            _("No audit has been run here yet. Anyone can check from outside with the commands below.")
        )
    looked = {"size": num(audit.size), "at": time_text(audit.finished_at)}
    if not audit.findings:
        return escape(
            _(
                "On %(at)s every entry of %(size)s, every tile and every object was hashed again: "
                "no difference."
            )
            % looked
        )
    return escape(
        ngettext(
            "On %(at)s the audit of %(size)s entries found %(n)s difference: %(first)s",
            "On %(at)s the audit of %(size)s entries found %(n)s differences, the first: %(first)s",
            len(audit.findings),
        )
        % {**looked, "n": num(len(audit.findings)), "first": _place(audit.findings[0])}
    )


def _place(finding: dict[str, Any]) -> str:
    return f"{finding.get('place', '')}: {finding.get('message', '')}"


def remembering(origin: str) -> list[Command]:
    """Return the commands that check the whole log, now and against what was remembered."""
    return [
        Command(
            text=_(
                "Reads the whole log, hashes every entry and checks the signature; keeps the checkpoint in "
                "the file. Run again later, it says whether the log still holds all that it held then."
            ),
            lines=(
                f"curl -O {origin}/record/verify.py",
                f"python3 -I verify.py log {origin}/record/ --remember teladan.checkpoint",
            ),
        )
    ]


# --- how to check this yourself -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class VerifyPage:
    """All that the template writes down."""

    fetch: tuple[str, ...]
    examples: tuple[tuple[Markup, Command], ...]  # (title of the publication, its command)
    commands: tuple[Command, ...]
    keys: tuple[str, ...]


def verify_page(examples: Sequence[tuple[Markup, Release]], keys: Sequence[str], origin: str) -> VerifyPage:
    """Return the page; `examples` are released publications with their names, computed ones first."""
    receipt = next((each.entry for _name, each in examples if each.entry is not None), None)
    file = f"record-{receipt if receipt is not None else 'N'}.tlog-proof"
    address = f"{origin}/record/proof/{receipt if receipt is not None else 'N'}"
    return VerifyPage(
        fetch=(f"curl -O {origin}/record/verify.py", f"curl -o record.vkeys {origin}/record/key"),
        examples=tuple((name, _example(each, origin)) for name, each in examples),
        commands=(
            *remembering(origin),
            Command(
                text=_("Checks a receipt, with no network: the entry in it, its place, the signature."),
                lines=(f"curl -o {file} {address}", f"python3 -I verify.py proof {file} --key @record.vkeys"),
            ),
            Command(
                text=_("Says whether a file that you have is, bit for bit, one that the record names."),
                lines=(f"python3 -I verify.py evidence FILE --log {origin}/record/",),
            ),
        ),
        keys=tuple(keys),
    )


def _example(each: Release, origin: str) -> Command:
    text = (
        _("Computed: every figure comes out again, digit by digit.")
        if each.kind == "computed"
        else _("Reported: unchanged and consistent, but not recomputable.")
    )
    return Command(
        text=text,
        lines=(f"python3 -I verify.py publication {origin}/en/results/{each.code} --key @record.vkeys",),
    )
