"""The documents that the record names by digest: a practice with its evidence, an adoption with its stages.

Canonical JSON (RFC 8785) of plain values; the same bytes on any machine. Persons are not in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.utils.translation import gettext_noop as N_

from teladan.core import canonical
from teladan.exchange.content import (
    ClaimPart,
    Content,
    CorePart,
    EvidencePart,
    MeasurePart,
    ObservationPart,
    PreconditionPart,
    TranslationPart,
    UnverifiedPart,
    first_problem,
)
from teladan.registry.refusals import Reason, Refused

PRACTICE = "teladan-practice-document/1"
ADOPTION = "teladan-adoption-document/1"
MOST_VERSIONS = 2**31 - 1  # the database counts no further


def of_practice(content: Content) -> bytes:
    """Return the canonical bytes of a practice; raises CanonicalError."""
    return canonical.encode({"format": PRACTICE, **_plain(asdict(content))})


def of_adoption(given: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of an adoption; raises CanonicalError."""
    return canonical.encode({"format": ADOPTION, **given})


def read_practice(data: bytes) -> Content:
    """Return the content of a document, which came from elsewhere; raises Refused for what is none."""
    try:
        value = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise not_ours() from error
    if not isinstance(value, dict) or value.pop("format", None) != PRACTICE:
        raise not_ours()
    try:
        found = _content(value)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise not_ours() from error
    wrong = first_problem(found)
    if wrong:
        raise Refused(wrong)
    return found


def not_ours() -> Refused:
    """Return the refusal of what is no carried practice."""
    text = N_(
        "This is no practice that Teladan exported; `teladan practice export` at its owner’s node makes one."
    )
    return Refused(Reason("not-ours", text))


def _plain(value: Any) -> Any:
    """Return a value with lists for tuples, as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _content(value: dict[str, Any]) -> Content:
    given = dict(value)
    parts = {
        "core": _all(CorePart, given.pop("core")),
        "preconditions": _all(PreconditionPart, given.pop("preconditions")),
        "unverified": _all(UnverifiedPart, given.pop("unverified")),
        "translations": _all(TranslationPart, given.pop("translations")),
        "claims": tuple(_claim(each) for each in given.pop("claims")),
        "costs": tuple(_text(each) for each in given.pop("costs")),
        "actors": tuple(_text(each) for each in given.pop("actors")),
        "titles": {_text(key): _text(text) for key, text in given.pop("titles").items()},
    }
    number = given.pop("number")
    if type(number) is not int or not 1 <= number <= MOST_VERSIONS:
        raise TypeError(number)
    wanted = {each.name for each in fields(Content)} - {*parts, "number"}
    if given.keys() != wanted:
        raise KeyError(*(given.keys() ^ wanted))
    texts: dict[str, Any] = {key: _text(text) for key, text in given.items()}
    return Content(number=number, **texts, **parts)


def _claim(value: dict[str, Any]) -> ClaimPart:
    measures = tuple(_measure(each) for each in value["measures"])
    return _part(ClaimPart, {**value, "measures": ""}, measures=measures)


def _measure(value: dict[str, Any]) -> MeasurePart:
    observations = tuple(_observation(each) for each in value["observations"])
    return _part(MeasurePart, {**value, "observations": ""}, observations=observations)


def _observation(value: dict[str, Any]) -> ObservationPart:
    evidence = _all(EvidencePart, value["evidence"])
    return _part(ObservationPart, {**value, "evidence": ""}, evidence=evidence)


def _all(kind: Any, values: list[Any]) -> Any:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(_part(kind, each) for each in values)


def _part(kind: Any, value: dict[str, Any], **made: Any) -> Any:
    """Return a part from a mapping that has exactly its fields, all of them texts."""
    if value.keys() != {each.name for each in fields(kind)}:
        raise KeyError(*value)
    return kind(**({key: _text(text) for key, text in value.items()} | made))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
