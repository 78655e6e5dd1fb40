"""The questions that the exchange answers, each with an address of its own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from teladan.core.dates import last_day
from teladan.core.text import search_text
from teladan.exchange.adoption_degree import ENDS, IN_USE
from teladan.exchange.content import FIGURE
from teladan.exchange.models import Modification, Practice, PracticeRequest
from teladan.exchange.queries.adoption_shapes import AdoptionRow
from teladan.exchange.queries.adoptions import adoption_rows
from teladan.exchange.queries.claims import ClaimView, claim_views
from teladan.exchange.queries.context import Figures, figures
from teladan.exchange.queries.practices import REGRESSED, STOPPED, PracticeRow, practices

NEAR = Fraction(1, 10)  # how much lower than the parent's a part may be and still count as alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A core element that adopters dropped: how often of how many who said, and what followed in each."""

    practice: str
    element: str
    text: str
    language: str
    weight: str
    dropped: int
    said: int
    followed: tuple[AdoptionRow, ...]  # the adoptions that dropped it, with their last stage and outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A parent that stopped or regressed, and its adoptions that go on."""

    parent: PracticeRow
    children: tuple[AdoptionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSelfReport:
    """A claim that nothing but self-report stands behind."""

    practice: PracticeRow
    claim: ClaimView


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One published figure of both countries; `lacks` how much lower the reader's is, None where not seen."""

    series: str
    element: str
    theirs: str
    mine: str
    lacks: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A practice held against a country: figures side by side, and the kinds of preconditions it states.

    `far` are the parts in which the country is much lower (by more than a tenth of the whole scale);
    `unknown` says that one of the two has no published figures. It is a first look, not a judgement.
    """

    practice: PracticeRow
    compared: tuple[Compared, ...]
    unmet: tuple[str, ...]  # kinds of preconditions it states that the reader does not have
    unknown: bool

    @property
    def far(self) -> tuple[Compared, ...]:
        """Return the parts that are much lower at the reader's."""
        return tuple(each for each in self.compared if each.lacks is not None and each.lacks > NEAR)

    @property
    def gap(self) -> Fraction:
        """Return how much is lacking over all parts: what a list sorts by, nearest first."""
        return sum((each.lacks for each in self.compared if each.lacks and each.lacks > 0), Fraction(0))


def most_dropped() -> list[Dropped]:
    """Return the core elements that were dropped, most often first: two queries and those of the rows."""
    rows = Modification.objects.filter(element__isnull=False).select_related("element__version")
    said: dict[int, list[Modification]] = {}
    for row in rows:
        said.setdefault(row.element_id or 0, []).append(row)
    dropped = {
        key: [each for each in group if each.treatment == Modification.Treatment.DROPPED]
        for key, group in said.items()
    }
    wanted = {each.adoption_id for group in dropped.values() for each in group}
    adoptions = {each.code: each for each in adoption_rows(codes=wanted)} if wanted else {}
    found = []
    for key, group in dropped.items():
        if group and (element := group[0].element):
            found.append(
                Dropped(
                    practice=element.version.practice_id,
                    element=element.code,
                    text=element.text,
                    language=element.version.language,
                    weight=element.weight,
                    dropped=len(group),
                    said=len(said[key]),
                    followed=tuple(adoptions[each.adoption_id] for each in group),
                )
            )
    return sorted(found, key=lambda each: (-each.dropped, each.practice, each.element))


def without_outcome(months: int, at: datetime) -> list[AdoptionRow]:
    """Return adoptions in use for so many months of which nothing was observed since, oldest first.

    Those whose date was not seen are among them, last: nobody can say that they are new.
    """
    since = _months_before(at.date(), months)
    found = [
        each
        for each in adoption_rows()
        if not each.outcome and each.stage in IN_USE and (not each.begins or last_day(each.begins) <= since)
    ]
    return sorted(found, key=lambda each: (not each.begins, each.begins, each.code))


def on_self_report(language: str) -> list[OnSelfReport]:
    """Return every claim that rests on self-report alone, by practice."""
    rows = {row.code: row for row in practices(language)}
    found = []
    for practice in Practice.objects.prefetch_related("claims__measures__observations__evidence"):
        for claim in claim_views(practice.claims.all(), language):
            own = [each for each in claim.observations if not each.adoption]
            if own and all(each.self_report_alone for each in own):
                found.append(OnSelfReport(practice=rows[practice.code], claim=claim))
    return found


def orphans(language: str) -> list[Orphan]:
    """Return the practices that stopped or regressed while adoptions of them go on."""
    gone = [row for row in practices(language) if row.status in {STOPPED, REGRESSED}]
    edges = adoption_rows() if gone else []
    found = []
    for row in gone:
        alive = tuple(
            each
            for each in edges
            if row.code in {parent.practice for parent in each.parents} and each.stage not in ENDS
        )
        if alive:
            found.append(Orphan(parent=row, children=alive))
    return found


def fitting(country: str, language: str, *, theme: str = "", have: frozenset[str] | None = None) -> list[Fit]:
    """Return the practices of other countries, nearest to this one's published figures first.

    `have` are the kinds of preconditions that the reader says are there (legal, institutional, technical,
    capacity, money); None where nothing is said. Those without figures of both countries come last.
    """
    code = country.upper()
    rows = [row for row in practices(language, theme=theme) if row.country != code]
    known = figures({code, *(row.country for row in rows)})
    found = [_fit(row, known.get(row.country, {}), known.get(code, {}), have) for row in rows]
    return sorted(found, key=lambda each: (each.unknown, len(each.unmet), each.gap, each.practice.code))


def compared_with(practice: PracticeRow, country: str, have: frozenset[str] | None = None) -> Fit:
    """Return one practice held against a country: would it work here? Two queries."""
    known = figures({practice.country, country.upper()})
    return _fit(practice, known.get(practice.country, {}), known.get(country.upper(), {}), have)


def matching(request: PracticeRequest, language: str) -> list[PracticeRow]:
    """Return the practices whose words or theme answer a request, best first, at most twenty.

    Words of the problem that stand in name, title, problem or what it does, each once; the theme counts
    as three. Search across languages is the search room's.
    """
    wanted = {word for word in search_text(request.problem).split() if len(word) > 3}
    scored = []
    for row in practices(language):
        if row.country == request.organisation.country_id:
            continue
        words = set(search_text(row.name, row.title.text, row.problem.text, row.does.text).split())
        score = len(wanted & words) + 3 * bool(request.theme and row.theme == request.theme)
        if score:
            scored.append((-score, row.code, row))
    return [row for _score, _code, row in sorted(scored, key=lambda each: each[:2])[:20]]


def _fit(
    row: PracticeRow,
    theirs: Mapping[str, Figures],
    mine: Mapping[str, Figures],
    have: frozenset[str] | None,
) -> Fit:
    compared = []
    for series in theirs.keys() | mine.keys():
        one, other = theirs.get(series), mine.get(series)
        codes = dict.fromkeys([*(one.elements if one else ()), *(other.elements if other else ())])
        for code in codes:
            a = one.elements.get(code, "") if one else ""
            b = other.elements.get(code, "") if other else ""
            lacks = Fraction(a) - Fraction(b) if FIGURE.fullmatch(a) and FIGURE.fullmatch(b) else None
            compared.append(Compared(series=series, element=code, theirs=a, mine=b, lacks=lacks))
    compared.sort(key=lambda each: each.series)
    return Fit(
        practice=row,
        compared=tuple(compared),
        unmet=() if have is None else tuple(sorted(row.preconditions - have)),
        unknown=not any(each.lacks is not None for each in compared),
    )


def _months_before(day: date, months: int) -> date:
    """Return the day so many months earlier; the last of its month where there is no such day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = max(total // 12, 1), total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
