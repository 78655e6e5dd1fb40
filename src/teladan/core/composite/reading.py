"""From the text of a pipeline document to a `Document`, or to the list of what is wrong.

The file format is described in docs/reference/formats.md, "A pipeline".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from teladan.core import document
from teladan.core.composite.aggregation import Aggregation
from teladan.core.composite.data import Table, read_table
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.pipeline import Pipeline
from teladan.core.composite.specs import AGGREGATIONS, Specs, word_of
from teladan.core.composite.steps import read_steps
from teladan.core.composite.tree import Element, Tree
from teladan.core.document import DocumentError, Item
from teladan.core.instrument.reading import Reader

FORMAT = "teladan-pipeline/1"
DIRECTIONS = ("more is better", "less is better")
ELEMENT = (
    "weight", "titles", "children", "direction", "denominator", "factor", "target", "goalposts",
    "aggregation", "least data",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Document:
    """A pipeline document: the pipeline, and which columns of a table it reads."""

    pipeline: Pipeline
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Mapping[str, str], ...] = ()
    unit: str = "unit"
    time: str = ""
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()

    def table(self, rows: list[dict[str, str | None]]) -> Table:
        """Return the table of rows of text cells; raises CompositeError naming unit and column."""
        return read_table(
            rows,
            indicators=self.pipeline.tree.indicators,
            unit=self.unit,
            time=self.time,
            denominators=self.denominators,
            groups=self.groups,
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
    data = reader.mapping(
        keys.get("data", Item({}, top.line)), "data", (), ("unit", "time", "groups", "denominators")
    )
    groups, denominators = (
        tuple(reader.text(item, "data") for item in reader.sequence(data.get(name), "data"))
        for name in ("groups", "denominators")
    )
    specs = Specs(reader=reader, functions=functions or {})
    tree = read_tree(specs, keys["tree"])
    if tree is None:
        raise DocumentError(file, reader.problems)
    _denominators(reader, keys["tree"], tree, denominators)
    specs = Specs(reader=reader, functions=functions or {}, tree=tree, groups=groups)
    steps = read_steps(specs, keys["pipeline"])
    pipeline = None
    if not reader.problems:
        try:
            pipeline = Pipeline(tree=tree, steps=steps)
        except CompositeError as error:
            reader.report(keys["pipeline"], "pipeline", error.reason)
    if pipeline is None:
        raise DocumentError(file, list(dict.fromkeys(reader.problems)))
    read = Document(
        pipeline=pipeline,
        titles=reader.titles(keys.get("titles"), "titles"),
        notes=tuple(reader.titles(note, "notes") for note in reader.sequence(keys.get("notes"), "notes")),
        unit=reader.text(data.get("unit"), "data", "unit"),
        time=reader.text(data.get("time"), "data"),
        groups=groups,
        denominators=denominators,
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
    for key in ("direction", "denominator", "factor", "target", "goalposts"):
        if children and key in keys:
            reader.report(keys[key], code, f"{key} is for indicators, and this has children")
    for key in ("aggregation", "least data"):
        if not children and key in keys:
            reader.report(keys[key], code, f"{key} is for what has children")
    if "children" in keys and not children:
        reader.report(keys["children"], code, "an element with children needs at least one")
    posts = None
    if "goalposts" in keys:
        pair = reader.mapping(keys["goalposts"], code, ("lower", "upper"))
        posts = (specs.number(pair.get("lower"), code, 0.0), specs.number(pair.get("upper"), code, 1.0))
    aggregation = specs.named(keys["aggregation"], code, AGGREGATIONS) if "aggregation" in keys else None
    return Element(
        code=code,
        titles=reader.titles(keys.get("titles"), code),
        weight=specs.number(keys.get("weight"), code, 1.0),
        children=children,
        direction=1 if word_of(reader, keys.get("direction"), code, DIRECTIONS) == DIRECTIONS[0] else -1,
        denominator=reader.text(keys.get("denominator"), code),
        factor=specs.number(keys.get("factor"), code, 1.0),
        target=specs.number(keys["target"], code, 0.0) if "target" in keys else None,
        goalposts=posts,
        aggregation=aggregation if isinstance(aggregation, Aggregation) else None,
        least_data=specs.number(keys["least data"], code, 0.0) if "least data" in keys else None,
    )


def _denominators(reader: Reader, item: Item, tree: Tree, names: tuple[str, ...]) -> None:
    for element in tree.elements.values():
        if element.denominator and element.denominator not in names:
            reader.report(
                item, element.code, f"its denominator {element.denominator!r} is not among data: denominators"
            )
