"""Reading the steps of a pipeline document; each is a mapping of one key, the step's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.denominate import Denominate
from teladan.core.composite.impute import Impute
from teladan.core.composite.normalise import Normalise
from teladan.core.composite.override import Override, Overrides
from teladan.core.composite.pipeline import Step
from teladan.core.composite.screen import Screen
from teladan.core.composite.specs import AGGREGATIONS, METHODS, TREATMENTS, Specs
from teladan.core.composite.transforms import SkewKurtosis
from teladan.core.composite.treat import Treat
from teladan.core.composite.weigh import Weigh
from teladan.core.document import Item


def read_steps(specs: Specs, item: Item) -> tuple[Step, ...]:
    """Return the steps of a `pipeline:` list; problems go to the reader."""
    steps: list[Step] = []
    for entry in specs.reader.sequence(item, "pipeline"):
        name, inside = entry.value, Item({}, entry.line)
        if isinstance(name, dict) and len(name) == 1:
            ((name, inside),) = name.items()
        if not isinstance(name, str) or name not in STEPS:
            shown = name if isinstance(name, str) else "this"
            specs.reader.report(entry, "pipeline", f"{shown!r} is not a step: {', '.join(STEPS)}")
            continue
        if inside.value == "":
            inside = Item({}, entry.line)
        step = STEPS[name](specs, inside)
        if step is not None:
            steps.append(step)
    if not steps and not specs.reader.problems:
        specs.reader.report(item, "pipeline", "there must be at least one step")
    return tuple(steps)


def _keys(specs: Specs, item: Item, place: str, known: Mapping[str, tuple[str, str]], *more: str) -> Any:
    keys = specs.reader.mapping(item, place, (), (*known, *more))
    parameters = {
        known[key][0]: specs.value(child, place, known[key][1]) for key, child in keys.items() if key in known
    }
    return keys, parameters


def _texts(specs: Specs, item: Item | None, place: str) -> dict[str, str]:
    """Return a mapping of codes to texts, as reasons are."""
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        specs.reader.report(item, place, "must map codes to texts")
        return {}
    return {code: specs.reader.text(child, place) for code, child in item.value.items()}


def _screen(specs: Specs, item: Item) -> Screen | None:
    known = {
        "units": ("units", "a number"),
        "indicators": ("indicators", "a number"),
        "nonzero": ("nonzero", "a number"),
        "zeros": ("zeros", "text"),
    }
    keys, parameters = _keys(specs, item, "screen", known, "keep", "drop")
    for name in ("keep", "drop"):
        parameters[name] = _texts(specs, keys.get(name), "screen")
    return specs.made(Screen, parameters, item, "screen")  # type: ignore[no-any-return]


def _denominate(specs: Specs, item: Item) -> Denominate | None:
    keys, parameters = _keys(specs, item, "denominate", {"zero": ("zero", "text")}, "by", "factors")
    place = "denominate"
    parameters["by"] = {
        code: specs.reader.text(child, place) for code, child in specs.by_code(keys.get("by"), place)
    }
    parameters["factors"] = {
        code: specs.number(child, place, 1.0) for code, child in specs.by_code(keys.get("factors"), place)
    }
    return specs.made(Denominate, parameters, item, place)  # type: ignore[no-any-return]


def _impute(specs: Specs, item: Item) -> Impute | None:
    known = {
        "method": ("method", "text"),
        "over": ("over", "text"),
        "group": ("group", "text"),
        "level": ("level", "a whole number"),
        "value": ("value", "a number"),
        "reach": ("reach", "a whole number"),
        "otherwise": ("otherwise", "text"),
        "each time": ("each_time", "yes or no"),
    }
    keys, parameters = _keys(specs, item, "impute", known, "only", "function")
    if parameters.get("group") and parameters["group"] not in specs.groups:
        specs.reader.report(
            keys["group"], "impute", f"the group {parameters['group']!r} is not among data: groups"
        )
    only = []
    for child in specs.reader.sequence(keys.get("only"), "impute"):
        code = specs.reader.text(child, "impute")
        if specs.tree and code not in specs.tree.indicators:
            specs.reader.report(child, "impute", f"the tree has no indicator {code!r}")
        only.append(code)
    parameters["only"] = tuple(only)
    if "function" in keys:
        parameters["function"] = specs.function(keys["function"], "impute")
        if parameters["function"] is None:
            return None
    return specs.made(Impute, parameters, item, "impute")  # type: ignore[no-any-return]


def _treat(specs: Specs, item: Item) -> Treat | None:
    place = "treat"
    known = {
        "combine": ("combine", "yes or no"),
        "each time": ("each_time", "yes or no"),
        "failing": ("failing", "text"),
    }
    keys, parameters = _keys(specs, item, place, known, "test", "stages", "by indicator")
    if "test" in keys:
        test = keys["test"]
        if test.value == "none":
            parameters["test"] = None
        else:
            parts = specs.reader.mapping(test, place, (), ("skew", "kurtosis"))
            parameters["test"] = SkewKurtosis(
                skew=specs.number(parts.get("skew"), place, 2.0),
                kurt=specs.number(parts.get("kurtosis"), place, 3.5),
            )
    if "stages" in keys:
        parameters["stages"] = _stages(specs, keys["stages"], place)
    parameters["by_indicator"] = {
        code: _stages(specs, child, place) for code, child in specs.by_code(keys.get("by indicator"), place)
    }
    return specs.made(Treat, parameters, item, place)  # type: ignore[no-any-return]


def _stages(specs: Specs, item: Item, place: str) -> tuple[Any, ...]:
    if item.value == "none":
        return ()
    stages = (specs.named(child, place, TREATMENTS) for child in specs.reader.sequence(item, place))
    return tuple(stage for stage in stages if stage is not None)


def _normalise(specs: Specs, item: Item) -> Normalise | None:
    place = "normalise"
    known = {"constant": ("constant", "a number")}
    keys, parameters = _keys(specs, item, place, known, "method", "by indicator", "parameters")
    if "method" in keys:
        parameters["method"] = specs.named(keys["method"], place, METHODS)
    parameters["by_indicator"] = {
        code: specs.named(child, place, METHODS)
        for code, child in specs.by_code(keys.get("by indicator"), place)
    }
    if None in (parameters.get("method", 0), *parameters["by_indicator"].values()):
        return None
    if "parameters" in keys:
        text = specs.reader.text(keys["parameters"], place)
        is_time = text not in {"common", "each time"}
        parameters["parameters"] = specs.number(keys["parameters"], place, 0.0) if is_time else text
    return specs.made(Normalise, parameters, item, place)  # type: ignore[no-any-return]


def _weights(specs: Specs, item: Item) -> Weigh | None:
    place = "weights"
    known = {
        "how": ("how", "text"),
        "seed": ("seed", "a whole number"),
        "negative": ("negative", "text"),
    }
    keys, parameters = _keys(specs, item, place, known, "weights", "shares", "levels", "importance")
    for name in ("weights", "importance"):
        given = keys.get(name)
        if given is None:
            continue
        if not isinstance(given.value, dict):
            specs.reader.report(given, place, f"{name} must map codes to numbers")
            continue
        for code, child in given.value.items():
            if specs.tree and code not in specs.tree.elements:
                specs.reader.report(child, place, f"the tree has no element {code!r}")
        parameters[name] = {c: specs.number(child, place, 1.0) for c, child in given.value.items()}
    parameters["shares"] = {
        level: specs.number(child, place, 0.0)
        for level, child in specs.by_level(keys.get("shares"), place, 1)
    }
    levels = specs.reader.sequence(keys.get("levels"), place)
    parameters["levels"] = tuple(specs.count(child, place) or 0 for child in levels)
    return specs.made(Weigh, parameters, item, place)  # type: ignore[no-any-return]


def _override(specs: Specs, item: Item) -> Overrides | None:
    overrides = []
    for entry in specs.reader.sequence(item, "override"):
        keys = specs.reader.mapping(entry, "override", ("unit", "element", "value", "source"), ("time",))
        if not {"unit", "element", "value", "source"} <= keys.keys():
            continue
        element = specs.reader.text(keys["element"], "override")
        if specs.tree and element not in specs.tree.elements:
            specs.reader.report(entry, "override", f"the tree has no element {element!r}")
        none = keys["value"].value == "none"
        parameters = {
            "unit": specs.reader.text(keys["unit"], "override"),
            "element": element,
            "value": None if none else specs.number(keys["value"], "override", 0.0),
            "source": specs.reader.text(keys["source"], "override"),
            "time": specs.number(keys["time"], "override", 0.0) if "time" in keys else None,
        }
        made = specs.made(Override, parameters, entry, "override")
        if made is not None:
            overrides.append(made)
    return Overrides(values=tuple(overrides))


def _aggregate(specs: Specs, item: Item) -> Aggregate | None:
    place = "aggregate"
    known = {
        "least data": ("least_data", "a number"),
        "count by": ("count_by", "text"),
        "each time": ("each_time", "yes or no"),
    }
    keys, parameters = _keys(
        specs, item, place, known, "rule", "by level", "by element", "least data by level"
    )
    if "rule" in keys:
        parameters["rule"] = specs.named(keys["rule"], place, AGGREGATIONS)
    parameters["by_level"] = {
        level: specs.named(child, place, AGGREGATIONS)
        for level, child in specs.by_level(keys.get("by level"), place, 2)
    }
    parameters["by_element"] = {
        code: specs.named(child, place, AGGREGATIONS)
        for code, child in specs.by_code(keys.get("by element"), place, above=True)
    }
    rules = (parameters.get("rule", 0), *parameters["by_level"].values(), *parameters["by_element"].values())
    if None in rules:
        return None
    parameters["least_by_level"] = {
        level: specs.number(child, place, 0.0)
        for level, child in specs.by_level(keys.get("least data by level"), place, 2)
    }
    return specs.made(Aggregate, parameters, item, place)  # type: ignore[no-any-return]


STEPS: dict[str, Callable[[Specs, Item], Step | None]] = {
    "screen": _screen,
    "denominate": _denominate,
    "impute": _impute,
    "treat": _treat,
    "normalise": _normalise,
    "weights": _weights,
    "override": _override,
    "aggregate": _aggregate,
}
