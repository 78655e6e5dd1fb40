"""The forms of practices: what a version says, an observation with its evidence, check-ins, translations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import Given, area, choice, day, languages, line, offer, whole
from teladan.exchange import labels

NEW = "new"  # in place of a measure: another one
TITLES = ("en", "id", "ko")
SHORT = {"code": 60, "address": 500, "title": 300, "unit": 100, "figure": 200, "language": 8}


class PracticeForm(Given):
    """What a version of a practice says, beside the rows below it. `owner` is asked for a new one only."""

    code = line(_("Code"), SHORT["code"])
    owner = line(_("Owner: an organisation, by name or code"))
    agency = line(_("Agency, as the source names it"))
    name = line(_("Its own name"))
    name_language = choice(_("Language of the name"))
    title_en = line(_("Title in English"), SHORT["title"], required=False)
    title_id = line(_("Title in Indonesian"), SHORT["title"], required=False)
    title_ko = line(_("Title in Korean"), SHORT["title"], required=False)
    language = choice(_("Language of the texts below"))
    theme = choice(_("Theme"))
    track = choice(_("Track"))
    since = line(_("Since"), 10, required=False)
    status = choice(_("Status"))
    status_note = area(_("About the status"), required=False)
    problem = area(_("Which problem it solves"))
    does = area(_("What it does"))
    causal_model = area(_("Why it works: from what is done to what changes"), required=False)
    costs = area(_("Costs"), required=False)
    actors = area(_("Who takes part"), required=False)
    caveats = area(_("What to be careful about"), required=False)
    source = line(_("Address of the source"), SHORT["address"], required=False)

    def __init__(self, *args: Any, new: bool, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"], self.fields["owner"]
        blank = said("Choose …")
        for name, of in (("theme", labels.THEME), ("track", labels.TRACK), ("status", labels.STATUS)):
            offer(self, name, labels.words(of), blank=blank)
        for name in ("language", "name_language"):
            offer(self, name, languages(known))

    def clean(self) -> dict[str, Any]:
        """Ask for one title at least."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(given.get(f"title_{language}") for language in TITLES) and "title_en" not in self.errors:
            self.add_error("title_en", said("Write the title in one of the three languages at least."))
        return given


class CoreRow(Given):
    """One core element: what, how much it matters, and why. `code` is of one that was there before."""

    code = forms.CharField(required=False, max_length=SHORT["code"], widget=forms.HiddenInput)
    text = area(_("Core element"), required=False)
    weight = choice(_("How much it matters"), required=False)
    reason = area(_("Why it matters"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "weight", labels.words(labels.WEIGHT), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask for all three where one is given."""
        return whole(self, "text", "weight", "reason")


class PreconditionRow(Given):
    """What must be there for it to work."""

    kind = choice(_("Kind of precondition"), required=False)
    text = area(_("Precondition"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", labels.words(labels.PRECONDITION), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask for both where one is given."""
        return whole(self, "kind", "text")


class UnverifiedRow(Given):
    """What stands here without having been seen in a source."""

    field = choice(_("What was not seen in a source"), required=False)
    note = line(_("Where it is from then"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "field",
            [
                ("name", said("Its own name")),
                ("titles", said("Titles")),
                ("agency", said("Agency")),
                ("since", said("Since")),
                ("status", said("Status")),
                ("lineage", said("Where it comes from")),
                ("date", said("Dates")),
                ("other", said("Something else")),
            ],
            blank=said("Choose …"),
        )

    def clean(self) -> dict[str, Any]:
        """Ask what is meant where only a note is given."""
        return whole(self, "field")


class FigureForm(Given):
    """One figure of one source."""

    value = line(_("Figure"), SHORT["figure"])
    unit = line(_("Unit"), SHORT["unit"])
    period = line(_("Period"), SHORT["unit"], required=False)
    population = line(_("Of whom or what"), SHORT["figure"], required=False)
    nature = choice(_("Observed or expected"))
    baseline = line(_("Baseline"), SHORT["figure"], required=False)
    target = line(_("Target"), SHORT["figure"], required=False)
    target_by = line(_("Target by"), SHORT["unit"], required=False)
    method = area(_("How it was measured"), required=False)
    note = area(_("Note"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "nature", labels.words(labels.NATURE))


class ObservationForm(FigureForm):
    """A figure by a measure that is there, or by a new one of a new claim."""

    measure = choice(_("What is measured"))
    statement = area(_("New claim: what is said to be achieved"), required=False)
    level = choice(_("Kind of claim"), required=False)
    field_order = ("measure", "statement", "level")

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "measure", [*measures, (NEW, said("A new claim"))])
        offer(self, "level", labels.words(labels.LEVEL), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask for claim and kind where the claim is new."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("measure") == NEW:
            whole(self, "statement", "level")
        return given


class EvidenceForm(Given):
    """What the figure rests on."""

    type = choice(_("Kind of evidence"))
    title = line(_("Title of the source"), SHORT["title"], required=False)
    address = line(_("Address of the source"), SHORT["address"], required=False)
    seen = line(_("Date on which you saw it"), 10, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "type", labels.words(labels.EVIDENCE), blank=said("Choose …"))

    def clean(self) -> dict[str, Any]:
        """Ask for a source: its title or its address."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("title") and not given.get("address") and not {"title", "address"} & {*self.errors}:
            self.add_error("title", said("Name the source: its title, its address, or both."))
        return given


class AskCheckIn(Given):
    """By what day it has to be said whether the practice still runs."""

    due = day(_("To be answered by"))


class AnswerCheckIn(Given):
    """Whether it still runs."""

    status = choice(_("How is it now?"))
    note = area(_("About the status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "status", labels.words(labels.STATUS))


class TranslationForm(Given):
    """One text in another language; a machine's translation names its model."""

    text = area(_("Translation"))
    made_by = choice(_("Who translated it"))
    model = line(_("Name of the machine"), 80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "made_by", [("person", said("A person")), ("machine", said("A machine"))])

    def clean(self) -> dict[str, Any]:
        """Ask for the machine's name, and only where it was one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("made_by") == "machine":
            whole(self, "model")
        elif given.get("model"):
            self.add_error(
                "made_by", said("A machine is named: say that it translated, or take its name away.")
            )
        return given


class FindForm(Given):
    """Words that stand in a practice."""

    q = line(_("Words of a practice"), 200, required=False)


class FocalForm(Given):
    """The office that answers for a practice from now on."""

    office = line(_("Name of the office"))
    languages = forms.MultipleChoiceField(
        label=_("Languages it answers in"), widget=forms.CheckboxSelectMultiple
    )
    me = forms.BooleanField(label=_("I work there and agree to be asked."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = languages()
