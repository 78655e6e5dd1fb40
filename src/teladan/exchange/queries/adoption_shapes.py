"""What the questions about adoptions return, ready for a template. "" is what was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from teladan.exchange.adoption_checks import Node
from teladan.exchange.adoption_degree import Computed
from teladan.exchange.queries.claims import ObservationView


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentView:
    """A version that was taken from: practice, number, its name and country, its share ("" not said)."""

    practice: str
    number: int
    name: str
    name_language: str
    titles: Mapping[str, str]
    country: str
    country_titles: Mapping[str, str]
    status: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage that was reached; `entry` its position in the record, None while its proof is pending."""

    stage: str
    date: str
    words: str
    recorded_at: datetime
    act: UUID
    entry: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionRow:
    """An adoption in a list: an edge of the network. "" is what was not seen.

    `stage`, `date` and `words` are of the last stage; `outcome` whether anything was observed after it.
    `country` is blank where the adopter is of several or none is named; `becomes` is the practice that
    came of it.
    """

    code: str
    adopter: str
    country: str
    country_titles: Mapping[str, str]
    name: str
    language: str
    parents: tuple[ParentView, ...]
    becomes: str
    becomes_number: int
    degree: str
    degree_words: str
    motive: str
    channel: str
    funder: str
    note: str
    derivation_note: str
    source: str
    unverified: Mapping[str, str]
    stage: str
    date: str
    words: str
    begins: str  # date of the first dated stage
    ended: bool
    outcome: bool
    is_sample: bool
    changed_at: datetime

    @property
    def within(self) -> bool:
        """Say whether it stayed inside the country that it came from."""
        return bool(self.country) and {parent.country for parent in self.parents} == {self.country}


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementView:
    """A core element of a parent and what the adopter did with it ("" not said)."""

    practice: str
    code: str
    text: str
    language: str
    weight: str
    treatment: str
    what: str
    reason: str
    decided_by: str
    planned: bool | None
    faithful: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """A measure of a parent with what was observed at the adopter before and after, and at the parent."""

    practice: str
    claim: str
    level: str  # output, outcome, contribution, attribution: kept apart
    measure: str
    name: str
    before: tuple[ObservationView, ...]
    after: tuple[ObservationView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalView:
    """An appraisal by fixed codes, with the reply to it ("" none yet)."""

    pk: int
    completion: str
    fidelity: str
    results: str
    text: str
    language: str
    at: datetime
    act: UUID
    entry: int | None
    reply: str
    replied_at: datetime | None
    reply_act: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectView:
    """What was weighed before the decision."""

    rows: tuple[Mapping[str, str], ...]  # kind, precondition, parent, adopter, missing, takes
    context: tuple[Mapping[str, Any], ...]  # figures of both countries, as published then
    conclusion: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionView:
    """Everything an adoption's page says; the computed degree stands beside the declared one."""

    row: AdoptionRow
    organisation: str
    stages: tuple[StageView, ...]
    prospect: ProspectView | None
    elements: tuple[ElementView, ...]
    others: tuple[ElementView, ...]  # modifications beside the core elements
    computed: Computed
    outcomes: tuple[ComparedView, ...]
    appraisals: tuple[AppraisalView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageView:
    """Where a version comes from and what came of it, each with the steps to it; nodes are (code, number)."""

    node: Node
    ancestors: Mapping[Node, int]
    descendants: Mapping[Node, int]
    edges: tuple[AdoptionRow, ...]  # adoptions of it or of a descendant, whatever they became


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryExchange:
    """What a country learned and taught across its borders, and what spread inside it."""

    learned_from: tuple[AdoptionRow, ...]
    taught_to: tuple[AdoptionRow, ...]
    within: tuple[AdoptionRow, ...]
