"""Recording what was observed, conflicts shown first."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from teladan.desk.act import act, form_view, lead, sent
from teladan.desk.pages import asking, page, practice_of
from teladan.desk.practices.forms import NEW, EvidenceForm, ObservationForm
from teladan.desk.practices.views import address
from teladan.exchange import content as contents
from teladan.exchange import queries, rules, services
from teladan.exchange.content import EvidencePart, ObservationPart
from teladan.exchange.models import Observation
from teladan.exchange.queries import MeasureView, ObservationView
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.page import moment

# At which field of a figure or of its evidence the refusal of a rule is shown.
AT = {
    "observation-value": "value",
    "observation-unit": "unit",
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


@form_view
def observe(request: HttpRequest, code: str) -> HttpResponse:
    """Record one figure with its evidence. What conflicts with it is shown before it is kept."""
    person, practice = asking(request), practice_of(code)
    demand(rules.may_revise(person, practice, at=moment(request)))
    view = queries.practice(code, language())
    assert view is not None
    measures = {
        f"{claim.code}/{measure.code}": measure for claim in view.claims for measure in claim.measures
    }
    form = ObservationForm(
        sent(request),
        initial={"measure": request.GET.get("measure", ""), "nature": "result"},
        measures=[(key, measure.name) for key, measure in measures.items()],
    )
    evidence = EvidenceForm(sent(request), prefix="evidence")
    template = "desk/practices/observe.html"
    context = {"practice": practice, "view": view, "form": form, "evidence": evidence, "conflicts": []}

    def observed(given: dict[str, Any]) -> object:
        observation = part(given, evidence.cleaned_data)
        conflicts = conflicting(measures.get(given["measure"]), observation)
        mark = "|".join((given["measure"], *(str(given[name]) for name in TOLD_APART)))
        if conflicts and request.POST.get("beside") != mark:
            return page(request, template, {**context, "conflicts": conflicts, "beside": mark})
        claim, _slash, measure = given["measure"].partition("/")
        by = {"measure__claim__code": claim, "measure__code": measure}
        if claim == NEW:
            by = {"measure__claim__statement": contents.clean(given["statement"])}
        if on_record(observation, measure__claim__practice=practice, adoption=None, **by):
            return already(request, address(practice))
        return services.observe(
            by=person,
            practice=practice,
            claim=claim if claim != NEW else "",
            measure=measure or "m1",
            observation=observation,
            at=moment(request),
            statement=given["statement"],
            level=given["level"],
        )

    return act(
        request,
        form,
        evidence,
        do=observed,
        at=AT,
        done=_("The observation is kept. Its proof follows within a minute."),
        to=lambda _observation: address(practice),
        template=template,
        context=lambda: context,
    )


def part(given: dict[str, Any], evidence: dict[str, Any]) -> ObservationPart:
    """Return what was typed as an observation."""
    return ObservationPart(evidence=(EvidencePart(**evidence),), **{name: given[name] for name in FIGURES})


def on_record(observation: ObservationPart, **by: Any) -> bool:
    """Say whether exactly this figure of exactly this source was kept before, `by` some measure."""
    part = contents.cleaned(observation)
    (source,) = part.evidence
    return Observation.objects.filter(
        **{name: getattr(part, name) for name in FIGURES},
        **{f"evidence__{name}": getattr(source, name) for name in ("type", "title", "address")},
        **by,
    ).exists()


def already(request: HttpRequest, address: str) -> HttpResponseRedirect:
    """Lead to what was kept before."""
    return lead(request, _("This figure of this source is on record already; nothing was added."), address)


def conflicting(measure: MeasureView | None, observation: ObservationPart) -> list[ObservationView]:
    """Return the observations that cannot be right together with a new one: same period, another figure."""
    if measure is None or not observation.period:
        return []
    return [
        other
        for other in measure.observations
        if not other.adoption
        and (other.period, other.unit, other.nature, other.population)
        == (observation.period, observation.unit, observation.nature, observation.population)
        and _as_figure(other.exact, other.value) != _as_figure(observation.exact, observation.value)
    ]


def _as_figure(exact: str, text: str) -> str | Fraction:
    return Fraction(exact) if exact else text
