"""`teladan sensitivity`: which assumption and which element move the ranking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.index.research import changed, composite, given, progress, varied
from teladan.cli.problems import DONE, CannotRun
from teladan.core.interface.calls import study_of_answers, study_of_pipeline
from teladan.core.uncertainty import Output, removals, sensitivity, top, vary
from teladan.core.uncertainty.sensitivity import SHIFT, as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.core.uncertainty import Effects, Removal, Study, Top


def run(
    slug: str,
    file: str,
    *,
    edition: str | None,
    points: int,
    draws: int,
    first: int,
    seed: int,
    vary_file: str | None,
    of: str,
    unit: str | None,
    form: str,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Take the assumptions apart and print; return the exit status. Raises CannotRun or WrongData."""
    if (of == "shift") == bool(unit):
        raise CannotRun("--of rank and --of score go with --unit ORGANISATION, and --of shift without")
    found = given(slug, file, edition=edition, decimal=decimal, ignore=ignore)
    if found.rows is not None:
        raise CannotRun(
            f"{file}: printed figures have no weights or rules to take apart; give the indicators"
        )
    assumptions = varied(found, vary_file)
    measured = Output(of=SHIFT if of == "shift" else of, unit=unit or "")
    with composite(file):
        if found.table is not None:
            study = study_of_pipeline(found.instrument, found.table, assumptions)
        else:
            assert found.answers is not None
            study = study_of_answers(found.instrument, found.answers, assumptions)
        if study.ranked_time is not None:
            output.note(f"{file}: ranks are those of the units at {study.ranked_time:g}")
        if not found.instrument.ranking:
            raise CannotRun(f"{found.instrument.address}: its publisher says that it is no ranking")
        with progress("Taking the assumptions apart …", points * (len(study.assumptions) + 2)) as told:
            effects = sensitivity(study, points=points, seed=seed, output=measured, progress=told)
        without = list(removals(study))
        stable = _stable(study, draws, seed, first)
    if form == "json":
        value = as_json(effects, measured) | {
            "removals": [_removal(each) for each in without],
            "top": _top(stable),
        }
        if found.table is not None:
            value["changes"] = study.nominal.trace.reported()
        output.write(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")
    else:
        changes = [] if found.table is None else changed(study.nominal.trace)
        output.write(_tables(found.heading, effects, measured, without, stable, changes=changes))
    return DONE


def _stable(study: Study, draws: int, seed: int, first: int) -> Top:
    found = vary(study, draws=draws, seed=seed)
    return top(found.drawn, found.rank, first)


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
    without: list[Removal],
    stable: Top,
    *,
    changes: list[str],
) -> str:
    parts = [_effects(title, effects, measured)]
    rows = []
    for removal in without:
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
