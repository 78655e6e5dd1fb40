"""The forms of an adoption: begun, weighed, moved on, changed, observed, judged and replied to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import Given, area, choice, languages, line, offer, whole
from teladan.desk.practices.forms import FigureForm
from teladan.exchange import labels

BESIDE = "beside"  # in place of a core element: something beside them
TRI = (("", _("Not said")), ("yes", _("Yes")), ("no", _("No")))


class BeginForm(Given):
    """What is said of an adoption when it begins."""

    organisation = line(_("Adopting organisation, by name or code"))
    name = line(_("What it is called there"))
    language = choice(_("Language of the name and of what is written here"))
    degree = choice(_("Degree, as declared"), required=False)
    motive = choice(_("Motive"), required=False)
    channel = choice(_("How it was learned"), required=False)
    funder = line(_("Who pays"), 200, required=False)
    date = line(_("Noticed on"), 10, required=False)
    note = area(_("Note"), required=False)
    source = line(_("Address of the source"), 500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = said("Not said")
        offer(self, "language", languages())
        for name, of in (("degree", labels.DEGREE), ("motive", labels.MOTIVE), ("channel", labels.CHANNEL)):
            offer(self, name, labels.words(of), blank=blank)


class ParentRow(Given):
    """A practice that is taken from, in its newest version, and its share."""

    practice = choice(_("Practice"), required=False)
    share = line(_("Share of it"), 20, required=False)
    offered: tuple[tuple[str, str], ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "practice", self.offered, blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask which practice where a share is given."""
        return whole(self, "practice")


class WeighedRow(Given):
    """One precondition held side by side."""

    kind = choice(_("Kind of precondition"), required=False)
    precondition = area(_("Precondition"), required=False)
    parent = area(_("There"), required=False)
    adopter = area(_("Here"), required=False)
    missing = area(_("What is missing"), required=False)
    takes = area(_("What it would take"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", labels.words(labels.PRECONDITION), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask what kind it is of, what it is, and how it is here."""
        return whole(self, "kind", "precondition", "adopter")


class Conclusion(Given):
    """What follows from weighing."""

    conclusion = area(_("Conclusion: would it work here?"))


class MoveForm(Given):
    """The next stage; `stages` are those that may come."""

    stage = choice(_("Next stage"))
    date = line(_("Reached on"), 10, required=False)
    words = area(_("In words; the reason where it ends or is not adopted"), required=False)

    def __init__(self, *args: Any, stages: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "stage", labels.words(labels.STAGE, stages), blank=said("Choose …"))


class ModifyForm(Given):
    """What became of a core element, or of something beside them; `elements` are (key, text)."""

    element = choice(_("Which core element"))
    treatment = choice(_("What became of it"))
    what = area(_("What was done"))
    decided_by = line(_("Which office decided"), 200, required=False)
    planned = forms.ChoiceField(label=_("Was it planned?"), choices=TRI, required=False)
    faithful = forms.ChoiceField(label=_("Does it keep what makes it work?"), choices=TRI, required=False)
    reason = area(_("Reason"), required=False)

    def __init__(self, *args: Any, elements: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "element", [*elements, (BESIDE, said("Something beside the core elements"))])
        offer(self, "treatment", labels.words(labels.TREATMENT), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where something was changed or dropped."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("treatment") in {"changed", "dropped"}:
            whole(self, "reason")
        return given


class OutcomeForm(FigureForm):
    """What was observed at the adopter, by a measure of what it takes from."""

    measure = choice(_("What is measured"))
    moment = choice(_("When"))
    field_order = ("measure", "moment")

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "measure", measures, blank=said("Choose …"))
        offer(self, "moment", labels.words(labels.MOMENT), blank=said("Choose …"))


class BecomeForm(Given):
    """Which practice of ours came of it."""

    practice = choice(_("Practice that came of it"))

    def __init__(self, *args: Any, practices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "practice", practices, blank=said("Choose …"))


class AppraiseForm(Given):
    """A look at an adoption by fixed codes, and in words."""

    completion = choice(_("How much of what was planned was done"))
    fidelity = choice(_("How much of what makes it work was kept"))
    results = choice(_("What came of it so far"))
    text = area(_("What was looked at and found"))
    language = choice(_("Language of this text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, of in (
            ("completion", labels.COMPLETION),
            ("fidelity", labels.FIDELITY),
            ("results", labels.RESULTS),
        ):
            offer(self, name, labels.words(of), blank=said("Choose …"))
        offer(self, "language", languages())


class ReplyForm(Given):
    """The reply to an appraisal."""

    text = area(_("Reply"))
