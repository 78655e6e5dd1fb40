"""From the text of an instrument file to an `Instrument`, or to the list of what is wrong.

The file format is described in docs/reference/formats.md.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from teladan.core import document
from teladan.core.document import DocumentError, Item
from teladan.core.instrument.model import (
    INDEX,
    Aggregation,
    Band,
    Edition,
    Element,
    Instrument,
    Missing,
    Named,
    NotApplicable,
    Override,
    Source,
)
from teladan.core.instrument.reading import Reader
from teladan.core.instrument.tree import Rules, read_scales, read_tree
from teladan.core.quantity import Rounding, plain_text

if TYPE_CHECKING:
    from teladan.core.text import Texts

FORMAT = "teladan-instrument/1"
REQUIRED = ("format", "slug", "version", "titles", "scales", "tree", "editions")
OPTIONAL = (
    "abbreviation",
    "nature",
    "ranking",
    "issuer",
    "regulation",
    "valid",
    "supersedes",
    "translations",
    "sources",
    "tiers",
    "kinds",
    "missing",
    "not applicable",
    "rounding",
    "bands",
    "overrides",
    "aggregation",
    "pipeline",
    "notes",
)
CHANGEABLE = ("weights", "rounding", "bands", "overrides", "missing", "scales")
ROUNDING_KEYS = ("mode", "mode_source", "printed", "inside")


def parse(text: str, file: str = "instrument.yaml") -> Instrument:
    """Return the instrument of a file's text; raises DocumentError naming every problem."""
    top = document.parse(text, file)
    reader = Reader()
    keys = reader.mapping(top, "", REQUIRED, OPTIONAL)
    form = reader.text(keys.get("format"), "format")
    if keys and form != FORMAT:
        reader.report(keys.get("format", top), "format", f"is {form!r}, this reads {FORMAT!r}")
    if reader.problems:
        raise DocumentError(file, reader.problems)

    tiers = _named(reader, keys.get("tiers"), "tiers")
    kinds = _named(reader, keys.get("kinds"), "kinds")
    editions = [
        _edition(reader, keys, entry, tiers, kinds) for entry in reader.sequence(keys["editions"], "editions")
    ]
    if not editions:
        reader.report(keys["editions"], "editions", "there must be at least one edition")
    if "pipeline" in keys and not reader.problems:
        _pipeline(reader, keys, editions)
    years = [edition.year for edition in editions]
    if years != sorted(set(years)):
        reader.report(keys["editions"], "editions", f"must rise by year: {', '.join(years)}")
    issuer = reader.mapping(keys.get("issuer", Item({}, top.line)), "issuer", (), ("titles", "country"))
    regulation = _regulation(reader, keys.get("regulation"))
    valid = reader.mapping(keys.get("valid", Item({}, top.line)), "valid", (), ("from", "until"))
    instrument = Instrument(
        slug=reader.text(keys["slug"], "slug"),
        version=reader.text(keys["version"], "version"),
        titles=reader.titles(keys["titles"], "titles"),
        abbreviation=reader.text(keys.get("abbreviation"), "abbreviation"),
        nature=reader.word(keys.get("nature"), "nature", ("legal", "research")),
        ranking=reader.word(keys.get("ranking"), "ranking", ("yes", "no")) == "yes",
        issuer=reader.titles(issuer.get("titles"), "issuer"),
        country=reader.text(issuer.get("country"), "issuer", "none"),
        citation=regulation[0],
        regulation=regulation[1],
        valid_from=reader.text(valid.get("from"), "valid", "not seen"),
        valid_until=reader.text(valid.get("until"), "valid", "not seen"),
        supersedes=reader.text(keys.get("supersedes"), "supersedes", "not seen"),
        translations=reader.titles(keys.get("translations"), "translations"),
        sources=tuple(_source(reader, s) for s in reader.sequence(keys.get("sources"), "sources")),
        tiers=tiers,
        scales=tuple(read_scales(reader, reader.sequence(keys["scales"], "scales")).values()),
        notes=_notes(reader, keys.get("notes")),
        editions=tuple(editions),
        file=file,
    )
    if reader.problems:
        raise DocumentError(file, list(dict.fromkeys(reader.problems)))
    return instrument


def _pipeline(reader: Reader, keys: dict[str, Item], editions: list[Edition]) -> None:
    """Report what is wrong with the pipeline, which only research has."""
    # Not at the top: methods read instruments' ways of writing, and few instruments have a pipeline.
    from teladan.core.composite.within import check  # noqa: PLC0415

    if reader.word(keys.get("nature"), "nature", ("legal", "research")) == "legal":
        reason = "what is law is computed exactly; a pipeline is for nature: research"
        reader.report(keys["pipeline"], "pipeline", reason)
        return
    for edition in editions:
        check(reader, edition)


def _edition(
    reader: Reader,
    version: dict[str, Item],
    entry: Item,
    tiers: tuple[Named, ...],
    kinds: tuple[Named, ...],
) -> Edition:
    own = reader.mapping(entry, "editions", ("year",), ("titles", "sources", "notes", "changes"))
    year = reader.text(own.get("year"), "editions")
    place = f"edition {year}"
    changes = reader.mapping(own.get("changes", Item({}, entry.line)), place, (), CHANGEABLE)
    keys = {**version, **{key: item for key, item in changes.items() if key != "weights"}}
    rounding = _merged(reader, version.get("rounding"), changes.get("rounding"), ROUNDING_KEYS)
    bands = _merged(reader, version.get("bands"), changes.get("bands"), ("element", "read", "list"))
    printed = {
        code: reader.digits(item, "rounding.printed")
        for code, item in _printed(reader, version, changes).items()
    }
    weights = _weights(reader, changes.get("weights"), place)
    scales = read_scales(reader, reader.sequence(keys["scales"], "scales"))
    inside = [
        reader.text(item, "rounding.inside")
        for item in reader.sequence(rounding.get("inside"), "rounding.inside")
    ]
    rules = Rules(
        scales=scales,
        tiers=tuple(tier.code for tier in tiers),
        kinds=frozenset(kind.code for kind in kinds),
        aggregation=reader.choice(
            keys.get("aggregation"), "aggregation", Aggregation, Aggregation.ARITHMETIC
        ),
        missing=reader.choice(keys.get("missing"), "missing", Missing, Missing.REFUSE),
        printed=printed,
        inside=frozenset(inside),
        weights=weights,
    )
    root = read_tree(reader, version["tree"], rules)
    _known_codes(reader, entry, root, rules, place)
    not_applicable = reader.choice(
        keys.get("not applicable"), "not applicable", NotApplicable, NotApplicable.NOT_USED
    )
    if not_applicable is NotApplicable.NOT_USED:
        for element in root.walk():
            if element.applies_to is not None:
                reader.report(
                    version["tree"],
                    element.code,
                    "applies to some kinds only, so the file must say under 'not applicable' "
                    "where its weight goes",
                )
    return Edition(
        slug=reader.text(version["slug"], "slug"),
        version=reader.text(version["version"], "version"),
        year=year,
        root=root,
        mode=reader.choice(rounding.get("mode"), "rounding", Rounding, Rounding.HALF_UP),
        mode_source=reader.text(rounding.get("mode_source"), "rounding", "not seen"),
        bands=_bands(reader, bands, None if "pipeline" in version else root),
        bands_read=reader.word(bands.get("read"), "bands", ("rounded", "exact")),
        overrides=_overrides(reader, keys.get("overrides")),
        not_applicable=not_applicable,
        kinds=kinds,
        notes=_notes(reader, own.get("notes")),
        changed=tuple(changes),
        sources=tuple(reader.text(item, place) for item in reader.sequence(own.get("sources"), place)),
        pipeline=version.get("pipeline"),
    )


def _merged(
    reader: Reader, base: Item | None, change: Item | None, known: tuple[str, ...]
) -> dict[str, Item]:
    merged: dict[str, Item] = {}
    for item in (base, change):
        if item is not None:
            merged |= reader.mapping(item, "rounding" if "mode" in known else "bands", (), known)
    return merged


def _printed(reader: Reader, version: dict[str, Item], changes: dict[str, Item]) -> dict[str, Item]:
    printed: dict[str, Item] = {}
    for keys in (version, changes):
        rounding = keys.get("rounding")
        if rounding and isinstance(rounding.value, dict) and "printed" in rounding.value:
            item = rounding.value["printed"]
            if isinstance(item.value, dict):
                printed |= item.value
            else:
                reader.report(item, "rounding.printed", "must map codes or tiers to digits")
    return printed


def _weights(reader: Reader, item: Item | None, place: str) -> dict[str, Fraction]:
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        reader.report(item, place, "weights must map codes to weights")
        return {}
    return {code: reader.number(weight, code) for code, weight in item.value.items()}


def _known_codes(reader: Reader, entry: Item, root: Element, rules: Rules, place: str) -> None:
    codes = {element.code for element in root.walk()}
    tiers = {INDEX, *rules.tiers}
    for code in rules.weights:
        if code not in codes:
            reader.report(entry, place, f"changes the weight of the unknown element {code!r}")
    for code in (*rules.printed, *rules.inside):
        if code not in codes | tiers:
            reader.report(entry, place, f"rounds the unknown element or tier {code!r}")


def _bands(reader: Reader, keys: dict[str, Item], root: Element | None) -> tuple[Band, ...]:
    """Return the bands; they must cover what `root` can be (None: the scale that a pipeline ends on)."""
    items = reader.sequence(keys.get("list"), "bands")
    if "element" in keys and reader.text(keys["element"], "bands") != INDEX:
        reader.report(keys["element"], "bands", f"bands are read from {INDEX!r} only")
    bands: list[Band] = []
    for item in items:
        entry = reader.mapping(item, "bands", ("code", "titles", "from", "to"), ("meaning",))
        code = reader.text(entry.get("code"), "bands")
        place = f"band {code}"
        band = Band(
            code=code,
            titles=reader.titles(entry.get("titles"), place),
            start=reader.number(entry.get("from"), place),
            end=reader.number(entry.get("to"), place),
            meaning=reader.titles(entry.get("meaning"), place),
        )
        if band.start >= band.end:
            reader.report(
                item,
                place,
                f"from {plain_text(band.start)} is not below to {plain_text(band.end)}",
            )
        if bands and bands[-1].end != band.start:
            word = "a gap" if bands[-1].end < band.start else "an overlap"
            reader.report(
                item,
                place,
                f"{word}: band {bands[-1].code} ends at {plain_text(bands[-1].end)}, "
                f"this one starts at {plain_text(band.start)}",
            )
        if code in {b.code for b in bands}:
            reader.report(item, place, "this band is given twice")
        bands.append(band)
    if bands and root is not None and not reader.problems:
        _cover(reader, items, bands, root)
    return tuple(bands)


def _cover(reader: Reader, items: list[Item], bands: list[Band], root: Element) -> None:
    low, high = root.bounds
    if bands[0].start > low:
        reader.report(
            items[0],
            f"band {bands[0].code}",
            f"a gap: the index can be {plain_text(low)}, "
            f"the lowest band starts at {plain_text(bands[0].start)}",
        )
    if bands[-1].end < high:
        reader.report(
            items[-1],
            f"band {bands[-1].code}",
            f"a gap: the index can be {plain_text(high)}, "
            f"the highest band ends at {plain_text(bands[-1].end)}",
        )


def _overrides(reader: Reader, item: Item | None) -> tuple[Override, ...]:
    overrides = []
    for entry in reader.sequence(item, "overrides"):
        keys = reader.mapping(entry, "overrides", ("element", "equals", "means"), ("source",))
        override = Override(
            element=reader.text(keys.get("element"), "overrides"),
            equals=reader.number(keys.get("equals"), "overrides"),
            means=reader.text(keys.get("means"), "overrides"),
            source=reader.text(keys.get("source"), "overrides", "not seen"),
        )
        if override.element != INDEX or override.means != "not scored":
            reader.report(entry, "overrides", "an override gives a value of 'index' that means 'not scored'")
        overrides.append(override)
    return tuple(overrides)


def _named(reader: Reader, item: Item | None, place: str) -> tuple[Named, ...]:
    named = []
    for entry in reader.sequence(item, place):
        keys = reader.mapping(entry, place, ("code", "titles"))
        named.append(
            Named(
                code=reader.text(keys.get("code"), place),
                titles=reader.titles(keys.get("titles"), place),
            )
        )
    return tuple(named)


def _regulation(reader: Reader, item: Item | None) -> tuple[str, Texts]:
    if item is None or isinstance(item.value, str):
        return reader.text(item, "regulation", "not seen"), {}
    keys = reader.mapping(item, "regulation", ("citation",), ("titles", "date"))
    return (
        reader.text(keys.get("citation"), "regulation"),
        reader.titles(keys.get("titles"), "regulation"),
    )


def _source(reader: Reader, item: Item) -> Source:
    keys = reader.mapping(
        item, "sources", ("code", "title"), ("publisher", "date", "address", "seen", "note")
    )
    fields = {
        key: reader.text(keys.get(key), "sources", "not seen")
        for key in ("code", "title", "publisher", "date", "address")
    }
    seen = reader.word(keys.get("seen"), "sources", ("not seen", "secondary", "yes"))
    return Source(seen=seen, **fields)


def _notes(reader: Reader, item: Item | None) -> tuple[Texts, ...]:
    return tuple(reader.titles(entry, "notes") for entry in reader.sequence(item, "notes"))
