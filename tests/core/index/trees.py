"""Random editions with answers, and a second, plain way to work out their results.

The plain way is one recursive function on fractions, one organisation at a time; it shares no code
with the engine but the model of an instrument and the rounding of one number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from hypothesis import strategies as st

from teladan.core.instrument import (
    ADDITIVE,
    Aggregation,
    Band,
    Edition,
    Element,
    Missing,
    Named,
    NotApplicable,
    Override,
    Scale,
    ScaleType,
)
from teladan.core.quantity import Rounding, exact, rounded

KINDS = ("city", "village")
SCALES = (
    Scale(code="five", type=ScaleType.LEVEL, lowest=Fraction(1), highest=Fraction(5), step=Fraction(1)),
    Scale(code="half", type=ScaleType.LEVEL, lowest=Fraction(0), highest=Fraction(2), step=Fraction(1, 2)),
    Scale(code="maturity", type=ScaleType.FRACTIONAL_LEVEL, lowest=Fraction(1), highest=Fraction(5)),
    Scale(code="percent", type=ScaleType.PERCENTAGE, lowest=Fraction(0), highest=Fraction(100)),
    Scale(code="ratio", type=ScaleType.RATIO, lowest=Fraction(0), highest=Fraction(1)),
    Scale(code="below", type=ScaleType.FRACTIONAL_LEVEL, lowest=Fraction(-1), highest=Fraction(1)),
    Scale(code="tick", type=ScaleType.YES_NO, lowest=Fraction(0), highest=Fraction(1), step=Fraction(1)),
    Scale(code="rising", type=ScaleType.GOALPOSTS, lowest=Fraction(20), highest=Fraction(100)),
    Scale(code="falling", type=ScaleType.GOALPOSTS, lowest=Fraction(100), highest=Fraction(-20)),
)
LARGE_PRIME = 2**61 - 1
HUGE_PRIME = 2**89 - 1


@dataclass
class Plain:
    """The plain result of one organisation: values by code, None where nothing applies."""

    values: dict[str, Fraction] = field(default_factory=dict)
    exact: dict[str, bool] = field(default_factory=dict)


class Undefined(Exception):  # noqa: N818
    """A mean of values it has no meaning for."""


def plain(edition: Edition, answers: dict[str, str], kind: str | None) -> Plain:
    """Work out one organisation's values."""
    result = Plain()
    _value(edition, edition.root, answers, kind, result)
    return result


def counts(leaf: Element, answers: dict[str, str], kind: str | None) -> bool:
    """Say whether a leaf's answer counts for this organisation."""
    if leaf.applies_to is not None and kind not in leaf.applies_to:
        return False
    return leaf.missing is not Missing.LEAVE_OUT or answers[leaf.code] != ""


def weight_left(edition: Edition, element: Element, answers: dict[str, str], kind: str | None) -> Fraction:
    """Return an element's weight among its siblings."""
    below = [leaf for leaf in element.leaves if counts(leaf, answers, kind)]
    if edition.not_applicable is NotApplicable.IN_WHOLE:
        return sum((leaf.weight for leaf in below), Fraction(0))
    return element.weight if below else Fraction(0)


def points(edition: Edition, element: Element, answers: dict[str, str], kind: str | None) -> Fraction:
    """Return the points an element that is summed to its weight can reach."""
    if element is not edition.root and edition.not_applicable is NotApplicable.IN_WHOLE:
        return weight_left(edition, element, answers, kind)
    return element.weight


def _leaf(leaf: Element, text: str) -> Fraction:
    scale = leaf.scale
    assert scale is not None
    if text == "":
        zero = Fraction(0)
        if scale.type is ScaleType.GOALPOSTS:
            return zero
        return scale.lowest if leaf.missing is Missing.LOWEST else zero
    answer = Fraction({"yes": 1, "no": 0}[text]) if scale.type is ScaleType.YES_NO else exact(text)
    if scale.type is not ScaleType.GOALPOSTS:
        return answer
    place = (answer - scale.lowest) / (scale.highest - scale.lowest)
    return Fraction(0) if place < 0 else Fraction(1) if place > 1 else place


def _value(
    edition: Edition, element: Element, answers: dict[str, str], kind: str | None, into: Plain
) -> tuple[Fraction, bool] | None:
    if element.scale:
        if not counts(element, answers, kind):
            return None
        found = (_leaf(element, answers[element.code]), True)
    else:
        parts = []
        for child in element.children:
            below = _value(edition, child, answers, kind, into)
            if below is not None:
                value, is_exact = below
                if child.rounds_inside:
                    value = rounded(value, child.digits, edition.mode)
                parts.append((child, value, is_exact))
        if not parts:
            return None
        found = _mean(edition, element, parts, answers, kind)
    into.values[element.code], into.exact[element.code] = found
    return found


def _mean(edition, element, parts, answers, kind) -> tuple[Fraction, bool]:
    is_exact = all(exactly for _, _, exactly in parts)
    weights = [weight_left(edition, child, answers, kind) for child, _, _ in parts]
    whole = sum(weights)
    values = [value for _, value, _ in parts]
    rule = element.aggregation
    if rule is Aggregation.ARITHMETIC:
        return sum((w * v for w, v in zip(weights, values, strict=True)), Fraction(0)) / whole, is_exact
    if rule is Aggregation.SUM_TO_WEIGHT:
        earned = Fraction(0)
        for (child, value, _), weight in zip(parts, weights, strict=True):
            summed = child.children and child.aggregation is Aggregation.SUM_TO_WEIGHT
            most = points(edition, child, answers, kind) if summed else child.maximum
            earned += weight / whole * value / most
        return points(edition, element, answers, kind) * earned, is_exact
    if rule is Aggregation.MINIMUM:
        return min(values), is_exact
    if rule is Aggregation.MEDIAN:
        return median(values), is_exact
    if min(values) < 0:
        raise Undefined
    if rule is Aggregation.HARMONIC:
        if 0 in values:
            return Fraction(0), is_exact
        return 1 / sum((w / whole / v for w, v in zip(weights, values, strict=True)), Fraction(0)), is_exact
    product = 1.0
    for weight, value in zip(weights, values, strict=True):
        product *= float(value) ** float(weight / whole)
    return Fraction(product), False


def is_additive(edition: Edition) -> bool:
    """Say whether what the leaves add sums to the index."""
    return all(e.aggregation in ADDITIVE and not e.rounds_inside for e in edition.root.walk() if e.children)


# --- random editions ------------------------------------------------------------------------------


@dataclass(repr=False)
class Case:
    """An edition and the answers of some organisations."""

    edition: Edition
    kinds: list[str] | None
    cells: dict[str, list[str]]
    count: int

    def __repr__(self) -> str:
        """Say what matters when a case fails."""
        edition = self.edition
        tree = [
            f"{e.code} {e.weight} {e.aggregation if e.children else e.scale.code} {e.missing} "
            f"{sorted(e.applies_to or ())} digits={e.digits} inside={e.rounds_inside} "
            f"in {edition.parents[e.code].code if e.code in edition.parents else '-'}"
            for e in edition.root.walk()
        ]
        head = f"{edition.mode} bands {edition.bands_read} {edition.not_applicable}"
        return "\n".join([head, *tree, repr(self.kinds), repr(self.cells)])

    @property
    def organisations(self) -> list[str]:
        return [f"Organisation {n}" for n in range(self.count)]

    def answers(self, row: int) -> dict[str, str]:
        return {code: column[row] for code, column in self.cells.items()}

    def kind(self, row: int) -> str | None:
        return None if self.kinds is None else self.kinds[row]


@st.composite
def trees(draw, aggregations, *, with_kinds: bool, with_rounding: bool, missing, parts_of, depth=3):
    """Draw the root of a tree; weights are exact and sum, whatever they are."""
    codes = iter(range(1000))

    def element(level: int) -> Element:
        leaf = level == depth or (level > 0 and draw(st.booleans()))
        number = next(codes)
        digits = draw(st.one_of(st.none(), st.integers(0, 3))) if with_rounding else None
        inside = digits is not None and level > 0 and draw(st.booleans())
        common = {"titles": {}, "tier": f"tier{level}", "digits": digits, "rounds_inside": inside}
        if leaf:
            applies = None
            if with_kinds:
                applies = draw(st.sampled_from([None, None, frozenset(KINDS[:1]), frozenset(KINDS[1:])]))
            return Element(
                code=f"L{number}",
                weight=draw(st.builds(Fraction, st.integers(1, 12), st.sampled_from(parts_of))),
                scale=draw(st.sampled_from(SCALES)),
                applies_to=applies,
                missing=draw(st.sampled_from(missing)),
                **common,
            )
        children = tuple(element(level + 1) for _ in range(draw(st.integers(1, 3))))
        return Element(
            code="index" if level == 0 else f"E{number}",
            weight=sum((child.weight for child in children), Fraction(0)),
            children=children,
            aggregation=draw(st.sampled_from(aggregations)),
            **common,
        )

    return element(0)


@st.composite
def cases(
    draw,
    aggregations=tuple(Aggregation),
    *,
    with_kinds=True,
    with_rounding=True,
    missing=(Missing.LOWEST, Missing.ZERO, Missing.LEAVE_OUT, Missing.REFUSE),
    denominators=(1, 2, 3, 8, 10, 400, LARGE_PRIME, HUGE_PRIME),
    with_overrides=True,
    parts_of=(1, 2, 3, 7, 9, 10, 400),
):
    """Draw an edition and answers that are all on their scales; weights are whole, or `parts_of` them."""
    root = draw(
        trees(
            aggregations,
            with_kinds=with_kinds,
            with_rounding=with_rounding,
            missing=missing,
            parts_of=parts_of,
        )
    )
    low, high = root.bounds
    cut = low + (high - low) * draw(st.builds(Fraction, st.integers(1, 9), st.just(10)))
    edition = Edition(
        slug="random",
        version="1",
        year="2024",
        root=root,
        mode=draw(st.sampled_from(list(Rounding))),
        mode_source="assumed",
        bands=(
            Band(code="low", titles={}, start=low - 100, end=cut, meaning={}),
            Band(code="high", titles={}, start=cut, end=high + 100, meaning={}),
        ),
        bands_read=draw(st.sampled_from(["rounded", "exact"])),
        overrides=(
            (Override(element="index", equals=Fraction(0), means="not scored", source=""),)
            if with_overrides
            else ()
        ),
        not_applicable=draw(
            st.sampled_from([NotApplicable.IN_PARENT, NotApplicable.IN_WHOLE])
            if with_kinds
            else st.just(NotApplicable.NOT_USED)
        ),
        kinds=tuple(Named(code=kind, titles={}) for kind in KINDS),
    )
    count = draw(st.integers(1, 5))
    kinds = [draw(st.sampled_from(KINDS)) for _ in range(count)] if with_kinds else None
    cells = {
        leaf.code: [draw(_texts(leaf, row, kinds, denominators)) for row in range(count)]
        for leaf in edition.leaves
    }
    return Case(edition=edition, kinds=kinds, cells=cells, count=count)


def _texts(leaf: Element, row: int, kinds: list[str] | None, denominators):
    scale = leaf.scale
    assert scale is not None
    if kinds is not None and leaf.applies_to is not None and kinds[row] not in leaf.applies_to:
        return st.just("")
    if scale.type is ScaleType.YES_NO:
        answers = st.sampled_from(["yes", "no"])
    elif scale.step:
        answers = st.sampled_from([str(value) for value in scale.values()])
    else:
        low, high = sorted((scale.lowest, scale.highest))
        beyond = 30 if scale.type is ScaleType.GOALPOSTS else 0
        answers = st.sampled_from(denominators).flatmap(
            lambda q: st.integers(int((low - beyond) * q), int((high + beyond) * q)).map(
                lambda p: str(Fraction(p, q))
            )
        )
    return answers if leaf.missing is Missing.REFUSE else st.one_of(st.just(""), answers, answers)
