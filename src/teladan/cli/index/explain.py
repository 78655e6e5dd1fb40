"""How one organisation's figure came to be, from the index down to each answer."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.index.lookup import LANGUAGE, heading
from teladan.cli.problems import CannotRun
from teladan.core.instrument import INDEX, ScaleType
from teladan.core.quantity import plain_text
from teladan.core.text import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from teladan.core.index import ElementResult, OrganisationResult, Results
    from teladan.core.instrument import Element, Instrument

HEADER = ("element", "weight", "answer", "exact", "printed", "adds", "rests on")


def explain(instrument: Instrument, results: Results, organisation: str, form: str) -> str | bytes:
    """Return what is printed of one organisation's result; raises CannotRun for an unknown name."""
    result = results.row(_position(results.answers.organisations, organisation))
    if form == "json":
        return output.json_text(_as_json(results, result))
    edition = results.edition
    index = result.index
    notes = [_sentence(result, index)]
    if any(element.contribution is not None for element in result.elements.values()):
        notes.append(f"What the lines add sums to the {INDEX} exactly; weights are parts of the {INDEX}.")
    if edition.mode_source != "regulation":
        notes.append(f"Rounding: {edition.mode} ({edition.mode_source}).")
    return output.table(
        f"{result.organisation} · {heading(instrument, edition)}",
        HEADER,
        list(_rows(result, edition.root, 0)),
        right=(1, 3, 4, 5),
        notes=notes,
    )


def _as_json(results: Results, result: OrganisationResult) -> dict[str, Any]:
    """Return the JSON of one organisation: as `evaluate` gives it, with weights and answers."""
    entry: dict[str, Any] = {
        "organisation": result.organisation,
        "band": result.band.code if result.band else None,
        "elements": {code: _entry(element) for code, element in result.elements.items()},
    }
    if result.kind is not None:
        entry["kind"] = result.kind
    if not result.scored:
        entry["elements"][INDEX]["not_scored"] = True
    return results.labelled([entry])


def _entry(result: ElementResult) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "exact": _text(result.exact) if result.is_exact else None,
        "printed": result.printed,
        "contribution": _text(result.contribution) if result.is_exact else None,
        "weight": _text(result.weight),
        "answers": {code: _text(answer) for code, answer in result.answers.items()},
    }
    if not result.is_exact:
        entry["approximate"] = _text(result.exact)
    return entry


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _position(names: Sequence[str], organisation: str) -> int:
    wanted = unicodedata.normalize("NFC", organisation.strip())
    if wanted in names:
        return names.index(wanted)
    folded = [i for i, name in enumerate(names) if name.casefold() == wanted.casefold()]
    if len(folded) == 1:
        return folded[0]
    close = [names[i] for i in folded] or difflib.get_close_matches(wanted, names, 3, 0.5)
    close = close or [name for name in names if wanted and wanted.casefold() in name.casefold()][:3]
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise CannotRun(f"--explain {organisation!r}: no such organisation among those evaluated{hint}")


def _sentence(result: OrganisationResult, index: ElementResult) -> str:
    if index.exact is None and not index.answers:
        return "No line counts for this organisation, so there is no index."
    if not result.scored or index.exact is None:
        return "The index means that this organisation was not scored."
    sign = "is exactly" if index.is_exact else "is about"
    text = f"The index {sign} {plain_text(index.exact)}"
    if index.printed is not None:
        text += f", printed {index.printed}"
    if result.band is None:
        return f"{text}."
    meaning = choose(result.band.meaning, LANGUAGE)[0]
    title = choose(result.band.titles, LANGUAGE)[0] or result.band.code
    name = result.band.code if title == result.band.code else f"{result.band.code} ({title})"
    return f"{text}: {name}. {meaning}".rstrip()


def _rows(organisation: OrganisationResult, element: Element, depth: int) -> Iterator[list[str]]:
    result = organisation.elements[element.code]
    title = choose(element.titles, LANGUAGE)[0]
    name = element.code if title in {"", element.code} else f"{element.code} {title}"
    yield [
        "  " * depth + name,
        _share(result.weight),
        _answer(element, result),
        ("" if result.is_exact else "≈ ") + _shown(result.exact),
        result.printed or output.NOTHING,
        _shown(result.contribution),
        _rests_on(element, result),
    ]
    for child in element.children:
        yield from _rows(organisation, child, depth + 1)


def _shown(value: Fraction | None) -> str:
    return output.NOTHING if value is None else plain_text(value)


def _share(weight: Fraction | None) -> str:
    """Return a part of the index: "1.3 %" where that is exact, else "1/3"."""
    if weight is None:
        return output.NOTHING
    percent = plain_text(weight * 100)
    return plain_text(weight) if "/" in percent else f"{percent} %"


def _answer(element: Element, result: ElementResult) -> str:
    scale = element.scale
    if scale is None:
        return ""
    if element.code not in result.answers:
        return "does not count"
    answer = result.answers[element.code]
    if answer is None:
        return f"none ({element.missing})"
    if scale.type is ScaleType.YES_NO:
        return "yes" if answer else "no"
    titles = [choose(level.titles, LANGUAGE)[0] for level in scale.levels if level.value == answer]
    return " ".join([plain_text(answer), *titles])


def _rests_on(element: Element, result: ElementResult) -> str:
    codes = list(result.answers)
    if element.scale or not codes:
        return ""
    if len(codes) <= 2:
        return ", ".join(codes)
    everything = [leaf.code for leaf in element.leaves]
    whole = "" if len(codes) == len(everything) else f" without {len(everything) - len(codes)}"
    return f"{codes[0]} … {codes[-1]}{whole} ({len(codes)})"
