"""The sections of a report about the structure of the index."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from teladan.core.composite.tree import Element
from teladan.core.diagnosis import drawings
from teladan.core.diagnosis.components import Components
from teladan.core.diagnosis.diagnose import Diagnosis, Pair
from teladan.core.diagnosis.importance import Importance
from teladan.core.diagnosis.markup import Cell, Column, figure, paragraph, section, table, text
from teladan.core.diagnosis.sections import TITLES
from teladan.core.diagnosis.words import correlation, number, percent
from teladan.core.figure import Axis, bar, strip

MOST_PAIRS = 200  # rows of a list of pairs; the JSON has all
MOST_COMPONENTS = 8
COUNTS = {"against": "counts against", "less": "counts for less", "more": "counts for more", "": ""}
SIBLINGS = {"all": "the siblings tell all of it", "most": "the siblings tell most of it", "": ""}


def _bold(code: str) -> str:
    return f"<b>{text(code)}</b>"


def _left_out(left_out: tuple[tuple[str, str], ...]) -> str:
    if not left_out:
        return ""
    words = "; ".join(f"{code} ({why})" for code, why in left_out)
    return paragraph(f"Left out: {text(words)}.", "note")


def within(diagnosis: Diagnosis) -> str:
    """Return a matrix for each parent, and the flagged pairs by all three correlations."""
    thresholds = diagnosis.thresholds
    parts = [_matrix(diagnosis, parent, i) for i, parent in enumerate(diagnosis.groups)]
    if not parts:
        return section("within", TITLES["within"], paragraph("No element has more than one part."))
    flagged = [pair for pair in diagnosis.within if pair.flag]
    key = (
        f"Method: {diagnosis.method}. ▼ negative ({correlation(thresholds.negative)} or below), ○ low (below "
        f"{correlation(thresholds.low)}), ▲ high ({correlation(thresholds.high)} or above)."
    )
    pairs = _pairs(diagnosis, "within-pairs", "Flagged pairs within a parent", flagged)
    return section("within", TITLES["within"], paragraph(text(key)), *parts, pairs)


def _matrix(diagnosis: Diagnosis, parent: Element, place: int) -> str:
    codes = [child.code for child in parent.children]
    columns = [Column(head="Part"), *(Column(head=code, kind="h") for code in codes[:-1])]
    rows: list[list[Cell | str]] = []
    for i, row_code in enumerate(codes[1:], 1):
        cells: list[Cell] = []
        for column_code in codes[:-1]:
            if column_code in codes[i:]:
                cells.append(Cell("", "h"))
                continue
            pair = diagnosis.pair(column_code, row_code, parent.code)
            cells.append(drawings.heat(pair.by(diagnosis.method), pair.flag))
        rows.append([Cell(_bold(row_code)), *cells])
    return table(f"within-{place}", f"Parts of {parent.code}", columns, rows)


def _pairs(diagnosis: Diagnosis, name: str, caption: str, pairs: Iterable[Pair]) -> str:
    shown = sorted(pairs, key=lambda pair: pair.by(diagnosis.method) or 0.0)
    thresholds, more = diagnosis.thresholds, ""
    if len(shown) > MOST_PAIRS:
        strongest = sorted(shown, key=lambda pair: -abs(pair.by(diagnosis.method) or 0.0))[:MOST_PAIRS]
        more = f", the {MOST_PAIRS} strongest of {len(shown)}"
        shown = [pair for pair in shown if pair in strongest]
    columns = (
        Column(head="Pair"),
        Column(head="Rows", kind="n"),
        Column(head="Pearson", kind="n"),
        Column(head="Spearman", kind="n"),
        Column(head="Kendall", kind="n"),
        Column(head="−1 … 1", kind="d"),
        Column(head="Flag"),
    )
    rows: list[list[Cell | str]] = []
    for pair in shown:
        all_three = (pair.pearson, pair.spearman, pair.kendall)
        main = pair.by(diagnosis.method)
        rings = [r for method, r in zip(("pearson", "spearman", "kendall"), all_three, strict=True)
                 if method != diagnosis.method]  # fmt: skip
        names = f"{_bold(pair.one)} and {_bold(pair.other)}"
        rows.append(
            [
                Cell(f"{names}<small>{text(pair.above)}</small>" if pair.above else names),
                figure(str(pair.rows)),
                *(figure(correlation(r)) for r in all_three),
                drawings.of_correlations(thresholds, [main], rings),
                text(pair.flag),
            ]
        )
    if not rows:
        return paragraph("No pair is flagged.")
    return table(name, f"{caption}{more}", columns, rows)


def between(diagnosis: Diagnosis) -> str:
    """Return how each element goes with its own parent and the nearest other, and flagged pairs."""
    thresholds = diagnosis.thresholds
    columns = (
        Column(head="Element"),
        Column(head="Own parent"),
        Column(head="with it", kind="n"),
        Column(head="Nearest other"),
        Column(head="with that", kind="n"),
        Column(head="Dot own, ring other", kind="d"),
        Column(head="Look at"),
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(_bold(place.code)),
            text(place.parent),
            figure(correlation(place.own)),
            text(place.nearest),
            figure(correlation(place.other)),
            drawings.of_correlations(thresholds, [place.own], [place.other]),
            "goes better with the other" if place.astray else "",
        ]
        for place in diagnosis.places
    ]
    if not rows:
        words = "Every indicator stands right below the index: there are no other parents."
        return section("between", TITLES["between"], paragraph(words))
    pairs = _pairs(
        diagnosis, "between-pairs", "Flagged pairs of indicators of different parents", diagnosis.between
    )
    caption = f"Each element with its own parent and the nearest other ({diagnosis.method})"
    words = (
        "The own parent holds the element itself, which lifts that correlation; it should be the higher one."
    )
    return section(
        "between", TITLES["between"], paragraph(words), table("places", caption, columns, rows), pairs
    )


def principal(diagnosis: Diagnosis) -> str:
    """Return eigenvalues and loadings of each group, and of all indicators together."""
    parts = [_components(group, i) for i, group in enumerate(diagnosis.components)]
    words = (
        "One component with an eigenvalue above 1 (the line in the drawing) speaks for parts that measure "
        "one thing; loadings on it should all be positive."
    )
    return section("components", TITLES["components"], paragraph(words), *parts)


def _of(code: str) -> str:
    return f"the parts of {code}" if code else "all indicators"


def _components(group: Components, place: int) -> str:
    title = f"<h3>{text(group.of or 'All indicators together')}</h3>\n"
    if group.reason:
        return title + paragraph(f"Not defined: {text(group.reason)}.", "note") + _left_out(group.left_out)
    shares = group.shares
    columns = (
        Column(head="Component"),
        Column(head="Eigenvalue", kind="n"),
        Column(head="Against 1", kind="d"),
        Column(head="Variance explained", kind="n"),
        Column(head="Up to here", kind="n"),
        Column(head="Kaiser"),
    )
    shown = min(len(shares), max(MOST_COMPONENTS, group.kaiser))
    rows: list[list[Cell | str]] = [
        [
            str(i + 1),
            figure(f"{group.eigenvalues[i]:.3f}"),
            drawings.of_eigenvalue(float(group.eigenvalues[i]), float(group.eigenvalues[0])),
            figure(percent(float(shares[i]))),
            figure(percent(float(shares[: i + 1].sum()))),
            "above 1" if i < group.kaiser else "",
        ]
        for i in range(shown)
    ]
    more = f", the first {shown} of {len(shares)}" if shown < len(shares) else ""
    kept = min(len(shares), MOST_COMPONENTS, max(2, group.kaiser))
    loads = [
        [Cell(_bold(code)), *(drawings.heat(float(r), "", marked=False) for r in group.loadings[i, :kept])]
        for i, code in enumerate(group.codes)
    ]
    heads = [Column(head="Part"), *(Column(head=str(i + 1), kind="h") for i in range(kept))]
    eigen = table(f"eigen-{place}", f"Components of {_of(group.of)}, {group.rows} rows{more}", columns, rows)
    loadings = table(f"load-{place}", f"Loadings of {_of(group.of)} on components", heads, loads)
    return f'{title}<div class="pair">{eigen}{loadings}</div>' + _left_out(group.left_out)


def alpha(diagnosis: Diagnosis) -> str:
    """Return alpha of each group, and each part's place in it."""
    columns = (
        Column(head="Group"),
        Column(head="Parts", kind="n"),
        Column(head="Rows", kind="n"),
        Column(head="Alpha", kind="n"),
        Column(head="0 … 1", kind="d"),
        Column(head="Standardised", kind="n"),
        Column(head="Remark"),
    )
    rows: list[list[Cell | str]] = []
    items: list[list[Cell | str]] = []
    for group in diagnosis.reliability:
        out = "; ".join(f"without {code} ({why})" for code, why in group.left_out)
        words = group.reason or ("below" if (group.alpha or 0.0) < diagnosis.thresholds.alpha else "")
        rows.append(
            [
                Cell(_bold(group.of) if group.of else "all indicators"),
                figure(str(len(group.codes))),
                figure(str(group.rows)),
                figure(number(group.alpha, 3)),
                drawings.of_share(group.alpha),
                figure(number(group.standardised, 3)),
                text("; ".join(filter(None, (words, out)))),
            ]
        )
        if group.of:
            items += [
                [
                    Cell(_bold(item.code)),
                    text(group.of),
                    figure(correlation(item.rest)),
                    figure(number(item.without, 3)),
                    figure(number(group.alpha, 3)),
                    "rises without it" if _rises(item.without, group.alpha) else "",
                ]
                for item in group.items
            ]
    heads = (
        Column(head="Part"),
        Column(head="Group"),
        Column(head="With the sum of the others", kind="n"),
        Column(head="Alpha without it", kind="n"),
        Column(head="Alpha", kind="n"),
        Column(head="Remark"),
    )
    if not rows:
        return section("alpha", TITLES["alpha"], paragraph("No element has more than one part."))
    return section(
        "alpha",
        TITLES["alpha"],
        table("alphas", "Cronbach’s alpha of each group", columns, rows),
        table("items", "Each part within its group", heads, items) if items else "",
    )


def _rises(without: float | None, whole: float | None) -> bool:
    return without is not None and whole is not None and without > whole


def weights(diagnosis: Diagnosis) -> str:
    """Return what each element is meant to count, and what it does."""
    leaves = set(diagnosis.subject.tree.indicators)
    low = [element for element in diagnosis.importance if element.code in leaves]
    high = [element for element in diagnosis.importance if element.code not in leaves]
    words = (
        "Ring: the effective weight, the part of the index by the weights alone. Dot: the part of the "
        "index’s variance. An element of large spread, or one that goes with many others, counts for more "
        "than it weighs."
    )
    if all(element.variance is None for element in diagnosis.importance):
        words = (
            "The index is no weighted sum of what is below it (or has no variance), so that no parts of its "
            "variance can be told; correlations say which way an element pulls."
        )
    return section(
        "weights",
        TITLES["weights"],
        paragraph(words),
        _weights(diagnosis, "w-inner", "Elements above the indicators", high),
        _weights(diagnosis, "w-leaves", "Indicators", low),
    )


def _weights(diagnosis: Diagnosis, name: str, caption: str, elements: list[Importance]) -> str:
    if not elements:
        return ""
    numbers = [
        0.0,
        *(element.effective for element in elements),
        *(v for o in elements if (v := o.variance) is not None),
    ]
    low, high = drawings.place(float(np.min(numbers))), drawings.place(float(np.max(numbers)))
    axis = Axis(low=low, high=high if high > low else low + 1)
    columns = (
        Column(head="Element"),
        Column(head="Parent"),
        Column(head="Effective weight", kind="n"),
        Column(head="Part of the variance", kind="n"),
        Column(head="Ring weight, dot variance", kind="d"),
        Column(head="With its parent", kind="n"),
        Column(head="With the index", kind="n"),
        Column(head="Look at"),
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(_bold(element.code)),
            text(element.parent),
            figure(percent(element.effective)),
            figure(percent(element.variance)),
            drawings.of_weight(axis, element.effective, element.variance),
            figure(correlation(element.with_parent)),
            figure(correlation(element.with_index)),
            COUNTS[element.counts(diagnosis.thresholds.apart)],
        ]
        for element in elements
    ]
    return table(name, caption, columns, rows)


def redundancy(diagnosis: Diagnosis) -> str:
    """Return how much of each element its siblings tell."""
    columns = (
        Column(head="Element"),
        Column(head="Parent"),
        Column(head="Rows", kind="n"),
        Column(head="R² on the siblings", kind="n"),
        Column(head="0 … 1", kind="d"),
        Column(head="Variance inflation", kind="n"),
        Column(head="Remark"),
    )
    axis = Axis(low=drawings.place(0.0), high=drawings.place(1.0))
    thresholds = diagnosis.thresholds.inflation
    rows: list[list[Cell | str]] = [
        [
            Cell(_bold(element.code)),
            text(element.parent),
            figure(str(element.rows)),
            figure(correlation(element.known)),
            strip([bar(axis, axis.low, drawings.place(element.known or 0.0))]),
            figure(number(element.inflation, 3)),
            text(element.reason or SIBLINGS[element.flag(thresholds)]),
        ]
        for element in diagnosis.redundancy
    ]
    if not rows:
        return section("redundancy", TITLES["redundancy"], paragraph("No element has siblings."))
    words = "What the siblings tell already adds weight, and little that is new."
    caption = "How much of each element a linear regression on its siblings explains"
    return section(
        "redundancy", TITLES["redundancy"], paragraph(words), table("siblings", caption, columns, rows)
    )
