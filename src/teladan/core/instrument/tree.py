"""Reading the tree of an instrument for one edition: elements, scales, weights that must sum."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from teladan.core.document import Item
from teladan.core.instrument.model import (
    INDEX,
    Aggregation,
    Element,
    Level,
    Missing,
    Scale,
    ScaleType,
)
from teladan.core.instrument.reading import Reader
from teladan.core.quantity import plain_text

DEFAULT_BOUNDS = {
    ScaleType.PERCENTAGE: (Fraction(0), Fraction(100)),
    ScaleType.RATIO: (Fraction(0), Fraction(1)),
    ScaleType.YES_NO: (Fraction(0), Fraction(1)),
}
ELEMENT_KEYS = (
    "weight",
    "titles",
    "children",
    "scale",
    "applies_to",
    "missing",
    "aggregation",
    "evidence",
    "criteria",
    "note",
)


@dataclass(slots=True)
class Rules:
    """What holds for the whole tree in one edition."""

    scales: dict[str, Scale]
    tiers: tuple[str, ...]
    kinds: frozenset[str]
    aggregation: Aggregation
    missing: Missing
    printed: dict[str, int | None]
    inside: frozenset[str]
    weights: dict[str, Fraction]
    seen: dict[str, int] = field(default_factory=dict)  # code → line, to refuse a second use
    unweighed: set[str] = field(default_factory=set)  # codes whose weight says nothing about sums


def read_scales(reader: Reader, items: list[Item]) -> dict[str, Scale]:
    """Return the scales by code."""
    scales: dict[str, Scale] = {}
    for item in items:
        keys = reader.mapping(
            item,
            "scales",
            ("code", "type"),
            ("lowest", "highest", "step", "criteria", "levels", "owner", "titles"),
        )
        code = reader.text(keys.get("code"), "scales")
        place = f"scale {code}"
        kind = reader.choice(keys.get("type"), place, ScaleType, ScaleType.RATIO)
        low, high = DEFAULT_BOUNDS.get(kind, (Fraction(0), Fraction(0)))
        if kind not in DEFAULT_BOUNDS:
            for key in ("lowest", "highest"):
                if key not in keys:
                    reader.report(item, place, f"a scale of type {kind.value!r} needs the key {key!r}")
        low = reader.number(keys.get("lowest"), place, low)
        high = reader.number(keys.get("highest"), place, high)
        step = _step(reader, keys.get("step"), place, kind)
        if kind is ScaleType.GOALPOSTS:
            if low == high:
                reader.report(item, place, f"both goalposts are {plain_text(low)}")
                high = low + 1
        elif low >= high:
            reader.report(item, place, f"lowest {plain_text(low)} is not below highest {plain_text(high)}")
            high = low + 1
        if step and ((high - low) % step or (high - low) / step > 10_000):
            reader.report(item, place, "the step does not divide the scale into at most 10,000")
            step = None
        scale = Scale(
            code=code,
            type=kind,
            lowest=low,
            highest=high,
            step=step,
            levels=tuple(_levels(reader, keys.get("levels"), place)),
            criteria=reader.text(keys.get("criteria"), place),
            owner=reader.text(keys.get("owner"), place),
            titles=reader.titles(keys.get("titles"), place) if "titles" in keys else {},
        )
        for level in scale.levels:
            why = scale.refusal(level.value)
            if why:
                reader.report(item, place, f"a level is off its own scale: {why}")
        if code in scales:
            reader.report(item, place, "this scale is given twice")
        scales[code] = scale
    return scales


def _step(reader: Reader, item: Item | None, place: str, kind: ScaleType) -> Fraction | None:
    if kind is ScaleType.YES_NO:
        return Fraction(1)
    if item is None:
        return Fraction(1) if kind is ScaleType.LEVEL else None
    step = reader.number(item, place, Fraction(1))
    if step <= 0:
        reader.report(item, place, "the step must be above 0")
        return Fraction(1)
    return step


def _levels(reader: Reader, item: Item | None, place: str) -> list[Level]:
    levels = []
    for entry in reader.sequence(item, place):
        keys = reader.mapping(entry, place, ("value", "titles"), ("criteria",))
        levels.append(
            Level(
                value=reader.number(keys.get("value"), place),
                titles=reader.titles(keys.get("titles"), place),
            )
        )
    return levels


def read_tree(reader: Reader, item: Item, rules: Rules, depth: int = 0) -> Element:
    """Return one element with all below it, having reported what is wrong with any."""
    keys = reader.mapping(item, "tree", ("code", "titles"), ELEMENT_KEYS)
    code = reader.text(keys.get("code"), "tree")
    if depth == 0 and code != INDEX:
        reader.report(item, code, f"the top of the tree has the code {INDEX!r}")
        code = INDEX
    if code in rules.seen:
        reader.report(item, code, f"this code stands at line {rules.seen[code]} already")
    rules.seen[code] = item.line
    children = tuple(
        read_tree(reader, child, rules, depth + 1) for child in reader.sequence(keys.get("children"), code)
    )
    tier = _tier(reader, item, code, rules, depth)
    weight = _weight(reader, keys, item, code, rules)
    element = Element(
        code=code,
        titles=reader.titles(keys.get("titles"), code),
        weight=weight or Fraction(1),
        tier=tier,
        scale=_scale(reader, keys, item, code, rules, is_leaf=not children),
        children=children,
        aggregation=reader.choice(keys.get("aggregation"), code, Aggregation, rules.aggregation),
        applies_to=_applies_to(reader, keys.get("applies_to"), code, rules),
        missing=reader.choice(keys.get("missing"), code, Missing, rules.missing),
        digits=rules.printed.get(code, rules.printed.get(tier)),
        rounds_inside=code in rules.inside or tier in rules.inside,
        line=item.line,
    )
    if element.rounds_inside and element.digits is None:
        reader.report(item, code, "is rounded inside but has no printed digits")
    if element.rounds_inside and depth == 0:
        reader.report(item, code, "goes into no parent, so it cannot be rounded inside")
    _check_maxima(reader, item, element)
    if weight is None:
        rules.unweighed.add(code)
    elif rules.unweighed.isdisjoint(child.code for child in children):
        _check_sum(reader, item, element)
    return element


def _weight(reader: Reader, keys: dict[str, Item], item: Item, code: str, rules: Rules) -> Fraction | None:
    """Return an element's weight; None where it has none that counts, which is reported."""
    weight = rules.weights.get(code)
    if weight is None:
        if "weight" not in keys:
            reader.report(item, code, "the key 'weight' is missing")
            return None
        before = len(reader.problems)
        weight = reader.number(keys["weight"], code)
        if len(reader.problems) > before:
            return None
    if weight <= 0:
        reader.report(item, code, f"the weight {plain_text(weight)} is not above 0")
        return None
    return weight


def _check_maxima(reader: Reader, item: Item, element: Element) -> None:
    if element.aggregation is Aggregation.SUM_TO_WEIGHT:
        for child in element.children:
            if child.maximum <= 0:
                reader.report(
                    item,
                    element.code,
                    f"is summed to weight, but the highest value of {child.code} is "
                    f"{plain_text(child.maximum)}, not above 0",
                )


def _check_sum(reader: Reader, item: Item, element: Element) -> None:
    total = sum((child.weight for child in element.children), Fraction(0))
    if element.children and total != element.weight:
        reader.report(
            item,
            element.code,
            f"the weights of {', '.join(c.code for c in element.children)} sum to "
            f"{plain_text(total)}, the weight of {element.code} is {plain_text(element.weight)}",
        )


def _tier(reader: Reader, item: Item, code: str, rules: Rules, depth: int) -> str:
    if depth == 0:
        return INDEX
    if depth > len(rules.tiers):
        reader.report(item, code, f"stands {depth} deep, but there are {len(rules.tiers)} tiers")
        return rules.tiers[-1] if rules.tiers else INDEX
    return rules.tiers[depth - 1]


def _scale(
    reader: Reader, keys: dict[str, Item], item: Item, code: str, rules: Rules, *, is_leaf: bool
) -> Scale | None:
    if not is_leaf:
        for key in ("scale", "applies_to", "missing"):
            if key in keys:
                reader.report(
                    keys[key], code, f"has children, so {key!r} is not for it but for its indicators"
                )
        return None
    name = reader.text(keys.get("scale"), code)
    if name in rules.scales:
        return rules.scales[name]
    known = ", ".join(rules.scales) or "none"
    reader.report(keys.get("scale", item), code, f"needs the scale it is answered on; known: {known}")
    return Scale(code="unknown", type=ScaleType.RATIO, lowest=Fraction(0), highest=Fraction(1))


def _applies_to(reader: Reader, item: Item | None, code: str, rules: Rules) -> frozenset[str] | None:
    if item is None:
        return None
    kinds = [reader.text(entry, code) for entry in reader.sequence(item, code)]
    for kind in kinds:
        if kind not in rules.kinds:
            known = ", ".join(sorted(rules.kinds)) or "none"
            reader.report(item, code, f"applies to the unknown kind {kind!r}; known: {known}")
    return frozenset(kinds)
