"""What the page of all instruments shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.instrument import Instrument
from teladan.core.table import Column, Table
from teladan.portal.instruments import words
from teladan.portal.instruments.words import link_to
from teladan.web.formats import num, said


def list_finding(instruments: Sequence[Instrument]) -> str:
    """Return how many instruments are law; a plain title where all or none are."""
    legal = sum(each.nature == "legal" for each in instruments)
    if not 0 < legal < len(instruments):
        return _("Instruments")
    return ngettext(
        "%(legal)s of %(n)s instruments is law, the others are research",
        "%(legal)s of %(n)s instruments are law, the others are research",
        legal,
    ) % {"n": num(len(instruments)), "legal": num(legal)}


def superseding(instrument: Instrument, instruments: Sequence[Instrument]) -> str:
    """Return the address of the instrument that replaces this one, or nothing."""
    replaced = words.address(instrument)
    return next((words.address(other) for other in instruments if other.supersedes == replaced), "")


def instruments_table(instruments: Sequence[Instrument]) -> Table[Instrument]:
    """Return the instruments by slug, versions oldest first; the data give what the file says."""

    def name(instrument: Instrument) -> Markup:
        title, beside = words.in_own_words(instrument, instrument.titles)
        heading = f"{instrument.abbreviation or instrument.slug} {instrument.version}"
        return Markup('{}<br><span class="t-quiet r">{}{}</span>').format(
            link_to(words.address(instrument), heading),
            title,
            Markup(" · {}").format(beside) if beside else "",
        )

    def editions(instrument: Instrument) -> str:
        years = [edition.year for edition in instrument.editions]
        return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]} ({num(len(years))})"

    def nature(instrument: Instrument) -> Markup:
        ranking = _("Ranking") if instrument.ranking else _("Not a ranking")
        return Markup('{}<br><span class="t-quiet">{}</span>').format(
            words.nature_text(instrument.nature), ranking
        )

    def replaced_by(instrument: Instrument) -> Markup | None:
        address = superseding(instrument, instruments)
        return link_to(address, address) if address else None

    return Table(
        (
            Column(_("Instrument"), name, "x4"),
            Column(_("Issuer"), lambda instrument: said(instrument.issuer), "x2"),
            Column(_("Regulation"), lambda instrument: words.plainly(instrument.citation), "x2"),
            Column(_("Indicators"), lambda instrument: num(len(instrument.edition().leaves)), "n x2"),
            Column(_("Editions"), editions, "x2"),
            Column(_("Nature"), nature, "x2"),
            Column(_("Replaced by"), replaced_by, "x2"),
        ),
        instruments,
        title=_("One file holds each method, and every figure names the one it was made by"),
        sub=_("Instruments with their newest edition’s indicators. One version is one regulation’s text."),
        name="list-caption",
        css="t-table t-firm t-cards",
    )
