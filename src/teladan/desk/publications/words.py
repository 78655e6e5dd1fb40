"""How the desk says states, verdicts and elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup, escape

from teladan.core.instrument import INDEX
from teladan.publication.documents.rows import BAND
from teladan.publication.models import Correction, Preparation, Publication
from teladan.web.formats import NOTHING, language, num, said

State = Preparation.State
# state -> (kind of status, word)
STATES: Mapping[str, tuple[str, str]] = {
    State.DRAFT: ("no", N_("Draft")),
    State.PREPARED: ("part", N_("Prepared")),
    State.RELEASED: ("yes", N_("Released")),
    State.WITHDRAWN: ("bad", N_("Withdrawn")),
}
KINDS: Mapping[str, str] = {
    Publication.Kind.COMPUTED: N_("Computed"),
    Publication.Kind.REPORTED: N_("Reported"),
}
VERDICTS: Mapping[str, str] = {
    "consistent": N_("Consistent"),
    "inconsistent": N_("Inconsistent"),
    "impossible": N_("Impossible"),
    "undecided": N_("Undecided"),
}
OWN: Mapping[str, str] = {INDEX: N_("Index"), BAND: N_("Band"), "verdict": N_("Verdict")}


def state_of(preparation: Preparation) -> tuple[str, str]:
    """Return kind and word of how far a preparation is."""
    kind, word = STATES[preparation.state]
    return kind, _(word)


def verdict_of(verdict: str) -> tuple[str, str]:
    """Return kind and word of a verdict on printed figures."""
    return {"consistent": "yes", "undecided": "part"}.get(verdict, "bad"), _(VERDICTS[verdict])


def correction_state(correction: Correction) -> tuple[str, str]:
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


def element_name(code: str, titles: Mapping[str, Any]) -> Markup:
    """Return how an element is called: "Index", or its code with its title where one is given."""
    if code in OWN:
        return escape(_(OWN[code]))
    found = titles.get(code)
    return Markup("{} {}").format(code, said(found)) if found else escape(code)


def figure(element: str, text: str) -> str:
    """Return a printed figure, band or verdict for the reader."""
    if not text:
        return NOTHING
    if element == "verdict":
        return _(VERDICTS[text]) if text in VERDICTS else text
    return text if element == BAND else num(text)


def in_language(name: str, spoken: str) -> Markup:
    """Return a name marked with its language where it is not the reader's."""
    if not spoken or spoken == language():
        return escape(name)
    return Markup('<span lang="{}">{}</span>').format(spoken, name)
