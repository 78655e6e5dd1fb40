"""How the desk says how far a publication, its archive or a correction is, and the verdict on a row."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from teladan.desk.words import VERDICTS
from teladan.publication.models import Correction, Preparation, Publication
from teladan.publication.queries.archives import ArchiveView

Status = tuple[str, str]  # the kind of a mark (yes, part, no, bad), and its word

State = Preparation.State
# state -> (kind of status, word)
STATES: Mapping[str, Status] = {
    State.DRAFT: ("no", N_("Draft")),
    State.PREPARED: ("part", N_("Prepared")),
    State.RELEASED: ("yes", N_("Released")),
    State.WITHDRAWN: ("bad", N_("Withdrawn")),
}
KINDS: Mapping[str, str] = {
    Publication.Kind.COMPUTED: N_("Computed"),
    Publication.Kind.REPORTED: N_("Reported"),
}


def preparation_state(preparation: Preparation) -> Status:
    """Return kind and word of how far a preparation is."""
    kind, word = STATES[preparation.state]
    return kind, _(word)


def verdict_of(verdict: str) -> Status:
    """Return kind and word of a verdict on printed figures."""
    return {"consistent": "yes", "undecided": "part"}.get(verdict, "bad"), _(VERDICTS[verdict])


def correction_state(correction: Correction) -> Status:
    """Return kind and word of how far a correction is; its preparation must be loaded."""
    if correction.is_open:
        return "no", _("Asked")
    if correction.withdrawn_act:
        return "bad", _("Taken back")
    if not correction.accepted:
        return "bad", _("Declined")
    if correction.preparation and correction.preparation.state == State.RELEASED:
        return "yes", _("Released")
    if correction.preparation and correction.preparation.state == State.WITHDRAWN:
        return "bad", _("Withdrawn")
    return "part", _("Accepted")


def archive_state(archive: ArchiveView, *, pending: bool) -> Status:
    """Return kind and word of how far an archive is; `pending` where its publication has no proof yet."""
    known: dict[str, Status] = {
        "made": ("yes", _("Made")),
        "making": ("part", _("Being made")),
        "waiting": ("part", _("Waits for the worker")),
        "failed": ("bad", _("Failed")),
    }
    return known.get(archive.state) or ("no", _("Proof pending") if pending else _("Not made"))
