"""Appraisals of an adoption: an independent look, and the reply to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teladan.desk.adoptions import views as adoptions
from teladan.desk.adoptions.forms import AppraiseForm, ReplyForm
from teladan.desk.fields import errors_of
from teladan.desk.pages import adoption_of, asking, page
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import queries, rules, services
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def appraise(request: HttpRequest, code: str) -> HttpResponse:
    """Judge an adoption by fixed codes, as someone who has no part in it."""
    person, found = asking(request), adoption_of(code)
    demand(rules.may_appraise(person, found, at=moment(request)))
    sent = request.POST if request.method == "POST" else None
    form = AppraiseForm(sent, initial={"language": language()})
    if sent is not None and form.is_valid():
        try:
            services.appraise(by=person, adoption=found, at=moment(request), **form.cleaned_data)
        except Refused as error:
            form.say(error)
        else:
            messages.success(request, _("The appraisal is kept. Those it is about can reply."))
            return HttpResponseRedirect(adoptions.address(found))
    context = {"it": found, "view": queries.adoption(code), "form": form}
    return page(request, "desk/adoptions/appraise.html", context, errors_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def reply(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Reply to an appraisal, once; both stay side by side."""
    person, found = asking(request), adoption_of(code)
    appraisal = found.appraisals.filter(pk=pk).first()
    if appraisal is None:
        raise Http404
    demand(rules.may_reply(person, appraisal, at=moment(request)))
    sent = request.POST if request.method == "POST" else None
    form = ReplyForm(sent)
    if sent is not None and form.is_valid():
        try:
            services.reply(by=person, appraisal=appraisal, text=form.cleaned_data["text"], at=moment(request))
        except Refused as error:
            form.say(error)
        else:
            messages.success(request, _("The reply is kept beside the appraisal."))
            return HttpResponseRedirect(adoptions.address(found))
    return page(
        request,
        "desk/adoptions/reply.html",
        {"it": found, "appraisal": appraisal, "form": form},
        errors_of(form),
    )
