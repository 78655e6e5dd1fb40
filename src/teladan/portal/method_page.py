"""What the page about the method cites: every number is counted from what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core import library
from teladan.evaluation.models import Publication
from teladan.evaluation.queries.overview import Remarkable
from teladan.portal.reasons import match_text, reason_text
from teladan.portal.words import named
from teladan.web.formats import num, said

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
class MethodPage:
    """All that the template writes down."""

    finding: str
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
) -> MethodPage:
    """Return the page's numbers."""
    total: Counter[str] = Counter()
    for publication in publications:
        if publication.kind == "reported":
            total.update(publication.verdicts)
    checked = sum(total.values())
    return MethodPage(
        finding=finding(total["consistent"], checked),
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
        name=named(row.name, row.language),
        address=address,
        publication=said(row.titles),
        publication_address=reverse("portal:edition", kwargs={"code": row.publication}),
        verdict=verdict_names()[row.verdict],
        reason=reason_text(row.reason_code, row.reason_values),
    )
