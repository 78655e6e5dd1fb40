"""How sure one organisation's rank is: itself and those it cannot be told apart from, on one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.core.table import Cell, Column, Content, Html, Remark, Table
from teladan.portal.names import body_address, edition_name, organisation_name
from teladan.portal.uncertainty import assumptions, words
from teladan.portal.words import drawn
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.publication.queries.uncertainty import Ranking, Standing
from teladan.registry.models import Organisation
from teladan.web.formats import joined, link, marked, num

FIRST = 10  # of those it cannot be told apart from that are named on its own page


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one organisation stands in one edition, and how sure that is.

    `table` has itself first, then the first it cannot be told apart from; None where only groups are stated.
    """

    publication: Publication
    name: str  # SPBE 2024
    title: Markup
    what_if: bool
    assumptions: Markup
    report: str  # the address of its row in the full report
    proof: str
    beside: Markup | str = ""  # why the rank lies outside its interval, where it does
    table: Table[Standing] | None = None
    more: str = ""


def place(result: ResultView | None) -> Place | None:
    """Return where the organisation of a result stands; None where nothing was ranked.

    Two queries: the ranking, and the names of those that cannot be told apart from it.
    """
    if result is None:
        return None
    ranking = words.ranking_of(result.publication)
    own = ranking.standings.get(result.result.organisation_id) if ranking else None
    if ranking is None or own is None:
        return None
    return _ranked(result, ranking, own) if ranking.ranked else _grouped(result, ranking, own)


def pair(one: ResultView, other: ResultView) -> Place | None:
    """Return whether one of two is ahead of the other, both on one scale; None where no ranks are stated."""
    ranking = words.ranking_of(one.publication) if one.publication == other.publication else None
    if ranking is None or not ranking.ranked:
        return None
    codes = [view.result.organisation_id for view in (one, other)]
    if not all(code in ranking.standings for code in codes):
        return None
    first, second = sorted((ranking.standings[code] for code in codes), key=_order)
    organisations = _organisations(codes)
    alike = second.organisation in (first.alike or ())
    text = (
        _("%(ahead)s and %(behind)s cannot be told apart: neither is ahead in at least 95%% of the draws")
        if alike
        else _("%(ahead)s is ahead of %(behind)s in at least 95%% of the draws")
    )
    ahead, behind = (organisation_name(organisations[each.organisation]) for each in (first, second))
    place = _place(one, ranking, marked(text, ahead=ahead, behind=behind))
    return replace(
        place,
        report=report_address(one.publication),
        proof=reverse("portal:proof", kwargs={"code": one.publication.code}),
        table=_table(place, ranking, (first, second), organisations),
    )


def _order(standing: Standing) -> tuple[Decimal, int]:
    """Put first who is ahead in more of the draws, then who has the better rank."""
    return standing.median or Decimal(0), standing.nominal or 0


def _organisations(codes: Iterable[str]) -> dict[str, Organisation]:
    organisations = Organisation.objects.filter(code__in=codes).select_related("country")
    return {organisation.code: organisation for organisation in organisations}


def report_address(publication: Publication, organisation: str = "") -> str:
    """Return the address of the full report, of one organisation in it where one is given."""
    address = reverse("portal:uncertainty", kwargs={"code": publication.code})
    return f"{address}?organisation={organisation}#{organisation}" if organisation else address


def _place(result: ResultView, ranking: Ranking, title: Markup) -> Place:
    """Return what a place says without its table."""
    publication = result.publication
    code = result.result.organisation_id
    proof = reverse("portal:proof", kwargs={"code": publication.code})
    return Place(
        publication=publication,
        name=edition_name(publication, result.instrument.abbreviation if result.instrument else ""),
        title=title,
        what_if=ranking.kind == assumptions.WHAT_IF,
        assumptions=assumptions.sentence(ranking),
        report=report_address(publication, code),
        proof=f"{proof}?organisation={code}",
    )


def _ranked(result: ResultView, ranking: Ranking, own: Standing) -> Place:
    alike = own.alike or ()
    organisations = _organisations([own.organisation, *alike])
    # Those of Korea and ASEAN first: they learn from each other. Then by rank.
    order = sorted(
        (code for code in alike if code in organisations),
        key=lambda code: (not _exchanges(organisations[code]), ranking.standings[code].nominal or 0, code),
    )
    others = [ranking.standings[code] for code in order[:FIRST]]
    more = len(alike) - len(others)
    title = escape(words.rank_sentence(own, len(ranking.standings)).removesuffix("."))
    place = _place(result, ranking, title)
    return replace(
        place,
        beside=assumptions.beside(ranking, own),
        table=_table(place, ranking, (own, *others), organisations, own=own),
        more=ngettext("and %(n)s more", "and %(n)s more", more) % {"n": num(more)} if more > 0 else "",
    )


def _exchanges(organisation: Organisation) -> bool:
    return organisation.kind == "country" and organisation.country.in_exchange


def _table(
    place: Place,
    ranking: Ranking,
    standings: Sequence[Standing],
    organisations: Mapping[str, Organisation],
    *,
    own: Standing | None = None,
) -> Table[Standing]:
    """Return rank and interval of some organisations on one scale; `own` is whose page this is."""
    axis = figure.rank_axis(len(ranking.standings))

    def name(standing: Standing) -> Content:
        organisation = organisations[standing.organisation]
        text = organisation_name(organisation)
        if standing is own:
            return Cell(content=text, css="x4")
        return link(body_address(organisation.code, organisation.kind), text)

    def interval(standing: Standing) -> Html:
        span = words.span(standing)
        return Html(f"<strong>{span.text if span else num(None)}</strong>")

    def alike(standing: Standing) -> list[Remark]:
        if standing is not own:
            return []
        return [
            Remark(
                Markup('<span class="t-stay">{}</span>').format(_alike(own, organisations[own.organisation]))
            )
        ]

    return Table(
        (
            Column(_("Name"), name, "x4 r"),
            Column(
                Cell(content=_("Interval"), css="w-fig"),
                lambda standing: strip_of(standing, axis),
                "draw x4",
                axis=drawn(figure.axis_strip(axis, num)),
            ),
            Column(_("Rank"), lambda standing: num(standing.nominal), "n x2"),
            Column(_("90%% interval") % {}, interval, "n x2"),
        ),
        standings,
        title=place.title,
        sub=_("Rank and the interval that holds 90%% of %(draws)s draws (bar); their median (dot).")
        % {"draws": num(ranking.draws)},
        name=f"sure-caption-{place.name.lower().replace(' ', '-')}",
        css="t-table t-table--tight t-cards",
        attributes=lambda standing: {"class": "is-here" if standing is own else ""},
        after=alike,
    )


def strip_of(standing: Standing, axis: figure.Axis) -> Markup:
    """Return the rank-interval strip of a standing; empty where no draw gives it a rank."""
    if standing.p5 is None or standing.median is None or standing.p95 is None:
        return Markup("")
    low, middle, high = (Fraction(value) for value in (standing.p5, standing.median, standing.p95))
    return drawn(figure.rank_strip(axis, low, middle, high))


def _alike(own: Standing, organisation: Organisation) -> str:
    """Return how many it cannot be told apart from, in words."""
    if own.alike is None:
        return _("Who cannot be told apart was not formed for so many.")
    count = len(own.alike)
    country = organisation.kind == "country"
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


def _grouped(result: ResultView, ranking: Ranking, own: Standing) -> Place | None:
    shares = words.ordered(own.bands)
    if not shares:
        return None
    if len(shares) == 1:
        title = marked(_("Every draw gives group %(group)s"), group=shares[0][0])
    else:
        parts = joined(", ", (f"{code} {words.share_text(share)}" for code, share in shares))
        title = marked(_("The draws fall in more than one group: %(shares)s"), shares=parts)
    return _place(result, ranking, title)


def newest_ranked(results: Sequence[ResultView]) -> ResultView | None:
    """Return the newest result of an edition that lists others too; results oldest first."""
    listed = [result for result in results if result.publication.listed > 1 and result.result.scored]
    return listed[-1] if listed else None
