"""What a document may say of methods, rules and treatments, and how each word is read.

A thing with a name is written as the name alone, or as the name with its parameters:
`z-score` or `{z-score: {mean: "10", sd: "2"}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from teladan.core.composite import aggregation, orders, scales, transforms
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.tree import Tree
from teladan.core.document import Item
from teladan.core.instrument.reading import Reader

NUMBER, COUNT, TEXT, YES_NO = "a number", "a whole number", "text", "yes or no"


@dataclass(frozen=True, slots=True)
class Constructor:
    """What a name makes: a class, and its parameters: the document's key → (field, kind)."""

    make: Callable[..., Any]
    keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    shorthand: str = ""  # the key that a plain text stands for, as in {log: shifted}


ZERO = {"zero": ("zero", TEXT)}
AGGREGATIONS = {
    "arithmetic": Constructor(aggregation.Arithmetic),
    "geometric": Constructor(aggregation.Geometric, ZERO),
    "harmonic": Constructor(aggregation.Harmonic, ZERO),
    "generalised mean": Constructor(
        aggregation.Generalised, {"power": ("power", NUMBER), **ZERO}, ("power",)
    ),
    "median": Constructor(aggregation.Median),
    "minimum": Constructor(aggregation.Minimum),
    "maximum": Constructor(aggregation.Maximum),
    "copeland": Constructor(aggregation.Copeland),
    "outranking": Constructor(aggregation.Outranking),
    "custom": Constructor(aggregation.Custom),
}
TIES = {"ties": ("ties", TEXT)}
LIKE = {"like": ("like", TEXT)}
CAP = {"cap": ("cap", YES_NO)}
METHODS = {
    "min-max": Constructor(scales.MinMax, {"lower": ("lower", NUMBER), "upper": ("upper", NUMBER)}),
    "scaled": Constructor(
        scales.Scaled, {"lower": ("lower", NUMBER), "upper": ("upper", NUMBER), "to": ("to", NUMBER)}
    ),
    "z-score": Constructor(scales.ZScore, {"mean": ("mean", NUMBER), "sd": ("sd", NUMBER)}),
    "distance to the best": Constructor(scales.DistanceToMax),
    "distance to target": Constructor(scales.DistanceToTarget, CAP),
    "distance to a reference": Constructor(
        scales.DistanceToReference, {"unit": ("unit", TEXT), **CAP}, ("unit",), shorthand="unit"
    ),
    "goalposts": Constructor(
        scales.Goalposts,
        {"scale": ("scale", NUMBER), "cap": ("cap", TEXT), "log": ("log", YES_NO)},
    ),
    "rank": Constructor(orders.Rank, TIES),
    "percentile rank": Constructor(orders.PercentileRank, TIES),
    "borda": Constructor(orders.Borda, TIES),
    "fraction of the best": Constructor(orders.FractionOfMax, LIKE),
    "as it is": Constructor(orders.Unchanged),
    "custom": Constructor(orders.Custom),
}
TREATMENTS = {
    "winsorise": Constructor(
        transforms.Winsorise,
        {"limit": ("limit", COUNT), "force": ("force", YES_NO), **LIKE},
        shorthand="limit",
    ),
    "log": Constructor(
        transforms.Log, {"variant": ("variant", TEXT), "share": ("share", NUMBER)}, shorthand="variant"
    ),
    "box-cox": Constructor(
        transforms.BoxCox, {"power": ("power", NUMBER), "shift": ("shift", YES_NO)}, shorthand="power"
    ),
    "custom": Constructor(transforms.Custom),
}


def word_of(reader: Reader, item: Item | None, place: str, words: tuple[str, ...]) -> str:
    """Return one of a few words; the first is the default."""
    return reader.word(item, place, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """Reads named things; problems go to the reader with their lines."""

    reader: Reader
    functions: Mapping[str, Callable[..., Any]]
    tree: Tree | None = None
    groups: tuple[str, ...] = ()

    def number(self, item: Item | None, place: str, default: float) -> float:
        """Return a decimal or p/q as float64."""
        if item is None:
            return default
        return float(self.reader.number(item, place))

    def count(self, item: Item, place: str) -> int | None:
        """Return a whole number, or None for "none"."""
        text = self.reader.text(item, place)
        if text == "none":
            return None
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        self.reader.report(item, place, f"{text!r} is not a whole number, or none")
        return 0

    def yes(self, item: Item, place: str) -> bool:
        """Return yes or no."""
        return self.reader.word(item, place, ("no", "yes")) == "yes"

    def value(self, item: Item, place: str, kind: str) -> Any:
        """Return a parameter of a kind."""
        if kind == NUMBER:
            return self.number(item, place, 0.0)
        if kind == COUNT:
            return self.count(item, place)
        return self.yes(item, place) if kind == YES_NO else self.reader.text(item, place)

    def named(self, item: Item, place: str, known: Mapping[str, Constructor]) -> Any:
        """Return what an item names, or None where problems were reported."""
        name, inside = self._name(item, place)
        if name not in known:
            if name:
                self.reader.report(item, place, f"{name!r} is not one of: {', '.join(known)}")
            return None
        constructor = known[name]
        if name == "custom":
            return self._custom(inside or item, place, constructor.make)
        keys: Mapping[str, Item] = {}
        if inside is not None and isinstance(inside.value, str) and constructor.shorthand:
            keys = {constructor.shorthand: inside}
        elif inside is not None:
            keys = self.reader.mapping(inside, f"{place} {name}", constructor.needed, tuple(constructor.keys))
        elif constructor.needed:
            self.reader.report(item, f"{place} {name}", f"the key {constructor.needed[0]!r} is missing")
            return None
        parameters = {
            constructor.keys[key][0]: self.value(child, f"{place} {name}", constructor.keys[key][1])
            for key, child in keys.items()
            if key in constructor.keys
        }
        if any(key not in keys for key in constructor.needed):
            return None
        return self.made(constructor.make, parameters, inside or item, place)

    def _name(self, item: Item, place: str) -> tuple[str, Item | None]:
        if isinstance(item.value, str):
            return item.value.strip(), None
        if isinstance(item.value, dict) and len(item.value) == 1:
            ((name, inside),) = item.value.items()
            return name, inside
        self.reader.report(item, place, "must be a name, or one name with its parameters")
        return "", None

    def function(self, item: Item, place: str) -> Callable[..., Any] | None:
        """Return a function that the caller gave under a name."""
        name = self.reader.text(item, place)
        if name not in self.functions:
            self.reader.report(
                item,
                place,
                f"the function {name!r} is not given (a document holds no code: pass it in Python)",
            )
            return None
        return self.functions[name]

    def _custom(self, item: Item, place: str, make: Callable[..., Any]) -> Any:
        function = self.function(item, place)
        return None if function is None else make(function=function, name=self.reader.text(item, place))

    def made(self, make: Callable[..., Any], parameters: Mapping[str, Any], item: Item, place: str) -> Any:
        """Return what a class makes of parameters, or None with its refusal reported at the item."""
        try:
            return make(**parameters)
        except CompositeError as error:
            self.reader.report(item, place, error.reason)
            return None

    def by_code(self, item: Item | None, place: str, *, above: bool = False) -> list[tuple[str, Item]]:
        """Return (code, item) of a mapping by elements, having reported codes that the tree has not."""
        if item is None or self.tree is None:
            return []
        if not isinstance(item.value, dict):
            self.reader.report(item, place, "must map codes to what holds for them")
            return []
        known = {e.code for e in self.tree.above} if above else set(self.tree.indicators)
        for code, child in item.value.items():
            if code not in known:
                kind = "element that is aggregated" if above else "indicator"
                self.reader.report(child, place, f"the tree has no {kind} {code!r}")
        return [(code, child) for code, child in item.value.items() if code in known]

    def by_level(self, item: Item | None, place: str, lowest: int) -> list[tuple[int, Item]]:
        """Return (level, item) of a mapping by levels."""
        if item is None or self.tree is None:
            return []
        if not isinstance(item.value, dict):
            self.reader.report(item, place, "must map levels to what holds for them")
            return []
        highest = self.tree.root.level
        levels = []
        for text, child in item.value.items():
            if text.isascii() and text.isdigit() and lowest <= int(text) <= highest:
                levels.append((int(text), child))
            else:
                self.reader.report(child, place, f"{text!r} is not a level from {lowest} to {highest}")
        return levels
