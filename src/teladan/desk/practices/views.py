"""Practices on the desk: which there are, adding and revising one, what was observed, whether it runs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teladan.core.text import search_text
from teladan.desk.fields import errors_of
from teladan.desk.organisations import meant, own
from teladan.desk.pages import asking, listed, page, practice_of, public
from teladan.desk.practices.asking import no_ask
from teladan.desk.practices.forms import AnswerCheckIn, AskCheckIn, FindForm
from teladan.desk.practices.sheet import AT, Sheet, changes, seen_as
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.exchange import content as contents
from teladan.exchange import queries, rules, services
from teladan.exchange.models import CheckIn, Practice
from teladan.exchange.rows import content_of
from teladan.registry.models import Person
from teladan.registry.refusals import Refused, demand
from teladan.web.formats import language
from teladan.web.page import moment


@require_safe
@signed_in
def practices(request: HttpRequest) -> HttpResponse:
    """List every practice, or those in which each word that is asked for stands."""
    form = FindForm(request.GET)
    form.is_valid()
    wanted = search_text(form.cleaned_data.get("q", "")).split()
    rows = [
        row
        for row in ([] if form.errors else queries.practices(language(), at=moment(request)))
        if all(word in search_text(row.name, row.title.text, row.agency, row.problem.text) for word in wanted)
    ]
    context = {
        "listed": listed(request, rows),
        "form": form,
        "no_new": rules.may_any(asking(request), rules.OFFICER, at=moment(request)),
    }
    return page(request, "desk/practices/practices.html", context, errors_of(form))


@require_safe
@signed_in
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """Show one practice: what of it is in the record, and what this person can do with it."""
    person, found, now = asking(request), practice_of(code), moment(request)
    view = queries.practice(code, language(), at=now)
    assert view is not None
    context = {
        "it": found,
        "view": view,
        "public": public("practice", code),
        "no_revise": rules.may_revise(person, found, at=moment(request)),
        "no_translate": rules.may_translate(person, found, at=moment(request)),
        "no_adopt": rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)),
        "no_ask": no_ask(
            person, found, found.focal_points.filter(until__isnull=True).first(), at=moment(request)
        ),
        "open": found.check_ins.filter(answered_at__isnull=True).first(),
        "today": now.date(),
    }
    return page(request, "desk/practices/practice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def new(request: HttpRequest) -> HttpResponse:
    """Add a practice with its first version."""
    person = asking(request)
    demand(rules.may_any(person, rules.OFFICER, at=moment(request)))
    sent = request.POST if request.method == "POST" else None
    sheet = Sheet(None, sent, owner=own(person, rules.OFFICER, at=moment(request)))
    if sent is None or "more" in sent or not sheet.is_valid():
        return _sheet(request, sheet, None)
    owner = meant(sheet.form, "owner")
    if owner is not None:
        demand(rules.may_record(person, owner, at=moment(request)))
        content = sheet.content(owner)
        if not sheet.tell(contents.problems(content)):
            try:
                made = services.record_practice(by=person, content=content, at=moment(request))
            except Refused as error:
                sheet.form.say(error, AT)
            else:
                messages.success(
                    request, _("The practice is kept. It is public; its proof follows within a minute.")
                )
                return HttpResponseRedirect(address(made))
    return _sheet(request, sheet, None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def revise(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new version. What differs is shown first; what was shown, and nothing else, is kept."""
    person, found = asking(request), practice_of(code)
    demand(rules.may_revise(person, found, at=moment(request)))
    now = content_of(found)
    sent = request.POST if request.method == "POST" else None
    sheet = Sheet(now, sent)
    if sent is None or "more" in sent or not sheet.is_valid():
        return _sheet(request, sheet, found)
    content = sheet.content()
    if sheet.tell(contents.problems(content)):
        return _sheet(request, sheet, found)
    differing, mark = changes(now, content), seen_as(content, now.number)
    if differing and sent.get("seen") != mark:
        shown = {"changes": differing, "seen": mark, "again": "seen" in sent, "becomes": now.number + 1}
        return _sheet(request, sheet, found, **shown)
    try:
        version = services.revise(
            by=person, practice=found, content=content, at=moment(request), seen=now.number
        )
    except Refused as error:
        sheet.form.say(error, AT)
        return _sheet(request, sheet, found)
    messages.success(
        request, _("Version %(n)s is kept. Its proof follows within a minute.") % {"n": version.number}
    )
    return HttpResponseRedirect(address(found))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Ask whether a practice still runs, or answer where it is asked."""
    person, found = asking(request), practice_of(code)
    demand(rules.may_revise(person, found, at=moment(request)))
    asked = found.check_ins.filter(answered_at__isnull=True).first()
    status = found.versions.order_by("-number").values_list("status", flat=True)[0]
    sent = request.POST if request.method == "POST" else None
    if asked is None:
        ask = AskCheckIn(sent)
        if sent is not None and ask.is_valid():
            try:
                services.ask_check_in(
                    by=person, practice=found, due=ask.cleaned_data["due"], at=moment(request)
                )
            except Refused as error:
                ask.say(error, {"due-past": "due"})
            else:
                messages.success(request, _("The check-in is asked for."))
                return HttpResponseRedirect(address(found))
        return page(
            request, "desk/practices/check_in.html", {"it": found, "form": ask, "asked": None}, errors_of(ask)
        )
    return _answer(request, person, asked, AnswerCheckIn(sent, initial={"status": status}))


def address(found: Practice) -> str:
    """Return where the desk shows a practice."""
    return reverse("desk:practice", kwargs={"code": found.pk})


def _answer(request: HttpRequest, person: Person, asked: CheckIn, form: AnswerCheckIn) -> HttpResponse:
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.answer_check_in(
                by=person, check_in=asked, status=given["status"], note=given["note"], at=moment(request)
            )
        except Refused as error:
            form.say(error)
        else:
            messages.success(request, _("The check-in is answered. Its proof follows within a minute."))
            return HttpResponseRedirect(address(asked.practice))
    return page(
        request,
        "desk/practices/check_in.html",
        {"it": asked.practice, "form": form, "asked": asked},
        errors_of(form),
    )


def _sheet(request: HttpRequest, sheet: Sheet, found: Practice | None, **shown: object) -> HttpResponse:
    context = {"sheet": sheet, "it": found, "changes": [], "seen": "", "again": False, **shown}
    return page(request, "desk/practices/practice_form.html", context, sheet.errors)
