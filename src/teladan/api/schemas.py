"""The shapes of the answers, field by field, as OpenAPI describes them.

The values are built by `publication.serializers` and `core.instrument.serialize`; nothing is added here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Texts = Annotated[
    dict[str, str],
    Field(
        description="The same text in several languages, by ISO 639 code. Empty where none was seen.",
        examples=[{"id": "Layanan SPBE", "en": "SPBE services"}],
    ),
]
Figure = Annotated[
    str,
    Field(
        description="A figure exactly as its source prints it, trailing zeros kept, decimal point. No unit "
        "but that of the instrument's scale.",
        examples=["3.10"],
    ),
]
Exact = Annotated[
    str,
    Field(
        description="An exact value: an integer or a fraction in lowest terms.",
        pattern=r"^-?\d+(/\d+)?$",
        examples=["1277/400"],
    ),
]
Code = Annotated[str, Field(description="A stable identifier.", examples=["spbe-2024"])]
Kind = Annotated[
    Literal["computed", "reported"],
    Field(
        description="computed: every digit can be recomputed from recorded scores. "
        "reported: a source's printed figures, checked for consistency only."
    ),
]
Verdict = Annotated[
    Literal["consistent", "inconsistent", "impossible", "undecided"],
    Field(description="What the check of the printed figures against the instrument found."),
]


class Shape(BaseModel):
    """A shape that knows all its fields: an unknown one is a mistake of ours."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """Why there is no answer."""

    detail: str = Field(description="One sentence, in English.")


class Source(Shape):
    """Where figures come from. "not seen": whoever carried them over did not have it before them."""

    title: str = Field(description="In English where it is given in several languages.")
    titles: Texts = Field(description="The title by language; empty where it is one text.")
    publisher: str
    date: str = Field(description="ISO date, year, or “not seen”.")
    address: str = Field(description="Web address, or “not seen”.")
    licence: str = Field(description="Licence of the source, or “not seen”.")
    licence_note: Texts


class Named(Shape):
    """A code with its names."""

    code: str
    titles: Texts


class LeftOut(Shape):
    """A row of the source that is no organisation's, and why it was left out."""

    row: str = Field(description="Number of the row in the source.")
    text: str = Field(description="The row as it stands there.")
    reason: Texts


class National(Shape):
    """The average that the source prints, with its own denominator."""

    index: Figure
    over: str = Field(description="Over how many organisations the source says it is.", examples=["621"])
    note: Texts | None = None


class Proof(Shape):
    """Where a publication stands in the record, and where to take the proof."""

    entry: int | None = Field(description="Position in the log; null while the proof is pending.")
    receipt: str | None = Field(description="Address of the receipt (tlog-proof); null while pending.")
    manifest: str = Field(description="Address of the manifest: every publication of this code, digests.")
    pending: bool = Field(description="true: no signed checkpoint covers the entry yet.")


class Publication(Shape):
    """A frozen released result of one edition, without its rows."""

    code: Code
    series: str = Field(description="What editions belong to: the instrument's slug, or a name of its own.")
    instrument: str | None = Field(description="slug@version; null where the method was not seen.")
    instrument_sha256: str | None = Field(description="SHA-256 of the instrument, hex; null with it.")
    edition: str = Field(description="Year.")
    kind: Kind
    titles: Texts
    country: str | None = Field(description="ISO 3166-1 alpha-3; null where several countries are evaluated.")
    source: Source
    evaluated: int | None = Field(description="Organisations evaluated in all; null where not known.")
    listed: int = Field(description="Rows of this publication.")
    national: National | None = Field(description="null where the source prints none.")
    verdicts: dict[str, int] = Field(
        description="How many rows got which verdict; empty where none were checked."
    )
    elements: list[Named] = Field(description="The elements with a printed column.")
    beside: list[Named] = Field(description="Columns printed beside, which are no part of the index.")
    left_out: list[LeftOut]
    notes: list[Texts]
    engine: str = Field(description="Name and version of the engine that checked or computed it.")
    sha256: str = Field(description="SHA-256 of the canonical bytes (RFC 8785), hex.")
    uncertainty_sha256: str | None = Field(
        description="SHA-256 of the uncertainty, hex; null where published before there was one."
    )
    proof: Proof | None


class Publications(Shape):
    """Every publication, by series, newest edition first."""

    publications: list[Publication]


class BandCount(Shape):
    """A band, and how many rows print it."""

    code: str = Field(description="The name as the source prints it.")
    titles: Texts
    from_: Exact = Field(alias="from", serialization_alias="from", description="Lowest index, included.")
    to: Exact = Field(description="Upper end, excluded but for the highest band.")
    rows: int


class RankInterval(Shape):
    """Where a row stands in the draws: ranks, 1 for the highest."""

    nominal: int | None = Field(description="Rank of the published index; equal ones share the best.")
    p5: str = Field(description="5th percentile of its ranks, a decimal.", examples=["2.95"])
    median: str = Field(description="50th percentile, a decimal.")
    p95: str = Field(description="95th percentile, a decimal.")


class Standing(Shape):
    """How far one row can be trusted."""

    rank: RankInterval | None = Field(description="null where the index is no ranking or none was drawn.")
    bands: dict[str, str] = Field(
        description="Share of the draws in each band, three digits; empty where none are stated.",
        examples=[{"Baik": "0.943", "Cukup": "0.057"}],
    )
    not_distinguishable: list[str] | None = Field(
        description="Those neither ahead nor behind in at least 95 % of draws; null where not stated."
    )


class NotDrawn(Shape):
    """Why a publication has no draws."""

    code: str = Field(examples=["one-organisation"])
    text: str = Field(description="In English.")
    values: dict[str, Any]


class Uncertainty(Shape):
    """What was varied to say how far the ranking can be trusted; the rows have what came of it."""

    kind: Literal["rounding of print", "computed", "what if"] | None = Field(
        description="What may vary under this instrument; null where the method was not seen."
    )
    ranked: bool = Field(description="false: its publisher says that the index is no ranking.")
    draws: int = Field(description="How many draws; 0 where there is a reason for none.")
    seed: int = Field(description="The same seed gives the same draws.")
    assumptions: list[dict[str, Any]] = Field(
        description="Each {assumption, code, text, …}: the code names the sentence, the rest its values."
    )
    reason: NotDrawn | None


class Row(Shape):
    """One organisation's row, in the order of the source."""

    organisation: Code
    name: str
    language: str = Field(description="Language of the name.")
    printed_name: str = Field(description="The name as this source prints it.")
    kind: str = Field(description="What sort of organisation.", examples=["city"])
    region: str | None = Field(description="Code of the province; null where there is none.")
    region_name: str | None
    index: Figure | None = Field(description="null where none is printed.")
    exact: Exact | None = Field(
        description="null where the printed figures allow several, or none was computed."
    )
    exact_indices: list[Exact] = Field(description="Exact indices the printed figures allow, at most five.")
    band: str | None = Field(description="Band as printed; null where none is.")
    rank: str | None = Field(description="Rank, only where the source prints one.")
    scored: bool = Field(description="false: this edition says that the index means “not scored”.")
    elements: dict[str, Figure | None] = Field(description="Printed figures by element; null where none is.")
    beside: dict[str, Any] = Field(description="Printed figures of the columns beside.")
    before: Figure | None = Field(description="Printed index of the edition before; null where not in it.")
    change: Exact | None = Field(description="index less before, in units of the index.")
    verdict: Verdict | None = Field(description="null where nothing was checked.")
    reason: str | None = Field(description="Why, in English.")
    reason_code: str | None
    reason_values: dict[str, Any] = Field(description="The figures the reason speaks of, as text.")
    uncertainty: Standing | None = Field(description="null where nothing was drawn.")


class RegionCount(Shape):
    """The rows of one region of an edition."""

    region: Code
    name: str
    rows: int
    median: Exact | None = Field(description="Median of the printed indices of the rows scored.")
    bands: dict[str, int] = Field(description="How many rows print each band; empty without bands.")


class Edition(Publication):
    """A publication with all its rows."""

    before: str | None = Field(description="Code of the publication `change` is counted from.")
    bands: list[BandCount]
    bands_read: Literal["exact", "rounded"] | None = Field(
        description="What a band is read off; null without bands."
    )
    mean: Exact | None = Field(description="Exact mean of the printed indices of the rows scored.")
    median: Exact | None
    mean_over: int = Field(description="How many rows the mean is over.")
    regions: list[RegionCount] = Field(description="By name; empty where no row has a region.")
    uncertainty: Uncertainty | None = Field(description="null where published before there was one.")
    rows: list[Row]


class ElementResult(Shape):
    """One element of one result."""

    printed: Figure | None = Field(description="null where the instrument prints none.")
    exact: Exact | None = Field(description="null where the printed figures allow several.")
    weight: Exact | None = Field(
        description="Share of the index in effect; null where the tree does not add up."
    )
    contribution: Exact | None = Field(description="What it adds to the index, in units of the index.")


class Agreement(Shape):
    """How an organisation's own answers and an assessor's scores agree."""

    n: int = Field(description="Indicators with both.")
    dropped: int = Field(description="Indicators with one only.")
    exact: Exact | None = Field(description="Share with the same level, 0 to 1.")
    adjacent: Exact | None = Field(description="Share at most one level apart, 0 to 1.")
    mean_difference: Exact | None = Field(description="Own answer less score, in levels.")
    kappa: Exact | None = Field(
        description="Quadratic weighted kappa, at most 1; null where all agree on one level."
    )


class Result(Shape):
    """One result of an organisation or country."""

    publication: Code
    series: str
    instrument: str | None
    edition: str
    kind: Kind
    titles: Texts
    source: Source
    printed_name: str
    index: Figure | None
    exact: Exact | None
    exact_indices: list[Exact]
    band: str | None
    band_titles: Texts | None
    rank: str | None
    scored: bool
    elements: dict[str, ElementResult]
    beside: dict[str, Any]
    scores: dict[str, str] = Field(
        description="Scores by an assessor, by indicator; empty where not published."
    )
    answers: dict[str, str] = Field(description="The organisation's own answers; empty where not published.")
    self_assessed: dict[str, ElementResult] = Field(description="What the own answers would give.")
    agreement: Agreement | None = Field(
        description="null where not measured: nothing is invented in its place."
    )
    verdict: Verdict | None
    reason: str | None
    reason_code: str | None
    reason_values: dict[str, Any]
    candidates: list[dict[str, Exact]] = Field(
        description="Exact values, by element, that give these printed figures; at most five."
    )
    proof: Proof | None = Field(description="Of the publication that holds this result.")


class OrganisationFacts(Shape):
    """Who an organisation is."""

    organisation: Code
    name: str
    language: str
    kind: str
    country: str = Field(description="ISO 3166-1 alpha-3, or the publisher's code.")
    region: str | None
    region_name: str | None


class Match(Shape):
    """A printed name, the organisation it was taken for, and how."""

    publication: Code
    printed: str
    organisation: Code
    how: str = Field(description="“exact”, or what was done.")
    note: str | None


class Organisation(OrganisationFacts):
    """An organisation with every result, by series, newest edition first."""

    note: str | None
    valid_from: str | None
    valid_until: str | None
    results: list[Result]
    names: list[Match]


class CountryFacts(Shape):
    """Who a country or economy is."""

    country: str = Field(description="ISO 3166-1 alpha-3, or the publisher's code.", examples=["KOR"])
    alpha2: str | None
    titles: Texts
    in_exchange: bool = Field(description="Korea and the members of ASEAN.")


class Countries(Shape):
    """Every country and economy that was evaluated, by code."""

    countries: list[CountryFacts]


class Country(CountryFacts):
    """A country with the results it has as a country, not those of its public bodies."""

    results: list[Result]


class Search(Shape):
    """Organisations found, best first, at most 50."""

    q: str
    organisations: list[OrganisationFacts]


class Checkpoint(Shape):
    """A signed statement of the log's size and root."""

    size: int = Field(description="Entries that it covers.")
    root: str = Field(description="Root of the tree (RFC 6962, SHA-256), base64.")
    signed_at: str = Field(description="When it was signed, UTC.")
    note: str = Field(description="The signed note, as it was served.")


class Record(Shape):
    """The record: how far it goes, who signs it, where its files are."""

    size: int = Field(description="Entries that the newest checkpoint covers; 0 before the first.")
    root: str | None
    signed_at: str | None
    checkpoint: str | None = Field(description="The newest signed note; null before the first.")
    keys: list[str] = Field(description="Public keys (vkey lines) that sign the log, newest first.")
    checkpoints: list[Checkpoint] = Field(description="The newest, at most thirty, newest first.")
    addresses: dict[str, str] = Field(description="Where the files are; parts in braces are filled in.")
