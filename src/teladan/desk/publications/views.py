"""Publishing by two persons: what is under way, the dry run, preparing, releasing, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from teladan.desk.act import act, action_view, form_view, lead, sent
from teladan.desk.pages import listed, neighbours, page, page_number
from teladan.desk.publications import page as tables
from teladan.desk.publications.forms import NewPublication, Release, Withdraw
from teladan.desk.publications.preparation import PreparationPage
from teladan.desk.publications.uploads import UploadError, bounded, with_source
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules, services
from teladan.publication.models import Preparation
from teladan.registry.refusals import Reason, Refused, demand
from teladan.web.page import moment

ACTORS = ("drafted_by", "prepared_by", "released_by", "withdrawn_by")
MEANWHILE = N_("A dry run of it was made at this very moment: look at that one first.")


@require_safe
@signed_in
def publications(request: HttpRequest) -> HttpResponse:
    """List what is under way and what was published or withdrawn, newest first."""
    person = person_of(request)
    visible = (
        Preparation.objects.filter(rules.visible_to(person, at=moment(request)))
        .order_by("-pk")
        .select_related(*ACTORS)
    )
    shown = listed(request, visible.defer("differences"))
    context = {
        "table": tables.publications(shown.rows) if shown.rows else None,
        "listed": shown,
        "no_draft": rules.may_draft_any(person, at=moment(request)),
    }
    return page(request, "desk/publications/publications.html", context)


@form_view
@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    """Take the files of a publication and make its dry run; where something is wrong keep nothing."""
    person = person_of(request)
    demand(rules.may_draft_any(person, at=moment(request)))
    form = NewPublication(sent(request), request.FILES if request.method == "POST" else None)
    lines: list[str] = []

    def drafted(given: dict[str, Any]) -> Preparation | None:
        try:
            return with_source(
                request.FILES,
                lambda source: services.draft(
                    by=person, source=source, at=moment(request), reason=given["reason"]
                ),
            )
        except UploadError as error:
            lines.extend(error.lines)
            form.add_error(None, _("The files cannot be published as they are; nothing was kept."))
            return None
        except IntegrityError as error:
            raise Refused(Reason("drafted-meanwhile", MEANWHILE)) from error

    return act(
        request,
        form,
        do=drafted,
        at={"reason": "reason"},
        done=_("The dry run is made. Nothing is in the record."),
        to=address,
        template="desk/publications/new.html",
        context=lambda: {"form": form, "lines": lines},
    )


# The size is looked at before the check of the form's token, which reads the whole request.
new = csrf_exempt(bounded(_new))


@require_safe
@signed_in
def preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one preparation: the dry run, and what became of it."""
    context = _shown(request, _seen(request, pk), Withdraw())
    return page(request, "desk/publications/preparation.html", context())


@action_view
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a draft."""
    made = services.prepare(by=person_of(request), preparation=_seen(request, pk), at=moment(request))
    return lead(request, _("It is prepared. Another person releases it."), address(made))


@action_view
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what is not released."""
    preparation, form = _seen(request, pk), Withdraw(request.POST)
    return act(
        request,
        form,
        do=lambda given: services.withdraw(
            by=person_of(request), preparation=preparation, at=moment(request), **given
        ),
        done=_("It is taken back."),
        to=lambda _preparation: address(preparation),
        template="desk/publications/preparation.html",
        context=_shown(request, preparation, form),
    )


@form_view
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the second publisher what would be released; release it once they confirm."""
    preparation, person = _seen(request, pk), person_of(request)
    demand(rules.may_release(person, preparation, at=moment(request)))
    form = Release(sent(request))
    return act(
        request,
        form,
        do=lambda _confirmed: services.release(by=person, preparation=preparation, at=moment(request)),
        done=_("It is released. Its proof follows within a minute."),
        to=lambda _preparation: address(preparation),
        template="desk/publications/release.html",
        context=_shown(request, preparation, form),
    )


def address(preparation: Preparation) -> str:
    """Return where a preparation is shown."""
    return reverse("desk:preparation", kwargs={"pk": preparation.pk})


def _seen(request: HttpRequest, pk: int) -> Preparation:
    """Return a preparation that the person may see; others do not exist for them."""
    visible = Preparation.objects.filter(rules.visible_to(person_of(request), at=moment(request)), pk=pk)
    preparation = visible.select_related(*ACTORS).first()
    if preparation is None:
        raise Http404
    return preparation


def _shown(
    request: HttpRequest, preparation: Preparation, form: Release | Withdraw
) -> Callable[[], dict[str, Any]]:
    """Return what the pages of a preparation show, looked up once they are shown."""

    def context() -> dict[str, Any]:
        person, number = person_of(request), page_number(request)
        prefetch_related_objects([person], "roles")
        view = PreparationPage(preparation, person, moment(request), number)
        if number > view.pages:
            raise Http404
        return {
            "view": view,
            "preparation": preparation,
            "listed": neighbours(request, number, view.pages, []),
            "form": form,
        }

    return context
