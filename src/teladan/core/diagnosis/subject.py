"""What is diagnosed: a table, the tree over it, and the scores of every element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from teladan.core.composite.aggregate import Aggregate, Scores
from teladan.core.composite.aggregation import Arithmetic
from teladan.core.composite.data import Table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.pipeline import Outcome, Pipeline, run
from teladan.core.composite.trace import Labels, Matrix
from teladan.core.composite.tree import Element, Tree
from teladan.core.diagnosis.thresholds import STEP
from teladan.core.index import Answers, evaluate
from teladan.core.instrument import INDEX, Edition
from teladan.core.instrument.model import Element as Part


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """An index with its data.

    given: the table before any step. treated: after the last treatment of outliers, where there was
    one. scores: n × m, every element of the tree, on scales where more is better. contributions:
    n × m parts of the index, summing to it over the indicators; None where it is no weighted sum.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    nature: str = "research"  # or "legal": its weights are law
    tree: Tree
    given: Table
    treated: Table | None = None
    place: Labels
    scores: Scores
    contributions: Matrix | None = None
    notes: tuple[str, ...] = ()


def of_pipeline(pipeline: Pipeline, table: Table, titles: Mapping[str, str] | None = None) -> Subject:
    """Return what a pipeline makes of a table; raises CompositeError."""
    outcome = run(pipeline, table)
    scores, rules = outcome.scores, pipeline.steps[-1]
    if scores is None or not isinstance(rules, Aggregate):
        raise CompositeError(STEP, "the pipeline ends without the step aggregate: there is no index")
    names = [stage.name for stage in outcome.stages]
    return Subject(
        titles=titles or pipeline.tree.root.titles,
        tree=outcome.tree,
        given=table.columns(pipeline.tree.indicators),
        treated=outcome.after("treat") if "treat" in names else None,
        place=outcome.table.place,
        scores=scores,
        contributions=_parts(outcome.tree, scores, rules),
        notes=_notes(pipeline, table, outcome),
    )


def _notes(pipeline: Pipeline, table: Table, outcome: Outcome) -> tuple[str, ...]:
    notes = []
    gone = [code for code in pipeline.tree.indicators if code not in outcome.tree.indicators]
    if gone:
        notes.append(f"Screening left out the indicators {', '.join(gone)}.")
    out = len(table.units) - len(outcome.table.units)
    if out:
        notes.append(f"Screening left out {out} of {len(table.units)} rows.")
    if table.times is not None:
        times = len(np.unique(table.times))
        notes.append(f"A row is a unit at a time; the rows of all {times} times are taken together.")
    return tuple(notes)


def _parts(tree: Tree, scores: Scores, rules: Aggregate) -> Matrix | None:
    """Return what each element adds to the index: its score times its part, of the weight there is."""
    if any(type(rules.rule_of(element)) is not Arithmetic for element in tree.above):
        return None
    known = ~np.isnan(scores.values)
    place = {code: i for i, code in enumerate(scores.codes)}
    part = np.zeros(scores.values.shape)
    part[:, place[tree.root.code]] = 1.0
    for element in reversed(tree.above):
        columns = [place[child.code] for child in element.children]
        weights = known[:, columns] * np.array([child.weight for child in element.children])
        total = weights.sum(axis=1, keepdims=True)
        shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        part[:, columns] = part[:, [place[element.code]]] * shares
    parts: Matrix = np.where(part > 0, part * np.where(known, scores.values, 0.0), 0.0)
    sums, index = parts[:, : len(tree.indicators)].sum(axis=1), scores.index
    scored = ~np.isnan(index)
    size = np.abs(index[scored]).max(initial=0.0)
    # An element's score that was given by an override is no sum of what is below it.
    return parts if np.allclose(sums[scored], index[scored], rtol=0.0, atol=1e-9 * size) else None


def of_edition(edition: Edition, answers: Answers, *, nature: str, titles: Mapping[str, str]) -> Subject:
    """Return an edition's answers as the exact engine evaluates them, in float64.

    An answer that does not count (it is missing, or its line does not apply) is no value. Raises
    AggregationError and CompositeError.
    """
    tree = Tree(root=_element(edition.root))
    shape = (len(answers), len(tree.codes))
    values, parts = np.full(shape, np.nan), np.zeros(shape)
    additive = True
    for row, result in enumerate(evaluate(edition, answers).rows()):
        for column, code in enumerate(tree.codes):
            element = result.elements[code]
            if element.exact is None or (element.element.scale and answers.answer(code, row) is None):
                continue
            values[row, column] = float(element.exact)
            if element.contribution is not None:
                parts[row, column] = float(element.contribution)
        index = result.elements[INDEX]
        additive = additive and (index.exact is None or index.contribution is not None)
    place = Labels(tuple(answers.organisations), None, tree.codes)
    given = Table(units=place.units, indicators=tree.indicators, values=_given(answers, tree, values))
    notes = ["The weights are law: what is found here describes data, it is no reason to change one."]
    missing = np.isnan(values[:, : len(tree.indicators)]).any()
    if missing:
        notes.append("An answer that is missing or does not apply is no value here.")
    filled = any(leaf.code in answers.given and leaf.code not in answers.in_effect for leaf in edition.leaves)
    if filled:
        notes.append("In the scores of elements missing answers count as the instrument says.")
    scores = Scores(codes=tree.codes, values=values)
    return Subject(
        titles=titles,
        nature=nature,
        tree=tree,
        given=given,
        place=place,
        scores=scores,
        contributions=parts if additive and not filled and not np.isnan(scores.index).any() else None,
        notes=tuple(notes if nature == "legal" else notes[1:]),
    )


def _element(part: Part) -> Element:
    children = tuple(_element(child) for child in part.children)
    return Element(code=part.code, weight=float(part.weight), titles=part.titles, children=children)


def _given(answers: Answers, tree: Tree, values: Matrix) -> Matrix:
    """Return the answers as they were given (before goalposts), NaN where none counts."""
    raw = np.full((len(answers), len(tree.indicators)), np.nan)
    for column, code in enumerate(tree.indicators):
        for row in np.flatnonzero(~np.isnan(values[:, column])).tolist():
            answer: Fraction | None = answers.answer(code, row)
            raw[row, column] = np.nan if answer is None else float(answer)
    return raw
