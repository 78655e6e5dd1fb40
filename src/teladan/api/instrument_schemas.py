"""The shapes of instruments: a published method with its tree, scales, bands and editions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from teladan.api.schemas import Exact, Named, Shape, Texts

Seen = Annotated[
    Literal["yes", "secondary", "not seen"],
    Field(description="secondary: known through another source."),
]


class InstrumentFacts(Shape):
    """What an instrument is, without its tree. “not seen” stands where the file says so."""

    instrument: str = Field(description="slug@version: how it is cited.", examples=["spbe@2020"])
    slug: str
    version: str
    titles: Texts
    abbreviation: str
    nature: Literal["legal", "research"] = Field(description="legal: its weights are law and never varied.")
    ranking: bool = Field(description="false: the publisher says that it is not a ranking.")
    issuer: Texts
    country: str = Field(description="ISO 3166-1 alpha-3, or “none”.")
    citation: str = Field(description="The regulation, “none” or “not seen”.")
    regulation: Texts
    valid_from: str
    valid_until: str
    supersedes: str = Field(description="slug@version, “none” or “not seen”.")
    indicators: int = Field(description="Leaves of the newest edition's tree.")
    editions: list[str] = Field(description="Years, oldest first.")


class Instruments(Shape):
    """Every instrument, by slug, versions oldest first."""

    instruments: list[InstrumentFacts]


class InstrumentSource(Shape):
    """Where a part of the instrument comes from."""

    code: str
    title: str
    publisher: str
    date: str
    address: str
    seen: Seen


class Level(Shape):
    """One step of a scale."""

    value: Exact
    titles: Texts


class Scale(Shape):
    """What an indicator is answered with."""

    code: str
    titles: Texts = Field(description="Empty where it has no name of its own.")
    type: str = Field(
        description="level, fractional level, percentage, ratio, yes/no, goalposts or imported index."
    )
    lowest: Exact
    highest: Exact
    step: Exact | None = Field(description="null where every value between the ends is allowed.")
    criteria: str | None = Field(description="cumulative, counted or “not seen”.")
    owner: str | None = Field(description="Whose index it is, where it is imported.")
    levels: list[Level]


class Band(Shape):
    """A named range of the index."""

    code: str
    titles: Texts
    from_: Exact = Field(alias="from", serialization_alias="from", description="Lowest index, included.")
    to: Exact = Field(description="Upper end, excluded but for the highest band.")
    meaning: Texts


class Override(Shape):
    """A value that means something else."""

    element: str
    equals: Exact
    means: str
    source: str


class Element(Shape):
    """One element of the tree, parents before children, the index first."""

    code: str
    parent: str | None
    tier: str
    titles: Texts
    weight: Exact = Field(description="In the unit of the instrument: children sum to their parent.")
    share: Exact = Field(description="Part of the index, 0 to 1, when every line applies.")
    scale: str | None = Field(description="Code of the scale of an indicator; null for other elements.")
    aggregation: str | None = Field(description="How it is made from its children; null for an indicator.")
    applies_to: list[str] | None = Field(description="Kinds of organisation; null: all.")
    missing: str | None = Field(
        description="What an empty answer counts as: refuse, lowest level, zero, leave out."
    )
    digits: int | None = Field(description="Digits printed after the point; null: not rounded.")
    rounds_inside: bool = Field(description="true: the rounded value goes into the parent.")


class Method(Shape):
    """The instrument as run for one year."""

    edition: str
    address: str
    changed: list[str] = Field(description="Which parts of the version the file restates for this edition.")
    mode: str = Field(description="half up, half even, half down, down or up.")
    mode_source: str = Field(description="regulation or assumed.")
    not_applicable: str
    bands_read: Literal["exact", "rounded"] | None
    bands: list[Band]
    overrides: list[Override]
    kinds: list[Named]
    elements: list[Element]
    sources: list[str]
    notes: list[Texts]


class Instrument(InstrumentFacts):
    """One version of a method, whole."""

    translations: dict[str, str] = Field(
        description="Whose words each language's are: regulation, publisher, ours."
    )
    sources: list[InstrumentSource]
    tiers: list[Named]
    scales: list[Scale]
    notes: list[Texts]
    edition_details: list[Method] = Field(description="Oldest first.")
