"""The forms of an adoption: begun, weighed, moved on, changed, observed, judged and replied to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_

from teladan.desk.fields import NOT_SAID, ExchangeForm, area, choice, languages, length, line, offer, require
from teladan.desk.practices.forms import FigureForm
from teladan.exchange import labels
from teladan.exchange.models import Adoption, AdoptionParent, AdoptionStage, Modification
from teladan.registry.models import Organisation

BESIDE = "beside"  # in place of a core element: something beside them
YES_NO = {"yes": N_("Yes"), "no": N_("No")}


class BeginForm(ExchangeForm):
    """What is said of an adoption when it begins."""

    has_rows = True

    organisation = line(_("Adopting organisation, by name or code"), length(Organisation, "name"))
    name = line(_("What it is called there"), length(Adoption, "name"))
    language = choice(_("Language of the name and of what is written here"), languages, blank=None)
    degree = choice(_("Degree, as declared"), labels.DEGREE, blank=NOT_SAID, required=False)
    motive = choice(_("Motive"), labels.MOTIVE, blank=NOT_SAID, required=False)
    channel = choice(_("How it was learned"), labels.CHANNEL, blank=NOT_SAID, required=False)
    funder = line(_("Who pays"), length(Adoption, "funder"), required=False)
    date = line(_("Noticed on"), length(AdoptionStage, "date"), required=False)
    note = area(_("Note"), required=False)
    source = line(_("Address of the source"), length(Adoption, "source"), required=False)


class ParentRow(ExchangeForm):
    """A practice that is taken from, in its newest version, and its share."""

    practice = choice(_("Practice"), required=False)
    share = line(_("Share of it"), length(AdoptionParent, "share"), required=False)

    def __init__(self, *args: Any, practices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "practice", practices)

    def clean(self) -> dict[str, Any]:
        """Ask which practice where a share is given."""
        return require(self, "practice")


class WeighedRow(ExchangeForm):
    """One precondition held side by side."""

    kind = choice(_("Kind of precondition"), labels.PRECONDITION, required=False)
    precondition = area(_("Precondition"), required=False)
    parent = area(_("There"), required=False)
    adopter = area(_("Here"), required=False)
    missing = area(_("What is missing"), required=False)
    takes = area(_("What it would take"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask what kind it is of, what it is, and how it is here."""
        return require(self, "kind", "precondition", "adopter")


class Conclusion(ExchangeForm):
    """What follows from weighing."""

    has_rows = True

    conclusion = area(_("Conclusion: would it work here?"))


class MoveForm(ExchangeForm):
    """The next stage; `stages` are those that may come."""

    stage = choice(_("Next stage"))
    date = line(_("Reached on"), length(AdoptionStage, "date"), required=False)
    words = area(_("In words; the reason where it ends or is not adopted"), required=False)

    def __init__(self, *args: Any, stages: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "stage", labels.words(labels.STAGE, stages))


class ModifyForm(ExchangeForm):
    """What became of a core element, or of something beside them; `elements` are (key, text)."""

    element = choice(_("Which core element"))
    treatment = choice(_("What became of it"), labels.TREATMENT)
    what = area(_("What was done"))
    decided_by = line(_("Which office decided"), length(Modification, "decided_by"), required=False)
    planned = choice(_("Was it planned?"), YES_NO, blank=NOT_SAID, required=False)
    faithful = choice(_("Does it keep what makes it work?"), YES_NO, blank=NOT_SAID, required=False)
    reason = area(_("Reason"), required=False)

    def __init__(self, *args: Any, elements: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        beside = (BESIDE, said("Something beside the core elements"))
        offer(self, "element", [*elements, beside], blank=None)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where something was changed or dropped."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("treatment") in {"changed", "dropped"}:
            require(self, "reason")
        return given


class OutcomeForm(FigureForm):
    """What was observed at the adopter, by a measure of what it takes from."""

    measure = choice(_("What is measured"))
    moment = choice(_("When"), labels.MOMENT)
    field_order = ("measure", "moment")

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "measure", measures)


class BecomeForm(ExchangeForm):
    """Which practice of ours came of it."""

    practice = choice(_("Practice that came of it"))

    def __init__(self, *args: Any, practices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "practice", practices)


class AppraiseForm(ExchangeForm):
    """A look at an adoption by fixed codes, and in words."""

    completion = choice(_("How much of what was planned was done"), labels.COMPLETION)
    fidelity = choice(_("How much of what makes it work was kept"), labels.FIDELITY)
    results = choice(_("What came of it so far"), labels.RESULTS)
    text = area(_("What was looked at and found"))
    language = choice(_("Language of this text"), languages, blank=None)


class ReplyForm(ExchangeForm):
    """The reply to an appraisal."""

    text = area(_("Reply"))
