"""Adoptions on the desk: which there are, beginning one, its page with its next stage."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.desk.act import act, form_view, sent
from teladan.desk.adoptions import page as tables
from teladan.desk.adoptions.forms import BeginForm, MoveForm, ParentRow
from teladan.desk.fields import Rows
from teladan.desk.organisations import meant, own
from teladan.desk.pages import adoption_of, asking, listed, page, public, spoken_in
from teladan.desk.signed_in import signed_in
from teladan.exchange import queries, rules, services
from teladan.exchange.adoption_degree import following
from teladan.exchange.files import StagePart
from teladan.exchange.models import Adoption, PracticeVersion
from teladan.exchange.queries import AdoptionView
from teladan.exchange.services import Beginning
from teladan.registry.refusals import demand
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
    known = Adoption.objects.only("code", "organisation", "country").order_by("code")
    mine = {adoption.code: rules.may_move(person, adoption, at=moment(request)) is None for adoption in known}
    shown = listed(request, sorted(mine, key=lambda code: not mine[code]))
    rows = queries.adoption_rows(codes=shown.rows)
    context = {
        "mine": [row for row in rows if mine[row.code]],
        "others": [row for row in rows if not mine[row.code]],
        "listed": shown,
        "no_new": rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)),
    }
    return page(request, "desk/adoptions/adoptions.html", context)


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Begin to follow an adoption."""
    person, now = asking(request), moment(request)
    demand(rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)))
    today = f"{now:%Y-%m-%d}"
    initial = {
        "organisation": own(person, rules.ADOPTER, rules.OFFICER, at=moment(request)),
        "language": language(),
        "date": today,
    }
    form = BeginForm(sent(request), initial=initial)
    practices = [
        (row.code, f"{row.title.text} ({plain(row.country_titles)})") for row in queries.practices(language())
    ]
    parents = Rows(
        ParentRow,
        "parent",
        sent(request),
        initial=[{"practice": request.GET.get("practice", "")}],
        practices=practices,
    )

    def begun(given: dict[str, Any]) -> Adoption | None:
        organisation = meant(form, "organisation")
        if organisation is None:
            return None
        versions = PracticeVersion.objects.order_by("practice", "number")
        newest = dict(versions.values_list("practice_id", "number"))
        chosen = tuple((row["practice"], newest[row["practice"]], row["share"]) for row in parents.cleaned)
        told = {name: text for name, text in given.items() if name not in {"organisation", "date"}}
        return services.begin_adoption(
            by=person,
            organisation=organisation,
            beginning=Beginning(parents=chosen, **told),
            stage=StagePart(stage="noticed", date=given["date"] or today),
            at=now,
        )

    return act(
        request,
        form,
        parents,
        do=begun,
        at=AT,
        done=_("The adoption is begun. It is public; its proof follows within a minute."),
        to=address,
        template="desk/adoptions/new.html",
        context=lambda: {"form": form, "parents": parents},
    )


@form_view
def adoption(request: HttpRequest, code: str) -> HttpResponse:
    """Show one adoption with its stages; take it to the next one."""
    person, adoption = asking(request), adoption_of(code)
    view = view_of(code)
    no_move = rules.may_move(person, adoption, at=moment(request))
    if request.method == "POST":
        demand(no_move)
    stages = following([stage.stage for stage in view.stages])
    form = MoveForm(sent(request), initial={"date": f"{moment(request):%Y-%m-%d}"}, stages=stages)
    return act(
        request,
        form,
        do=lambda given: services.move(by=person, adoption=adoption, at=moment(request), **given),
        at=MOVE_AT,
        done=_("The stage is kept. Its proof follows within a minute."),
        to=lambda _stage: address(adoption),
        template="desk/adoptions/adoption.html",
        context=lambda: {
            "view": view,
            "weighed": tables.weighed(view),
            "elements": tables.elements(view),
            "form": form,
            "stages": stages,
            "public": public("adoption", code),
            "spoken": spoken_in(parent.practice for parent in view.row.parents),
            "no_move": no_move,
            "no_appraise": rules.may_appraise(person, adoption, at=moment(request)),
            "replies": {
                appraisal.pk: rules.may_reply(person, appraisal, at=moment(request))
                for appraisal in adoption.appraisals.all()
            },
        },
    )


def view_of(code: str) -> AdoptionView:
    """Return what is on record of an adoption; raises Http404 where there is none."""
    view = queries.adoption(code)
    if view is None:
        raise Http404
    return view


def address(adoption: Adoption) -> str:
    """Return where the desk shows an adoption."""
    return reverse("desk:adoption", kwargs={"code": adoption.pk})
