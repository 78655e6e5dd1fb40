"""The pipeline that stands inside an instrument file, over the instrument's own tree.

Codes, titles, weights (of the edition) and scales are the instrument's; `pipeline` adds what makes an
index of raw figures: columns of the table, directions and denominators, and the steps. The format is
described in docs/reference/formats.md, "A pipeline inside an instrument".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from teladan.core.composite.aggregation import (
    Aggregation as Rule,
)
from teladan.core.composite.aggregation import Geometric, Harmonic, Median, Minimum
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.pipeline import Pipeline
from teladan.core.composite.reading import (
    ABOVE,
    LEAF,
    Document,
    properties,
    read_data,
    refuse_unknown_columns,
    refuse_unreversed,
)
from teladan.core.composite.specs import Specs
from teladan.core.composite.steps import read_steps
from teladan.core.composite.tree import Element, Tree
from teladan.core.document import DocumentError, Item
from teladan.core.instrument.model import Aggregation, Edition, ScaleType
from teladan.core.instrument.model import Element as Part
from teladan.core.instrument.reading import Reader

PLACE = "pipeline"
RULES: Mapping[Aggregation, Rule | None] = {
    Aggregation.ARITHMETIC: None,  # what the step says
    Aggregation.GEOMETRIC: Geometric(),
    Aggregation.HARMONIC: Harmonic(),
    Aggregation.MEDIAN: Median(),
    Aggregation.MINIMUM: Minimum(),
}


class _AnyFunction(dict[str, Callable[..., Any]]):
    """Every name, for reading a file before anyone gives the functions that it names."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Callable[..., Any]:
        return lambda *_: None


def check(reader: Reader, edition: Edition) -> None:
    """Report what is wrong with an edition's pipeline; functions need not be there yet."""
    _read(reader, edition, _AnyFunction())


def read_within(
    edition: Edition, functions: Mapping[str, Callable[..., Any]] | None = None
) -> Document | None:
    """Return an edition's pipeline, None where it has none.

    Raises DocumentError for a function that is not given.
    """
    if edition.pipeline is None:
        return None
    reader = Reader()
    document = _read(reader, edition, functions or {})
    if document is None or reader.problems:
        raise DocumentError(edition.address, list(dict.fromkeys(reader.problems)))
    return document


def _read(reader: Reader, edition: Edition, functions: Mapping[str, Callable[..., Any]]) -> Document | None:
    item = edition.pipeline
    assert item is not None
    before = len(reader.problems)
    keys = reader.mapping(item, PLACE, ("steps",), ("data", "elements"))
    if "steps" not in keys:
        return None
    _refuse_what_is_exact(reader, edition, item)
    data = read_data(reader, keys.get("data", Item({}, item.line)))
    specs = Specs(reader=reader, functions=functions)
    tree = _tree(specs, edition, keys.get("elements", Item({}, item.line)), item)
    if tree is None:
        return None
    refuse_unknown_columns(reader, keys.get("elements", item), tree, data.denominators)
    specs = Specs(reader=reader, functions=functions, tree=tree, groups=data.groups)
    steps = read_steps(specs, keys["steps"])
    if len(reader.problems) > before:
        return None
    try:
        pipeline = Pipeline(tree=tree, steps=steps)
        refuse_unreversed(pipeline)
    except CompositeError as error:
        reader.report(keys["steps"], PLACE, error.reason)
        return None
    scales = {leaf.code: leaf.scale for leaf in edition.leaves if leaf.scale is not None}
    return Document(
        pipeline=pipeline,
        titles=edition.root.titles,
        unit=data.unit or "organisation",
        time=data.time,
        groups=data.groups,
        denominators=data.denominators,
        scales=scales,
    )


def _refuse_what_is_exact(reader: Reader, edition: Edition, item: Item) -> None:
    """Report what only the exact engine knows: it would be passed over in silence."""
    for part in edition.root.walk():
        if part.applies_to is not None:
            reader.report(item, part.code, "a pipeline knows no kinds of organisation (applies_to)")
        if part.rounds_inside:
            reader.report(item, part.code, "a pipeline rounds nothing inside the tree")
        if part.children and part.aggregation not in RULES:
            reader.report(item, part.code, f"a pipeline does not aggregate by {part.aggregation}")
    if edition.overrides:
        reader.report(item, PLACE, "overrides are a step of the pipeline (override, with unit and source)")


def _tree(specs: Specs, edition: Edition, elements: Item, item: Item) -> Tree | None:
    reader = specs.reader
    before = len(reader.problems)
    if not isinstance(elements.value, dict):
        reader.report(elements, PLACE, "elements must map codes to what holds for them")
        return None
    for code, child in elements.value.items():
        if code not in edition.elements:
            reader.report(child, PLACE, f"the tree has no element {code!r}")

    def element(part: Part) -> Element:
        own_item = (
            elements.value.get(part.code, Item({}, item.line)) if isinstance(elements.value, dict) else item
        )
        keys = reader.mapping(own_item, part.code, (), (*LEAF, *ABOVE))
        fields = properties(specs, keys, part.code, above=bool(part.children))
        if not part.children:
            fields = {**_posts(part), **fields}
        elif "aggregation" not in keys:
            fields["aggregation"] = RULES.get(part.aggregation)
        return Element(
            code=part.code,
            titles=part.titles,
            weight=float(part.weight),
            children=tuple(element(child) for child in part.children),
            **fields,
        )

    root = element(edition.root)
    if len(reader.problems) > before:
        return None
    try:
        return Tree(root=root)
    except CompositeError as error:
        reader.report(
            elements if error.indicator in elements.value else item, error.indicator or PLACE, error.reason
        )
        return None


def _posts(part: Part) -> dict[str, Any]:
    """Return goalposts and direction of a scale that has them: lowest above highest is less is better."""
    scale = part.scale
    if scale is None or scale.type is not ScaleType.GOALPOSTS:
        return {}
    low, high = float(scale.lowest), float(scale.highest)
    return {"goalposts": (min(low, high), max(low, high)), "direction": 1 if low < high else -1}
