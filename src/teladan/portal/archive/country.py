"""The page of one country in an archive: its row of the edition, each figure with its exact value.

The site's page of a country sets its editions and indices side by side; an archive has one edition.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.portal.names import edition_name, source_text, verdict_word
from teladan.portal.record.words import Recorded, recorded
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.web.formats import num, said
from teladan.web.reasons import either, reason_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the row; `rule` is the address of the element in the instrument, "" where not seen."""

    code: str
    title: Markup
    rule: str
    printed: str
    exact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryRow:
    """All that the template writes down."""

    name: Markup
    edition: str
    address: str  # of the edition
    index: str
    exact: str
    rank: str
    verdict: str
    reason: str
    printed_name: Markup
    figures: tuple[Figure, ...]
    beside: tuple[tuple[Markup, str], ...]
    source: Markup
    recorded: Recorded


def prepare(name: dict[str, str], view: ResultView) -> CountryRow:
    """Return the page of a country; `name` is in languages, `view` its result in the edition."""
    result, publication = view.result, view.publication
    abbreviation = view.instrument.abbreviation if view.instrument else ""
    return CountryRow(
        name=said(name),
        edition=edition_name(publication, abbreviation),
        address=reverse("portal:edition", kwargs={"code": publication.code}),
        index=num(result.index),
        exact=_exact(view),
        rank=num(result.rank),
        verdict=verdict_word(result.verdict) if result.scored else _("Not scored"),
        reason=reason_text(result.reason_code, result.reason_values) if result.reason_code else "",
        printed_name=named(result.printed_name, "en"),
        figures=tuple(_figures(view, publication)),
        beside=tuple(
            (said(each["titles"]), num(result.beside.get(each["code"]))) for each in publication.beside
        ),
        source=source_text(publication),
        recorded=recorded(view),
    )


def _exact(view: ResultView) -> str:
    return either([number(text) for text in view.exact_indices]) if view.exact_indices else num(None)


def _figures(view: ResultView, publication: Publication) -> list[Figure]:
    instrument, found = view.instrument, []
    titles = {each["code"]: each["titles"] for each in publication.elements}
    rules = ""
    if instrument:
        named_ = {"slug": instrument.slug, "version": instrument.version}
        rules = reverse("portal:instrument", kwargs=named_)
    for code, entry in view.result.elements.items():
        exact = entry.get("exact")
        found.append(
            Figure(
                code=code,
                title=said(titles.get(code) or {"en": code}),
                rule=f"{rules}#{code}" if view.edition and code in view.edition.elements else "",
                printed=num(entry.get("printed")),
                exact=number(exact) if exact else num(None),
            )
        )
    return found
