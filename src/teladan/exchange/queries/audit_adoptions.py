"""Whether adoptions, their parents, stages, changes, outcomes and appraisals are as their acts say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from teladan.exchange.acts import APPRAISED, BECAME, MODIFIED, OUTCOME, REPLIED, STAGE
from teladan.exchange.adoption_degree import DECIDED, NOT_ADOPTED, WAY
from teladan.exchange.content import FIGURE
from teladan.exchange.models import Adoption, AdoptionParent, Modification, Observation
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
from teladan.exchange.queries.audit_practices import figure_differences
from teladan.exchange.rows import observation_part
from teladan.publication.queries.audit_rows import Difference

TEXTS = (
    *("adopter", "name", "language", "degree", "degree_words", "motive", "channel", "funder", "note"),
    *("derivation_note", "unverified", "source"),
)
WORDS = ("rows", "context", "conclusion")
CHANGING = (STAGE, BECAME, APPRAISED, REPLIED)  # which say when an adoption changed last
CHANGE = ("treatment", "decided_by", "planned", "faithful", "reason")
CALLED = {"what": "text"}  # columns that the details of an act name otherwise
CHUNK = 200  # adoptions in memory at once
DECISIONS = (WAY[DECIDED], NOT_ADOPTED)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """An adoption beside what the record says: all acts about it, and the newest document."""

    adoption: Adoption
    told: list[Told]
    document: Mapping[str, Any]

    def gone(self, table: str, what: str, acts: set[Any]) -> Iterator[Difference]:
        """Yield each act of a kind that no row is of."""
        for told in self.told:
            if told.what == what and told.act not in acts:
                yield f"table exchange_{table}, {self.adoption.code}", f"{MISSING} ({told.at})"


def adoption_differences() -> Iterator[Difference]:
    """Yield every row of an adoption that differs from its acts' documents, and every one that is gone."""
    record = said("adoption")
    codes = set(Adoption.objects.values_list("code", flat=True))
    for code in sorted(record.about.keys() - codes):
        yield f"table exchange_adoption, {code}", MISSING
    for adoption in _fetched().iterator(chunk_size=CHUNK):
        code = adoption.code
        told = record.about.get(code, [])
        place = f"table exchange_adoption, {code}"
        if not told:
            yield f"{place}, act", NO_ACT
            continue
        document = told[-1].document()
        if document is None:
            yield place, NO_DOCUMENT
            continue
        found = _Recorded(adoption, told, document)
        yield from _of_adoption(place, found)
        yield from _of_parents(found)
        yield from _of_stages(found, record)
        yield from _of_prospect(found, record)
        yield from _of_modifications(found, record)
        yield from _of_outcomes(found, record)
        yield from _of_appraisals(found, record)


def _fetched() -> QuerySet[Adoption]:
    """Return all adoptions with their rows; a row that points at one that is gone is as gone itself."""
    elements = Modification.objects.annotate(
        practice=F("element__version__practice_id"), code=F("element__code")
    )
    outcomes = Observation.objects.select_related("measure__claim").prefetch_related("evidence")
    return Adoption.objects.select_related("becomes", "prospect").prefetch_related(
        *("stages", "appraisals"),
        Prefetch("parents", AdoptionParent.objects.select_related("version")),
        Prefetch("modifications", elements),
        Prefetch("observations", outcomes.order_by("pk")),
    )


def _of_adoption(place: str, found: _Recorded) -> Iterator[Difference]:
    row = found.adoption
    own: dict[str, Any] = {name: getattr(row, name) for name in TEXTS}
    own |= {"country": row.country_id, "organisation": row.organisation_id}
    own["becomes"] = (
        {"practice": row.becomes.practice_id, "version": row.becomes.number} if row.becomes else None
    )
    # What a document of an earlier release does not name, it says nothing of.
    yield from differing(
        place, {name: value for name, value in own.items() if name in found.document}, found.document
    )
    changed = [told.at for told in found.told if told.what in CHANGING and told.at]
    if changed:
        yield from differing(place, {"changed_at": str(row.changed_at)}, {"changed_at": str(max(changed))})


def _of_parents(found: _Recorded) -> Iterator[Difference]:
    place = f"table exchange_adoptionparent, {found.adoption.code}"
    own = [
        {"practice": each.version.practice_id, "version": each.version.number, "share": each.share or None}
        for each in found.adoption.parents.all()
    ]
    says = found.document["parents"]
    if len(own) != len(says):
        yield place, MISSING if len(own) < len(says) else NOT_TOLD
        return
    for number, (one, wanted) in enumerate(zip(own, says, strict=True), 1):
        yield from differing(f"{place} {number}", one, wanted)


def _of_stages(found: _Recorded, record: Said) -> Iterator[Difference]:
    code, rows, says = found.adoption.code, list(found.adoption.stages.all()), found.document["stages"]
    for number in range(len(rows) + 1, len(says) + 1):
        yield f"table exchange_adoptionstage, {code} {number}", MISSING
    for number, row in enumerate(rows, 1):
        place = f"table exchange_adoptionstage, {code} {number}"
        if number > len(says):
            yield place, NOT_TOLD
            continue
        own = {"stage": row.stage, "date": row.date, "words": row.words, "number": row.number}
        yield from differing(place, own, {**says[number - 1], "number": number})
        told = record.of(row.act, code, STAGE)
        yield from written(place, record, told, at={"recorded_at": row.recorded_at}, by={"by": row.by_id})
        if told:
            at_the_time = {"stage": row.stage, "date": row.date or None}
            yield from differing(f"{place}, act", at_the_time, told.body)


def _of_prospect(found: _Recorded, record: Said) -> Iterator[Difference]:
    """Hold what was weighed against the act of the decision; before it, it is not public and not recorded."""
    code, row = found.adoption.code, getattr(found.adoption, "prospect", None)
    decision = next((each for each in found.adoption.stages.all() if each.stage in DECISIONS), None)
    if decision is None:
        return
    told = record.of(decision.act, code, STAGE)
    says = ((_details(told) if told else None) or {}).get("weighed")
    place = f"table exchange_prospectiveevaluation, {code}"
    if row is not None and says is not None:
        own = {name: getattr(row, name) for name in WORDS} | {"at": row.at.isoformat()}
        yield from differing(place, own, says)
    elif row is not None or says is not None:
        yield place, MISSING if row is None else NOT_TOLD


def _of_modifications(found: _Recorded, record: Said) -> Iterator[Difference]:
    code = found.adoption.code
    rows = list(found.adoption.modifications.all())
    yield from found.gone("modification", MODIFIED, {row.act for row in rows})
    for number, row in enumerate(rows, 1):
        place = f"table exchange_modification, {code} {number}"
        told = record.of(row.act, code, MODIFIED)
        yield from written(place, record, told, at={"at": row.at}, by={"by": row.by_id})
        own = {
            "practice": row.practice or "",  # type: ignore[attr-defined]  # annotated
            "element": row.code or "",  # type: ignore[attr-defined]  # annotated
            "what": row.what,
            **{name: getattr(row, name) for name in CHANGE},
        }
        yield from _detailed(place, told, own)


def _of_outcomes(found: _Recorded, record: Said) -> Iterator[Difference]:
    code = found.adoption.code
    rows = list(found.adoption.observations.all())
    yield from found.gone("observation", OUTCOME, {row.act for row in rows})
    for number, row in enumerate(rows, 1):
        key = f"{code} {number}"
        place = f"table exchange_observation, {key}"
        told = record.of(row.act, code, OUTCOME)
        yield from written(place, record, told, at={"recorded_at": row.recorded_at}, by={"by": row.by_id})
        yield from differing(
            place, {"exact": row.exact}, {"exact": row.value if FIGURE.fullmatch(row.value) else ""}
        )
        own = {
            "practice": row.measure.claim.practice_id,
            "claim": row.measure.claim.code,
            "measure": row.measure.code,
            "moment": row.moment,
        }
        figure = partial(figure_differences, key, asdict(observation_part(row)))
        yield from _detailed(place, told, own, figure)


def _of_appraisals(found: _Recorded, record: Said) -> Iterator[Difference]:
    code, rows = found.adoption.code, list(found.adoption.appraisals.all())
    yield from found.gone("appraisal", APPRAISED, {row.act for row in rows})
    yield from found.gone("appraisal", REPLIED, {row.reply_act for row in rows})
    for number, row in enumerate(rows, 1):
        place = f"table exchange_appraisal, {code} {number}"
        told = record.of(row.act, code, APPRAISED)
        yield from written(place, record, told, at={"at": row.at}, by={"by": row.by_id})
        own = {name: getattr(row, name) for name in ("completion", "fidelity", "results", "text", "language")}
        yield from _detailed(place, told, own)
        if row.reply_act is None:
            continue
        answer = record.of(row.reply_act, code, REPLIED)
        if answer is None:
            yield f"{place}, reply_act", NO_ACT
            continue
        yield from written(
            place, record, answer, at={"replied_at": row.replied_at}, by={"replied_by": row.replied_by_id}
        )
        yield from _detailed(place, answer, {"appraisal": str(row.act), "reply": row.reply})


def _detailed(
    place: str,
    told: Told | None,
    own: Mapping[str, Any],
    further: Callable[[Mapping[str, Any]], Iterator[Difference]] | None = None,
) -> Iterator[Difference]:
    """Hold columns, and what is `further` to be held, against the details in the document of an act."""
    if told is None:
        return
    says = _details(told)
    if says is None:
        yield place, NO_DOCUMENT
        return
    yield from differing(place, own, {name: says.get(CALLED.get(name, name)) for name in own})
    if further:
        yield from further(says)


def _details(told: Told) -> Mapping[str, Any] | None:
    """Return the details in the document of an act; None where it cannot be read."""
    document = told.document()
    return None if document is None else document.get("details") or {}
