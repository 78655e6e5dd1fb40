"""The office that answers for a practice: named, agreed to, handed over."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.desk.act import act, action_view, form_view, lead, sent
from teladan.desk.pages import asking, practice_of
from teladan.desk.practices.forms import FocalForm
from teladan.exchange import rules, services
from teladan.exchange.models import FocalPoint, Practice
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.page import moment


@form_view
def focal_point(request: HttpRequest, code: str) -> HttpResponse:
    """Show which office answers for a practice and which ones did; name another one."""
    person, practice = asking(request), practice_of(code)
    no_name = rules.may_revise(person, practice, at=moment(request))
    offices = list(practice.focal_points.order_by("-since", "-pk").select_related("practice"))
    now = next((office for office in offices if office.until is None), None)
    form = FocalForm(sent(request), initial={"languages": [language()]})
    if request.method == "POST":
        demand(no_name)

    def named(given: dict[str, Any]) -> object:
        works_there = person if given.pop("me") else None
        return services.name_focal_point(
            by=person, practice=practice, person=works_there, at=moment(request), **given
        )

    return act(
        request,
        form,
        do=named,
        done=_("The office is named. The one before it is handed over.")
        if now
        else _("The office is named."),
        to=lambda _office: _address(practice),
        template="desk/practices/focal_point.html",
        context=lambda: {
            "practice": practice,
            "offices": offices,
            "now": now,
            "form": form,
            "no_name": no_name,
            "no_consent": rules.may_consent(person, now, at=moment(request)) if now else None,
            "mine": now is not None and now.person_id == person.pk,
        },
    )


@action_view
def consent(request: HttpRequest, code: str) -> HttpResponse:
    """Agree to be asked, or take that back."""
    person, practice = asking(request), practice_of(code)
    office = FocalPoint.objects.filter(practice=practice, until__isnull=True).first()
    if office is None:
        raise Http404
    if "withdraw" in request.POST:
        services.withdraw_consent(by=person, focal_point=office)
        return lead(request, _("You are asked no more."), _address(practice))
    services.consent(by=person, focal_point=office, at=moment(request))
    return lead(request, _("Others can ask you about this practice now."), _address(practice))


def _address(practice: Practice) -> str:
    return reverse("desk:focal-point", kwargs={"code": practice.pk})
