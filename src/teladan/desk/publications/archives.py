"""Archives of publications: which are made, how far one is, having one made."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules
from teladan.publication.models import Publication
from teladan.publication.queries import archives as queries
from teladan.publication.queries.archives import ArchiveView
from teladan.publication.queries.record import proofs_of
from teladan.publication.services.archiving import ask_archive
from teladan.registry.models import Person
from teladan.web.page import moment


@require_safe
@signed_in
def archives(request: HttpRequest) -> HttpResponse:
    """List the publications that the person may see, each with how its archive stands."""
    found = list(_visible(person_of(request), moment(request)))
    made, proofs = queries.archives_of(found), proofs_of(found)
    rows = [
        (each, state_of(made[each.code], pending=proofs[each.code].pending), made[each.code])
        for each in found
    ]
    return render(request, "desk/publications/archives.html", {"rows": rows})


@require_safe
@signed_in
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """Show how the archive of one publication stands, with what can be done about it."""
    person = person_of(request)
    publication = _seen(person, code, moment(request))
    view, pending = queries.archive(publication), proofs_of([publication])[code].pending
    context = {
        "publication": publication,
        "view": view,
        "state": state_of(view, pending=pending),
        "pending": pending,
        "refused": rules.may_archive(person, publication, at=moment(request)),
    }
    return render(request, "desk/publications/archive.html", context)


@require_POST
@signed_in
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Have the archive made by the worker."""
    person = person_of(request)
    at = moment(request)
    ask_archive(by=person, publication=_seen(person, code, at), at=at)
    return HttpResponseRedirect(reverse("desk:archive", kwargs={"code": code}))


def _visible(person: Person, at: datetime) -> list[Publication]:
    return list(Publication.objects.filter(rules.visible_to(person, at=at), act__isnull=False))


def _seen(person: Person, code: str, at: datetime) -> Publication:
    """Return a publication that the person may see; else it is as if it were not there."""
    found = Publication.objects.filter(rules.visible_to(person, at=at), code=code, act__isnull=False).first()
    if found is None:
        raise Http404(_("There is no such publication that you may see."))
    return found


def state_of(view: ArchiveView, *, pending: bool) -> tuple[str, str]:
    """Return (kind, word) of a state."""
    if view.state == "made":
        return "yes", _("Made")
    if view.state == "making":
        return "part", _("Being made")
    if view.state == "waiting":
        return "part", _("Waits for the worker")
    if view.state == "failed":
        return "bad", _("Failed")
    return "no", _("Proof pending") if pending else _("Not made")
