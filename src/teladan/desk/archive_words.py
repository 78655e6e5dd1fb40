"""How the state of an archive is said: shape and word, as web/parts.html shows a state."""

from __future__ import annotations

from django.utils.translation import gettext as _

from teladan.evaluation.queries.archives import ArchiveView


def state_of(view: ArchiveView, *, pending: bool) -> tuple[str, str]:
    """Return (kind, word) of a state."""
    if view.state == "made":
        return "yes", _("Made")
    if view.state == "making":
        return "part", _("Being made")
    if view.state == "waiting":
        return "part", _("Waits for the worker")
    if view.state == "failed":
        return "bad", _("Failed")
    return "no", _("Proof pending") if pending else _("Not made")
