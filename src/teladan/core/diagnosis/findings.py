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
        section=section, kind=kind, text=text, places=tuple((tuple(codes), said) for codes, said in places)
    )


def _data(diagnosis: Diagnosis) -> Iterator[Finding]:
    at, all_of = diagnosis.thresholds, diagnosis.quality
    flags = {quality.indicator: quality.flags(at) for quality in all_of}

    def flagged(kind: str, text: str, say: Callable[[Quality], str]) -> Finding:
        places = [([q.indicator], say(q)) for q in all_of if kind in flags[q.indicator]]
        return _made("data", kind, text, places)

    yield flagged("empty", "No unit has a value", lambda _: "")
    yield flagged(
        "missing",
        f"More than {percent(at.missing)} of the values are missing",
        lambda q: percent(q.missing / q.rows),
    )
    yield flagged("same", "The value is the same everywhere", lambda q: number(q.usual))
    yield flagged(
        "zeros",
        f"More than {percent(at.zeros)} of the values are zero",
        lambda q: percent(q.zeros / q.values),
    )
    yield flagged(
        "repeated",
        f"More than {percent(at.repeated)} of the values are one and the same",
        lambda q: f"{percent(q.same / q.values)} are {number(q.usual)}",
    )
    yield flagged(
        "skewed",
        "Skewness and kurtosis show outliers",
        lambda q: f"{number(q.skew)} and {number(q.kurtosis)}",
    )
    yield flagged(
        "far",
        f"Values lie beyond the quartiles by more than {number(at.far)} times their distance",
        lambda q: ", ".join(outlier.unit for outlier in q.outliers if outlier.far),
    )
    still = [
        ([q.indicator], f"{number(q.treated[0])} and {number(q.treated[1])}")
        for q in all_of
        if q.treated and None not in q.treated
        if abs(q.treated[0] or 0) >= at.skew and (q.treated[1] or 0) >= at.kurtosis
    ]
    yield _made("data", "still skewed", "Skewness and kurtosis show outliers even after treatment", still)
    for name, twins in (("units", diagnosis.same_rows), ("indicators", diagnosis.same_columns)):
        places = [(twin.codes, f"{twin.values} values") for twin in twins]
        yield _made("data", f"same {name}", f"These {name} have exactly the same values", places)


def _pairs(pairs: Iterable[Pair], flag: str, method: str) -> list[tuple[Sequence[str], str]]:
    return [((p.one, p.other), correlation(p.by(method))) for p in pairs if p.flag == flag]


def _within(diagnosis: Diagnosis) -> Iterator[Finding]:
    at, method, pairs = diagnosis.thresholds, diagnosis.method, diagnosis.within
    texts = {
        "negative": f"Parts of one whole pull apart: correlation {correlation(at.negative)} or below",
        "high": f"Parts of one whole say nearly the same: correlation {correlation(at.high)} or above",
        "low": f"Parts of one whole have little in common: correlation below {correlation(at.low)}",
    }
    for flag, text in texts.items():
        yield _made("within", flag, text, _pairs(pairs, flag, method))
    undefined = [pair for pair in pairs if pair.by(method) is None]
    defined = {code for p in pairs if p.by(method) is not None for code in (p.one, p.other)}
    alone = dict.fromkeys(code for p in undefined for code in (p.one, p.other) if code not in defined)
    none: list[tuple[Sequence[str], str]] = [((code,), "with none of its siblings") for code in alone]
    none += [
        ((p.one, p.other), f"{p.rows} rows have both")
        for p in undefined
        if not {p.one, p.other} & alone.keys()
    ]
    text = "No correlation is defined: too few rows, or the same value in all"
    yield _made("within", "undefined", text, none)


def _between(diagnosis: Diagnosis) -> Iterator[Finding]:
    at, method = diagnosis.thresholds, diagnosis.method
    astray = [
        (
            (place.code, place.nearest),
            f"{correlation(place.other)}, own parent {place.parent} {correlation(place.own)}",
        )
        for place in diagnosis.places
        if place.astray
    ]
    yield _made("between", "astray", "An element goes better with another parent than with its own", astray)
    high = f"Indicators of different parents say nearly the same: correlation {correlation(at.high)} or above"
    yield _made("between", "high", high, _pairs(diagnosis.between, "high", method))
    negative = f"Indicators of different parents pull apart: correlation {correlation(at.negative)} or below"
    yield _made("between", "negative", negative, _pairs(diagnosis.between, "negative", method))


def _components(diagnosis: Diagnosis) -> Iterator[Finding]:
    several = [
        ((found.of,), f"{found.kaiser} components, the first explains {percent(float(found.shares[0]))}")
        for found in diagnosis.components
        if found.of and found.kaiser > 1
    ]
    text = "More than one component has an eigenvalue above 1: the parts measure several things"
    yield _made("components", "several", text, several)
    opposed = [
        ((code, found.of), correlation(float(loading)))
        for found in diagnosis.components
        if found.of and not found.reason
        for code, loading in zip(found.codes, found.loadings[:, 0].tolist(), strict=True)
        if loading < -1e-9
    ]
    text = "A part loads negatively on the first component of its parent"
    yield _made("components", "opposed", text, opposed)


def _alpha(diagnosis: Diagnosis) -> Iterator[Finding]:
    at = diagnosis.thresholds
    groups = [found for found in diagnosis.reliability if found.of]
    low = [((g.of,), number(g.alpha)) for g in groups if g.alpha is not None and g.alpha < at.alpha]
    yield _made("alpha", "low", f"Cronbach's alpha is below {number(at.alpha)}", low)
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
    at = diagnosis.thresholds
    texts = {
        "against": "Counts against the index: its part of the variance is negative",
        "less": f"Counts for less than 1/{number(at.apart)} of its weight",
        "more": f"Counts for more than {number(at.apart)} times its weight",
    }
    leaves = set(diagnosis.subject.tree.indicators)
    for kind, text in texts.items():
        places = [
            ((i.code,), f"weight {percent(i.effective)}, part of the variance {percent(i.variance)}")
            for i in diagnosis.importance
            if i.code in leaves and i.counts(at.apart) == kind
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
    at = diagnosis.thresholds
    everything = [((r.code,), "") for r in diagnosis.redundancy if r.flag(at.inflation) == "all"]
    yield _made("redundancy", "all", "The siblings tell it exactly (a weighted sum of them)", everything)
    most = [
        ((r.code,), f"R² {number(r.known)}") for r in diagnosis.redundancy if r.flag(at.inflation) == "most"
    ]
    share = percent(1 - 1 / at.inflation)
    yield _made("redundancy", "most", f"The siblings tell {share} or more of it", most)
