"""The JSON and CSV faces of the exchange: the queries' own values, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from teladan.exchange.queries import AdoptionRow, PracticeView

EDGE_HEADER = (
    "adoption",
    "adopter",
    "country",
    "name",
    "parent",
    "parent_version",
    "parent_country",
    "share",
    "becomes",
    "degree_declared",
    "degree_in_the_source",
    "channel",
    "stage",
    "stage_date",
    "in_the_words_of_the_source",
    "outcome_observed",
    "source",
)
OBSERVATION_HEADER = (
    "practice",
    "version",
    "claim",
    "level",
    "statement",
    "measure",
    "value",
    "unit",
    "baseline",
    "target",
    "target_by",
    "period",
    "nature",
    "adoption",
    "moment",
    "evidence_type",
    "evidence_described",
    "evidence_title",
    "evidence_address",
    "evidence_seen",
)
# Numbers of rows mean nothing outside; when an owner was asked is between the two who wrote.
PRIVATE = ("pk", "last_contact")


def value(of: Any) -> Any:
    """Return a value of a query as JSON has it: fractions "p/q", times ISO 8601, sets sorted lists."""
    if is_dataclass(of) and not isinstance(of, type):
        return {each.name: value(getattr(of, each.name)) for each in fields(of) if each.name not in PRIVATE}
    if isinstance(of, Mapping):
        return {str(key): value(item) for key, item in of.items()}
    if isinstance(of, frozenset | set):
        return sorted(value(item) for item in of)
    if isinstance(of, list | tuple):
        return [value(item) for item in of]
    if isinstance(of, datetime | date):
        return of.isoformat()
    return str(of) if isinstance(of, UUID | Fraction) else of


def edges(rows: Iterable[AdoptionRow]) -> list[tuple[object, ...]]:
    """Return one CSV row for each parent of each adoption."""
    return [
        (
            row.code,
            row.adopter,
            row.country,
            row.name,
            parent.practice,
            parent.number,
            parent.country,
            parent.share,
            row.becomes,
            row.degree,
            row.degree_words,
            row.channel,
            row.stage,
            row.date,
            row.words,
            "yes" if row.outcome else "no",
            row.source,
        )
        for row in rows
        for parent in row.parents
    ]


def observations(view: PracticeView, number: int) -> list[tuple[object, ...]]:
    """Return one CSV row for each source of each figure that is claimed of a practice."""
    return [
        (
            view.row.code,
            number,
            claim.code,
            claim.level,
            claim.statement.text,
            measure.name,
            one.value,
            one.unit,
            one.baseline,
            one.target,
            one.target_by,
            one.period,
            one.nature,
            one.adoption,
            one.moment,
            source.type,
            source.described,
            source.title,
            source.address,
            source.seen,
        )
        for claim in view.claims
        for measure in claim.measures
        for one in measure.observations
        for source in one.evidence
    ]


def faced(rows: Sequence[Any], **more: Any) -> dict[str, Any]:
    """Return the JSON face of a list."""
    return {**{key: value(each) for key, each in more.items()}, "rows": value(list(rows))}
