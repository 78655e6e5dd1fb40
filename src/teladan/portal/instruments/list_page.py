"""What the page of all instruments shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.instrument import Instrument
from teladan.portal.instruments import words
from teladan.web.formats import num, said


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One version of an instrument."""

    slug: str
    version: str
    abbreviation: str
    title: Markup
    beside: Markup
    issuer: Markup
    citation: str
    nature: str
    ranking: str
    indicators: str
    editions: str
    followed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Every instrument, with the finding about them."""

    finding: str
    rows: tuple[ListRow, ...]


def list_page(instruments: Sequence[Instrument]) -> ListPage:
    """Return the page, instruments by slug, versions oldest first."""
    return ListPage(
        finding=list_finding(instruments),
        rows=tuple(_row(each, instruments) for each in instruments),
    )


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
    address = f"{instrument.slug}@{instrument.version}"
    found = (f"{each.slug}@{each.version}" for each in instruments if each.supersedes == address)
    return next(found, "")


def _row(each: Instrument, instruments: Sequence[Instrument]) -> ListRow:
    years = [edition.year for edition in each.editions]
    title, beside = words.in_own_words(each, each.titles)
    return ListRow(
        slug=each.slug,
        version=each.version,
        abbreviation=each.abbreviation or each.slug,
        title=title,
        beside=beside,
        issuer=said(each.issuer),
        citation=words.plainly(each.citation),
        nature=words.nature_text(each.nature),
        ranking=_("Ranking") if each.ranking else _("Not a ranking"),
        indicators=num(len(each.edition().leaves)),
        editions=years[0] if len(years) == 1 else f"{years[0]}–{years[-1]} ({num(len(years))})",
        followed=superseding(each, instruments),
    )
