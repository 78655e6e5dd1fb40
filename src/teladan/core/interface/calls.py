"""The Python interface: `from teladan import Instrument, evaluate, rank, sensitivity`.

Data may be a data frame of any library that offers an Arrow C stream (Polars, pandas, pyarrow …), a
mapping of column names to lists or numpy arrays, or a list of mappings, one per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from teladan.core.composite import (
    Aggregate,
    CompositeError,
    Normalise,
    Outcome,
    Pipeline,
    Table,
)
from teladan.core.composite import run as run_pipeline
from teladan.core.composite.aggregation import Aggregation as Rule
from teladan.core.composite.aggregation import Copeland, Custom, Outranking
from teladan.core.consistency import Row
from teladan.core.index import Answers, Results
from teladan.core.instrument import INDEX, Edition
from teladan.core.interface.frames import columns_of
from teladan.core.interface.inputs import (
    BAND,
    ORGANISATION,
    Instrument,
    answers_of,
    pipeline_text,
    rows_of,
    table_of,
)
from teladan.core.quantity import decimal_text, plain_text, rounded
from teladan.core.uncertainty.assumptions import Assumption, Choice, Raters
from teladan.core.uncertainty.legal import computed, printed
from teladan.core.uncertainty.reading import KEYS, read_vary
from teladan.core.uncertainty.report import Report, of_study
from teladan.core.uncertainty.run import Progress
from teladan.core.uncertainty.run import vary as vary_study
from teladan.core.uncertainty.sensitivity import Output
from teladan.core.uncertainty.sensitivity import sensitivity as effects
from teladan.core.uncertainty.sobol import Effects
from teladan.core.uncertainty.study import Study
from teladan.core.uncertainty.what_if import (
    NO_BANDS,
    NO_RANKING,
    cuts_of,
    published,
    study_of,
    tree_of,
    usual_weights,
    what_if,
)

Vary = str | Path | Sequence[Assumption] | None
ALONE = {
    "assumption": "ranking",
    "code": "one-organisation",
    "text": "one organisation: no ranking",
}
TOO_FEW = {
    "assumption": "ranking",
    "code": "too-few-scored",
    "text": "fewer than two organisations have an index: no ranking",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """An index with its ranks. result: all there is behind it (exact Results, or an Outcome)."""

    units: tuple[str, ...]
    index: np.ndarray[Any, np.dtype[np.float64]]
    rank: np.ndarray[Any, np.dtype[np.int64]]
    result: Results | Outcome
    printed: tuple[str | None, ...] = ()
    bands: tuple[str | None, ...] = field(default=())

    def columns(self) -> dict[str, list[Any]]:
        """Return columns for a data frame; rank None without an index."""
        columns: dict[str, list[Any]] = {
            ORGANISATION: list(self.units),
            INDEX: self.index.tolist(),
            "rank": [rank or None for rank in self.rank.tolist()],
        }
        if self.printed:
            columns["printed"] = list(self.printed)
        if any(self.bands):
            columns[BAND] = list(self.bands)
        return columns


def evaluate(instrument: Instrument, data: Any, *, unit: str = "") -> Evaluation:
    """Return the index of every row: exact for an edition, float64 for a pipeline.

    Raises AnswersError or CompositeError naming what is wrong and where.
    """
    if instrument.document is not None:
        return outcome_of(instrument, table_of(instrument, data, unit=unit))
    assert instrument.edition is not None
    exact_figures = published(instrument.edition, answers_of(instrument, data, unit=unit or ORGANISATION))
    bands = [exact_figures.results.band(row) for row in range(len(exact_figures.results))]
    return Evaluation(
        units=tuple(exact_figures.results.answers.organisations),
        index=np.array([np.nan if value is None else float(value) for value in exact_figures.exact]),
        rank=exact_figures.rank.astype(np.int64)
        if instrument.ranking
        else np.zeros(len(bands), dtype=np.int64),
        result=exact_figures.results,
        printed=tuple(None if text is None else str(text) for text in exact_figures.index),
        bands=tuple(None if band is None else band.code for band in bands),
    )


def outcome_of(instrument: Instrument, table: Table) -> Evaluation:
    """Return what a pipeline makes of a table: printed and banded where an instrument says how."""
    outcome = run_pipeline(instrument.pipeline, table)
    index, edition = outcome.scored.index, instrument.edition
    read = [(None, None) if edition is None else printed_of(edition, value) for value in index.tolist()]
    return Evaluation(
        units=outcome.table.units,
        index=index,
        rank=outcome.ranks() if instrument.ranking else np.zeros(len(index), dtype=np.int64),
        result=outcome,
        printed=() if edition is None else tuple(text for text, _ in read),
        bands=tuple(band for _, band in read),
    )


def printed_of(edition: Edition, value: float) -> tuple[str | None, str | None]:
    """Return how an edition prints a float64 index (None where it rounds nothing), and its band.

    Raises CompositeError for an index that no band holds.
    """
    if np.isnan(value):
        return None, None
    # A float64 that is the same decimal to nine digits is that decimal: 40 is not 39.99999999999999.
    exactly, digits = Fraction(f"{value:.9f}"), edition.root.digits
    shown = exactly if digits is None else rounded(exactly, digits, edition.mode)
    text = None if digits is None else decimal_text(int(shown * 10**digits), digits)
    if not edition.bands:
        return text, None
    band = edition.band_of(shown if edition.bands_read == "rounded" else exactly)
    if band is None:
        low, high = edition.bands[0].start, edition.bands[-1].end
        reason = f"no band holds {value:g}; the bands go from {plain_text(low)} to {plain_text(high)}"
        raise CompositeError("bands", reason, indicator=INDEX)
    return text, band.code


def varied(instrument: Instrument, given: Vary, *, from_print: bool = False) -> tuple[Assumption, ...] | None:
    """Return the assumptions of a vary file (or those given), None for the usual ones.

    Raises DocumentError, with the reason, for what may not vary: the weights of a law.
    """
    if given is None:
        return None
    refused = _refused(instrument, from_print=from_print)
    if isinstance(given, str | Path):
        tree_only = instrument.is_legal and instrument.edition is not None
        pipeline = (
            Pipeline(tree=tree_of(instrument.edition), steps=())
            if tree_only and instrument.edition is not None
            else instrument.pipeline
        )
        text = Path(given).read_text(encoding="utf-8")
        groups = instrument.document.groups if instrument.document else ()
        return read_vary(
            text, str(given), pipeline, groups=groups, functions=instrument.functions, refuse=refused
        )
    for assumption in given:
        if assumption.name in refused:
            raise CompositeError("uncertainty", refused[assumption.name])
    return tuple(given)


def _refused(instrument: Instrument, *, from_print: bool) -> dict[str, str]:
    if from_print:
        reason = "of printed figures only the rounding is uncertain; give the indicators to vary more"
        return dict.fromkeys((*KEYS, "left out"), reason)
    if instrument.is_legal:
        reason = f"{instrument.address} is law: only raters vary, where their disagreement was measured"
        return dict.fromkeys((*(key for key in KEYS if key != "raters"), "left out"), reason)
    return {}


def rank(
    instrument: Instrument,
    data: Any,
    *,
    draws: int = 1000,
    seed: int = 0,
    vary: Vary = None,
    unit: str = "",
    progress: Progress | None = None,
) -> Report:
    """Return the ranking with its uncertainty.

    vary: the path of a vary file, or assumptions; without it what is usual for the kind of
    instrument. An edition's data hold its indicators, or printed figures where they do not.
    Raises AnswersError, CompositeError or DocumentError.
    """
    if instrument.document is not None:
        table = table_of(instrument, data, unit=unit)
        return of_table(
            instrument, table, varied(instrument, vary), draws=draws, seed=seed, progress=progress
        )
    unit = unit or ORGANISATION
    if set(instrument.indicators) <= columns_of(data).keys():
        answers = answers_of(instrument, data, unit=unit)
        return of_answers(
            instrument, answers, varied(instrument, vary), draws=draws, seed=seed, progress=progress
        )
    varied(instrument, vary, from_print=True)
    rows = rows_of(instrument, data, unit=unit)
    return of_print(instrument, rows, draws=draws, seed=seed, progress=progress)


def study_of_pipeline(
    instrument: Instrument, table: Table, assumptions: Sequence[Assumption] | None
) -> Study:
    """Return the study of a pipeline document; the usual assumption is weights ± 25 %."""
    pipeline = instrument.pipeline
    usual = (usual_weights(pipeline),) if assumptions is None else tuple(assumptions)
    return Study(pipeline=pipeline, table=table, assumptions=usual)


def of_table(
    instrument: Instrument,
    table: Table,
    assumptions: Sequence[Assumption] | None,
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> Report:
    """Return the report of a pipeline: with bands where an instrument has them and the scale stays."""
    study = study_of_pipeline(instrument, table, assumptions)
    found = vary_study(study, draws=draws, seed=seed, progress=progress)
    edition = instrument.edition
    if edition is None:
        return _told(of_study(found))
    cuts = cuts_of(edition)
    words: list[dict[str, Any]] = []
    if cuts is not None and any(map(_moves_the_scale, study.assumptions)):
        cuts = None
        words.append(dict(NO_BANDS))
    read = [printed_of(edition, value)[0] for value in found.index.tolist()]
    if not instrument.ranking:
        words.append(dict(NO_RANKING))
    report = of_study(found, cuts=cuts, ranked=instrument.ranking)
    index = tuple(text or value for text, value in zip(read, report.index, strict=True))
    return _told(replace(report, index=index, assumptions=(*report.assumptions, *words)))


def _told(report: Report) -> Report:
    """Return a report that says where fewer than two units have an index: a rank of 1 is then no ranking."""
    scored = int((report.rank > 0).sum())
    if not report.ranked or scored > 1:
        return report
    few = {"scored": scored, "listed": len(report.units)}
    word = ALONE if len(report.units) == 1 else TOO_FEW | few
    return replace(report, assumptions=(*report.assumptions, dict(word)))


def _moves_the_scale(assumption: Assumption) -> bool:
    """Say whether bands mean nothing under an assumption: the index is then on several scales."""
    if not isinstance(assumption, Choice):
        return False
    rules: list[Rule] = []
    for option in assumption.options:
        if isinstance(option, Normalise):
            return True
        if isinstance(option, Aggregate):
            rules += [option.rule, *option.by_level.values(), *option.by_element.values()]
    return any(isinstance(rule, Copeland | Outranking | Custom) for rule in rules)


def of_answers(
    instrument: Instrument,
    answers: Answers,
    assumptions: Sequence[Assumption] | None,
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> Report:
    """Return the report of an edition's answers, by the kind of instrument."""
    assert instrument.edition is not None
    if not instrument.is_legal:
        found = what_if(
            instrument.edition,
            answers,
            draws=draws,
            seed=seed,
            assumptions=assumptions,
            ranked=instrument.ranking,
            progress=progress,
        )
        return _told(found)
    raters = next((a for a in assumptions or () if isinstance(a, Raters)), None)
    found = computed(
        instrument.edition,
        answers,
        draws=draws,
        seed=seed,
        raters=raters,
        ranked=instrument.ranking,
        progress=progress,
    )
    return _told(found)


def of_print(
    instrument: Instrument,
    rows: Sequence[Row],
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> Report:
    """Return the report of printed figures."""
    assert instrument.edition is not None
    found = printed(
        instrument.edition, rows, draws=draws, seed=seed, ranked=instrument.ranking, progress=progress
    )
    return _told(found)


def study(instrument: Instrument, data: Any, *, vary: Vary = None, unit: str = "") -> Study:
    """Return the study of data whose assumptions can be taken apart; refused where the weights are law."""
    assumptions = varied(instrument, vary)
    if instrument.document is not None:
        return study_of_pipeline(instrument, table_of(instrument, data, unit=unit), assumptions)
    return study_of_answers(instrument, answers_of(instrument, data, unit=unit or ORGANISATION), assumptions)


def study_of_answers(
    instrument: Instrument, answers: Answers, assumptions: Sequence[Assumption] | None
) -> Study:
    """Return the study of an edition of research; refused where the weights are law."""
    assert instrument.edition is not None
    if instrument.is_legal:
        reason = f"{instrument.address} is law: there is no choice of weights or rules to take apart"
        raise CompositeError("sensitivity", reason)
    edition = instrument.edition
    return study_of(edition, answers, published(edition, answers), assumptions)


def sensitivity(
    instrument: Instrument,
    data: Any,
    *,
    points: int = 512,
    seed: int = 0,
    vary: Vary = None,
    output: Output | None = None,
    unit: str = "",
    progress: Progress | None = None,
) -> Effects:
    """Return Sobol indices of the assumptions on an output (how far ranks move, on average).

    points × (assumptions + 2) draws are run. Raises as `rank` does.
    """
    return effects(
        study(instrument, data, vary=vary, unit=unit),
        points=points,
        seed=seed,
        output=output,
        progress=progress,
    )


__all__ = [
    "Evaluation",
    "Instrument",
    "evaluate",
    "of_answers",
    "of_print",
    "of_table",
    "outcome_of",
    "pipeline_text",
    "printed_of",
    "rank",
    "sensitivity",
    "study",
    "study_of_answers",
    "study_of_pipeline",
    "varied",
]
