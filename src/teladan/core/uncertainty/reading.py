"""From the text of a vary file to assumptions, or to the list of what is wrong.

The file format is described in docs/reference/formats.md, "A vary file".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from teladan.core import document
from teladan.core.composite.aggregate import Aggregate
from teladan.core.composite.errors import CompositeError
from teladan.core.composite.normalise import Normalise
from teladan.core.composite.pipeline import NAMES, Pipeline, Step
from teladan.core.composite.specs import AGGREGATIONS, METHODS, Specs
from teladan.core.composite.steps import STEPS
from teladan.core.document import DocumentError, Item
from teladan.core.instrument.reading import Reader
from teladan.core.uncertainty.assumptions import Assumption, Choice, LeaveOut, Raters, Rounding, Weights

FORMAT = "teladan-vary/1"
CHOSEN = ("screen", "denominate", "impute", "treat")
KEYS = ("weights", "normalise", "aggregate", *CHOSEN, "leave out", "rounding", "raters")
AS_GIVEN = "as given"


def read_vary(
    text: str,
    file: str,
    pipeline: Pipeline,
    *,
    groups: tuple[str, ...] = (),
    functions: Mapping[str, Callable[..., Any]] | None = None,
    refuse: Mapping[str, str] | None = None,
) -> tuple[Assumption, ...]:
    """Return what a vary file lets vary, in the order of the file.

    refuse: keys that may not vary here, with the reason. Raises DocumentError naming every problem
    with its line.
    """
    top = document.parse(text, file)
    reader = Reader()
    keys = reader.mapping(top, "", ("format",), KEYS)
    form = reader.text(keys.get("format"), "format")
    if "format" in keys and form != FORMAT:
        reader.report(keys["format"], "format", f"is {form!r}, this reads {FORMAT!r}")
    specs = Specs(reader=reader, functions=functions or {}, tree=pipeline.tree, groups=groups)
    found: list[Assumption] = []
    for key, item in keys.items():
        if key not in KEYS:
            continue
        if refuse and key in refuse:
            reader.report(item, key, refuse[key])
            continue
        made = _read(_Place(specs=specs, pipeline=pipeline, key=key), item)
        if made is not None:
            found.append(made)
    if not reader.problems and not found:
        reader.report(top, "", "nothing varies: name at least one of " + ", ".join(KEYS))
    if reader.problems:
        raise DocumentError(file, list(dict.fromkeys(reader.problems)))
    return tuple(found)


class _Place:
    """What reading one key needs."""

    def __init__(self, *, specs: Specs, pipeline: Pipeline, key: str) -> None:
        self.specs, self.reader, self.pipeline, self.key = specs, specs.reader, pipeline, key

    def made(self, make: Callable[[], Any], item: Item) -> Any:
        """Return what is made, held against the pipeline, or None with the refusal reported."""
        try:
            found = make()
            if isinstance(found, Weights):
                found.concerned(self.pipeline.tree)
            elif isinstance(found, Choice):
                found.position(self.pipeline)
            elif isinstance(found, LeaveOut):
                for code in found.codes:
                    self.pipeline.tree.without(frozenset({code}))
            elif isinstance(found, Raters):
                found.columns(self.pipeline.tree.indicators)
        except CompositeError as error:
            self.reader.report(item, error.indicator or self.key, error.reason)
            return None
        return found


def _read(place: _Place, item: Item) -> Assumption | None:
    before = len(place.reader.problems)
    readers = {"weights": _weights, "leave out": _leave_out, "rounding": _rounding, "raters": _raters}
    make = readers.get(place.key, _choice)(place, item)
    if make is None or len(place.reader.problems) > before:
        return None
    return place.made(make, item)  # type: ignore[no-any-return]


def _weights(place: _Place, item: Item) -> Callable[[], Weights] | None:
    keys = place.reader.mapping(item, place.key, (), ("share", "levels", "how"))
    if ("share" in keys) == ("levels" in keys):
        place.reader.report(item, place.key, "say either share (of every level) or levels")
        return None
    if "share" in keys:
        levels = range(1, place.pipeline.tree.root.level)
        shares = dict.fromkeys(levels, place.specs.number(keys["share"], place.key, 0.0))
    else:
        shares = {
            level: place.specs.number(child, place.key, 0.0)
            for level, child in place.specs.by_level(keys["levels"], place.key, 1)
        }
    how = place.reader.word(keys.get("how"), place.key, ("uniform", "normal"))
    return lambda: Weights(shares=shares, how=how)


def _choice(place: _Place, item: Item) -> Callable[[], Choice] | None:
    own = next((step for step in place.pipeline.steps if NAMES[type(step)] == place.key), None)
    if own is None:
        place.reader.report(item, place.key, f"the pipeline has no step {place.key} that could vary")
        return None
    options: list[Step | None] = []
    labels: list[str] = []
    for child in place.reader.sequence(item, place.key):
        option = _option(place, child, own)
        if option is not False:
            options.append(option)
            labels.append(_label(child, option))
    return lambda: Choice(step=place.key, options=tuple(options), labels=tuple(labels))


def _option(place: _Place, item: Item, own: Step) -> Any:
    """Return a step, None for none, or False where a problem was reported."""
    if item.value == AS_GIVEN:
        return own
    if isinstance(own, Normalise):
        method = place.specs.named(item, place.key, METHODS)
        return False if method is None else replace(own, method=method)
    if isinstance(own, Aggregate):
        rule = place.specs.named(item, place.key, AGGREGATIONS)
        return False if rule is None else replace(own, rule=rule)
    if item.value == "none":
        return None
    if not isinstance(item.value, dict):
        place.reader.report(item, place.key, "an option is the keys of the step, none, or as given")
        return False
    step = STEPS[place.key](place.specs, item)
    return False if step is None else step


def _label(item: Item, option: Step | None) -> str:
    if isinstance(item.value, str):
        return item.value
    if isinstance(option, Normalise):
        return option.method.rule
    return _plain(item)


def _plain(item: Item) -> str:
    """Return an item's value on one line.

    >>> _plain(Item({"method": Item("median", 1), "over": Item("group", 1)}, 1))
    'method median, over group'
    """
    if isinstance(item.value, dict):
        return ", ".join(f"{key} {_plain(child)}" for key, child in item.value.items())
    if isinstance(item.value, list):
        return "; ".join(_plain(child) for child in item.value)
    return str(item.value)


def _leave_out(place: _Place, item: Item) -> Callable[[], LeaveOut] | None:
    keys = place.reader.mapping(item, place.key, (), ("level", "codes", "or nothing"))
    if ("level" in keys) == ("codes" in keys):
        place.reader.report(item, place.key, "say either level or codes")
        return None
    tree = place.pipeline.tree
    if "level" in keys:
        level = place.specs.count(keys["level"], place.key) or 0
        codes = tuple(element.code for element in tree.at_level(level))
        if not codes or level >= tree.root.level:
            place.reader.report(keys["level"], place.key, f"there is no level {level} below the index")
    else:
        codes = tuple(
            place.reader.text(child, place.key) for child in place.reader.sequence(keys["codes"], place.key)
        )
    none = "or nothing" not in keys or place.specs.yes(keys["or nothing"], place.key)
    return lambda: LeaveOut(codes=codes, none=none)


def _rounding(place: _Place, item: Item) -> Callable[[], Rounding] | None:
    keys = place.reader.mapping(item, place.key, ("digits",), ("lowest", "highest"))
    if "digits" not in keys:
        return None
    digits: dict[str, int] = {}
    if isinstance(keys["digits"].value, dict):
        for code, child in place.specs.by_code(keys["digits"], place.key):
            digits[code] = _digits(place, child)
    else:
        digits = dict.fromkeys(place.pipeline.tree.indicators, _digits(place, keys["digits"]))
    ends = {
        name: place.specs.number(keys[name], place.key, 0.0) for name in ("lowest", "highest") if name in keys
    }
    return lambda: Rounding(digits=digits, **ends)


def _digits(place: _Place, item: Item) -> int:
    text = place.reader.text(item, place.key)
    if text.removeprefix("-").isdigit() and text.isascii() and abs(int(text)) <= 15:
        return int(text)
    place.reader.report(item, place.key, f"{text!r} is not a number of digits (-15 to 15)")
    return 0


def _raters(place: _Place, item: Item) -> Callable[[], Raters] | None:
    reader, key = place.reader, place.key
    keys = reader.mapping(item, key, ("counts", "source"), ("codes",))
    rows = keys["counts"].value if "counts" in keys else None
    if not isinstance(rows, dict) or not rows:
        reader.report(keys.get("counts", item), key, "counts map a level to {level of the other: pairs}")
        return None
    texts = list(dict.fromkeys([*rows, *(c for row in rows.values() for c in _inside(row))]))
    levels: dict[str, float] = {}
    for text in texts:
        levels[text] = place.specs.number(Item(text, keys["counts"].line), key, 0.0)
    ordered = sorted(levels, key=lambda text: levels[text])
    counts = [[0] * len(ordered) for _ in ordered]
    for text, row in rows.items():
        for other, child in _inside(row).items():
            count = place.specs.count(child, key)
            counts[ordered.index(text)][ordered.index(other)] = count or 0
        if not _inside(row):
            reader.report(row, key, f"level {text}: must map levels to numbers of pairs")
    codes = tuple(reader.text(child, key) for child in reader.sequence(keys.get("codes"), key))
    source = reader.text(keys.get("source"), key)
    return lambda: Raters(
        levels=tuple(levels[text] for text in ordered),
        counts=tuple(map(tuple, counts)),
        source=source,
        codes=codes,
    )


def _inside(row: Item) -> dict[str, Item]:
    return row.value if isinstance(row.value, dict) else {}
