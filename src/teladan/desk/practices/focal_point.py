"""The office that answers for a practice: named, agreed to, handed over; appraisals and their replies."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from teladan.desk.fields import errors_of
from teladan.desk.pages import asking, page, practice_of
from teladan.desk.practices.forms import FocalForm
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import rules, services
from teladan.exchange.models import FocalPoint, Practice
from teladan.registry.refusals import Reason, Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def focal_point(request: HttpRequest, code: str) -> HttpResponse:
    """Show which office answers for a practice and which ones did; name another one."""
    person, found = asking(request), practice_of(code)
    no_name = rules.may_revise(person, found, at=moment(request))
    offices = list(found.focal_points.order_by("-since", "-pk").select_related("practice"))
    now = next((each for each in offices if each.until is None), None)
    sent = request.POST if request.method == "POST" else None
    form = FocalForm(sent, initial={"languages": [language()]})
    if sent is not None:
        demand(no_name)
        if form.is_valid():
            given = form.cleaned_data
            try:
                services.name_focal_point(
                    by=person,
                    practice=found,
                    office=given["office"],
                    languages=given["languages"],
                    at=moment(request),
                    person=person if given["me"] else None,
                )
            except Refused as error:
                form.say(error)
            else:
                told = _("The office is named. The one before it is handed over.")
                messages.success(request, told if now else _("The office is named."))
                return HttpResponseRedirect(_office(found))
    no_consent: Reason | None = rules.may_consent(person, now, at=moment(request)) if now else None
    context = {
        "it": found,
        "offices": offices,
        "now": now,
        "form": form,
        "no_name": no_name,
        "no_consent": no_consent,
        "mine": now is not None and now.person_id == person.pk,
    }
    return page(request, "desk/practices/focal_point.html", context, errors_of(form))


@require_POST
@signed_in
def consent(request: HttpRequest, code: str) -> HttpResponse:
    """Agree to be asked, or take that back."""
    person, found = asking(request), practice_of(code)
    office = FocalPoint.objects.filter(practice=found, until__isnull=True).first()
    if office is None:
        raise Http404
    if "withdraw" in request.POST:
        services.withdraw_consent(by=person, focal_point=office)
        messages.success(request, _("You are asked no more."))
    else:
        services.consent(by=person, focal_point=office, at=moment(request))
        messages.success(request, _("Others can ask you about this practice now."))
    return HttpResponseRedirect(_office(found))


def _office(found: Practice) -> str:
    return reverse("desk:focal-point", kwargs={"code": found.pk})
