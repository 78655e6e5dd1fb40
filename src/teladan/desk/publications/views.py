"""Publishing by two persons: what is under way, the dry run, preparing, releasing, taking back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teladan.desk.publications import words
from teladan.desk.publications.forms import NewPublication, Page, Release, Withdraw
from teladan.desk.publications.preparation import PreparationPage
from teladan.desk.publications.uploads import UploadError, bounded, with_source
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules, services
from teladan.publication.documents.source import PublicationFile
from teladan.publication.models import Preparation
from teladan.registry.refusals import Reason, Refused, demand
from teladan.web.page import moment

LISTED = 50  # preparations on one page
ACTORS = ("drafted_by", "prepared_by", "released_by", "withdrawn_by")


@require_safe
@signed_in
def publications(request: HttpRequest) -> HttpResponse:
    """List what is under way and what was published or withdrawn, newest first."""
    person = person_of(request)
    found = (
        Preparation.objects.filter(rules.visible_to(person, at=moment(request)))
        .order_by("-pk")
        .select_related(*ACTORS)
    )
    listed = Paginator(found.defer("differences"), LISTED).get_page(page_of(request))
    rows = [(each, words.state_of(each)) for each in listed]
    context = {"rows": rows, "listed": listed, "no_draft": rules.may_draft_any(person, at=moment(request))}
    return render(request, "desk/publications/publications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    """Take the files of a publication and make its dry run; where something is wrong keep nothing."""
    person = person_of(request)
    demand(rules.may_draft_any(person, at=moment(request)))
    sent = request.method == "POST"
    form = NewPublication(request.POST, request.FILES) if sent else NewPublication()
    lines: list[str] = []
    if sent and form.is_valid():
        made: list[Preparation] = []

        def draft(source: PublicationFile) -> None:
            made.append(
                services.draft(
                    by=person, source=source, at=moment(request), reason=form.cleaned_data["reason"]
                )
            )

        try:
            with_source(request.FILES, draft)
        except UploadError as error:
            lines = error.lines
            form.add_error(None, _("The files cannot be published as they are; nothing was kept."))
        except IntegrityError as error:
            raise Refused(Reason("drafted-meanwhile", MEANWHILE)) from error
        except Refused as error:
            if error.rule != "reason":
                raise
            form.add_error("reason", error.reason.said())
        else:
            messages.success(request, _("The dry run is made. Nothing is in the record."))
            return HttpResponseRedirect(address(made[0]))
    elif request.method == "POST":
        form.is_valid()
    return render(
        request,
        "desk/publications/new.html",
        {"form": form, "lines": lines},
        status=400 if form.errors else 200,
    )


# The size is looked at before the check of the form's token, which reads the whole request.
new = csrf_exempt(bounded(_new))
MEANWHILE = N_("A dry run of it was made at this very moment: look at that one first.")


@require_safe
@signed_in
def preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one preparation: the dry run, and what became of it."""
    return _shown(request, _seen(request, pk), Withdraw())


@require_POST
@signed_in
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a draft."""
    made = services.prepare(by=person_of(request), preparation=_seen(request, pk), at=moment(request))
    messages.success(request, _("It is prepared. Another person releases it."))
    return HttpResponseRedirect(address(made))


@require_POST
@signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what is not released."""
    found = _seen(request, pk)
    form = Withdraw(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    services.withdraw(
        by=person_of(request), preparation=found, reason=form.cleaned_data["reason"], at=moment(request)
    )
    messages.success(request, _("It is taken back."))
    return HttpResponseRedirect(address(found))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the second publisher what would be released; release it once they confirm."""
    found = _seen(request, pk)
    person = person_of(request)
    demand(rules.may_release(person, found, at=moment(request)))
    sent = request.method == "POST"
    form = Release(request.POST) if sent else Release()
    if sent and form.is_valid():
        services.release(by=person, preparation=found, at=moment(request))
        messages.success(request, _("It is released. Its proof follows within a minute."))
        return HttpResponseRedirect(address(found))
    context = {"at": _page(request, found), "form": form}
    return render(request, "desk/publications/release.html", context, status=400 if form.errors else 200)


def address(found: Preparation) -> str:
    """Return where a preparation is shown."""
    return reverse("desk:preparation", kwargs={"pk": found.pk})


def page_of(request: HttpRequest) -> int:
    """Return which page of a list is asked for; what is no number is no address."""
    form = Page(request.GET)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data["page"] or 1


def _seen(request: HttpRequest, pk: int) -> Preparation:
    """Return a preparation that the person may see; others do not exist for them."""
    visible = Preparation.objects.filter(rules.visible_to(person_of(request), at=moment(request)), pk=pk)
    found = visible.select_related(*ACTORS).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Preparation) -> PreparationPage:
    person = person_of(request)
    prefetch_related_objects([person], "roles")
    page = PreparationPage(found, person, moment(request), page_of(request))
    if page.page > page.pages:
        raise Http404
    return page


def _shown(request: HttpRequest, found: Preparation, form: Withdraw) -> HttpResponse:
    context = {"at": _page(request, found), "form": form, "corrections": list(found.corrections.all())}
    return render(request, "desk/publications/preparation.html", context, status=400 if form.errors else 200)
