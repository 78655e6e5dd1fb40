"""The sections of a report about the index and its data; the others are in `structure`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from teladan.core.composite.tree import Element
from teladan.core.composite.weights import effective
from teladan.core.diagnosis import drawings
from teladan.core.diagnosis.correlations import METHODS
from teladan.core.diagnosis.diagnose import Diagnosis
from teladan.core.diagnosis.findings import Finding
from teladan.core.diagnosis.markup import Cell, Column, figure, named, paragraph, section, table, text
from teladan.core.diagnosis.quality import Quality
from teladan.core.diagnosis.words import number, percent

SHOWN = 6  # places that a finding in the summary names
TITLES = {
    "data": "The data",
    "within": "Correlations within each parent",
    "between": "Correlations between parents",
    "components": "Principal components",
    "alpha": "Cronbach’s alpha",
    "weights": "What counts",
    "redundancy": "Redundancy",
}
FLAGS = {
    "empty": "no value",
    "same": "the same everywhere",
    "missing": "missing",
    "zeros": "zeros",
    "repeated": "repeated",
    "skewed": "skewed",
    "far": "far values",
}


def standing_out(found: Sequence[Finding]) -> str:
    """Return what stands out, by section, with links to the figures."""
    if not found:
        return section("stands-out", "What stands out", paragraph("Nothing, under the thresholds below."))
    parts = []
    for name, title in TITLES.items():
        here = [finding for finding in found if finding.section == name]
        if here:
            items = "".join(f"<li>{_sentence(finding)}</li>" for finding in here)
            parts.append(f'<h3><a href="#{name}">{text(title)}</a></h3><ul>{items}</ul>\n')
    return section("stands-out", "What stands out", *parts)


def _sentence(finding: Finding) -> str:
    shown = [
        f"<b>{text(' and '.join(codes))}</b>{f' ({text(words)})' if words else ''}"
        for codes, words in finding.places[:SHOWN]
    ]
    more = len(finding.places) - SHOWN
    if more > 0:
        shown.append(f"and {more} more")
    return f"{text(finding.text)}: {'; '.join(shown)}."


def the_index(diagnosis: Diagnosis) -> str:
    """Return the tree with titles, weights and directions."""
    tree = diagnosis.subject.tree
    parts = effective(tree)
    depth = {tree.root.code: 0}
    rows: list[list[Cell | str]] = []
    for element in tree.root.walk():
        for child in element.children:
            depth[child.code] = depth[element.code] + 1
        parent = tree.parents.get(element.code)
        weight = element.weight / sum(e.weight for e in parent.children) if parent else 1.0
        less = "" if element.children else ("less is better" if element.direction < 0 else "more is better")
        step = f"t{min(depth[element.code], 5)}"
        rows.append(
            [
                Cell(named(element), step),
                figure(percent(weight) if parent else ""),
                figure(percent(parts[element.code])),
                text(less),
            ]
        )
    columns = (
        Column(head="Element"),
        Column(head="Weight in its parent", kind="n"),
        Column(head="Part of the index", kind="n"),
        Column(head="Direction"),
    )
    inner = len(tree.above) - 1
    words = f"{len(tree.indicators)} indicators" + (f" below {inner} elements" if inner else "")
    return section("index", "The index", table("tree", f"The index and its {words}", columns, rows))


def the_data(diagnosis: Diagnosis) -> str:
    """Return the indicators' values before any step: gaps, repetitions, shape, outliers."""
    thresholds, tree = diagnosis.thresholds, diagnosis.subject.tree
    titles = {quality.indicator: Element(code=quality.indicator) for quality in diagnosis.quality}
    titles |= {code: tree[code] for code in tree.indicators}
    treated = any(quality.treated for quality in diagnosis.quality)
    columns = [
        Column(head="Indicator"),
        Column(head="Missing", kind="n"),
        Column(head="Zero", kind="n"),
        Column(head="Most frequent", kind="n"),
        Column(head="Lowest", kind="n"),
        Column(head="Median", kind="n"),
        Column(head="Highest", kind="n"),
        Column(head="Quartiles, whiskers, outliers", kind="d"),
        Column(head="Skewness", kind="n"),
        Column(head="Kurtosis", kind="n"),
        *([Column(head="Both after treatment", kind="n")] if treated else []),
        Column(head="Look at"),
    ]
    rows: list[list[Cell | str]] = [
        [
            Cell(named(titles[quality.indicator])),
            *_counts(quality),
            Cell(drawings.of_values(quality)),
            figure(number(quality.skew, 3)),
            figure(number(quality.kurtosis, 3)),
            *([_after(quality)] if treated else []),
            text(", ".join(FLAGS[flag] for flag in quality.flags(thresholds))),
        ]
        for quality in diagnosis.quality
    ]
    count = len(diagnosis.subject.given.units)
    return section(
        "data",
        TITLES["data"],
        paragraph(
            "As it came, before any step. The box holds the middle half of the values, with the median; "
            f"rings lie beyond the quartiles by more than {number(thresholds.fence)} times their distance; "
            "the line runs from the lowest to the highest of the others."
        ),
        table("quality", f"Values of each indicator, {count} rows", columns, rows, wide=True),
        _outliers(diagnosis),
        _duplicates(diagnosis),
    )


def _counts(quality: Quality) -> list[Cell]:
    summary, values = quality.summary, quality.values
    cells = [figure(percent(quality.missing / quality.rows))]
    if summary is None:
        return [*cells, *(figure("–") for _ in range(5))]
    return [
        *cells,
        figure(percent(quality.zeros / values)),
        figure(f"{percent(quality.same / values)} are {number(quality.usual)}" if quality.same > 1 else "–"),
        *(figure(number(value)) for value in (summary.lowest, summary.median, summary.highest)),
    ]


def _after(quality: Quality) -> Cell:
    if quality.treated is None:
        return figure("–")
    return figure(" · ".join(number(value, 3) for value in quality.treated))


def _outliers(diagnosis: Diagnosis) -> str:
    rows: list[list[Cell | str]] = [
        [
            Cell(f"<b>{text(quality.indicator)}</b>"),
            _listed(f"{o.unit} {number(o.value)}" for o in quality.outliers if not o.far),
            _listed(f"{o.unit} {number(o.value)}" for o in quality.outliers if o.far),
        ]
        for quality in diagnosis.quality
        if quality.outliers
    ]
    thresholds = diagnosis.thresholds
    columns = (
        Column(head="Indicator"),
        Column(head=f"{number(thresholds.fence)} to {number(thresholds.far)} times"),
        Column(head=f"More than {number(thresholds.far)} times"),
    )
    caption = "Values beyond the quartiles, by how many times the quartiles’ distance"
    return table("outliers", caption, columns, rows) if rows else ""


def _listed(words: Iterable[str], most: int = 20) -> str:
    found = [text(word) for word in words]
    more = [f"and {len(found) - most} more"] if len(found) > most else []
    return "; ".join([*found[:most], *more])


def _duplicates(diagnosis: Diagnosis) -> str:
    rows: list[list[Cell | str]] = [
        [kind, text(", ".join(duplicates.codes)), figure(str(duplicates.values))]
        for kind, twins in (("units", diagnosis.same_rows), ("indicators", diagnosis.same_columns))
        for duplicates in twins
    ]
    columns = (
        Column(head="What"),
        Column(head="Which"),
        Column(head="Equal values", kind="n"),
    )
    if not rows:
        return paragraph("No two units and no two indicators have exactly the same values.")
    return table("twins", "Exactly the same values", columns, rows)


def how_it_was_made(diagnosis: Diagnosis, made_from: Sequence[tuple[str, str]], engine: str) -> str:
    """Return what went in, under which thresholds."""
    thresholds = diagnosis.thresholds
    facts = [*made_from, ("computed by", engine), ("correlation that flags are read from", diagnosis.method)]
    listed = [
        (
            "missing values, zeros, one and the same value",
            [thresholds.missing, thresholds.zeros, thresholds.repeated],
        ),
        ("skewness and kurtosis, both reached", [thresholds.skew, thresholds.kurtosis]),
        ("outliers, far values: times the quartiles’ distance", [thresholds.fence, thresholds.far]),
        ("correlation: negative, low, high", [thresholds.negative, thresholds.low, thresholds.high]),
        ("alpha: below", [thresholds.alpha]),
        ("variance inflation: from", [thresholds.inflation]),
        ("part of the variance against weight: times", [thresholds.apart]),
    ]
    rows = [[text(what), text(value)] for what, value in facts]
    limits: list[list[Cell | str]] = [
        [text(what), figure(" · ".join(number(value) for value in values))] for what, values in listed
    ]
    others = ", ".join(method.title() for method in METHODS)
    notes = "".join(paragraph(text(note)) for note in diagnosis.subject.notes)
    return section(
        "made",
        "How this was made",
        notes,
        table("facts", "What went in", (Column(head="What"), Column(head="Which")), rows),
        table(
            "thresholds",
            "From where on something is pointed out (usual values, not laws)",
            (Column(head="Threshold"), Column(head="Value", kind="n")),
            limits,
        ),
        paragraph(
            f"Correlations ({others}) use the rows that have both values. Spearman’s are Pearson’s of the "
            "ranks, equal values sharing the mean rank; Kendall’s are tau-b. Components, alpha and "
            "redundancy use the rows that have every value of a group, and leave out what is the same in all "
            "of them. Scores are on the scales of the index, where more is better. Binary64, printed rounded."
        ),
        paragraph(
            "Principal components are those of the correlations; a loading is the correlation of a part with "
            "a component; Kaiser’s rule keeps eigenvalues above 1. Alpha is k / (k − 1) × (1 − sum of the "
            "variances / variance of the sum). The part of the variance is the covariance of what an element "
            "adds with the index, divided by the index’s variance; over the indicators it sums to 1. R² is "
            "that of a linear regression on the siblings; variance inflation is 1 / (1 − R²)."
        ),
        paragraph(
            "Sources: OECD and European Commission JRC, Handbook on Constructing Composite Indicators "
            "(2008); Cronbach (1951); Kaiser (1960); Kendall (1938, 1945); Spearman (1904); Tukey (1977). "
            "The texts themselves: not seen; the methods are taken from their usual statement."
        ),
    )
