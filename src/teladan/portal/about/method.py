"""What the page about the method cites: every number is counted from what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import library
from teladan.portal.instruments import words
from teladan.portal.instruments.tree import share_text
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.publication.queries.overview import Remarkable
from teladan.web.formats import num, said
from teladan.web.reasons import match_text, reason_text

VERDICTS = ("consistent", "inconsistent", "impossible", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One of the four verdicts: its name, what it means, how many rows got it."""

    code: str
    name: str
    meaning: str
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRow:
    """A row that is not consistent: whose, where, and why."""

    name: Markup
    address: str
    publication: Markup
    publication_address: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleOf:
    """The published result whose values stand in the chain."""

    name: Markup
    publication: Markup
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPage:
    """All that the template writes down."""

    finding: str
    chain: tuple[tuple[str, str | Markup, str], ...]
    example: ExampleOf | None
    computed: int
    reported: int
    unchecked: int
    checked: int
    consistent: int
    series: tuple[tuple[str, str, str], ...]
    verdicts: tuple[VerdictRow, ...]
    misses: tuple[MissRow, ...]
    matches: tuple[tuple[str, str], ...]
    names: int


def method_page(
    publications: Sequence[Publication],
    remarkable: Sequence[Remarkable],
    matches: Mapping[str, int],
    example: ResultView | None = None,
) -> MethodPage:
    """Return the page's numbers; `example` is a computed result, for the values of the chain."""
    total: Counter[str] = Counter()
    for publication in publications:
        if publication.kind == "reported":
            total.update(publication.verdicts)
    checked = sum(total.values())
    return MethodPage(
        finding=finding(total["consistent"], checked),
        chain=_chain(example),
        example=_example(example),
        computed=sum(p.kind == "computed" for p in publications),
        reported=sum(p.kind == "reported" for p in publications),
        unchecked=sum(p.kind == "reported" and not p.verdicts for p in publications),
        checked=checked,
        consistent=total["consistent"],
        series=tuple(_series(publications)),
        verdicts=tuple(
            VerdictRow(code=code, name=name, meaning=meaning, rows=num(total[code]))
            for code, name, meaning in verdict_words()
        ),
        misses=tuple(_miss(row) for row in remarkable),
        matches=tuple((match_text(how), num(count)) for how, count in matches.items()),
        names=sum(matches.values()),
    )


def finding(consistent: int, checked: int) -> str:
    """Return how many printed rows follow from their method; a plain title where none was checked."""
    if not checked:
        return _("How a figure here is made")
    if consistent == checked:
        return _("All %(n)s printed rows checked follow from their published method") % {"n": num(checked)}
    return _("Of %(n)s printed rows checked, all but %(rest)s follow from their published method") % {
        "n": num(checked),
        "rest": num(checked - consistent),
    }


def _chain(example: ResultView | None) -> tuple[tuple[str, str | Markup, str], ...]:
    """Return (step, value of the example, what happens) from a score to the band."""
    score = share = exact = printed = ""
    band: str | Markup = ""
    if example and example.edition and example.instrument:
        result, leaf = example.result, example.edition.leaves[0]
        score = num(result.scores.get(leaf.code, ""))
        share = share_text(leaf.weight / example.edition.root.weight)
        exact, printed = number(result.index_exact), num(result.index)
        found = example.edition.band_named(result.band) if result.band else None
        band = words.in_own_words(example.instrument, found.titles)[0] if found else ""
    return (
        (_("Score"), score, _("An assessor scores every indicator on its scale.")),
        (_("Weight"), share, _("The instrument gives every indicator its weight, exactly as its text does.")),
        (
            _("Exact value"),
            exact,
            _("Weighted means go up the tree as fractions. Nothing is lost on the way."),
        ),
        (
            _("Printed"),
            printed,
            _("Rounded once, at the end, to the digits and by the rule that the instrument declares."),
        ),
        (_("Band"), band, _("Read off the exact or the rounded index, whichever that edition used.")),
    )


def _example(view: ResultView | None) -> ExampleOf | None:
    if view is None:
        return None
    organisation = view.result.organisation
    return ExampleOf(
        name=named(organisation.name, organisation.language),
        publication=said(view.publication.titles),
        address=reverse("portal:organisation", kwargs={"code": organisation.code}),
    )


def verdict_words() -> tuple[tuple[str, str, str], ...]:
    """Return (code, name, meaning) of the four verdicts."""
    names = verdict_names()
    meanings = (
        _("Some allowed answers give exactly these printed figures."),
        _("Each figure alone is possible, but no allowed answers give them all together."),
        _("A figure that the scale cannot produce at all."),
        _("The check cannot decide, and says so."),
    )
    return tuple((code, names[code], meaning) for code, meaning in zip(VERDICTS, meanings, strict=True))


def verdict_names() -> dict[str, str]:
    """Return the verdicts in the reader's language."""
    return {
        "consistent": _("Consistent"),
        "inconsistent": _("Inconsistent"),
        "impossible": _("Impossible"),
        "undecided": _("Undecided"),
    }


def _series(publications: Sequence[Publication]) -> list[tuple[str, str, str]]:
    """Return (instrument, consistent rows, rows checked) for each instrument with checked rows."""
    counts: dict[str, Counter[str]] = {}
    for publication in publications:
        if publication.kind == "reported" and publication.verdicts:
            counts.setdefault(publication.instrument, Counter()).update(publication.verdicts)
    return [
        (library.find(address).abbreviation, num(count["consistent"]), num(count.total()))
        for address, count in counts.items()
    ]


def _miss(row: Remarkable) -> MissRow:
    address = (
        reverse("portal:country", kwargs={"code": row.country})
        if row.kind == "country"
        else reverse("portal:organisation", kwargs={"code": row.organisation})
    )
    return MissRow(
        name=said(row.country_titles) if row.kind == "country" else named(row.name, row.language),
        address=address,
        publication=said(row.titles),
        publication_address=reverse("portal:edition", kwargs={"code": row.publication}),
        verdict=verdict_names()[row.verdict],
        reason=reason_text(row.reason_code, row.reason_values),
    )
