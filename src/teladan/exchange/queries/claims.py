"""Claims with what was observed and on what evidence, and how much rests on self-report alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from teladan.core.text import Shown, shown
from teladan.exchange.content import FIGURE
from teladan.exchange.models import Claim, Evidence, Observation

SELF_REPORT = Evidence.Type.SELF_REPORT.value
BELOW_TARGET = "below target"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """A source: its type, how it was described, where it is, when it was seen ("" not seen)."""

    type: str
    described: str
    title: str
    address: str
    sha256: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationView:
    """One figure as one source gives it. `exact` is a plain decimal, "" where the value is none."""

    value: str
    exact: str
    unit: str
    baseline: str
    target: str
    target_by: str
    period: str
    population: str
    method: str
    nature: str
    note: str
    moment: str
    adoption: str
    recorded_at: datetime
    act: UUID | None
    evidence: tuple[EvidenceView, ...]

    @property
    def self_report_alone(self) -> bool:
        """Say whether nothing but the owner's own word stands behind it."""
        return all(each.type == SELF_REPORT for each in self.evidence)

    @property
    def below_target(self) -> bool:
        """Say whether it is a result below a target that is a figure in the same unit."""
        return (
            self.nature == Observation.Nature.RESULT
            and bool(self.exact and FIGURE.fullmatch(self.target))
            and Fraction(self.exact) < Fraction(self.target)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """A measure with everything that was observed by it; `conflicts` are those that cannot all be right."""

    code: str
    name: str
    observations: tuple[ObservationView, ...]

    @property
    def conflicts(self) -> tuple[tuple[ObservationView, ...], ...]:
        """Return the groups that differ though period, unit, nature and population are the same."""
        groups: dict[tuple[str, ...], list[ObservationView]] = {}
        for each in self.observations:
            if each.period and not each.adoption:
                key = (each.period, each.unit, each.nature, each.population)
                groups.setdefault(key, []).append(each)
        return tuple(tuple(group) for group in groups.values() if len({_same(each) for each in group}) > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """What is said to be achieved, on which level: output, outcome, contribution, attribution."""

    code: str
    statement: Shown
    level: str
    measures: tuple[MeasureView, ...]

    @property
    def observations(self) -> tuple[ObservationView, ...]:
        """Return all observations."""
        return tuple(each for measure in self.measures for each in measure.observations)

    @property
    def types(self) -> tuple[str, ...]:
        """Return the types of evidence it rests on, strongest first; none where nothing was observed."""
        return strongest_first(e.type for each in self.observations for e in each.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """On what evidence a practice stands: figures, how many on self-report alone, how many by each type.

    A figure with evidence of two types counts in both.
    """

    figures: int
    self_report_alone: int
    by_type: dict[str, int]

    @property
    def share(self) -> Fraction | None:
        """Return the share that rests on self-report alone; None where there is no figure."""
        return Fraction(self.self_report_alone, self.figures) if self.figures else None

    @property
    def strongest(self) -> str:
        """Return the strongest type of evidence there is; "" where there is none."""
        return next(iter(self.by_type), "")


def claim_views(
    claims: Iterable[Claim], language: str, translations: Iterable[tuple[str, Shown]] = ()
) -> tuple[ClaimView, ...]:
    """Return claims as they are shown; measures, observations and evidence were fetched with them."""
    given: dict[str, list[Shown]] = {}
    for place, text in translations:
        given.setdefault(place, []).append(text)
    return tuple(
        ClaimView(
            code=claim.code,
            statement=shown(claim.statement, claim.language, given.get(f"claim/{claim.code}", ()), language),
            level=claim.level,
            measures=tuple(
                MeasureView(
                    code=measure.code,
                    name=measure.name,
                    observations=tuple(observation_view(each) for each in measure.observations.all()),
                )
                for measure in claim.measures.all()
            ),
        )
        for claim in claims
    )


def observation_view(row: Observation) -> ObservationView:
    """Return an observation as it is shown; its evidence was fetched with it."""
    return ObservationView(
        value=row.value,
        exact=row.exact,
        unit=row.unit,
        baseline=row.baseline,
        target=row.target,
        target_by=row.target_by,
        period=row.period,
        population=row.population,
        method=row.method,
        nature=row.nature,
        note=row.note,
        moment=row.moment,
        adoption=row.adoption_id or "",
        recorded_at=row.recorded_at,
        act=row.act,
        evidence=tuple(
            EvidenceView(
                type=each.type,
                described=each.described,
                title=each.title,
                address=each.address,
                sha256=each.sha256,
                seen=each.seen,
            )
            for each in row.evidence.all()
        ),
    )


def standing(observations: Iterable[ObservationView]) -> Standing:
    """Return on what evidence some observations stand; those at adopters are left out."""
    own = [each for each in observations if not each.adoption]
    counts = Counter(kind for each in own for kind in {e.type for e in each.evidence})
    return Standing(
        figures=len(own),
        self_report_alone=sum(each.self_report_alone for each in own),
        by_type={kind: counts[kind] for kind in strongest_first(counts)},
    )


def strongest_first(types: Iterable[str]) -> tuple[str, ...]:
    """Return types of evidence, each once, strongest first."""
    order = list(Evidence.Type.values)
    return tuple(sorted(set(types), key=order.index, reverse=True))


def _same(each: ObservationView) -> str | Fraction:
    return Fraction(each.exact) if each.exact else each.value
