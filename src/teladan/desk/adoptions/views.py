"""Adoptions on the desk: which there are, beginning one, its page with its next stage."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teladan.desk.adoptions.forms import BeginForm, MoveForm, ParentRow
from teladan.desk.fields import Rows, errors_of
from teladan.desk.organisations import meant, own
from teladan.desk.pages import adoption_of, asking, listed, page, public, spoken_in
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import queries, rules, services
from teladan.exchange.adoption_degree import following
from teladan.exchange.files import StagePart
from teladan.exchange.models import Adoption, PracticeVersion
from teladan.exchange.services import Beginning
from teladan.registry.models import Organisation
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language, plain
from teladan.web.page import moment

AT = {"date": "date", "before-its-parent": "date", "stage-not-yet": "date", "address": "source"}
MOVE_AT = {
    "stage": "stage",
    "stage-order": "stage",
    "weigh-first": "stage",
    "stage-date": "date",
    "stage-not-yet": "date",
    "stage-reason": "words",
}


@require_safe
@signed_in
def adoptions(request: HttpRequest) -> HttpResponse:
    """List the adoptions, those that this person follows first."""
    person = asking(request)
    found = Adoption.objects.only("code", "organisation", "country").order_by("code")
    mine = {each.code: rules.may_move(person, each, at=moment(request)) is None for each in found}
    at = listed(request, sorted(mine, key=lambda code: not mine[code]))
    rows = queries.adoption_rows(codes=at.rows)
    context = {
        "mine": [row for row in rows if mine[row.code]],
        "others": [row for row in rows if not mine[row.code]],
        "listed": at,
        "no_new": rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)),
    }
    return page(request, "desk/adoptions/adoptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def new(request: HttpRequest) -> HttpResponse:
    """Begin to follow an adoption."""
    person, now = asking(request), moment(request)
    demand(rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)))
    newest = dict(PracticeVersion.objects.order_by("practice", "number").values_list("practice_id", "number"))
    sent = request.POST if request.method == "POST" else None
    initial = {
        "organisation": own(person, rules.ADOPTER, rules.OFFICER, at=now),
        "language": language(),
        "date": f"{now:%Y-%m-%d}",
    }
    more = sent is not None and "more" in sent
    if more and sent is not None:
        initial = {name: sent.get(name, "") for name in BeginForm.base_fields}
    form = BeginForm(None if more else sent, initial=initial)
    parents = Rows(
        _parent_rows(), "parent", sent, initial=[{"practice": request.GET.get("practice", "")}], more=more
    )
    if sent is not None and not more and all([form.is_valid(), parents.is_valid()]):
        organisation = meant(form, "organisation")
        chosen = tuple((row["practice"], newest[row["practice"]], row["share"]) for row in parents.cleaned)
        if organisation is not None:
            try:
                made = _begun(request, form.cleaned_data, organisation, chosen)
            except Refused as error:
                form.say(error, AT)
            else:
                messages.success(
                    request, _("The adoption is begun. It is public; its proof follows within a minute.")
                )
                return HttpResponseRedirect(address(made))
    return page(
        request, "desk/adoptions/new.html", {"form": form, "parents": parents}, errors_of(form, parents)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def adoption(request: HttpRequest, code: str) -> HttpResponse:
    """Show one adoption with its stages; take it to the next one."""
    person, found = asking(request), adoption_of(code)
    view = queries.adoption(code)
    assert view is not None
    stages = following([each.stage for each in view.stages])
    sent = request.POST if request.method == "POST" else None
    form = MoveForm(sent, initial={"date": f"{moment(request):%Y-%m-%d}"}, stages=stages)
    if sent is not None:
        demand(rules.may_move(person, found, at=moment(request)))
        if form.is_valid():
            try:
                services.move(by=person, adoption=found, at=moment(request), **form.cleaned_data)
            except Refused as error:
                form.say(error, MOVE_AT)
            else:
                messages.success(request, _("The stage is kept. Its proof follows within a minute."))
                return HttpResponseRedirect(address(found))
    context = {
        "it": found,
        "view": view,
        "form": form,
        "stages": stages,
        "public": public("adoption", code),
        "spoken": spoken_in(parent.practice for parent in view.row.parents),
        "no_move": rules.may_move(person, found, at=moment(request)),
        "no_appraise": rules.may_appraise(person, found, at=moment(request)),
        "replies": {
            each.pk: rules.may_reply(person, each, at=moment(request)) for each in found.appraisals.all()
        },
    }
    return page(request, "desk/adoptions/adoption.html", context, errors_of(form))


def address(found: Adoption) -> str:
    """Return where the desk shows an adoption."""
    return reverse("desk:adoption", kwargs={"code": found.pk})


def _begun(
    request: HttpRequest,
    given: dict[str, Any],
    organisation: Organisation,
    parents: tuple[tuple[str, int, str], ...],
) -> Adoption:
    now = moment(request)
    told = ("name", "language", "degree", "motive", "channel", "funder", "note", "source")
    beginning = Beginning(parents=parents, **{name: given[name] for name in told})
    return services.begin_adoption(
        by=asking(request),
        organisation=organisation,
        beginning=beginning,
        stage=StagePart(stage="noticed", date=given["date"] or f"{now:%Y-%m-%d}"),
        at=now,
    )


def _parent_rows() -> type[ParentRow]:
    """Return the row of a parent with the practices there are to choose from."""
    offered = tuple(
        (row.code, f"{row.title.text} ({plain(row.country_titles)})") for row in queries.practices(language())
    )
    return type("OfferedRow", (ParentRow,), {"offered": offered})
