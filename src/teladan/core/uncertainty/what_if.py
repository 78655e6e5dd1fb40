"""A research index seen as a pipeline, so that its weights and rules may vary: "what if".

The published figures stay those of teladan.core.index, exact; only the draws are float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.aggregation import Aggregation as Rule
from teladan.core.composite.aggregation import Arithmetic, Geometric, Harmonic, Median, Minimum
from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.normalise import Normalise
from teladan.core.composite.orders import Unchanged
from teladan.core.composite.pipeline import Pipeline
from teladan.core.composite.scales import MinMax
from teladan.core.composite.tree import Element, Tree
from teladan.core.consistency.intervals import band_window
from teladan.core.index import Answers, Results, evaluate
from teladan.core.instrument import INDEX, Aggregation, Edition, NotApplicable
from teladan.core.instrument.model import Element as Part
from teladan.core.uncertainty.assumptions import Assumption, Choice, Weights
from teladan.core.uncertainty.draws import STEP
from teladan.core.uncertainty.one_at_a_time import with_single_effects
from teladan.core.uncertainty.ranks import Ranks
from teladan.core.uncertainty.report import Figure, Report
from teladan.core.uncertainty.run import Cuts, Progress, vary
from teladan.core.uncertainty.study import Study

SHARE = 0.25
NO_RANKING = {
    "assumption": "ranking",
    "code": "no-ranking",
    "text": "ranks: not stated, the publisher says it is no ranking",
}
NO_BANDS = {
    "assumption": "bands",
    "code": "bands-not-stated",
    "text": "bands: not stated, because the scale varies",
}
RULES: Mapping[Aggregation, Rule] = {
    Aggregation.ARITHMETIC: Arithmetic(),
    Aggregation.GEOMETRIC: Geometric(zero="zero"),
    Aggregation.HARMONIC: Harmonic(zero="zero"),
    Aggregation.MEDIAN: Median(),
    Aggregation.MINIMUM: Minimum(),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Published:
    """The figures of an edition's answers as the exact engine makes them."""

    results: Results
    index: tuple[Figure, ...]
    exact: tuple[Fraction | None, ...]
    rank: Ranks


def published(edition: Edition, answers: Answers) -> Published:
    """Return index texts (printed, else exact), exact indices and the ranks by them."""
    results = evaluate(edition, answers)
    texts: list[Figure] = []
    exact: list[Fraction | None] = []
    for result in results.as_json()["results"]:
        index = result["elements"][INDEX]
        value = index["exact"] or index.get("approximate")
        texts.append(index["printed"] or value)
        exact.append(None if value is None else Fraction(value))
    return Published(results=results, index=tuple(texts), exact=tuple(exact), rank=exact_ranks(exact))


def exact_ranks(values: Sequence[Fraction | None]) -> Ranks:
    """Return 1 for the highest, equal values the same rank, 0 for none.

    >>> exact_ranks([Fraction(1, 3), None, Fraction(2, 3), Fraction(1, 3)]).tolist()
    [2, 0, 1, 2]
    """
    rank: dict[Fraction, int] = {}
    for place, value in enumerate(sorted((v for v in values if v is not None), reverse=True), 1):
        rank.setdefault(value, place)
    return np.array([0 if value is None else rank[value] for value in values], dtype=np.int32)


def cuts_of(edition: Edition) -> Cuts | None:
    """Return where an edition's bands begin on exact indices, as float64; None without bands."""
    if not edition.bands:
        return None
    starts = []
    for band in edition.bands:
        window = band_window(edition, band)
        low = float(window.low)
        starts.append(low if window.low_closed else float(np.nextafter(low, np.inf)))
    return Cuts(codes=tuple(band.code for band in edition.bands), starts=tuple(starts))


def tree_of(edition: Edition) -> Tree:
    """Return an edition's elements with their weights in float64."""

    def element(part: Part) -> Element:
        children = tuple(element(child) for child in part.children)
        return Element(code=part.code, weight=float(part.weight), titles=part.titles, children=children)

    return Tree(root=element(edition.root))


def pipeline_of(edition: Edition) -> Pipeline:
    """Return an edition as a pipeline: values as they are, its weights and rules in float64.

    Raises CompositeError for what a pipeline cannot say: sums to weight, rounding inside, weight
    that leaves the parent where a line does not apply.
    """
    rules: dict[str, Rule] = {}
    for part in edition.root.walk():
        if part.rounds_inside:
            reason = "it is rounded inside the tree, which no draw does"
            raise CompositeError(STEP, reason, indicator=part.code)
        if part.children and part.aggregation not in RULES:
            raise CompositeError(STEP, f"{part.aggregation} cannot vary as a mean", indicator=part.code)
        if part.children and part.aggregation is not Aggregation.ARITHMETIC:
            rules[part.code] = RULES[part.aggregation]
    by_kind = any(part.applies_to is not None for part in edition.root.walk())
    if by_kind and edition.not_applicable is NotApplicable.IN_WHOLE:
        raise CompositeError(STEP, "lines that do not apply change the weights of whole elements here")
    steps = (Normalise(method=Unchanged()), Aggregate(by_element=rules))
    return Pipeline(tree=tree_of(edition), steps=steps)


def table_of(edition: Edition, answers: Answers, rows: Sequence[int]) -> Table:
    """Return the values of some organisations' answers in float64; NaN where a line does not count."""
    columns = []
    for leaf in edition.leaves:
        assert leaf.scale is not None
        values = answers.columns[leaf.code]
        counts = answers.in_effect.get(leaf.code)
        columns.append(
            [
                float(leaf.scale.value_of(values.at(row))) if counts is None or counts[row] else np.nan
                for row in rows
            ]
        )
    return Table(
        units=tuple(answers.organisations[row] for row in rows),
        indicators=tuple(leaf.code for leaf in edition.leaves),
        values=np.array(columns).T,
    )


def usual(edition: Edition, pipeline: Pipeline) -> tuple[Assumption, ...]:
    """Return what varies where nobody says what: weights ± 25 %, the aggregation, the scale.

    The scale stays where bands are read on it.
    """
    assumptions: list[Assumption] = [usual_weights(pipeline)]
    if not edition.bands:
        assumptions.append(
            Choice(
                step="normalise",
                options=(
                    Normalise(method=Unchanged()),
                    Normalise(method=MinMax(lower=1.0, upper=100.0), constant=100.0),
                ),
            )
        )
    own = pipeline.steps[-1]
    assert isinstance(own, Aggregate)
    if not own.by_element:
        options = (Aggregate(rule=Arithmetic()), Aggregate(rule=Geometric(zero="zero")))
        assumptions.append(
            Choice(
                step="aggregate", options=options, labels=("arithmetic", "geometric (0 where a part is 0)")
            )
        )
    return tuple(assumptions)


def usual_weights(pipeline: Pipeline) -> Weights:
    """Return weights ± 25 % at every level below the index."""
    return Weights(shares=dict.fromkeys(range(1, pipeline.tree.root.level), SHARE))


def study_of(
    edition: Edition, answers: Answers, found: Published, assumptions: Sequence[Assumption] | None
) -> Study:
    """Return the study of the organisations that have an index."""
    rows = np.flatnonzero(found.rank > 0).tolist()
    if not rows:
        raise CompositeError(STEP, "no organisation has an index")
    pipeline = pipeline_of(edition)
    varied = usual(edition, pipeline) if assumptions is None else tuple(assumptions)
    return Study(pipeline=pipeline, table=table_of(edition, answers, rows), assumptions=varied)


def what_if(
    edition: Edition,
    answers: Answers,
    *,
    draws: int = 1000,
    seed: int = 0,
    assumptions: Sequence[Assumption] | None = None,
    ranked: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Return the report of a research index from its parts. Raises CompositeError."""
    found = published(edition, answers)
    study = study_of(edition, answers, found, assumptions)
    drawn = vary(study, draws=draws, seed=seed, progress=progress)
    words = with_single_effects(drawn.assumptions(), study, seed=seed)
    cuts = cuts_of(edition)
    if cuts is not None and any(a.name == "normalise" for a in study.assumptions):
        cuts = None
        words.append(dict(NO_BANDS))
    if not ranked:
        words.append(dict(NO_RANKING))
    place = {unit: i for i, unit in enumerate(answers.organisations)}
    rows = [place[unit] for unit in study.units]
    left = len(answers) - len(rows)
    if left:
        text = f"{left} without an index left out"
        words.append({"assumption": "not scored", "code": "not-scored", "text": text, "count": left})
    return Report(
        seed=seed,
        draws=draws,
        assumptions=tuple(words),
        units=study.units,
        index=tuple(found.index[row] for row in rows),
        rank=found.rank[rows],
        drawn=drawn.drawn,
        cuts=cuts,
        ranked=ranked,
    )
