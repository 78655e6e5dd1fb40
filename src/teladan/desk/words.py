"""How the desk says what several of its subjects say: translated texts, proofs, published figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup, escape

from teladan.core.instrument import INDEX
from teladan.core.text import Shown
from teladan.publication.documents.rows import BAND
from teladan.web.formats import NOTHING, flag, link, num, said, span, status

VERDICTS: Mapping[str, str] = {
    "consistent": N_("Consistent"),
    "inconsistent": N_("Inconsistent"),
    "impossible": N_("Impossible"),
    "undecided": N_("Undecided"),
}
OWN: Mapping[str, str] = {INDEX: N_("Index"), BAND: N_("Band"), "verdict": N_("Verdict")}


def shown(text: Shown) -> Markup:
    """Return a text marked with its language, and with who translated it."""
    mark = translator(text.by, text.model)
    return (
        Markup("{} {}").format(span(text.text, text.language), mark)
        if mark
        else span(text.text, text.language)
    )


def translator(by: str, model: str) -> Markup:
    """Return who made a translation; nothing where there is none."""
    if by == "machine":
        return flag(_("Translated by a machine: %(model)s") % {"model": model})
    return flag(_("Translated by a person")) if by else Markup("")


def proof(entry: int | None) -> Markup:
    """Return where an act stands in the record."""
    if entry is None:
        return status(("part", _("Proof pending")))
    text = _("Proof of entry %(n)s") % {"n": num(entry)}
    return Markup("{} {}").format(status(("yes", _("In the record"))), link(f"/record/proof/{entry}", text))


def element_name(code: str, titles: Mapping[str, Any]) -> Markup:
    """Return how an element is called: "Index", or its code with its title where one is given."""
    if code in OWN:
        return escape(_(OWN[code]))
    title = titles.get(code)
    return Markup("{} {}").format(code, said(title)) if title else escape(code)


def figure(element: str, text: str) -> str:
    """Return a printed figure, band or verdict for the reader."""
    if not text:
        return NOTHING
    if element == "verdict":
        return _(VERDICTS[text]) if text in VERDICTS else text
    return text if element == BAND else num(text)
