"""What stands out, in sentences: one for each thing that was found, with what it was found in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from teladan.core.diagnosis.diagnose import Diagnosis, Pair
from teladan.core.diagnosis.quality import Quality
from teladan.core.diagnosis.words import correlation, number, percent

SECTIONS = ("data", "within", "between", "components", "alpha", "weights", "redundancy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at: its section, its kind, the sentence, and what it was found in.

    `places` holds (codes, what was measured in words), in the order of the tree.
    """

    section: str
    kind: str
    text: str
    places: tuple[tuple[tuple[str, ...], str], ...]


def findings(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """Return everything that stands out under the diagnosis's thresholds, by section."""
    parts = (_data, _within, _between, _components, _alpha, _weights, _redundancy)
    return tuple(finding for part in parts for finding in part(diagnosis) if finding.places)


def _made(section: str, kind: str, text: str, places: Iterable[tuple[Sequence[str], str]]) -> Finding:
    return Finding(
        section=section, kind=kind, text=text, places=tuple((tuple(codes), words) for codes, words in places)
    )


def _data(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds, qualities = diagnosis.thresholds, diagnosis.quality
    flags = {quality.indicator: quality.flags(thresholds) for quality in qualities}

    def flagged(kind: str, text: str, say: Callable[[Quality], str]) -> Finding:
        places = [([q.indicator], say(q)) for q in qualities if kind in flags[q.indicator]]
        return _made("data", kind, text, places)

    yield flagged("empty", "No unit has a value", lambda _: "")
    yield flagged(
        "missing",
        f"More than {percent(thresholds.missing)} of the values are missing",
        lambda q: percent(q.missing / q.rows),
    )
    yield flagged("same", "The value is the same everywhere", lambda q: number(q.usual))
    yield flagged(
        "zeros",
        f"More than {percent(thresholds.zeros)} of the values are zero",
        lambda q: percent(q.zeros / q.values),
    )
    yield flagged(
        "repeated",
        f"More than {percent(thresholds.repeated)} of the values are one and the same",
        lambda q: f"{percent(q.same / q.values)} are {number(q.usual)}",
    )
    yield flagged(
        "skewed",
        "Skewness and kurtosis show outliers",
        lambda q: f"{number(q.skew)} and {number(q.kurtosis)}",
    )
    yield flagged(
        "far",
        f"Values lie beyond the quartiles by more than {number(thresholds.far)} times their distance",
        lambda q: ", ".join(outlier.unit for outlier in q.outliers if outlier.far),
    )
    still = [
        ([q.indicator], f"{number(q.treated[0])} and {number(q.treated[1])}")
        for q in qualities
        if q.treated and None not in q.treated
        if abs(q.treated[0] or 0) >= thresholds.skew and (q.treated[1] or 0) >= thresholds.kurtosis
    ]
    yield _made("data", "still skewed", "Skewness and kurtosis show outliers even after treatment", still)
    for name, twins in (("units", diagnosis.same_rows), ("indicators", diagnosis.same_columns)):
        places = [(duplicates.codes, f"{duplicates.values} values") for duplicates in twins]
        yield _made("data", f"same {name}", f"These {name} have exactly the same values", places)


def _pairs(pairs: Iterable[Pair], flag: str, method: str) -> list[tuple[Sequence[str], str]]:
    return [((p.one, p.other), correlation(p.by(method))) for p in pairs if p.flag == flag]


def _within(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds, method, pairs = diagnosis.thresholds, diagnosis.method, diagnosis.within
    negative, high, low = (correlation(r) for r in (thresholds.negative, thresholds.high, thresholds.low))
    texts = {
        "negative": f"Parts of one whole pull apart: correlation {negative} or below",
        "high": f"Parts of one whole say nearly the same: correlation {high} or above",
        "low": f"Parts of one whole have little in common: correlation below {low}",
    }
    for flag, text in texts.items():
        yield _made("within", flag, text, _pairs(pairs, flag, method))
    undefined = [pair for pair in pairs if pair.by(method) is None]
    defined = {code for p in pairs if p.by(method) is not None for code in (p.one, p.other)}
    isolated = dict.fromkeys(code for p in undefined for code in (p.one, p.other) if code not in defined)
    none: list[tuple[Sequence[str], str]] = [((code,), "with none of its siblings") for code in isolated]
    none += [
        ((p.one, p.other), f"{p.rows} rows have both")
        for p in undefined
        if not {p.one, p.other} & isolated.keys()
    ]
    text = "No correlation is defined: too few rows, or the same value in all"
    yield _made("within", "undefined", text, none)


def _between(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds, method = diagnosis.thresholds, diagnosis.method
    astray = [
        (
            (place.code, place.nearest),
            f"{correlation(place.other)}, own parent {place.parent} {correlation(place.own)}",
        )
        for place in diagnosis.places
        if place.astray
    ]
    yield _made("between", "astray", "An element goes better with another parent than with its own", astray)
    high = correlation(thresholds.high)
    text = f"Indicators of different parents say nearly the same: correlation {high} or above"
    yield _made("between", "high", text, _pairs(diagnosis.between, "high", method))
    negative = correlation(thresholds.negative)
    text = f"Indicators of different parents pull apart: correlation {negative} or below"
    yield _made("between", "negative", text, _pairs(diagnosis.between, "negative", method))


def _components(diagnosis: Diagnosis) -> Iterator[Finding]:
    several = [
        ((group.of,), f"{group.kaiser} components, the first explains {percent(float(group.shares[0]))}")
        for group in diagnosis.components
        if group.of and group.kaiser > 1
    ]
    text = "More than one component has an eigenvalue above 1: the parts measure several things"
    yield _made("components", "several", text, several)
    opposed = [
        ((code, group.of), correlation(float(loading)))
        for group in diagnosis.components
        if group.of and not group.reason
        for code, loading in zip(group.codes, group.loadings[:, 0].tolist(), strict=True)
        if loading < -1e-9
    ]
    text = "A part loads negatively on the first component of its parent"
    yield _made("components", "opposed", text, opposed)


def _alpha(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds = diagnosis.thresholds
    groups = [found for found in diagnosis.reliability if found.of]
    low = [((g.of,), number(g.alpha)) for g in groups if g.alpha is not None and g.alpha < thresholds.alpha]
    yield _made("alpha", "low", f"Cronbach's alpha is below {number(thresholds.alpha)}", low)
    better = [
        ((item.code, g.of), f"{number(g.alpha)} to {number(item.without)}")
        for g in groups
        for item in g.items
        if g.alpha is not None and item.without is not None and item.rest is not None
        if item.without > g.alpha and item.rest < 0
    ]
    text = "A part goes against the sum of the others; alpha rises without it"
    yield _made("alpha", "against", text, better)
    none = [
        ((g.of,), g.reason or "the sum of the parts is the same everywhere")
        for g in groups
        if g.alpha is None
    ]
    yield _made("alpha", "undefined", "Cronbach's alpha is not defined", none)


def _weights(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds = diagnosis.thresholds
    texts = {
        "against": "Counts against the index: its part of the variance is negative",
        "less": f"Counts for less than 1/{number(thresholds.apart)} of its weight",
        "more": f"Counts for more than {number(thresholds.apart)} times its weight",
    }
    leaves = set(diagnosis.subject.tree.indicators)
    for kind, text in texts.items():
        places = [
            ((i.code,), f"weight {percent(i.effective)}, part of the variance {percent(i.variance)}")
            for i in diagnosis.importance
            if i.code in leaves and i.counts(thresholds.apart) == kind
        ]
        yield _made("weights", kind, text, places)
    if all(i.variance is None for i in diagnosis.importance):
        places = [
            ((i.code,), correlation(i.with_index))
            for i in diagnosis.importance
            if i.code in leaves and i.with_index is not None and i.with_index < 0
        ]
        yield _made(
            "weights", "negative", "Goes against the index: its correlation with it is negative", places
        )


def _redundancy(diagnosis: Diagnosis) -> Iterator[Finding]:
    thresholds = diagnosis.thresholds
    everything = [((r.code,), "") for r in diagnosis.redundancy if r.flag(thresholds.inflation) == "all"]
    yield _made("redundancy", "all", "The siblings tell it exactly (a weighted sum of them)", everything)
    most = [
        ((r.code,), f"R² {number(r.known)}")
        for r in diagnosis.redundancy
        if r.flag(thresholds.inflation) == "most"
    ]
    share = percent(1 - 1 / thresholds.inflation)
    yield _made("redundancy", "most", f"The siblings tell {share} or more of it", most)
