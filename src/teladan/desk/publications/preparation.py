"""A preparation as its pages show it: what would be published, how complete, what differs from before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.publications.words import (
    KINDS,
    VERDICTS,
    element_name,
    figure,
    in_language,
    state_of,
    verdict_of,
)
from teladan.publication import rules
from teladan.publication.documents.differences import wrong_rows
from teladan.publication.documents.projection import documents_of
from teladan.publication.models import Preparation, Publication
from teladan.publication.queries.proofs import positions
from teladan.registry.models import Organisation, Person
from teladan.registry.refusals import Reason
from teladan.web.formats import NOTHING, num
from teladan.web.reasons import reason_text

SHOWN = 100  # differences on one page
State = Preparation.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that differs from before."""

    organisation: str
    name: Markup
    element: Markup
    was: str
    becomes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRow:
    """One row whose printed figures cannot be right: its verdict as kind and word, and why."""

    name: Markup
    verdict: tuple[str, str]
    element: Markup
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something a person did with it."""

    what: str
    who: str
    at: datetime
    reason: str = ""


class PreparationPage:
    """One preparation for one person; `page` counts the pages of its differences from 1.

    Queries: whose names are in which language (1), the place in the record (1), the roles (1).
    """

    def __init__(self, preparation: Preparation, person: Person, at: datetime, page: int = 1) -> None:
        self.it = preparation
        self.person = person
        self.at = at
        self.page = page

    @cached_property
    def status(self) -> tuple[str, str]:
        """How far it is, as kind and word."""
        return state_of(self.it)

    @cached_property
    def kind(self) -> str:
        """Computed or reported, said."""
        return _(KINDS[self.it.kind])

    @cached_property
    def lede(self) -> str:
        """What its state means, in one sentence."""
        return {
            State.DRAFT: _("This is the dry run. Nothing of it is in the record, and it is not public."),
            State.PREPARED: _("These figures are final. Another person compares them and releases them."),
            State.RELEASED: _("Everyone can see these figures and check them against the record."),
            State.WITHDRAWN: _("This was taken back before it was released. It was never public."),
        }[State(self.it.state)]

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """How complete it is: [(figure, what it counts)]."""
        complete = self.it.completeness
        evaluated = complete["evaluated"]
        listed = num(complete["listed"])
        if evaluated is not None:
            listed = _("%(n)s of %(all)s") % {"n": listed, "all": num(evaluated)}
        return [
            (listed, _("organisations listed, of those evaluated")),
            (num(complete["unscored"]), _("not scored")),
            (num(complete["without_index"]), _("without an index")),
            (num(complete["left_out"]), _("left out, with a reason")),
        ]

    @cached_property
    def verdicts(self) -> list[tuple[str, str, str]]:
        """What the check of printed figures found: [(kind of status, verdict, rows)]."""
        counts = self.it.completeness["verdicts"]
        return [(*verdict_of(verdict), num(counts[verdict])) for verdict in VERDICTS if verdict in counts]

    @cached_property
    def wrong(self) -> list[WrongRow]:
        """Those of the open page whose printed figures cannot be right."""
        return [
            WrongRow(
                name=self._name(row),
                verdict=verdict_of(row["verdict"]),
                element=element_name(row["reason_values"].get("element", ""), self._titles),
                reason=reason_text(row["reason_code"] or "", row["reason_values"]),
            )
            for row in self._wrong_here
        ]

    @cached_property
    def against(self) -> str | None:
        """The code of the publication that it is compared with."""
        return self.it.differences["against"]

    @cached_property
    def same(self) -> int:
        """How many rows are as they were."""
        return int(self.it.differences["same"])

    @cached_property
    def total(self) -> int:
        """How many figures differ."""
        return len(self.it.differences["changed"])

    @cached_property
    def pages(self) -> int:
        """How many pages the rows that cannot be right and the differences take, beside each other."""
        return max(1, -(-max(self.total, len(self._wrong)) // SHOWN))

    @cached_property
    def differences(self) -> list[Difference]:
        """The differences of the open page."""
        return [
            Difference(
                organisation=each["organisation"],
                name=self._name(each),
                element=element_name(each["element"], self._titles),
                was=figure(each["element"], each["was"]),
                becomes=figure(each["element"], each["becomes"]),
            )
            for each in self._changed_here
        ]

    @cached_property
    def added(self) -> list[Markup]:
        """Who was not there before."""
        return [self._name(each) for each in self.it.differences["added"]]

    @cached_property
    def gone(self) -> list[Markup]:
        """Who was there before and no longer is."""
        return [self._name(each) for each in self.it.differences["gone"]]

    @cached_property
    def recorded(self) -> list[tuple[str, str, bool]]:
        """What an entry of the record says of it: [(term, text, whether the text is a digest)]."""
        it = self.it
        prefix = NOTHING if it.prefix is None else num(it.prefix)
        return [
            (_("Entry"), _("Publication") if it.number == 1 else _("Correction"), False),
            (_("Publication"), f"{it.code}, {num(it.number)}", False),
            (_("Figures"), self.kind, False),
            (_("Rests on the log’s first entries"), prefix, False),
            (_("Results, SHA-256"), it.results_sha256, True),
            (_("Inputs, SHA-256"), it.inputs_sha256 or NOTHING, bool(it.inputs_sha256)),
            (_("Instrument, SHA-256"), it.instrument_sha256 or NOTHING, bool(it.instrument_sha256)),
            (_("Uncertainty, SHA-256"), it.uncertainty_sha256 or NOTHING, bool(it.uncertainty_sha256)),
        ]

    @cached_property
    def steps(self) -> list[Step]:
        """Who did what with it, oldest first."""
        return list(self._steps())

    @cached_property
    def no_prepare(self) -> Reason | None:
        """Why the person may not prepare it."""
        return rules.may_prepare(self.person, self.it, at=self.at)

    @cached_property
    def no_release(self) -> Reason | None:
        """Why the person may not release it."""
        return rules.may_release(self.person, self.it, at=self.at)

    @cached_property
    def no_withdraw(self) -> Reason | None:
        """Why the person may not take it back."""
        return rules.may_withdraw(self.person, self.it, at=self.at)

    @cached_property
    def no_ask(self) -> Reason | None:
        """Why the person may not ask for a correction of it."""
        return rules.may_ask(self.person, Publication(code=self.it.code, series=self.it.series), at=self.at)

    @cached_property
    def entry(self) -> int | None:
        """Its place in the record; None while its proof is pending."""
        return positions([self.it.released_act]).get(self.it.released_act) if self.it.released_act else None

    @cached_property
    def proof(self) -> str:
        """The address of its proof."""
        try:
            return reverse("portal:proof", kwargs={"code": self.it.code})
        except NoReverseMatch:  # a node without public pages
            return f"/record/proof/{self.entry}"

    def _steps(self) -> Iterator[Step]:
        it = self.it
        yield Step(what=_("Drafted"), who=it.drafted_by.name, at=it.drafted_at, reason=it.reason)
        if it.prepared_by and it.prepared_at:
            yield Step(what=_("Prepared"), who=it.prepared_by.name, at=it.prepared_at)
        if it.released_by and it.released_at:
            yield Step(what=_("Released"), who=it.released_by.name, at=it.released_at)
        if it.withdrawn_by and it.withdrawn_at:
            yield Step(
                what=_("Withdrawn"),
                who=it.withdrawn_by.name,
                at=it.withdrawn_at,
                reason=it.withdrawn_reason,
            )

    def _name(self, each: Mapping[str, str]) -> Markup:
        return in_language(each["name"], self._languages.get(each["organisation"], ""))

    @cached_property
    def _languages(self) -> dict[str, str]:
        told = self.it.differences
        shown = [*self._changed_here, *told["added"], *told["gone"], *self._wrong_here]
        codes = {each["organisation"] for each in shown}
        return dict(Organisation.objects.filter(code__in=codes).values_list("code", "language"))

    @cached_property
    def _titles(self) -> dict[str, Any]:
        return {entry["code"]: entry["titles"] for entry in self._results["elements"]}

    @cached_property
    def _results(self) -> dict[str, Any]:
        results, _inputs = documents_of(self.it)
        return results

    def _here(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what of a list stands on the open page."""
        start = (self.page - 1) * SHOWN
        return found[start : start + SHOWN]

    @cached_property
    def _changed_here(self) -> list[dict[str, Any]]:
        return self._here(self.it.differences["changed"])

    @cached_property
    def _wrong_here(self) -> list[dict[str, Any]]:
        return self._here(self._wrong)

    @cached_property
    def _wrong(self) -> list[dict[str, Any]]:
        return wrong_rows(self._results)
