"""Between plain values and the rows of the database, in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

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
)
from teladan.exchange.models import (
    Claim,
    CoreElement,
    Evidence,
    Measure,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.registry.models import Person

EVIDENCE = ("type", "described", "title", "address", "sha256", "seen")
OBSERVATION = (
    *("value", "unit", "nature", "baseline", "target", "target_by", "period", "population", "method", "note"),
)
VERSION = (
    *("language", "name", "name_language", "titles", "since", "status", "status_note", "problem", "does"),
    *("causal_model", "caveats", "source", "number"),
)


def version_of(
    practice: Practice, content: Content, *, by: Person | None, at: datetime, act: UUID | None
) -> PracticeVersion:
    """Return the row of a version, not written yet."""
    return PracticeVersion(
        practice=practice,
        recorded_at=at,
        by=by,
        act=act,
        preconditions=[asdict(each) for each in content.preconditions],
        unverified=[asdict(each) for each in content.unverified],
        costs=list(content.costs),
        actors=list(content.actors),
        **{name: getattr(content, name) for name in VERSION},
    )


def write_parts(version: PracticeVersion, content: Content, *, by: Person | None, at: datetime) -> None:
    """Write what belongs to a version that was just written: core elements and translations."""
    CoreElement.objects.bulk_create(CoreElement(version=version, **asdict(each)) for each in content.core)
    Translation.objects.bulk_create(
        Translation(version=version, by=None if each.model else by, at=at, **asdict(each))
        for each in content.translations
    )


def write_claims(
    of: Iterable[tuple[Practice, Content]], *, by: Person | None, at: datetime, acts: dict[str, UUID | None]
) -> None:
    """Write the claims of new practices, in four statements however many they are."""
    claims: list[Claim] = []
    measures: list[Measure] = []
    observations: list[Observation] = []
    evidence: list[Evidence] = []
    for practice, content in of:
        for part in content.claims:
            claim = Claim(
                practice=practice,
                code=part.code,
                statement=part.statement,
                language=content.language,
                level=part.level,
            )
            claims.append(claim)
            for given in part.measures:
                measure = Measure(claim=claim, code=given.code, name=given.name)
                measures.append(measure)
                for one in given.observations:
                    observation = observation_of(measure, one, by=by, at=at, act=acts[practice.pk])
                    observations.append(observation)
                    evidence += evidence_of(observation, one)
    Claim.objects.bulk_create(claims)
    Measure.objects.bulk_create(measures)
    Observation.objects.bulk_create(observations)
    Evidence.objects.bulk_create(evidence)


def observation_of(
    measure: Measure, part: ObservationPart, *, by: Person | None, at: datetime, act: UUID | None
) -> Observation:
    """Return the row of an observation, not written yet."""
    return Observation(
        measure=measure,
        exact=part.exact,
        recorded_at=at,
        by=by,
        act=act,
        **{name: getattr(part, name) for name in OBSERVATION},
    )


def evidence_of(observation: Observation, part: ObservationPart) -> list[Evidence]:
    """Return the rows of its evidence, not written yet."""
    return [Evidence(observation=observation, **asdict(each)) for each in part.evidence]


def content_of(practice: Practice, version: PracticeVersion | None = None) -> Content:
    """Return what a practice says now, read from the rows: eight queries.

    What was observed at adopters belongs to their adoptions and is not in it.
    """
    version = version or practice.versions.order_by("-number")[0]
    return Content(
        code=practice.code,
        country=practice.country_id,
        owner=practice.owner_id,
        agency=practice.agency,
        theme=practice.theme,
        track=practice.track,
        core=tuple(
            CorePart(code=each.code, text=each.text, weight=each.weight, reason=each.reason)
            for each in version.core.all()
        ),
        preconditions=tuple(PreconditionPart(**each) for each in version.preconditions),
        unverified=tuple(UnverifiedPart(**each) for each in version.unverified),
        costs=tuple(version.costs),
        actors=tuple(version.actors),
        translations=tuple(
            TranslationPart(place=each.place, language=each.language, text=each.text, model=each.model)
            for each in version.translations.all()
        ),
        claims=claims_of(practice),
        **{name: getattr(version, name) for name in VERSION},
    )


def claims_of(practice: Practice) -> tuple[ClaimPart, ...]:
    """Return the claims of a practice with its own figures: four queries."""
    found = practice.claims.prefetch_related("measures__observations__evidence")
    return tuple(_claim(each) for each in found)


def _claim(claim: Claim) -> ClaimPart:
    return ClaimPart(
        code=claim.code,
        statement=claim.statement,
        level=claim.level,
        measures=tuple(
            MeasurePart(
                code=measure.code,
                name=measure.name,
                observations=tuple(
                    observation_part(each) for each in measure.observations.all() if each.adoption_id is None
                ),
            )
            for measure in claim.measures.all()
        ),
    )


def observation_part(row: Observation) -> ObservationPart:
    """Return an observation as a document has it; its evidence was fetched with it, or is asked for."""
    return ObservationPart(
        evidence=tuple(
            EvidencePart(**{name: getattr(each, name) for name in EVIDENCE}) for each in row.evidence.all()
        ),
        **{name: getattr(row, name) for name in OBSERVATION},
    )
