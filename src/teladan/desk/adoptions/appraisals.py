"""Appraisals of an adoption: an independent look, and the reply to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from teladan.desk.act import act, form_view, sent
from teladan.desk.adoptions.forms import AppraiseForm, ReplyForm
from teladan.desk.adoptions.views import address
from teladan.desk.pages import adoption_of, asking
from teladan.exchange import rules, services
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.page import moment


@form_view
def appraise(request: HttpRequest, code: str) -> HttpResponse:
    """Judge an adoption by fixed codes, as someone who has no part in it."""
    person, adoption = asking(request), adoption_of(code)
    demand(rules.may_appraise(person, adoption, at=moment(request)))
    form = AppraiseForm(sent(request), initial={"language": language()})
    return act(
        request,
        form,
        do=lambda given: services.appraise(by=person, adoption=adoption, at=moment(request), **given),
        done=_("The appraisal is kept. Those it is about can reply."),
        to=lambda _appraisal: address(adoption),
        template="desk/adoptions/appraise.html",
        context=lambda: {"adoption": adoption, "form": form},
    )


@form_view
def reply(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Reply to an appraisal, once; both stay side by side."""
    person, adoption = asking(request), adoption_of(code)
    appraisal = adoption.appraisals.filter(pk=pk).first()
    if appraisal is None:
        raise Http404
    demand(rules.may_reply(person, appraisal, at=moment(request)))
    form = ReplyForm(sent(request))
    return act(
        request,
        form,
        do=lambda given: services.reply(by=person, appraisal=appraisal, at=moment(request), **given),
        done=_("The reply is kept beside the appraisal."),
        to=lambda _appraisal: address(adoption),
        template="desk/adoptions/reply.html",
        context=lambda: {"adoption": adoption, "appraisal": appraisal, "form": form},
    )
