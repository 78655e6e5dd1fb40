"""`teladan sensitivity`: which assumption and which element move the ranking."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import (
    Decimal,
    Draws,
    Edition,
    File,
    Form,
    Format,
    Ignore,
    Seed,
    SlugOrPipeline,
    Vary,
)
from teladan.cli.problems import CannotRun, reported

if TYPE_CHECKING:
    from teladan.core.uncertainty import Effects, Output, Removal, Study, Top

verbs = typer.Typer()


class Of(StrEnum):
    """What the variance is of."""

    SHIFT = "shift"
    RANK = "rank"
    SCORE = "score"


@verbs.command(
    epilog=example(
        "teladan sensitivity egdi parts.csv --points 1024 --seed 1",
        "teladan sensitivity pipeline.yaml data.csv --vary vary.yaml --of rank --unit KOR",
    )
)
@reported
def sensitivity(
    slug: SlugOrPipeline,
    file: File,
    *,
    edition: Edition = None,
    points: Annotated[
        int, typer.Option("--points", min=2, max=1_000_000, metavar="N", help="Points of each sample.")
    ] = 512,
    draws: Draws = 1000,
    first: Annotated[
        int, typer.Option("--top", min=1, metavar="K", help="Whose stability is told: the first K.")
    ] = 10,
    seed: Seed = 0,
    vary: Vary = None,
    of: Annotated[Of, typer.Option("--of", help="Whose variance is shared out.")] = Of.SHIFT,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="ORGANISATION", help="Whose rank or score it is.")
    ] = None,
    form: Format = Form.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> None:
    """Say which assumption moves the ranking, and which element.

    Sobol indices of the assumptions, every element removed once, and how
    stable the first K are. For research: the weights of a law do not vary.
    """
    from teladan.cli.files.decimals import named_mark
    from teladan.cli.index.research import assumptions_of, changes_of, engine_errors, progress, read_inputs
    from teladan.core import uncertainty
    from teladan.core.interface.calls import study_of_answers, study_of_pipeline
    from teladan.core.uncertainty.sensitivity import SHIFT, as_json

    mark = named_mark(decimal)
    if (of is Of.SHIFT) == bool(unit):
        raise CannotRun("--of rank and --of score go with --unit ORGANISATION, and --of shift without")
    inputs = read_inputs(slug, file, edition=edition, decimal=mark, ignore=ignore or ())
    instrument = inputs.instrument
    if inputs.rows is not None:
        raise CannotRun(
            f"{file}: printed figures have no weights or rules to take apart; give the indicators"
        )
    assumptions = assumptions_of(inputs, vary)
    measured = uncertainty.Output(of=SHIFT if of is Of.SHIFT else of.value, unit=unit or "")
    with engine_errors(file):
        if inputs.table is not None:
            study = study_of_pipeline(instrument, inputs.table, assumptions)
        else:
            assert inputs.answers is not None
            study = study_of_answers(instrument, inputs.answers, assumptions)
        if study.ranked_time is not None:
            output.note(f"{file}: ranks are those of the units at {study.ranked_time:g}")
        if not instrument.ranking:
            raise CannotRun(f"{instrument.address}: its publisher says that it is no ranking")
        with progress("Taking the assumptions apart …", points * (len(study.assumptions) + 2)) as advance:
            effects = uncertainty.sensitivity(
                study, points=points, seed=seed, output=measured, progress=advance
            )
        removals = list(uncertainty.removals(study))
        stable = _stable(study, draws, seed, first)
    if form is Form.JSON:
        value = as_json(effects, measured) | {
            "removals": [_removal(removal) for removal in removals],
            "top": _top(stable),
        }
        if inputs.table is not None:
            value["changes"] = study.nominal.trace.reported()
        output.write(output.json_line(value))
    else:
        changes = [] if inputs.table is None else changes_of(study.nominal.trace)
        output.write(_tables(inputs.heading, effects, measured, removals, stable, changes=changes))


def _stable(study: Study, draws: int, seed: int, first: int) -> Top:
    from teladan.core import uncertainty

    report = uncertainty.vary(study, draws=draws, seed=seed)
    return uncertainty.top(report.drawn, report.rank, first)


def _removal(removal: Removal) -> dict[str, Any]:
    if removal.refused:
        return {"element": removal.element, "level": removal.level, "refused": removal.refused}
    unit, before, after = removal.furthest
    return {
        "element": removal.element,
        "level": removal.level,
        "mean_shift": removal.shift,
        "furthest": {"organisation": unit, "rank": before, "without": after},
    }


def _top(stable: Top) -> dict[str, Any]:
    return {
        "k": stable.k,
        "members": stable.members,
        "comers": stable.comers,
        "kept": stable.kept,
        "whole": stable.whole,
    }


def _tables(
    title: str,
    effects: Effects,
    measured: Output,
    removals: list[Removal],
    stable: Top,
    *,
    changes: list[str],
) -> str:
    parts = [_effects(title, effects, measured)]
    rows = []
    for removal in removals:
        if removal.refused:
            rows.append([removal.element, str(removal.level), output.NOTHING, removal.refused])
            continue
        unit, before, after = removal.furthest
        rows.append(
            [removal.element, str(removal.level), f"{removal.shift:.2f}", f"{unit} {before} → {after}"]
        )
    header = ("without", "level", "mean shift", "moves furthest")
    parts.append(output.table("Elements removed one by one", header, rows, right=(1, 2)))
    rows = [[unit, f"{share:.0%}", "yes"] for unit, share in stable.members.items()]
    rows += [[unit, f"{share:.0%}", ""] for unit, share in stable.comers.items()]
    whole = f"all of them in {stable.whole:.0%} of the draws"
    notes = [f"On average {stable.kept:.0%} of the first {stable.k} stay; {whole}.", *changes]
    heading = f"Among the first {stable.k}, in the share of draws"
    parts.append(output.table(heading, ("organisation", "share", "nominal"), rows, right=(1,), notes=notes))
    return "\n".join(parts)


def _effects(title: str, effects: Effects, measured: Output) -> str:
    rows = [
        [
            effect.name,
            f"{effect.first:.2f}",
            f"{effect.first_interval[0]:.2f} … {effect.first_interval[1]:.2f}",
            f"{effect.total:.2f}",
            f"{effect.total_interval[0]:.2f} … {effect.total_interval[1]:.2f}",
        ]
        for effect in effects.effects
    ]
    notes = [
        f"Shares of the variance of the {measured.text}.",
        output.minus(f"Its mean is {effects.mean:.3g}, its variance {effects.variance:.3g}."),
        f"{effects.points:,} points, seed {effects.seed}; intervals hold 95 % (bootstrap).",
    ]
    if not rows:
        notes.insert(0, "It does not vary, so there is nothing to share out.")
    header = ("assumption", "alone", "95 %", "with others", "95 %")
    return output.table(title, header, rows, right=range(1, 5), notes=notes)
