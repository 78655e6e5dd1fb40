"""What a practice says, as plain values: read from a file, a form, our rows or another node's document.

Text is kept as it was given, in Unicode normal form C; pages escape it. "" is what was not seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext_noop as N_

from teladan.core.dates import before, is_date, latest_day
from teladan.exchange.adoption_degree import WEIGHTS
from teladan.exchange.models import Claim, Evidence, Observation, Practice, PracticeVersion
from teladan.registry.refusals import Reason

LONGEST_TEXT = 20_000  # characters
FIGURE = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
# Every reader of addresses takes such a host: no user, no brackets, nothing that NFKC makes / ? # @ or :
NO_HOST = "\u2047-\u2049\u2100\u2101\u2105\u2106\u2a74\ufe13\ufe16\ufe55\ufe56\ufe5f\ufe6b"
NO_HOST += "\uff03\uff0f\uff1a\uff1f\uff20"
ADDRESS = re.compile(rf'https?://[^\s<>"/?#@:\[\]\\{NO_HOST}]+(:[0-9]{{1,5}})?([/?#][^\s<>"]*)?')
SHA256 = re.compile("[0-9a-f]{64}")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
PRECONDITIONS = ("legal", "institutional", "technical", "capacity", "money")
UNVERIFIED = ("name", "titles", "agency", "since", "status", "lineage", "date", "other")
SHORT = {  # what the database has room for, by the name of the field
    "code": 60,
    "agency": 250,
    "name": 250,
    "value": 200,
    "unit": 100,
    "baseline": 200,
    "target": 200,
    "target_by": 100,
    "period": 100,
    "population": 200,
    "described": 200,
    "title": 300,
    "address": 500,
    "sha256": 64,
    "source": 500,
    "place": 80,
    "model": 80,
    "adopter": 250,
    "funder": 200,
    "decided_by": 200,
    "degree_words": 100,
    "office": 250,
}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePart:
    """A source of an observation."""

    type: str
    described: str = ""
    title: str = ""
    address: str = ""
    sha256: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationPart:
    """One figure of one source, with its evidence."""

    value: str
    unit: str
    nature: str = "result"
    baseline: str = ""
    target: str = ""
    target_by: str = ""
    period: str = ""
    population: str = ""
    method: str = ""
    note: str = ""
    evidence: tuple[EvidencePart, ...] = ()

    @property
    def exact(self) -> str:
        """Return the value as a plain decimal; "" where it is none."""
        return self.value if FIGURE.fullmatch(self.value) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePart:
    """What a claim is measured by, with all observations, also those that conflict."""

    code: str
    name: str
    observations: tuple[ObservationPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPart:
    """What is said to be achieved."""

    code: str
    statement: str
    level: str
    measures: tuple[MeasurePart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorePart:
    """A core element."""

    code: str
    text: str
    weight: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreconditionPart:
    """What must be there for it to work: legal, institutional, technical, capacity, money."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedPart:
    """What stands here without having been seen in a source."""

    field: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationPart:
    """A text in another language; `model` is the machine's, "" where a person wrote it."""

    place: str
    language: str
    text: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that a version of a practice says, with what is claimed of the practice."""

    code: str
    country: str
    owner: str
    agency: str
    theme: str
    track: str
    language: str
    name: str
    name_language: str
    titles: dict[str, str]
    status: str
    problem: str
    does: str
    number: int = 1
    since: str = ""
    status_note: str = ""
    causal_model: str = ""
    caveats: str = ""
    source: str = ""
    core: tuple[CorePart, ...] = ()
    preconditions: tuple[PreconditionPart, ...] = ()
    costs: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    unverified: tuple[UnverifiedPart, ...] = ()
    claims: tuple[ClaimPart, ...] = field(default=())
    translations: tuple[TranslationPart, ...] = ()


def clean(text: str) -> str:
    """Return a text without blanks around it, in Unicode normal form C."""
    return unicodedata.normalize("NFC", text).strip()


def cleaned(value: Value) -> Value:
    """Return a value with all its texts cleaned."""
    made: Any = value
    if isinstance(value, str):
        made = clean(value)
    elif isinstance(value, dict):
        made = {key: cleaned(item) for key, item in value.items()}
    elif isinstance(value, tuple):
        made = tuple(cleaned(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{each.name: cleaned(getattr(value, each.name)) for each in fields(value)})
    found: Value = made
    return found


def first_problem(content: Content) -> Reason | None:
    """Return the first thing that is wrong, or None."""
    return next(problems(content), None)


def problems(content: Content) -> Iterator[Reason]:
    """Yield everything that is wrong in a content, each as the reason for which it is refused."""
    yield from bad_texts(content)
    yield from _of_code(content.code)
    for name in ("agency", "name", "problem", "does"):
        if not getattr(content, name):
            yield Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": name})
    if not content.titles:
        yield Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "titles"})
    yield from _of_choices("status", content.status, PracticeVersion.Status.values)
    yield from _of_choices("theme", content.theme, Practice.Theme.values)
    yield from _of_choices("track", content.track, Practice.Track.values)
    for language in (content.language, content.name_language, *content.titles):
        yield from of_language(language)
    yield from _date("since", content.since)
    yield from of_address("source", content.source)
    for element in content.core:
        yield from _of_code(element.code)
        yield from _of_choices("weight", element.weight, WEIGHTS)
        if not element.text or not element.reason:
            yield Reason("core-element-why", N_("Each core element needs its text and the reason."))
    for precondition in content.preconditions:
        yield from of_precondition(precondition)
    for each in content.unverified:
        yield from _of_choices("unverified field", each.field, UNVERIFIED)
    yield from _twice("core element", [element.code for element in content.core])
    yield from _twice("claim", [claim.code for claim in content.claims])
    for claim in content.claims:
        yield from of_claim(claim)
    there = places(content)
    for translation in content.translations:
        yield from of_translation(translation, content, there)
    yield from _twice("translation", [f"{t.place} {t.language} {t.model}" for t in content.translations])


def of_claim(claim: ClaimPart) -> Iterator[Reason]:
    """Yield what is wrong with a claim, its measures and their observations."""
    yield from bad_texts(claim)
    yield from _of_code(claim.code)
    yield from _of_choices("level", claim.level, Claim.Level.values)
    if not claim.statement:
        yield Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "statement"})
    yield from _twice("measure", [measure.code for measure in claim.measures])
    for measure in claim.measures:
        yield from of_measure(measure)


def of_measure(measure: MeasurePart) -> Iterator[Reason]:
    """Yield what is wrong with a measure and its observations."""
    yield from bad_texts(measure)
    yield from _of_code(measure.code)
    for observation in measure.observations:
        yield from of_observation(observation)


def of_observation(observation: ObservationPart) -> Iterator[Reason]:
    """Yield what is wrong with an observation: no value, unit or source, a type of evidence that is none."""
    yield from bad_texts(observation)
    if not observation.value:
        yield Reason("observation-value", N_("An observation needs a value."))
    if not observation.unit:
        yield Reason(
            "observation-unit",
            N_("An observation needs a unit: what is counted, or in what it is measured."),
        )
    if not observation.evidence:
        yield Reason("observation-source", N_("An observation needs a source: who says so, and where."))
    yield from _of_choices("nature", observation.nature, Observation.Nature.values)
    for evidence in observation.evidence:
        if evidence.type not in Evidence.Type.values:
            yield Reason(
                "evidence-type",
                N_("‘%(type)s’ is no type of evidence; there are: %(there)s."),
                {"type": evidence.type[:60], "there": ", ".join(Evidence.Type.values)},
            )
        if not evidence.title and not evidence.address:
            yield Reason("observation-source", N_("An observation needs a source: who says so, and where."))
        yield from of_address("address", evidence.address)
        if evidence.sha256 and not SHA256.fullmatch(evidence.sha256):
            yield Reason(
                "evidence-sha256",
                N_("‘%(text)s’ is no SHA-256 of a file: it has 64 digits, 0 to 9 and small a to f."),
                {"text": evidence.sha256[:70]},
            )
        yield from _date("seen", evidence.seen)


def not_seen_yet(observation: ObservationPart, at: datetime) -> Iterator[Reason]:
    """Yield each source that is said to be seen after the day of the act."""
    for evidence in observation.evidence:
        if evidence.seen and before(latest_day(at), evidence.seen):
            yield Reason(
                "evidence-not-yet",
                N_("It is not %(date)s yet: give the day on which the source was seen."),
                {"date": evidence.seen},
            )


def of_precondition(precondition: PreconditionPart) -> Iterator[Reason]:
    """Yield what is wrong with a precondition."""
    yield from _of_choices("kind of precondition", precondition.kind, PRECONDITIONS)
    if not precondition.text:
        yield Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "text"})


def of_translation(part: TranslationPart, content: Content, there: dict[str, str]) -> Iterator[Reason]:
    """Yield what is wrong with a translation: a place that is not `there`, or the text's own language."""
    yield from of_language(part.language)
    if part.place not in there:
        yield Reason(
            "translation-place",
            N_("‘%(place)s’ is no text of this practice; there are: %(there)s."),
            {"place": part.place[:60], "there": ", ".join(there)},
        )
    if part.language == content.language:
        yield Reason(
            "translation-language",
            N_("The text itself is in this language (%(language)s)."),
            {"language": part.language},
        )
    if not part.text:
        yield Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": "text"})


def places(content: Content) -> dict[str, str]:
    """Return the texts of a content that can be translated, by place; an empty one is not among them."""
    found = {
        name: getattr(content, name) for name in ("problem", "does", "causal_model", "caveats", "status_note")
    }
    found["title"] = content.titles.get(content.language, "")
    found |= {f"core/{element.code}": element.text for element in content.core}
    found |= {f"claim/{claim.code}": claim.statement for claim in content.claims}
    return {place: text for place, text in found.items() if text}


def bad_texts(value: Any, name: str = "") -> Iterator[Reason]:
    """Yield each text in a value that is too long, or holds what is no text."""
    if isinstance(value, str):
        most = SHORT.get(name, LONGEST_TEXT)
        if len(value) > most:
            yield Reason(
                "too-long",
                N_("The field ‘%(field)s’ has %(length)s characters; at most %(most)s fit."),
                {"field": name, "length": len(value), "most": most},
            )
        if CONTROL.search(value) or any("\ud800" <= c <= "\udfff" for c in value):
            yield Reason(
                "not-text", N_("The field ‘%(field)s’ holds a character that is no text."), {"field": name}
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from bad_texts(item, name or str(key))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from bad_texts(item, name)
    elif is_dataclass(value):
        for each in fields(value):
            yield from bad_texts(getattr(value, each.name), each.name)


def _of_choices(name: str, value: str, there: list[str] | tuple[str, ...]) -> Iterator[Reason]:
    if value not in there:
        yield Reason(
            "choice",
            N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
            {"value": value[:60], "field": name, "there": ", ".join(there)},
        )


def of_language(language: str) -> Iterator[Reason]:
    """Yield what is wrong with the code of a language."""
    if not LANGUAGE.fullmatch(language) or len(language) > 8:
        yield Reason(
            "language", N_("‘%(language)s’ is no language: write id, ko, en."), {"language": language[:20]}
        )


def _date(name: str, text: str) -> Iterator[Reason]:
    if text and not is_date(text):
        yield Reason(
            "date",
            N_("‘%(text)s’ is no date (%(field)s): write 2002, 2002-05 or 2002-05-17."),
            {"text": text[:20], "field": name},
        )


def of_address(name: str, text: str) -> Iterator[Reason]:
    """Yield what is wrong with an address: a page links to it."""
    if text and not ADDRESS.fullmatch(text):
        yield Reason(
            "address",
            N_("‘%(text)s’ is no address (%(field)s): begin it with https:// or http://."),
            {"text": text[:100], "field": name},
        )


def _of_code(code: str) -> Iterator[Reason]:
    if not CODE.fullmatch(code):
        yield Reason(
            "practice-code",
            N_("‘%(code)s’ is no code: small letters, digits and single hyphens, at most 60."),
            {"code": code[:60]},
        )


def _twice(what: str, codes: list[str]) -> Iterator[Reason]:
    for code in (code for code, times in Counter(codes).items() if times > 1):
        values = {"code": code, "what": what}
        yield Reason("code-twice", N_("The code ‘%(code)s’ (%(what)s) stands twice."), values)
