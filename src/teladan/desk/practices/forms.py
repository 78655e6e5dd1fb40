"""The forms of practices: what a version says, an observation with its evidence, check-ins, translations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import (
    ExchangeForm,
    area,
    choice,
    day,
    languages,
    length,
    line,
    offer,
    require,
)
from teladan.exchange import labels
from teladan.exchange.content import SHORT
from teladan.exchange.models import (
    CoreElement,
    Evidence,
    FocalPoint,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.registry.models import Organisation

NEW = "new"  # in place of a measure: another one
TITLES = ("en", "id", "ko")
# What may stand on a page without having been seen in a source.
UNVERIFIED = {
    "name": "Its own name",
    "titles": "Titles",
    "agency": "Agency",
    "since": "Since",
    "status": "Status",
    "lineage": "Where it comes from",
    "date": "Dates",
    "other": "Something else",
}
MADE_BY = {"person": "A person", "machine": "A machine"}


class PracticeForm(ExchangeForm):
    """What a version of a practice says, beside the rows below it. `owner` is asked for a new one only."""

    has_rows = True

    code = line(_("Code"), length(Practice, "code"))
    owner = line(_("Owner: an organisation, by name or code"), length(Organisation, "name"))
    agency = line(_("Agency, as the source names it"), length(Practice, "agency"))
    name = line(_("Its own name"), length(PracticeVersion, "name"))
    name_language = choice(_("Language of the name"))
    title_en = line(_("Title in English"), SHORT["title"], required=False)
    title_id = line(_("Title in Indonesian"), SHORT["title"], required=False)
    title_ko = line(_("Title in Korean"), SHORT["title"], required=False)
    language = choice(_("Language of the texts below"))
    theme = choice(_("Theme"), labels.THEME)
    track = choice(_("Track"), labels.TRACK)
    since = line(_("Since"), length(PracticeVersion, "since"), required=False)
    status = choice(_("Status"), labels.STATUS)
    status_note = area(_("About the status"), required=False)
    problem = area(_("Which problem it solves"))
    does = area(_("What it does"))
    causal_model = area(_("Why it works: from what is done to what changes"), required=False)
    costs = area(_("Costs"), required=False)
    actors = area(_("Who takes part"), required=False)
    caveats = area(_("What to be careful about"), required=False)
    source = line(_("Address of the source"), length(PracticeVersion, "source"), required=False)

    def __init__(self, *args: Any, new: bool, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"], self.fields["owner"]
        for name in ("language", "name_language"):
            offer(self, name, languages(known), blank=None)

    def clean(self) -> dict[str, Any]:
        """Ask for one title at least."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(given.get(f"title_{language}") for language in TITLES) and "title_en" not in self.errors:
            self.add_error("title_en", said("Write the title in one of the three languages at least."))
        return given


class CoreRow(ExchangeForm):
    """One core element: what, how much it matters, and why. `code` is of one that was there before."""

    code = forms.CharField(required=False, max_length=length(CoreElement, "code"), widget=forms.HiddenInput)
    text = area(_("Core element"), required=False)
    weight = choice(_("How much it matters"), labels.WEIGHT, required=False)
    reason = area(_("Why it matters"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for all three where one is given."""
        return require(self, "text", "weight", "reason")


class PreconditionRow(ExchangeForm):
    """What must be there for it to work."""

    kind = choice(_("Kind of precondition"), labels.PRECONDITION, required=False)
    text = area(_("Precondition"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both where one is given."""
        return require(self, "kind", "text")


class UnverifiedRow(ExchangeForm):
    """What stands here without having been seen in a source."""

    field = choice(_("What was not seen in a source"), UNVERIFIED, required=False)
    note = line(_("Where it is from then"), 250, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask what is meant where only a note is given."""
        return require(self, "field")


class FigureForm(ExchangeForm):
    """One figure of one source."""

    value = line(_("Figure"), length(Observation, "value"))
    unit = line(_("Unit"), length(Observation, "unit"))
    period = line(_("Period"), length(Observation, "period"), required=False)
    population = line(_("Of whom or what"), length(Observation, "population"), required=False)
    nature = choice(_("Observed or expected"), labels.NATURE, blank=None)
    baseline = line(_("Baseline"), length(Observation, "baseline"), required=False)
    target = line(_("Target"), length(Observation, "target"), required=False)
    target_by = line(_("Target by"), length(Observation, "target_by"), required=False)
    method = area(_("How it was measured"), required=False)
    note = area(_("Note"), required=False)


class ObservationForm(FigureForm):
    """A figure by a measure that is there, or by a new one of a new claim."""

    measure = choice(_("What is measured"))
    statement = area(_("New claim: what is said to be achieved"), required=False)
    level = choice(_("Kind of claim"), labels.LEVEL, required=False)
    field_order = ("measure", "statement", "level")

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "measure", [*measures, (NEW, said("A new claim"))], blank=None)

    def clean(self) -> dict[str, Any]:
        """Ask for claim and kind where the claim is new."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("measure") == NEW:
            require(self, "statement", "level")
        return given


class EvidenceForm(ExchangeForm):
    """What the figure rests on."""

    type = choice(_("Kind of evidence"), labels.EVIDENCE)
    title = line(_("Title of the source"), length(Evidence, "title"), required=False)
    address = line(_("Address of the source"), length(Evidence, "address"), required=False)
    seen = line(_("Date on which you saw it"), length(Evidence, "seen"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a source: its title or its address."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("title") and not given.get("address") and not {"title", "address"} & {*self.errors}:
            self.add_error("title", said("Name the source: its title, its address, or both."))
        return given


class AskCheckIn(ExchangeForm):
    """By what day it has to be said whether the practice still runs."""

    due = day(_("To be answered by"))


class AnswerCheckIn(ExchangeForm):
    """Whether it still runs."""

    status = choice(_("How is it now?"), labels.STATUS, blank=None)
    note = area(_("About the status"), required=False)


class TranslationForm(ExchangeForm):
    """One text in another language; a machine's translation names its model."""

    text = area(_("Translation"))
    made_by = choice(_("Who translated it"), MADE_BY, blank=None)
    model = line(_("Name of the machine"), length(Translation, "model"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the machine's name, and only where it was one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("made_by") == "machine":
            require(self, "model")
        elif given.get("model"):
            self.add_error(
                "made_by", said("A machine is named: say that it translated, or take its name away.")
            )
        return given


class FindForm(ExchangeForm):
    """Words that stand in a practice."""

    q = line(_("Words of a practice"), 200, required=False)


class FocalForm(ExchangeForm):
    """The office that answers for a practice from now on."""

    office = line(_("Name of the office"), length(FocalPoint, "office"))
    languages = forms.MultipleChoiceField(
        label=_("Languages it answers in"), choices=languages, widget=forms.CheckboxSelectMultiple
    )
    me = forms.BooleanField(label=_("I work there and agree to be asked."), required=False)
