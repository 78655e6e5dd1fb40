"""How sure one organisation's rank is: itself and those it cannot be told apart from, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.portal.names import edition_name, organisation_name
from teladan.portal.uncertainty import assumptions, words
from teladan.portal.words import drawn, source_title
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.registry.models import Organisation
from teladan.web.formats import marked, num

FIRST = 10  # of those it cannot be told apart from that are named on its own page


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One row of the figure: name, address, rank, interval, its strip."""

    name: Markup
    address: str
    rank: str
    span: str
    draw: Markup
    own: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one organisation stands in one edition, and how sure that is.

    rows: itself first, then the first it cannot be told apart from; empty where only groups are stated.
    """

    name: str  # SPBE 2024
    edition: str  # its address
    report: str  # the address of its row in the full report
    title: Markup
    what_if: bool
    assumptions: Markup
    source: Markup
    proof: str
    beside: Markup | str = ""  # why the rank lies outside its interval, where it does
    sub: str = ""
    axis: Markup | str = ""
    rows: tuple[PlaceRow, ...] = ()
    alike: str = ""
    more: str = ""


def place(result: ResultView | None) -> Place | None:
    """Return where the organisation of a result stands; None where nothing was ranked.

    Two queries: the ranking, and the names of those that cannot be told apart from it.
    """
    if result is None:
        return None
    found = words.ranking_of(result.publication)
    own = found.standings.get(result.result.organisation_id) if found else None
    if found is None or own is None:
        return None
    return _ranked(result, found, own) if found.ranked else _grouped(result, found, own)


def pair(one: ResultView, other: ResultView) -> Place | None:
    """Return whether one of two is ahead of the other, both on one scale; None where no ranks are stated."""
    found = words.ranking_of(one.publication) if one.publication == other.publication else None
    if found is None or not found.ranked:
        return None
    codes = [view.result.organisation_id for view in (one, other)]
    if not all(code in found.standings for code in codes):
        return None
    first, second = sorted((found.standings[code] for code in codes), key=_order)
    people = Organisation.objects.filter(code__in=codes).select_related("country")
    known = {each.code: each for each in people}
    names = {"ahead": organisation_name(known[first.organisation])}
    names["behind"] = organisation_name(known[second.organisation])
    alike = second.organisation in (first.alike or ())
    text = (
        _("%(ahead)s and %(behind)s cannot be told apart: neither is ahead in at least 95%% of the draws")
        if alike
        else _("%(ahead)s is ahead of %(behind)s in at least 95%% of the draws")
    )
    axis = figure.rank_axis(len(found.standings))
    return replace(
        _place(one, found, marked(text, **names)),
        report=report_address(one.publication),
        proof=reverse("portal:proof", kwargs={"code": one.publication.code}),
        rows=tuple(_row(known[each.organisation], each, axis) for each in (first, second)),
        **_drawn(found, axis),
    )


def _order(standing: Standing) -> tuple[Decimal, int]:
    """Put first who is ahead in more of the draws, then who has the better rank."""
    return standing.median or Decimal(0), standing.nominal or 0


class _Drawn(TypedDict):
    sub: str
    axis: Markup


def _drawn(found: Ranking, axis: figure.Axis) -> _Drawn:
    """Return what the drawn column means, and its scale."""
    return {
        "sub": _("Rank and the interval that holds 90%% of %(draws)s draws (bar); their median (dot).")
        % {"draws": num(found.draws)},
        "axis": drawn(figure.axis_strip(axis, num)),
    }


def report_address(publication: Publication, organisation: str = "") -> str:
    """Return the address of the full report, of one organisation in it where one is given."""
    address = reverse("portal:uncertainty", kwargs={"code": publication.code})
    return f"{address}?organisation={organisation}#{organisation}" if organisation else address


def _place(result: ResultView, found: Ranking, title: Markup) -> Place:
    """Return what a place says without its figure."""
    publication = result.publication
    code = result.result.organisation_id
    proof = reverse("portal:proof", kwargs={"code": publication.code})
    return Place(
        name=edition_name(publication, result.instrument.abbreviation if result.instrument else ""),
        edition=reverse("portal:edition", kwargs={"code": publication.code}),
        report=report_address(publication, code),
        title=title,
        what_if=found.kind == assumptions.WHAT_IF,
        assumptions=assumptions.sentence(found),
        source=source_title(publication.source),
        proof=f"{proof}?organisation={code}",
    )


def _ranked(result: ResultView, found: Ranking, own: Standing) -> Place:
    alike = own.alike or ()
    people = Organisation.objects.filter(code__in=[own.organisation, *alike]).select_related("country")
    known = {each.code: each for each in people}
    # Those of Korea and ASEAN first: they learn from each other. Then by rank.
    order = sorted(
        (code for code in alike if code in known),
        key=lambda code: (not _exchanges(known[code]), found.standings[code].nominal or 0, code),
    )
    axis = figure.rank_axis(len(found.standings))
    rows = [_row(known[code], found.standings[code], axis) for code in order[:FIRST]]
    more = len(alike) - len(rows)
    title = escape(words.rank_sentence(own, len(found.standings)).removesuffix("."))
    return replace(
        _place(result, found, title),
        beside=assumptions.beside(found, own),
        **_drawn(found, axis),
        rows=(_row(known[own.organisation], own, axis, own=True), *rows),
        alike=_alike(own, result),
        more=ngettext("and %(n)s more", "and %(n)s more", more) % {"n": num(more)} if more > 0 else "",
    )


def _exchanges(organisation: Organisation) -> bool:
    return organisation.kind == "country" and organisation.country.in_exchange


def _row(organisation: Organisation, standing: Standing, axis: figure.Axis, *, own: bool = False) -> PlaceRow:
    span = words.span(standing)
    country = organisation.kind == "country"
    return PlaceRow(
        name=organisation_name(organisation),
        address=reverse(
            "portal:country" if country else "portal:organisation", kwargs={"code": organisation.code}
        ),
        rank=num(standing.nominal),
        span=span.text if span else num(None),
        draw=strip_of(standing, axis),
        own=own,
    )


def strip_of(standing: Standing, axis: figure.Axis) -> Markup:
    """Return the rank-interval strip of a standing; empty where no draw gives it a rank."""
    if standing.p5 is None or standing.median is None or standing.p95 is None:
        return Markup("")
    low, middle, high = (Fraction(value) for value in (standing.p5, standing.median, standing.p95))
    return drawn(figure.rank_strip(axis, low, middle, high))


def _alike(own: Standing, result: ResultView) -> str:
    """Return how many it cannot be told apart from, in words."""
    if own.alike is None:
        return _("Who cannot be told apart was not formed for so many.")
    count = len(own.alike)
    country = result.result.organisation.kind == "country"
    if not count:
        return _("It can be told apart from every other.")
    text = (
        ngettext(
            "It cannot be told apart from %(n)s country, Korea and the members of ASEAN first:",
            "It cannot be told apart from %(n)s countries, Korea and the members of ASEAN first:",
            count,
        )
        if country
        else ngettext(
            "It cannot be told apart from %(n)s other body:",
            "It cannot be told apart from %(n)s other bodies:",
            count,
        )
    )
    return text % {"n": num(count)}


def _grouped(result: ResultView, found: Ranking, own: Standing) -> Place | None:
    shares = words.ordered(own.bands)
    if not shares:
        return None
    if len(shares) == 1:
        title = marked(_("Every draw gives group %(group)s"), group=shares[0][0])
    else:
        parts = Markup(", ").join(
            Markup("{} {}").format(code, words.share_text(share)) for code, share in shares
        )
        title = marked(_("The draws fall in more than one group: %(shares)s"), shares=parts)
    return _place(result, found, title)


def newest_ranked(results: Sequence[ResultView]) -> ResultView | None:
    """Return the newest result of an edition that lists others too; results oldest first."""
    listed = [one for one in results if one.publication.listed > 1 and one.result.scored]
    return listed[-1] if listed else None
