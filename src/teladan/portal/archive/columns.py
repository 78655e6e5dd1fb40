"""The tables of an archive's data and what each column holds: one list, none undescribed."""

from __future__ import annotations

from dataclasses import dataclass

EXACT = r"-?\d+(/\d+)?"
DIGEST = "[0-9a-f]{64}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type as the standard names it, and the unit of its figures."""

    name: str
    title: str
    description: str
    type: str = "string"
    unit: str = ""
    pattern: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: its columns, its key, and which columns point at another table's."""

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    points_at: tuple[tuple[str, str, str], ...] = ()
    may_be_empty: bool = True


SCALE = "points on the scale of the index"
LEVEL = "level on the indicator's scale"

COLUMNS = {
    column.name: column
    for column in (
        Column("position", "Position", "The row's place in the source, from 1.", "integer"),
        Column("organisation", "Organisation", "Identifier that stays when a name changes."),
        Column("name", "Name", "The name shown today."),
        Column("printed_name", "Printed name", "The name as the source prints it."),
        Column("kind", "Kind", "Kind of body or of publication."),
        Column("region", "Region", "Code of the province; empty for central bodies and countries."),
        Column("region_name", "Name of the region", "The province's name."),
        Column("index", "Index", "The index with the digits printed.", "number", SCALE),
        Column(
            "index_exact",
            "Exact index",
            "The index before rounding, p/q; empty where only reported.",
            unit=SCALE,
            pattern=EXACT,
        ),
        Column(
            "exact_index",
            "Possible exact index",
            "An exact index that gives the printed figures.",
            unit=SCALE,
            pattern=EXACT,
        ),
        Column("band", "Band", "Code of the band as printed."),
        Column("rank", "Rank", "Only where the source prints one."),
        Column("scored", "Scored", "false: the source lists the body without a score.", "boolean"),
        Column(
            "verdict",
            "Verdict",
            "Whether the printed figures can come from the method.",
            among=("consistent", "inconsistent", "impossible", "undecided"),
        ),
        Column("reason_code", "Reason code", "Which rule gave the verdict."),
        Column("reason", "Reason", "The verdict's reason in English."),
        Column("element", "Element", "Code of a domain, aspect or indicator."),
        Column(
            "printed",
            "Printed",
            "The figure with the digits printed.",
            "number",
            "points on the element's scale",
        ),
        Column(
            "exact",
            "Exact",
            "The value before rounding, p/q.",
            unit="points on the element's scale",
            pattern=EXACT,
        ),
        Column(
            "weight",
            "Weight",
            "Weight as the instrument states it, exact.",
            unit="part of the instrument's whole",
            pattern=EXACT,
        ),
        Column(
            "contribution",
            "Contribution",
            "What the element adds to the index, exact.",
            unit=SCALE,
            pattern=EXACT,
        ),
        Column("indicator", "Indicator", "Code of an indicator."),
        Column("score", "Score", "What the assessor gave.", "number", LEVEL),
        Column("answer", "Answer", "What the body answered itself.", "number", LEVEL),
        Column("column", "Column", "Code of a column printed beside the index."),
        Column("value", "Value", "Its cell as printed."),
        Column("printed_as", "Printed as", "A name as the source prints it."),
        Column("how", "How matched", "How the printed name was tied to the organisation."),
        Column("note", "Note", "What was found about the name, in English."),
        Column("code", "Code", "Code of the element or band."),
        Column("parent", "Parent", "Code of the element above; empty for the index."),
        Column("tier", "Tier", "Which depth of the instrument."),
        Column("title_en", "Title, English", "Title in English."),
        Column("title_id", "Title, Indonesian", "Title in Indonesian."),
        Column("title_ko", "Title, Korean", "Title in Korean."),
        Column("share", "Share of the index", "Weight as part of the whole, exact.", unit="1", pattern=EXACT),
        Column("scale", "Scale", "Code of the scale an indicator is answered on."),
        Column("aggregation", "Aggregation", "How the parts are put together."),
        Column(
            "digits", "Printed digits", "Digits after the point; empty where nothing is rounded.", "integer"
        ),
        Column("from", "From", "Lowest index of the band, exact.", unit=SCALE, pattern=EXACT),
        Column("to", "To", "Where the next band begins, exact.", unit=SCALE, pattern=EXACT),
        Column("rows", "Rows", "How many rows are in the band.", "integer", "rows"),
        Column("number", "Number", "1 is the first publication; each correction counts one more.", "integer"),
        Column(
            "act_kind", "Kind of entry", "What stands in the record.", among=("publication", "correction")
        ),
        Column(
            "figures", "Figures", "Whether every digit can be recomputed.", among=("computed", "reported")
        ),
        Column("released_at", "Released", "When it was released (UTC).", "datetime"),
        Column("entry", "Entry", "Position of its entry in the log.", "integer"),
        Column("act", "Act", "Identifier of the act in the record."),
        Column(
            "results_sha256",
            "Results",
            "SHA-256 of the results; the file is in record/object/.",
            pattern=DIGEST,
        ),
        Column("inputs_sha256", "Inputs", "SHA-256 of the inputs; empty where reported.", pattern=DIGEST),
        Column(
            "instrument_sha256", "Instrument", "SHA-256 of the method; empty where not seen.", pattern=DIGEST
        ),
    )
}

TABLES = (
    Table(
        name="results",
        title="One row per organisation",
        description="Index, band and verdict of every organisation, in the order of the source.",
        columns=(
            "position", "organisation", "name", "printed_name", "kind", "region", "region_name", "index",
            "index_exact", "band", "rank", "scored", "verdict", "reason_code", "reason",
        ),
        key=("organisation",),
        may_be_empty=False,
    ),
    Table(
        name="exact",
        title="Exact values of each index",
        description="One row where the index was computed; for printed figures every value they allow.",
        columns=("organisation", "exact_index"),
        key=("organisation", "exact_index"),
        points_at=(("organisation", "results", "organisation"),),
    ),
    Table(
        name="elements",
        title="Every part of every index",
        description="Printed and exact value of each element, its weight and what it adds to the index.",
        columns=("organisation", "element", "printed", "exact", "weight", "contribution"),
        key=("organisation", "element"),
        points_at=(("organisation", "results", "organisation"), ("element", "method", "code")),
    ),
    Table(
        name="scores",
        title="Scores and answers",
        description="What the assessor gave for each indicator, and what the body had answered itself.",
        columns=("organisation", "indicator", "score", "answer"),
        key=("organisation", "indicator"),
        points_at=(("organisation", "results", "organisation"), ("indicator", "method", "code")),
    ),
    Table(
        name="beside",
        title="Columns printed beside the index",
        description="Figures the source prints that are not part of the index.",
        columns=("organisation", "column", "value"),
        key=("organisation", "column"),
        points_at=(("organisation", "results", "organisation"),),
    ),
    Table(
        name="names",
        title="Printed names",
        description="Each printed name and how it was tied to an organisation.",
        columns=("printed_as", "organisation", "how", "note"),
        key=("printed_as", "organisation"),
    ),
    Table(
        name="method",
        title="Elements of the method",
        description="The tree of the instrument as run for this edition, with exact weights.",
        columns=(
            "code", "parent", "tier", "title_en", "title_id", "title_ko", "weight", "share", "scale",
            "aggregation", "digits",
        ),
        key=("code",),
    ),
    Table(
        name="bands",
        title="Bands",
        description="The bands of the index from the lowest up, and how many rows are in each.",
        columns=("code", "title_en", "title_id", "title_ko", "from", "to", "rows"),
        key=("code",),
    ),
    Table(
        name="publications",
        title="Publications",
        description="The first publication and each correction, with their entries in the log.",
        columns=(
            "number", "act_kind", "figures", "released_at", "entry", "act", "results_sha256",
            "inputs_sha256", "instrument_sha256",
        ),
        key=("number",),
        may_be_empty=False,
    ),
)  # fmt: skip
