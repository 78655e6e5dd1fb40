"""From the text of a pipeline document to a `Document`, or to the list of what is wrong.

The file format is described in docs/reference/formats.md, "A pipeline".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from teladan.core import document
from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.aggregation import Aggregation
from teladan.core.composite.data import Table, read_table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.normalise import Normalise
from teladan.core.composite.pipeline import Pipeline
from teladan.core.composite.specs import AGGREGATIONS, Specs, word_of
from teladan.core.composite.steps import read_steps
from teladan.core.composite.tree import Element, Tree
from teladan.core.document import DocumentError, Item
from teladan.core.instrument.model import NO, YES, Scale, ScaleType
from teladan.core.instrument.reading import Reader

FORMAT = "teladan-pipeline/1"
DIRECTIONS = ("more is better", "less is better")
LEAF = ("direction", "denominator", "factor", "target", "goalposts")
ABOVE = ("aggregation", "least data")
ELEMENT = ("weight", "titles", "children", *LEAF, *ABOVE)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A pipeline document: the pipeline, and which columns of a table it reads.

    scales: what the values of indicators must be on, where an instrument says so.
    """

    pipeline: Pipeline
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Mapping[str, str], ...] = ()
    unit: str = "unit"
    time: str = ""
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def table(self, rows: list[dict[str, str | None]]) -> Table:
        """Return the table of rows of text cells; raises CompositeError naming unit and column."""
        ticks = [code for code, scale in self.scales.items() if scale.type is ScaleType.YES_NO]
        table = read_table(
            [{**row, **{code: _figure_of(row.get(code)) for code in ticks}} for row in rows]
            if ticks
            else rows,
            indicators=self.pipeline.tree.indicators,
            unit=self.unit,
            time=self.time,
            denominators=self.denominators,
            groups=self.groups,
        )
        for code, scale in self.scales.items():
            for row, value in enumerate(table.values[:, table.column(code)].tolist()):
                # The decimal that was written, as far as a float64 holds it: 0.1 is a step of 0.1.
                why = None if math.isnan(value) else scale.refusal(Fraction(repr(value)))
                if why:
                    raise CompositeError("data", why, unit=table.place.label(row), indicator=code)
        return table


def _figure_of(cell: str | None) -> str | None:
    """Return yes and no as 1 and 0; any other cell as it is, to be refused by name."""
    text = (cell or "").strip().casefold()
    return "1" if text in YES else "0" if text in NO else cell


@dataclass(frozen=True, kw_only=True)
class DataColumns:
    """Which columns of a table are read beside the indicators."""

    unit: str = ""
    time: str = ""
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()


def read_data(reader: Reader, item: Item) -> DataColumns:
    """Return what `data` says."""
    keys = reader.mapping(item, "data", (), ("unit", "time", "groups", "denominators"))
    groups, denominators = (
        tuple(reader.text(entry, "data") for entry in reader.sequence(keys.get(name), "data"))
        for name in ("groups", "denominators")
    )
    return DataColumns(
        unit=reader.text(keys.get("unit"), "data"),
        time=reader.text(keys.get("time"), "data"),
        groups=groups,
        denominators=denominators,
    )


def parse(
    text: str, file: str = "pipeline.yaml", *, functions: Mapping[str, Callable[..., Any]] | None = None
) -> Document:
    """Return the document of a file's text; raises DocumentError naming every problem with its line.

    `functions` are those that the document may name under `custom`: a document holds no code.
    """
    top = document.parse(text, file)
    reader = Reader()
    keys = reader.mapping(top, "", ("format", "tree", "pipeline"), ("titles", "data", "notes"))
    form = reader.text(keys.get("format"), "format")
    if keys and form != FORMAT:
        reader.report(keys.get("format", top), "format", f"is {form!r}, this reads {FORMAT!r}")
    if reader.problems:
        raise DocumentError(file, reader.problems)
    data = read_data(reader, keys.get("data", Item({}, top.line)))
    specs = Specs(reader=reader, functions=functions or {})
    tree = read_tree(specs, keys["tree"])
    if tree is None:
        raise DocumentError(file, reader.problems)
    refuse_unknown_columns(reader, keys["tree"], tree, data.denominators)
    specs = Specs(reader=reader, functions=functions or {}, tree=tree, groups=data.groups)
    steps = read_steps(specs, keys["pipeline"])
    pipeline = None
    if not reader.problems:
        try:
            pipeline = Pipeline(tree=tree, steps=steps)
            refuse_unreversed(pipeline)
        except CompositeError as error:
            reader.report(keys["pipeline"], error.indicator or "pipeline", error.reason)
    if pipeline is None:
        raise DocumentError(file, list(dict.fromkeys(reader.problems)))
    read = Document(
        pipeline=pipeline,
        titles=reader.titles(keys.get("titles"), "titles"),
        notes=tuple(reader.titles(note, "notes") for note in reader.sequence(keys.get("notes"), "notes")),
        unit=data.unit or "unit",
        time=data.time,
        groups=data.groups,
        denominators=data.denominators,
    )
    if reader.problems:
        raise DocumentError(file, list(dict.fromkeys(reader.problems)))
    return read


def read_tree(specs: Specs, item: Item) -> Tree | None:
    """Return the tree of its item, or None where problems were reported."""
    before = len(specs.reader.problems)
    lines: dict[str, Item] = {}
    root = _element(specs, item, lines)
    if len(specs.reader.problems) > before:
        return None
    try:
        return Tree(root=root)
    except CompositeError as error:
        specs.reader.report(lines.get(error.indicator, item), error.indicator or "tree", error.reason)
        return None


def _element(specs: Specs, item: Item, lines: dict[str, Item]) -> Element:
    reader = specs.reader
    keys = reader.mapping(item, "tree", ("code",), ELEMENT)
    code = reader.text(keys.get("code"), "tree")
    if code in lines:
        reader.report(item, code, "this code is given twice")
    lines[code] = item
    children = tuple(_element(specs, child, lines) for child in reader.sequence(keys.get("children"), code))
    if "children" in keys and not children:
        reader.report(keys["children"], code, "an element with children needs at least one")
    return Element(
        code=code,
        titles=reader.titles(keys.get("titles"), code),
        weight=specs.number(keys.get("weight"), code, 1.0),
        children=children,
        **properties(specs, keys, code, above=bool(children)),
    )


def properties(specs: Specs, keys: Mapping[str, Item], code: str, *, above: bool) -> dict[str, Any]:
    """Return the fields of an `Element` that its keys give; those for other elements are reported."""
    reader = specs.reader
    for key in (*LEAF, *ABOVE):
        if key in keys and above == (key in LEAF):
            meant = "indicators, and this has children" if above else "what has children"
            reader.report(keys[key], code, f"{key} is for {meant}")
    fields: dict[str, Any] = {}
    if "direction" in keys:
        word = word_of(reader, keys["direction"], code, DIRECTIONS)
        fields["direction"] = 1 if word == DIRECTIONS[0] else -1
    if "denominator" in keys:
        fields["denominator"] = reader.text(keys["denominator"], code)
    for key, default in (("factor", 1.0), ("target", 0.0), ("least data", 0.0)):
        if key in keys:
            fields[key.replace(" ", "_")] = specs.number(keys[key], code, default)
    if "goalposts" in keys:
        pair = reader.mapping(keys["goalposts"], code, ("lower", "upper"))
        lower, upper = specs.number(pair.get("lower"), code, 0.0), specs.number(pair.get("upper"), code, 1.0)
        fields["goalposts"] = (lower, upper)
    if "aggregation" in keys:
        rule = specs.named(keys["aggregation"], code, AGGREGATIONS)
        fields["aggregation"] = rule if isinstance(rule, Aggregation) else None
    return fields


def refuse_unreversed(pipeline: Pipeline) -> None:
    """Refuse indicators where less is better and no step turns them round: more would earn more."""
    kinds = {type(step) for step in pipeline.steps}
    if Aggregate not in kinds or Normalise in kinds:
        return
    for code in pipeline.tree.indicators:
        if pipeline.tree[code].direction < 0:
            reason = "less is better, and no step turns it round (normalise; the method as it is only turns)"
            raise CompositeError("normalise", reason, indicator=code)


def refuse_unknown_columns(reader: Reader, item: Item, tree: Tree, names: tuple[str, ...]) -> None:
    """Report denominators of elements that are no columns of the data."""
    for element in tree.elements.values():
        if element.denominator and element.denominator not in names:
            reader.report(
                item, element.code, f"its denominator {element.denominator!r} is not among data: denominators"
            )
