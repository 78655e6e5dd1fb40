"""What the page about the method cites: every number is counted from what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core import library
from teladan.core.table import Column, Table
from teladan.portal.instruments import words
from teladan.portal.instruments.tree import share_text
from teladan.portal.names import verdict_word
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.publication.queries.overview import Remarkable
from teladan.web.formats import link, num, said
from teladan.web.reasons import match_text, reason_text


def method_page(
    publications: Sequence[Publication],
    misses: Sequence[Remarkable],
    matches: Mapping[str, int],
    example: ResultView | None = None,
) -> dict[str, Any]:
    """Return what the template names; `example` is a computed result, for the values of the chain."""
    verdicts: Counter[str] = Counter()
    for publication in publications:
        if publication.kind == "reported":
            verdicts.update(publication.verdicts)
    kinds = Counter(publication.kind for publication in publications)
    return {
        "finding": finding(verdicts["consistent"], verdicts.total()),
        "chain": chain(example),
        "example": example,
        "kinds": kinds,
        "unchecked": sum(each.kind == "reported" and not each.verdicts for each in publications),
        "series": series(publications),
        "verdicts": verdicts_table(verdicts),
        "misses": misses_table(misses) if misses else None,
        "matches": matches_table(matches),
    }


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


def chain(example: ResultView | None) -> tuple[tuple[str, str | Markup, str], ...]:
    """Return (step, value of the example, what happens) from a score to the band."""
    score = share = exact = printed = ""
    band: str | Markup = ""
    if example and example.edition and example.instrument:
        result, leaf = example.result, example.edition.leaves[0]
        score = num(result.scores.get(leaf.code, ""))
        share = share_text(leaf.weight / example.edition.root.weight)
        exact, printed = number(result.index_exact), num(result.index)
        named_band = example.edition.band_named(result.band) if result.band else None
        band = words.in_own_words(example.instrument, named_band.titles)[0] if named_band else ""
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


def verdicts_table(verdicts: Counter[str]) -> Table[tuple[str, str]]:
    """Return the four verdicts: what each means, how many rows got it."""
    meanings = (
        ("consistent", _("Some allowed answers give exactly these printed figures.")),
        ("inconsistent", _("Each figure alone is possible, but no allowed answers give them all together.")),
        ("impossible", _("A figure that the scale cannot produce at all.")),
        ("undecided", _("The check cannot decide, and says so.")),
    )
    return Table(
        (
            Column(_("Verdict"), lambda row: verdict_word(row[0]), key="verdict"),
            Column(_("What it means"), lambda row: row[1]),
            Column(_("Rows"), lambda row: num(verdicts[row[0]]), "n", key="rows"),
        ),
        meanings,
        title=_("%(consistent)s of %(checked)s rows checked are consistent")
        % {"consistent": num(verdicts["consistent"]), "checked": num(verdicts.total())},
        sub=_("Rows of all reported publications whose method is known, by verdict."),
        name="verdicts-caption",
        css="t-table t-firm",
    )


def misses_table(misses: Sequence[Remarkable]) -> Table[Remarkable]:
    """Return the rows that are not consistent: whose, where, and why."""
    count = len(misses)

    def name(row: Remarkable) -> Markup:
        if row.kind == "country":
            return link(reverse("portal:country", args=(row.country,)), said(row.country_titles))
        return link(reverse("portal:organisation", args=(row.organisation,)), named(row.name, row.language))

    return Table(
        (
            Column(_("Organisation"), name, key="organisation"),
            Column(
                _("Publication"),
                lambda row: link(reverse("portal:edition", args=(row.publication,)), said(row.titles)),
            ),
            Column(_("Verdict"), lambda row: verdict_word(row.verdict)),
            Column(_("Reason"), lambda row: reason_text(row.reason_code, row.reason_values)),
        ),
        misses,
        title=ngettext(
            "%(num)s row does not follow, shown as printed",
            "%(num)s rows do not follow, shown as printed",
            count,
        )
        % {"num": count},
        sub=_("Every row that is not consistent, with its reason. No figure was corrected."),
        name="misses-caption",
        css="t-table t-firm",
    )


def matches_table(matches: Mapping[str, int]) -> Table[tuple[str, int]]:
    """Return how printed names were matched to organisations, and how many in each way."""
    return Table(
        (
            Column(_("How"), lambda match: match_text(match[0]), "r"),
            Column(_("Names"), lambda match: num(match[1]), "n"),
        ),
        list(matches.items()),
        title=_("%(n)s printed names, by how each was matched") % {"n": num(sum(matches.values()))},
        sub=_("All publications together."),
        name="names-caption",
        css="t-table t-firm",
    )


def series(publications: Sequence[Publication]) -> list[tuple[str, str, str]]:
    """Return (instrument, consistent rows, rows checked) for each instrument with checked rows."""
    counts: dict[str, Counter[str]] = {}
    for publication in publications:
        if publication.kind == "reported" and publication.verdicts:
            counts.setdefault(publication.instrument, Counter()).update(publication.verdicts)
    return [
        (library.find(address).abbreviation, num(count["consistent"]), num(count.total()))
        for address, count in counts.items()
    ]
