"""Practices on the desk: which there are, adding and revising one, whether it still runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.core.text import search_text
from teladan.desk.act import act, form_view, sent
from teladan.desk.fields import errors_of
from teladan.desk.organisations import meant, own
from teladan.desk.pages import asking, listed, page, practice_of, public
from teladan.desk.practices import page as tables
from teladan.desk.practices.asking import no_ask
from teladan.desk.practices.forms import AnswerCheckIn, AskCheckIn, FindForm
from teladan.desk.practices.sheet import AT, Sheet, changes, seen_as
from teladan.desk.signed_in import signed_in
from teladan.exchange import content as contents
from teladan.exchange import queries, rules, services
from teladan.exchange.models import Practice
from teladan.exchange.rows import content_of
from teladan.registry.refusals import demand
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
    shown = listed(request, rows)
    context = {
        "listed": shown,
        "table": tables.practices(shown.rows),
        "form": form,
        "no_new": rules.may_any(asking(request), rules.OFFICER, at=moment(request)),
    }
    return page(request, "desk/practices/practices.html", context, errors_of(form))


@require_safe
@signed_in
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """Show one practice: what of it is in the record, and what this person can do with it."""
    person, practice, now = asking(request), practice_of(code), moment(request)
    view = queries.practice(code, language(), at=now)
    assert view is not None
    context = {
        "view": view,
        "versions": tables.versions(view.versions),
        "public": public("practice", code),
        "no_revise": rules.may_revise(person, practice, at=moment(request)),
        "no_translate": rules.may_translate(person, practice, at=moment(request)),
        "no_adopt": rules.may_any(person, rules.OFFICER, rules.ADOPTER, at=moment(request)),
        "no_ask": no_ask(
            person, practice, practice.focal_points.filter(until__isnull=True).first(), at=moment(request)
        ),
        "open": practice.check_ins.filter(answered_at__isnull=True).first(),
        "today": now.date(),
    }
    return page(request, "desk/practices/practice.html", context)


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Add a practice with its first version."""
    person = asking(request)
    demand(rules.may_any(person, rules.OFFICER, at=moment(request)))
    sheet = Sheet(None, sent(request), owner=own(person, rules.OFFICER, at=moment(request)))

    def recorded(_given: dict[str, Any]) -> Practice | None:
        owner = meant(sheet.form, "owner")
        if owner is None:
            return None
        demand(rules.may_record(person, owner, at=moment(request)))
        content = sheet.content(owner)
        if sheet.tell(contents.problems(content)):
            return None
        return services.record_practice(by=person, content=content, at=moment(request))

    return act(
        request,
        *sheet.forms,
        do=recorded,
        at=AT,
        done=_("The practice is kept. It is public; its proof follows within a minute."),
        to=address,
        template="desk/practices/practice_form.html",
        context=lambda: {"sheet": sheet, "practice": None, "changes": None},
    )


@form_view
def revise(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new version. What differs is shown first; what was shown, and nothing else, is kept."""
    person, practice = asking(request), practice_of(code)
    demand(rules.may_revise(person, practice, at=moment(request)))
    now = content_of(practice)
    sheet = Sheet(now, sent(request))
    template = "desk/practices/practice_form.html"
    context = {"sheet": sheet, "practice": practice, "changes": None}

    def revised(_given: dict[str, Any]) -> object:
        content = sheet.content()
        if sheet.tell(contents.problems(content)):
            return None
        differing, mark = changes(now, content), seen_as(content, now.number)
        if differing and request.POST.get("seen") != mark:
            shown = {"seen": mark, "again": "seen" in request.POST, "becomes": now.number + 1}
            return page(request, template, {**context, "changes": tables.changes(differing), **shown})
        return services.revise(
            by=person, practice=practice, content=content, at=moment(request), seen=now.number
        )

    return act(
        request,
        *sheet.forms,
        do=revised,
        at=AT,
        done=lambda version: (
            _("Version %(n)s is kept. Its proof follows within a minute.") % {"n": version.number}
        ),
        to=lambda _version: address(practice),
        template=template,
        context=lambda: context,
    )


@form_view
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Ask whether a practice still runs, or answer where it is asked."""
    person, practice = asking(request), practice_of(code)
    demand(rules.may_revise(person, practice, at=moment(request)))
    asked = practice.check_ins.filter(answered_at__isnull=True).first()
    status = practice.versions.order_by("-number").values_list("status", flat=True)[0]
    form = AnswerCheckIn(sent(request), initial={"status": status}) if asked else AskCheckIn(sent(request))

    def checked(given: dict[str, Any]) -> object:
        if asked is None:
            return services.ask_check_in(by=person, practice=practice, at=moment(request), **given)
        return services.answer_check_in(by=person, check_in=asked, at=moment(request), **given)

    return act(
        request,
        form,
        do=checked,
        at={"due-past": "due"},
        done=_("The check-in is answered. Its proof follows within a minute.")
        if asked
        else _("The check-in is asked for."),
        to=lambda _check_in: address(practice),
        template="desk/practices/check_in.html",
        context=lambda: {"practice": practice, "form": form, "asked": asked},
    )


def address(practice: Practice) -> str:
    """Return where the desk shows a practice."""
    return reverse("desk:practice", kwargs={"code": practice.pk})
