"""Whether practices, their versions, claims, figures, sources, translations and check-ins are as recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from teladan.exchange import documents
from teladan.exchange.acts import CARRIED, CHECKED, OBSERVED, VERSION
from teladan.exchange.content import Content
from teladan.exchange.models import Practice, PracticeVersion
from teladan.exchange.queries.audit_differences import (
    MISSING,
    NO_ACT,
    NO_DOCUMENT,
    NOT_TOLD,
    Said,
    Told,
    differing,
    said,
    written,
)
from teladan.exchange.rows import VERSION as TEXTS
from teladan.exchange.rows import claims_of, content_of, observation_part
from teladan.exchange.transfer import split
from teladan.publication.queries.audit_rows import Difference, short
from teladan.record import objects
from teladan.registry.refusals import Refused

OF_PRACTICE = ("country", "owner", "agency", "theme", "track")
OF_VERSION = (*TEXTS, "preconditions", "unverified", "costs", "actors")
Listed = Sequence[tuple[str, dict[str, Any]]]  # [(key, {column: value})]


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A practice beside what the record says: all acts about it, and the last document of each version."""

    practice: Practice
    told: list[Told]
    contents: dict[int, Content]

    @property
    def newest(self) -> Told:
        return self.told[-1]


def practice_differences() -> Iterator[Difference]:
    """Yield every row of a practice that differs from its acts' documents, and every one that is gone."""
    record = said("practice")
    practices = Practice.objects.in_bulk()
    for code in sorted(record.about.keys() - practices.keys()):
        yield f"table exchange_practice, {code}", MISSING
    for code, practice in sorted(practices.items()):
        told = record.about.get(code, [])
        if not told:
            yield f"table exchange_practice, {code}, act", NO_ACT
            continue
        found = _Recorded(practice, told, {})
        yield from _read(found)
        yield from _of_practice(found, record)
        yield from _of_versions(found, record)
        yield from _of_check_ins(found, record)
        if found.newest.body.get("version") in found.contents:
            yield from _of_claims(found, record)


def _read(found: _Recorded) -> Iterator[Difference]:
    """Read the last document of each version; name those that cannot be read."""
    last = {told.body.get("version"): told for told in found.told}
    for number, told in last.items():
        try:
            found.contents[int(str(number))] = documents.read_practice(
                objects.get(str(told.body.get("document")))
            )
        except (OSError, ValueError, Refused) as error:
            yield f"table exchange_practice, {found.practice.code}, document", f"{NO_DOCUMENT}: {error}"


def _of_practice(found: _Recorded, record: Said) -> Iterator[Difference]:
    row, newest = found.practice, found.newest
    place = f"table exchange_practice, {row.code}"
    if row.act not in record.acts:
        yield f"{place}, act", NO_ACT
    elif row.act != newest.act:
        yield f"{place}, act", f"holds {row.act}, the newest act about it is {newest.act}"
    own: dict[str, Any] = {"document": row.document}
    if newest.what == CARRIED:
        own |= {"origin": row.origin, "position": row.carried_position}
        yield from _of_file(place, row, newest)
    elif (row.origin, row.carried, row.carried_position) != ("", "", None):
        yield f"{place}, origin", f"holds {short(row.origin)}, the record knows no copy"
    yield from differing(place, own, newest.body)
    yield from written(place, record, newest, at={"changed_at": row.changed_at})
    says = found.contents.get(newest.body.get("version", 0))
    if says is None:
        return
    now = {name: getattr(row, f"{name}_id" if name in {"country", "owner"} else name) for name in OF_PRACTICE}
    if newest.what == CARRIED and now["owner"] == says.country:
        now["owner"] = says.owner  # its country's where this registry does not have the body
    yield from differing(place, now, asdict(says))


def _of_file(place: str, row: Practice, newest: Told) -> Iterator[Difference]:
    """Hold the file that a copy is handed on as against the document that was carried in."""
    try:
        document, _proof = split(objects.get(row.carried))
    except (OSError, Refused) as error:
        yield f"{place}, carried", f"its file cannot be read: {error}"
        return
    if hashlib.sha256(document).hexdigest() != newest.body.get("document"):
        yield f"{place}, carried", "its file is not the one that the record tells of"


def _of_versions(found: _Recorded, record: Said) -> Iterator[Difference]:
    code = found.practice.code
    rows = {row.number: row for row in found.practice.versions.all()}
    numbers = {told.body.get("version") for told in found.told}
    for number in sorted(n for n in numbers if isinstance(n, int) and n not in rows):
        yield f"table exchange_practiceversion, {code} {number}", MISSING
    for number, row in rows.items():
        place = f"table exchange_practiceversion, {code} {number}"
        if number not in numbers:
            yield place, NOT_TOLD
            continue
        yield from _of_act(place, found, row, record)
        if number in found.contents:
            try:
                now = content_of(found.practice, row)
            except (TypeError, ValueError) as error:
                yield place, f"cannot be read: {error}"
                continue
            yield from _texts(place, f"{code} {number}", now, found.contents[number])


def _of_act(place: str, found: _Recorded, row: PracticeVersion, record: Said) -> Iterator[Difference]:
    """Hold a version against the act that made it; of a copy, against the owner's entry it came with."""
    carried = [t for t in found.told if t.what == CARRIED and t.body.get("version") == row.number]
    if carried:
        own = {"entry": row.owner_entry, "position": row.owner_position}
        yield from differing(place, own, carried[-1].body)
        yield from written(place, record, carried[-1], at={"recorded_at": row.recorded_at})
        return
    told = record.of(row.act, found.practice.code, VERSION)
    if told is not None and told.body.get("version") != row.number:
        told = None
    yield from written(place, record, told, at={"recorded_at": row.recorded_at}, by={"by": row.by_id})


def _texts(place: str, key: str, now: Content, says: Content) -> Iterator[Difference]:
    """Hold what belongs to one version against the last document of that version."""
    own, wanted = asdict(now), asdict(says)
    yield from differing(place, {name: own[name] for name in OF_VERSION}, wanted)
    yield from _listed(
        f"table exchange_coreelement, {key}",
        [(each["code"], each) for each in own["core"]],
        [(each["code"], each) for each in wanted["core"]],
    )
    yield from _listed(
        f"table exchange_translation, {key}",
        _translations(own["translations"]),
        _translations(wanted["translations"]),
        ordered=False,
    )


def _of_claims(found: _Recorded, record: Said) -> Iterator[Difference]:
    """Hold claims, measures, figures and sources against the newest document."""
    practice, code = found.practice, found.practice.code
    own = [asdict(each) for each in claims_of(practice)]
    says = asdict(found.contents[found.newest.body["version"]])["claims"]
    yield from _listed(f"table exchange_claim, {code}", _claims(own), _claims(says))
    there = {claim["code"]: claim for claim in says}
    for claim in own:
        wanted = there.get(claim["code"], {"measures": ()})["measures"]
        key = f"{code} {claim['code']}"
        yield from _listed(f"table exchange_measure, {key}", _measures(claim["measures"]), _measures(wanted))
        figures = {each["code"]: each["observations"] for each in wanted}
        for measure in claim["measures"]:
            yield from _figures(
                f"{key} {measure['code']}", measure["observations"], figures.get(measure["code"], ())
            )
    yield from _languages(found)
    for row in practice.claims.prefetch_related("measures__observations__evidence"):
        for measured in row.measures.all():
            seen = [each for each in measured.observations.all() if each.adoption_id is None]
            for number, each in enumerate(seen, 1):
                place = f"table exchange_observation, {code} {row.code} {measured.code} {number}"
                told = record.of(each.act, code, VERSION, OBSERVED, CARRIED)
                yield from written(
                    place, record, told, at={"recorded_at": each.recorded_at}, by={"by": each.by_id}
                )
                yield from differing(place, {"exact": each.exact}, {"exact": observation_part(each).exact})


def _languages(found: _Recorded) -> Iterator[Difference]:
    """Hold a claim to the language of the version with which it came; of a copy, of the newest one."""
    copied = found.newest.what == CARRIED
    for row in found.practice.claims.all():
        versions = sorted(found.contents.items(), reverse=copied)
        says = next(
            (c.language for _n, c in versions if any(each.code == row.code for each in c.claims)),
            row.language,
        )
        place = f"table exchange_claim, {found.practice.code}, {row.code}"
        yield from differing(place, {"language": row.language}, {"language": says})


def _figures(key: str, own: Sequence[dict[str, Any]], says: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    """Hold the figures of one measure, in their order, and the sources of each."""
    place = f"table exchange_observation, {key}"
    if len(own) != len(says):
        yield from ((place, f"{MISSING}: {each['value']} {each['unit']}") for each in says if each not in own)
        yield from (
            (place, f"{NOT_TOLD}: {each['value']} {each['unit']}") for each in own if each not in says
        )
        return
    for number, (one, wanted) in enumerate(zip(own, says, strict=True), 1):
        yield from figure_differences(f"{key} {number}", one, wanted)


def figure_differences(key: str, own: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs between a figure with its sources and what the record says of it."""
    columns = {name: value for name, value in own.items() if name != "evidence"}
    yield from differing(f"table exchange_observation, {key}", columns, says)
    sources, wanted = list(own["evidence"]), list(says.get("evidence", ()))
    place = f"table exchange_evidence, {key}"
    if len(sources) != len(wanted):
        yield place, MISSING if len(sources) < len(wanted) else NOT_TOLD
        return
    for number, (source, told) in enumerate(zip(sources, wanted, strict=True), 1):
        yield from differing(f"{place} {number}", source, told)


def _of_check_ins(found: _Recorded, record: Said) -> Iterator[Difference]:
    code = found.practice.code
    rows = [row for row in found.practice.check_ins.all() if row.answered_at]
    acts = {row.act for row in rows}
    for told in found.told:
        if told.what == CHECKED and told.act not in acts:
            yield f"table exchange_checkin, {code}", f"{MISSING} ({told.at})"
    for row in rows:
        place = f"table exchange_checkin, {code} {row.due}"
        answer = record.of(row.act, code, CHECKED)
        yield from written(place, record, answer, at={"answered_at": row.answered_at}, by={"by": row.by_id})
        if answer:
            yield from differing(place, {"status": row.status}, answer.body)


def _listed(place: str, own: Listed, says: Listed, *, ordered: bool = True) -> Iterator[Difference]:
    """Hold rows against the parts of a document by their keys: columns, what is missing, the order."""
    rows, parts = dict(own), dict(says)
    for key in parts.keys() - rows.keys():
        yield f"{place}, {key}", MISSING
    for key in rows.keys() - parts.keys():
        yield f"{place}, {key}", NOT_TOLD
    for key in rows.keys() & parts.keys():
        yield from differing(f"{place}, {key}", rows[key], parts[key])
    if ordered and rows.keys() == parts.keys() and list(rows) != list(parts):
        yield f"{place}, id", "the order is not what the record says"


def _claims(claims: Sequence[dict[str, Any]]) -> Listed:
    return [(each["code"], {name: each[name] for name in ("statement", "level")}) for each in claims]


def _measures(measures: Sequence[dict[str, Any]]) -> Listed:
    return [(each["code"], {"name": each["name"]}) for each in measures]


def _translations(parts: Sequence[dict[str, Any]]) -> Listed:
    return [(f"{each['place']} {each['language']} {each['model']}".strip(), each) for each in parts]
