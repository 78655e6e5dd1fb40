"""Archives of publications: which are made, how far one is, having one made."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.desk.act import action_view
from teladan.desk.pages import page
from teladan.desk.publications import page as tables
from teladan.desk.publications.words import archive_state
from teladan.desk.signed_in import person_of, signed_in
from teladan.publication import rules
from teladan.publication.models import Publication
from teladan.publication.queries import archives as queries
from teladan.publication.queries.record import proofs_of
from teladan.publication.services.archiving import ask_archive
from teladan.web.page import moment


@require_safe
@signed_in
def archives(request: HttpRequest) -> HttpResponse:
    """List the publications that the person may see, each with how its archive stands."""
    publications = list(_visible(request))
    made, proofs = queries.archives_of(publications), proofs_of(publications)
    rows = [
        (publication, made[publication.code], proofs[publication.code].pending)
        for publication in publications
    ]
    table = tables.archives(rows) if rows else None
    return page(request, "desk/publications/archives.html", {"table": table})


@require_safe
@signed_in
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """Show how the archive of one publication stands, with what can be done about it."""
    publication = _seen(request, code)
    view, pending = queries.archive(publication), proofs_of([publication])[code].pending
    context = {
        "publication": publication,
        "view": view,
        "state": archive_state(view, pending=pending),
        "pending": pending,
        "refused": rules.may_archive(person_of(request), publication, at=moment(request)),
    }
    return page(request, "desk/publications/archive.html", context)


@action_view
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Have the archive made by the worker."""
    ask_archive(by=person_of(request), publication=_seen(request, code), at=moment(request))
    return HttpResponseRedirect(reverse("desk:archive", kwargs={"code": code}))


def _visible(request: HttpRequest) -> QuerySet[Publication]:
    return Publication.objects.filter(
        rules.visible_to(person_of(request), at=moment(request)), act__isnull=False
    )


def _seen(request: HttpRequest, code: str) -> Publication:
    """Return a publication that the person may see; else it is as if it were not there."""
    publication = _visible(request).filter(code=code).first()
    if publication is None:
        raise Http404(_("There is no such publication that you may see."))
    return publication
