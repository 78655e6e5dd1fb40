"""What an instrument is: a tree of weighted elements with scales, rounding and bands.

`Instrument` is one version of a published method; `Edition` is that method as run for one year,
with the year's changes applied. Only editions are evaluated. All values are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from teladan.core.quantity import Rounding, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teladan.core.document import Item
    from teladan.core.text import Texts

INDEX = "index"


class ScaleType(StrEnum):
    """What a leaf is answered with."""

    LEVEL = "level"
    FRACTIONAL_LEVEL = "fractional level"
    PERCENTAGE = "percentage"
    RATIO = "ratio"
    YES_NO = "yes/no"
    GOALPOSTS = "goalposts"
    IMPORTED_INDEX = "imported index"


class Aggregation(StrEnum):
    """How an element's value is made from its children's."""

    ARITHMETIC = "weighted arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"
    MEDIAN = "median"
    MINIMUM = "minimum"
    SUM_TO_WEIGHT = "sum to weight"


ADDITIVE = frozenset({Aggregation.ARITHMETIC, Aggregation.SUM_TO_WEIGHT})


class Missing(StrEnum):
    """What an empty answer counts as."""

    REFUSE = "refuse"
    LOWEST = "lowest level"
    ZERO = "zero"
    LEAVE_OUT = "leave out"


class NotApplicable(StrEnum):
    """Where the weight of a line goes that does not apply to a kind of organisation."""

    IN_PARENT = "re-weight in parent"
    IN_WHOLE = "re-weight in whole"
    NOT_USED = "not used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a scale with its name."""

    value: Fraction
    titles: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The answers a leaf can have. Goalposts turn a raw value into (v - lowest)/(highest - lowest)."""

    code: str
    type: ScaleType
    lowest: Fraction
    highest: Fraction
    step: Fraction | None = None
    levels: tuple[Level, ...] = ()
    criteria: str = ""
    owner: str = ""
    titles: Texts = field(default_factory=dict, compare=False)  # another name is no other method

    def refusal(self, value: Fraction) -> str | None:
        """Return why an answer is not on this scale, or None where it is."""
        if self.type is ScaleType.GOALPOSTS:
            return None
        if not self.lowest <= value <= self.highest:
            return (
                f"{plain_text(value)} is not between {plain_text(self.lowest)} and {plain_text(self.highest)}"
            )
        if self.step and (value - self.lowest) % self.step:
            return (
                f"{plain_text(value)} is not a step of this scale "
                f"({plain_text(self.lowest)}, {plain_text(self.lowest + self.step)}, … "
                f"{plain_text(self.highest)})"
            )
        return None

    def value_of(self, answer: Fraction) -> Fraction:
        """Return the element's value for an answer: itself, or its place between goalposts."""
        if self.type is not ScaleType.GOALPOSTS:
            return answer
        share = (answer - self.lowest) / (self.highest - self.lowest)
        return min(max(share, Fraction(0)), Fraction(1))

    @property
    def value_bounds(self) -> tuple[Fraction, Fraction]:
        """Return the lowest and the highest value an element with this scale can have."""
        if self.type is ScaleType.GOALPOSTS:
            return Fraction(0), Fraction(1)
        return self.lowest, self.highest

    def values(self) -> list[Fraction] | None:
        """Return every value of a finite scale, or None for a continuous one."""
        if self.step is None:
            return None
        count = int((self.highest - self.lowest) / self.step)
        return [self.lowest + self.step * i for i in range(count + 1)]


@dataclass(frozen=True, kw_only=True)
class Element:
    """One part of the tree. A leaf has a scale; the others have children and an aggregation."""

    code: str
    titles: Texts
    weight: Fraction
    tier: str
    scale: Scale | None = None
    children: tuple[Element, ...] = ()
    aggregation: Aggregation = Aggregation.ARITHMETIC
    applies_to: frozenset[str] | None = None
    missing: Missing = Missing.REFUSE
    digits: int | None = None  # printed digits; None where the source rounds nothing
    rounds_inside: bool = False  # the rounded value, not the exact one, goes into the parent
    line: int = field(default=0, compare=False)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, parents first, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()

    @cached_property
    def leaves(self) -> tuple[Element, ...]:
        """Return the leaves at or below this element."""
        return tuple(element for element in self.walk() if element.scale)

    @cached_property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """Return the lowest and highest value this element can take when every line applies."""
        if self.scale:
            low, high = self.scale.value_bounds
            return (min(low, Fraction(0)), high) if self.missing is Missing.ZERO else (low, high)
        pairs = [child.bounds for child in self.children]
        if self.aggregation is Aggregation.SUM_TO_WEIGHT:
            return (
                sum((c.weight * c.bounds[0] / (c.maximum or 1) for c in self.children), Fraction(0)),
                sum((c.weight for c in self.children), Fraction(0)),
            )
        if self.aggregation is Aggregation.ARITHMETIC:
            low, high = (
                sum((c.weight * c.bounds[end] for c in self.children), Fraction(0)) / self.weight
                for end in (0, 1)
            )
            return low, high
        return min(low for low, _ in pairs), max(high for _, high in pairs)

    @property
    def maximum(self) -> Fraction:
        """Return the value that earns the whole weight where an element is summed to weight."""
        return self.bounds[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A predicate: values from `start` (included) to `end` (excluded, but for the last band)."""

    code: str
    titles: Texts
    start: Fraction
    end: Fraction
    meaning: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A published value that means something else: an index of 0 that means "not scored"."""

    element: str
    equals: Fraction
    means: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A code with its names: a tier of the tree, a kind of organisation."""

    code: str
    titles: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a part of the instrument comes from; `seen` is yes, secondary or not seen."""

    code: str
    title: str
    publisher: str
    date: str
    address: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An instrument as run for one year: what `evaluate` and `check` take."""

    slug: str
    version: str
    year: str
    root: Element
    mode: Rounding
    mode_source: str
    bands: tuple[Band, ...]
    bands_read: str  # "rounded" or "exact"; what a band is read from
    overrides: tuple[Override, ...]
    not_applicable: NotApplicable
    kinds: tuple[Named, ...]
    notes: tuple[Texts, ...] = ()
    changed: tuple[str, ...] = ()  # which parts of the version this year changes
    sources: tuple[str, ...] = ()
    pipeline: Item | None = None  # as written; `core.composite.within` makes a pipeline of it

    @property
    def address(self) -> str:
        """Return slug@version with the edition: how this is cited."""
        return f"{self.slug}@{self.version} edition {self.year}"

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Return every element by its code, the index first."""
        return {element.code: element for element in self.root.walk()}

    @cached_property
    def leaves(self) -> tuple[Element, ...]:
        """Return the leaves in the order of the file."""
        return self.root.leaves

    @cached_property
    def parents(self) -> dict[str, Element]:
        """Return the parent of each element but the index."""
        return {child.code: e for e in self.root.walk() for child in e.children}

    def band_of(self, value: Fraction) -> Band | None:
        """Return the band that holds a value (already the one the band is read from)."""
        for band in self.bands:
            if band.start <= value < band.end:
                return band
        last = self.bands[-1] if self.bands else None
        return last if last and value == last.end else None

    def band_named(self, name: str) -> Band | None:
        """Return the band with this code or title in any language (case does not matter)."""
        wanted = name.strip().casefold()
        for band in self.bands:
            if wanted in {band.code.casefold(), *(t.casefold() for t in band.titles.values())}:
                return band
        return None


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One version of a published method with its editions, oldest first."""

    slug: str
    version: str
    titles: Texts
    abbreviation: str
    nature: str  # "legal" (weights are law) or "research" (weights may be varied)
    ranking: bool  # False where the publisher says the index is not a ranking
    issuer: Texts
    country: str
    citation: str
    regulation: Texts
    valid_from: str
    valid_until: str
    supersedes: str
    translations: Texts
    sources: tuple[Source, ...]
    tiers: tuple[Named, ...]
    scales: tuple[Scale, ...]
    notes: tuple[Texts, ...]
    editions: tuple[Edition, ...]
    file: str = field(default="", compare=False)

    def edition(self, year: str | None = None) -> Edition:
        """Return the edition of a year, or the newest; raises KeyError naming those there are."""
        if year is None:
            return self.editions[-1]
        for edition in self.editions:
            if edition.year == year:
                return edition
        there_are = ", ".join(edition.year for edition in self.editions)
        msg = f"{self.slug}@{self.version} has no edition {year}; there are {there_are}"
        raise KeyError(msg)


YES = frozenset({"yes", "ya", "예", "1"})


NO = frozenset({"no", "tidak", "아니오", "0"})
