"""Recording what was observed, conflicts shown first; translating, the text beside its translation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teladan.desk.fields import errors_of
from teladan.desk.pages import asking, page, practice_of
from teladan.desk.practices.forms import NEW, EvidenceForm, ObservationForm, TranslationForm
from teladan.desk.practices.views import address
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import content as contents
from teladan.exchange import labels, queries, rules, services
from teladan.exchange.content import EvidencePart, ObservationPart, TranslationPart
from teladan.exchange.models import Observation, Practice, Translation
from teladan.exchange.queries import MeasureView, ObservationView
from teladan.exchange.rows import content_of
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment

AT = {
    "observation-value": "value",
    "observation-unit": "unit",
    "translation-place": "text",
    "translation-language": "text",
    "translation-of-another": "text",
}
EVIDENCE_AT = {
    "evidence-type": "type",
    "observation-source": "title",
    "address": "address",
    "date": "seen",
    "evidence-not-yet": "seen",
}
FIGURES = (
    *("value", "unit", "nature", "baseline", "target", "target_by", "period", "population", "method", "note"),
)
# What makes two figures conflict. What was shown beside others is kept, and nothing else.
TOLD_APART = ("value", "unit", "nature", "period", "population")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a practice with its translations into one language: by a person, by machines."""

    place: str
    label: str
    text: str
    person: Translation | None
    machines: list[Translation]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def observe(request: HttpRequest, code: str) -> HttpResponse:
    """Record one figure with its evidence. What conflicts with it is shown before it is kept."""
    person, found = asking(request), practice_of(code)
    demand(rules.may_revise(person, found, at=moment(request)))
    view = queries.practice(code, language())
    assert view is not None
    measures = {
        f"{claim.code}/{measure.code}": measure for claim in view.claims for measure in claim.measures
    }
    sent = request.POST if request.method == "POST" else None
    form = ObservationForm(
        sent,
        initial={"measure": request.GET.get("measure", ""), "nature": "result"},
        measures=[(key, measure.name) for key, measure in measures.items()],
    )
    evidence = EvidenceForm(sent, prefix="evidence")
    context = {"it": found, "view": view, "form": form, "evidence": evidence, "conflicts": []}
    if sent is not None and all([form.is_valid(), evidence.is_valid()]):
        given = form.cleaned_data
        observation = part(given, evidence.cleaned_data)
        conflicts = conflicting(measures.get(given["measure"]), observation)
        mark = "|".join((given["measure"], *(str(given[name]) for name in TOLD_APART)))
        if conflicts and sent.get("beside") != mark:
            return page(
                request, "desk/practices/observe.html", {**context, "conflicts": conflicts, "beside": mark}
            )
        claim, _slash, measure = given["measure"].partition("/")
        by = {"measure__claim__code": claim, "measure__code": measure}
        if claim == NEW:
            by = {"measure__claim__statement": contents.clean(given["statement"])}
        if on_record(observation, measure__claim__practice=found, adoption=None, **by):
            return already(request, address(found))
        try:
            services.observe(
                by=person,
                practice=found,
                claim=claim if claim != NEW else "",
                measure=measure or "m1",
                observation=observation,
                at=moment(request),
                statement=given["statement"],
                level=given["level"],
            )
        except Refused as error:
            say(error, form, evidence)
        else:
            messages.success(request, _("The observation is kept. Its proof follows within a minute."))
            return HttpResponseRedirect(address(found))
    return page(request, "desk/practices/observe.html", context, errors_of(form, evidence))


def part(given: dict[str, Any], evidence: dict[str, Any]) -> ObservationPart:
    """Return what was typed as an observation."""
    return ObservationPart(evidence=(EvidencePart(**evidence),), **{name: given[name] for name in FIGURES})


def on_record(observation: ObservationPart, **by: Any) -> bool:
    """Say whether exactly this figure of exactly this source was kept before, `by` some measure."""
    told = contents.cleaned(observation)
    (source,) = told.evidence
    return Observation.objects.filter(
        **{name: getattr(told, name) for name in FIGURES},
        **{f"evidence__{name}": getattr(source, name) for name in ("type", "title", "address")},
        **by,
    ).exists()


def already(request: HttpRequest, there: str) -> HttpResponse:
    """Lead to what was kept before."""
    messages.success(request, _("This figure of this source is on record already; nothing was added."))
    return HttpResponseRedirect(there)


def say(error: Refused, form: Any, evidence: EvidenceForm) -> None:
    """Put a refusal at the field of the figure or of its evidence."""
    if error.rule in EVIDENCE_AT:
        evidence.say(error, EVIDENCE_AT)
    else:
        form.say(error, AT)


def conflicting(measure: MeasureView | None, observation: ObservationPart) -> list[ObservationView]:
    """Return the observations that cannot be right together with a new one: same period, another figure."""
    if measure is None or not observation.period:
        return []
    return [
        each
        for each in measure.observations
        if not each.adoption
        and (each.period, each.unit, each.nature, each.population)
        == (observation.period, observation.unit, observation.nature, observation.population)
        and _as_figure(each.exact, each.value) != _as_figure(observation.exact, observation.value)
    ]


def _as_figure(exact: str, text: str) -> str | Fraction:
    return Fraction(exact) if exact else text


@require_safe
@signed_in
def translations(request: HttpRequest, code: str) -> HttpResponse:
    """Show every text of a practice beside its translation into one language."""
    person, found = asking(request), practice_of(code)
    demand(rules.may_translate(person, found, at=moment(request)))
    own, wanted = _languages(request, found)
    context = {
        "it": found,
        "own": own,
        "wanted": wanted,
        "texts": _texts(found, wanted),
        "offered": [each for each in labels.LANGUAGES.items() if each[0] != own],
    }
    return page(request, "desk/practices/translations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def translate(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """Write the translation of one text, the text itself beside it."""
    person, found = asking(request), practice_of(code)
    demand(rules.may_translate(person, found, at=moment(request)))
    own, wanted = _languages(request, found)
    text = next((each for each in _texts(found, wanted) if each.place == place), None)
    if text is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    there = text.person or next(iter(text.machines), None)
    form = TranslationForm(sent, initial={"text": there.text if there else "", "made_by": "person"})
    if sent is not None and form.is_valid():
        given = form.cleaned_data
        translation = TranslationPart(place=place, language=wanted, text=given["text"], model=given["model"])
        try:
            services.translate(by=person, practice=found, translation=translation, at=moment(request))
        except Refused as error:
            form.say(error, AT)
        else:
            messages.success(request, _("The translation is kept. Its proof follows within a minute."))
            return HttpResponseRedirect(
                reverse("desk:translate", kwargs={"code": code}) + f"?language={wanted}"
            )
    context = {"it": found, "own": own, "wanted": wanted, "text": text, "form": form}
    return page(request, "desk/practices/translate.html", context, errors_of(form))


def _languages(request: HttpRequest, found: Practice) -> tuple[str, str]:
    """Return the language of a practice's texts and the one to translate into."""
    own = found.versions.order_by("-number").values_list("language", flat=True)[0]
    asked = request.GET.get("language", "")
    offered = [code for code in labels.LANGUAGES if code != own]
    return own, asked if asked in offered else next(code for code in (language(), *offered) if code != own)


def _texts(found: Practice, wanted: str) -> list[Text]:
    rows = Translation.objects.filter(version=found.versions.order_by("-number")[0], language=wanted)
    by_place: dict[str, list[Translation]] = {}
    for row in rows:
        by_place.setdefault(row.place, []).append(row)
    return [
        Text(
            place=place,
            label=_label(place),
            text=text,
            person=next((row for row in by_place.get(place, ()) if not row.model), None),
            machines=[row for row in by_place.get(place, ()) if row.model],
        )
        for place, text in contents.places(content_of(found)).items()
    ]


def _label(place: str) -> str:
    first, _slash, code = place.partition("/")
    return {
        "problem": _("Which problem it solves"),
        "does": _("What it does"),
        "causal_model": _("Why it works: from what is done to what changes"),
        "caveats": _("What to be careful about"),
        "status_note": _("About the status"),
        "title": _("Title"),
        "core": _("Core element %(code)s") % {"code": code},
        "claim": _("Claim %(code)s") % {"code": code},
    }[first]
