"""What the home page, the list of results and the search say, prepared as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.instrument import Edition, Instrument
from teladan.core.quantity import Rounding
from teladan.portal import names
from teladan.portal.names import country_name
from teladan.portal.results import findings
from teladan.portal.words import number
from teladan.publication import queries
from teladan.publication.models import Publication
from teladan.publication.queries import EditionView
from teladan.web.formats import marked, num, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One of the latest editions."""

    address: str
    about: str  # Indonesia · 561 public bodies
    name: str
    finding: Markup
    status: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One station on the way from a printed number to the ground."""

    what: str
    value: Markup
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A number followed to the ground, and where to follow it oneself."""

    printed: str
    address: str
    stations: tuple[Station, ...]


def newest_of_each(publications: Sequence[Publication]) -> list[Publication]:
    """Return the newest publication of each series, those of a country first, larger ones first."""
    newest: dict[str, Publication] = {}
    for publication in publications:  # newest edition first within a series
        newest.setdefault(publication.series, publication)
    return sorted(newest.values(), key=lambda p: (not p.country, -p.listed, p.code))


def cards(publications: Sequence[Publication]) -> list[Card]:
    """Return a card for the newest publication of each series."""
    views = [queries.edition(publication.code) for publication in newest_of_each(publications)]
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}
    return [card(view, places.get(view.publication.country, "")) for view in views if view]


def card(view: EditionView, place: str) -> Card:
    """Return the card of an edition."""
    count = names.counted(view, len(view.rows))
    return Card(
        address=reverse("portal:edition", kwargs={"code": view.publication.code}),
        about=" · ".join(part for part in (place, count) if part),
        name=names.edition_name(view.publication, view.instrument.abbreviation if view.instrument else ""),
        finding=findings.title(view),
        status=findings.status(view.publication),
    )


def chain() -> Chain | None:
    """Follow the newest number that is known down to the answers; None where there is none."""
    view = queries.most_traceable()
    if view is None or view.instrument is None or view.edition is None:
        return None
    result, edition, instrument = view.result, view.edition, view.instrument
    lowered, kept, raised = moves(result.answers, result.scores)
    own = result.self_assessed.get("index", {}).get("exact")
    stations = [
        Station(
            what=_("Printed"),
            value=escape(num(result.index)),
            text=marked(
                _("%(body)s, %(edition)s"),
                body=names.organisation_name(result.organisation),
                edition=names.edition_name(view.publication, instrument.abbreviation),
            ),
        ),
        Station(
            what=_("Exact"), value=escape(number(result.index_exact)), text=escape(rounding_text(edition))
        ),
        Station(
            what=_("Rule"),
            value=escape(
                ngettext("%(count)s indicator", "%(count)s indicators", len(edition.leaves))
                % {"count": num(len(edition.leaves))}
            ),
            text=marked(_("Weights of %(rule)s"), rule=_rule(instrument)),
        ),
        Station(
            what=_("Assessor"),
            value=marked(_("%(count)s lowered"), count=num(lowered)),
            text=marked(
                _("Of %(all)s self-assessed levels; %(kept)s kept, %(raised)s raised"),
                all=num(lowered + kept + raised),
                kept=num(kept),
                raised=num(raised),
            ),
        ),
    ]
    if own:
        stations.append(
            Station(
                what=_("Own answers"),
                value=escape(number(own)),
                text=escape(_("What the body’s own levels give by the same rule")),
            )
        )
    address = reverse("portal:publication", kwargs={"code": view.publication.code})
    stations.append(
        Station(
            what=_("Frozen"),
            value=Markup('<a href="{}" class="t-mono">{}</a>').format(address, view.publication.sha256[:8]),
            text=escape(
                _("The published bytes carry the name of their SHA-256: a changed digit is another name")
            ),
        )
    )
    return Chain(
        printed=num(result.index),
        address=reverse("portal:organisation", kwargs={"code": result.organisation_id}),
        stations=tuple(stations),
    )


def moves(answers: dict[str, str], scores: dict[str, str]) -> tuple[int, int, int]:
    """Return how many answers the assessor lowered, kept and raised, of those in both."""
    both = [(Fraction(answers[code]), Fraction(scores[code])) for code in answers if code in scores]
    lowered = sum(score < answer for answer, score in both)
    raised = sum(score > answer for answer, score in both)
    return lowered, len(both) - lowered - raised, raised


def rounding_text(edition: Edition) -> str:
    """Return how the index is rounded for print, and whether the regulation says so."""
    how = {
        Rounding.HALF_UP: _("Rounded once, half up"),
        Rounding.HALF_EVEN: _("Rounded once, half to even"),
        Rounding.HALF_DOWN: _("Rounded once, half down"),
        Rounding.DOWN: _("Rounded once, down"),
        Rounding.UP: _("Rounded once, up"),
    }[edition.mode]
    source = _("as the regulation says") if edition.mode_source == "regulation" else _("which is assumed")
    return f"{how}, {source}"


def _rule(instrument: Instrument) -> Markup:
    known = instrument.citation and instrument.citation not in {"none", "not seen"}
    return escape(instrument.citation) if known else said(instrument.titles)
