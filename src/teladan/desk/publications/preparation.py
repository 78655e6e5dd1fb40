"""A preparation as its pages show it: what would be published, how complete, what differs from before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.desk.pages import CARDS
from teladan.desk.publications.words import KINDS, verdict_of
from teladan.desk.words import VERDICTS, element_name, figure
from teladan.publication import rules
from teladan.publication.documents.differences import wrong_rows
from teladan.publication.models import Preparation, Publication
from teladan.publication.projection import documents_of
from teladan.publication.queries.proofs import positions
from teladan.registry.models import Organisation, Person
from teladan.registry.refusals import Reason
from teladan.web.formats import NOTHING, named, num, status
from teladan.web.reasons import reason_text

SHOWN = 100  # differences on one page
State = Preparation.State
Found = dict[str, Any]  # a row or a difference, as documents/differences.py gives them


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
        self.preparation = preparation
        self.person = person
        self.at = at
        self.page = page

    @cached_property
    def kind(self) -> str:
        """Computed or reported, said."""
        return _(KINDS[self.preparation.kind])

    @cached_property
    def lede(self) -> str:
        """What its state means, in one sentence."""
        return {
            State.DRAFT: _("This is the dry run. Nothing of it is in the record, and it is not public."),
            State.PREPARED: _("These figures are final. Another person compares them and releases them."),
            State.RELEASED: _("Everyone can see these figures and check them against the record."),
            State.WITHDRAWN: _("This was taken back before it was released. It was never public."),
        }[State(self.preparation.state)]

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """How complete it is: [(figure, what it counts)]."""
        complete = self.preparation.completeness
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
    def verdicts(self) -> Table[str] | None:
        """How many rows have which verdict; None where none were checked."""
        counts = self.preparation.completeness["verdicts"]
        if not counts:
            return None
        return Table(
            (
                Column(_("Verdict"), lambda verdict: status(verdict_of(verdict)), "r"),
                Column(_("Rows"), lambda verdict: num(counts[verdict]), "n"),
            ),
            [verdict for verdict in VERDICTS if verdict in counts],
            caption=_("Rows by verdict"),
            caption_css="t-hide",
            css="t-table t-table--tight t-narrow",
        )

    @cached_property
    def wrong(self) -> Table[Found] | None:
        """The rows of the open page whose printed figures cannot be right; None where none are."""
        if not self._wrong_here:
            return None
        return Table(
            (
                Column(_("Organisation"), self._name, "r x4"),
                Column(_("Verdict"), lambda row: status(verdict_of(row["verdict"])), "x2"),
                Column(
                    _("Element"),
                    lambda row: element_name(row["reason_values"].get("element", ""), self._titles),
                    "x2",
                ),
                Column(
                    _("Reason"), lambda row: reason_text(row["reason_code"] or "", row["reason_values"]), "x4"
                ),
            ),
            self._wrong_here,
            title=_("Rows that cannot be right"),
            sub=_("The printed figures of these rows do not fit together; compare them with the source."),
            css=f"{CARDS} t-gap",
        )

    @cached_property
    def against(self) -> str | None:
        """The code of the publication that it is compared with."""
        return self.preparation.differences["against"]

    @cached_property
    def same(self) -> int:
        """How many rows are as they were."""
        return int(self.preparation.differences["same"])

    @cached_property
    def total(self) -> int:
        """How many figures differ."""
        return len(self.preparation.differences["changed"])

    @cached_property
    def pages(self) -> int:
        """How many pages the rows that cannot be right and the differences take, beside each other."""
        return max(1, -(-max(self.total, len(self._wrong)) // SHOWN))

    @cached_property
    def differences(self) -> Table[Found] | None:
        """The figures of the open page that differ from before; None where none do."""
        if not self._changed_here:
            return None

        def side(name: str) -> Callable[[Found], str]:
            return lambda change: figure(change["element"], change[name])

        return Table(
            (
                Column(_("Organisation"), self._name, "r x4"),
                Column(_("Element"), lambda row: element_name(row["element"], self._titles), "x4", label=""),
                Column(_("Was"), side("was"), "n x2"),
                Column(
                    _("Becomes"),
                    lambda change: Markup("<strong>{}</strong>").format(side("becomes")(change)),
                    "n x2",
                ),
            ),
            self._changed_here,
            title=_("Figures that change"),
            sub=_("Printed figures, beside those of %(code)s") % {"code": self.against},
            css=CARDS,
        )

    @cached_property
    def added(self) -> list[Markup]:
        """Who was not there before."""
        return [self._name(row) for row in self.preparation.differences["added"]]

    @cached_property
    def gone(self) -> list[Markup]:
        """Who was there before and no longer is."""
        return [self._name(row) for row in self.preparation.differences["gone"]]

    @cached_property
    def recorded(self) -> list[tuple[str, str, bool]]:
        """What an entry of the record says of it: [(term, text, whether the text is a digest)]."""
        it = self.preparation
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
        return rules.may_prepare(self.person, self.preparation, at=self.at)

    @cached_property
    def no_release(self) -> Reason | None:
        """Why the person may not release it."""
        return rules.may_release(self.person, self.preparation, at=self.at)

    @cached_property
    def no_withdraw(self) -> Reason | None:
        """Why the person may not take it back."""
        return rules.may_withdraw(self.person, self.preparation, at=self.at)

    @cached_property
    def no_ask(self) -> Reason | None:
        """Why the person may not ask for a correction of it."""
        return rules.may_ask(
            self.person, Publication(code=self.preparation.code, series=self.preparation.series), at=self.at
        )

    @cached_property
    def entry(self) -> int | None:
        """Its place in the record; None while its proof is pending."""
        return (
            positions([self.preparation.released_act]).get(self.preparation.released_act)
            if self.preparation.released_act
            else None
        )

    @cached_property
    def proof(self) -> str:
        """The address of its proof."""
        try:
            return reverse("portal:proof", kwargs={"code": self.preparation.code})
        except NoReverseMatch:  # a node without public pages
            return f"/record/proof/{self.entry}"

    def _steps(self) -> Iterator[Step]:
        it = self.preparation
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

    def _name(self, row: Mapping[str, Any]) -> Markup:
        return named(row["name"], self._languages.get(row["organisation"], ""))

    @cached_property
    def _languages(self) -> dict[str, str]:
        differences = self.preparation.differences
        shown = [*self._changed_here, *differences["added"], *differences["gone"], *self._wrong_here]
        codes = {row["organisation"] for row in shown}
        return dict(Organisation.objects.filter(code__in=codes).values_list("code", "language"))

    @cached_property
    def _titles(self) -> dict[str, Any]:
        return {entry["code"]: entry["titles"] for entry in self._results["elements"]}

    @cached_property
    def _results(self) -> dict[str, Any]:
        results, _inputs = documents_of(self.preparation)
        return results

    def _here(self, rows: list[Found]) -> list[Found]:
        """Return what of a list stands on the open page."""
        start = (self.page - 1) * SHOWN
        return rows[start : start + SHOWN]

    @cached_property
    def _changed_here(self) -> list[Found]:
        return self._here(self.preparation.differences["changed"])

    @cached_property
    def _wrong_here(self) -> list[Found]:
        return self._here(self._wrong)

    @cached_property
    def _wrong(self) -> list[Found]:
        return wrong_rows(self._results)
