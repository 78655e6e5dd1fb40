"""The page of the record itself: its checkpoints as a ladder, its key, the last audit, what to remember."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.core.log import note
from teladan.portal.record.words import Command, time_text
from teladan.publication.queries.record import Release
from teladan.record.models import Audit
from teladan.record.queries import SignedCheckpoint
from teladan.web.formats import num


def record_title(newest: Sequence[SignedCheckpoint]) -> str:
    """Return how much the record holds and when that was signed."""
    if not newest:
        return _("The record: nothing was signed here yet")
    return ngettext(
        "The record holds %(n)s entry, signed on %(at)s",
        "The record holds %(n)s entries, last signed on %(at)s",
        newest[0].size,
    ) % {"n": num(newest[0].size), "at": time_text(newest[0].signed_at)}


def waiting_text(since: datetime) -> str:
    """Return since when acts wait for their receipt, which is too long."""
    return _(
        "Since %(at)s acts have been waiting for their receipt, which usually takes less than a minute. They "
        "are kept and get their place later; nothing that the record holds has changed."
    ) % {"at": time_text(since)}


def signers(checkpoint: SignedCheckpoint) -> str:
    """Return the names of the keys that signed a checkpoint."""
    return ", ".join(dict.fromkeys(key.name for key in note.parse(checkpoint.note).signatures))


def audit_text(audit: Audit | None) -> str:
    """Return what the last audit looked at and found."""
    if audit is None or audit.finished_at is None:
        return _("No audit has been run here yet. Anyone can check from outside with the commands below.")
    looked = {"size": num(audit.size), "at": time_text(audit.finished_at)}
    if not audit.findings:
        return (
            _(
                "On %(at)s every entry of %(size)s, every tile and every object was hashed again: "
                "no difference."
            )
            % looked
        )
    first = audit.findings[0]
    return ngettext(
        "On %(at)s the audit of %(size)s entries found %(n)s difference: %(first)s",
        "On %(at)s the audit of %(size)s entries found %(n)s differences, the first: %(first)s",
        len(audit.findings),
    ) % {
        **looked,
        "n": num(len(audit.findings)),
        "first": f"{first.get('place', '')}: {first.get('message', '')}",
    }


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


def fetching(origin: str) -> tuple[str, ...]:
    """Return the commands that take the verifier and the key."""
    return (f"curl -O {origin}/record/verify.py", f"curl -o record.vkeys {origin}/record/key")


def checking(releases: Sequence[Release], origin: str) -> list[Command]:
    """Return the commands that check the log, a receipt (of one of the releases) and a file."""
    receipt = next((release.entry for release in releases if release.entry is not None), "N")
    file = f"record-{receipt}.tlog-proof"
    return [
        *remembering(origin),
        Command(
            text=_("Checks a receipt, with no network: the entry in it, its place, the signature."),
            lines=(
                f"curl -o {file} {origin}/record/proof/{receipt}",
                f"python3 -I verify.py proof {file} --key @record.vkeys",
            ),
        ),
        Command(
            text=_("Says whether a file that you have is, bit for bit, one that the record names."),
            lines=(f"python3 -I verify.py evidence FILE --log {origin}/record/",),
        ),
    ]


def example(release: Release, origin: str) -> Command:
    """Return the command that checks a publication."""
    text = (
        _("Computed: every figure comes out again, digit by digit.")
        if release.kind == "computed"
        else _("Reported: unchanged and consistent, but not recomputable.")
    )
    return Command(
        text=text,
        lines=(f"python3 -I verify.py publication {origin}/en/results/{release.code} --key @record.vkeys",),
    )
