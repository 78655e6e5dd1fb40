"""The pages about the record: proof, history and corrections of a publication, how to check, checkpoints."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import Edition
from teladan.portal.names import edition_name, organisation_name
from teladan.portal.record.history import (
    CHANGES_HEADER,
    HISTORY_HEADER,
    correction_page,
    happening_value,
    history_page,
)
from teladan.portal.record.page import record_page, verify_page
from teladan.portal.record.proof import proof_page
from teladan.publication import queries, serializers
from teladan.publication.models import Publication
from teladan.publication.queries import record as asked
from teladan.record import queries as log
from teladan.registry.models import Organisation
from teladan.web.formats import said
from teladan.web.page import origin
from teladan.web.page_cache import MOMENTS, kept
from teladan.web.responses import as_csv, as_json

Crumbs = list[tuple[object, str | None]]


def _of_code(_request: HttpRequest, code: str = "", **_kwargs: object) -> str:
    return f"{queries.state()} {asked.state_of(code)}"


def _of_log(_request: HttpRequest, **_kwargs: object) -> str:
    newest, audit, since = log.latest(), log.last_audit(), log.waiting_since(timezone.now())
    signed = hashlib.sha256(repr((newest, log.vkeys(), audit and audit.pk, since)).encode()).hexdigest()
    return f"{queries.state()} {signed}"


@kept(token=_of_code, params=("organisation",), max_age=MOMENTS)
def proof(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Say what is recorded of a publication, or of one organisation in it, and how to check it."""
    publication, name, _edition = _found(code)
    whose = _organisation(request)
    released = asked.releases(code)
    if not released:
        raise Http404(_("This publication is not in the record."))
    row = asked.row_of(released[-1].results, whose.code) if whose else None
    if whose and row is None:
        raise Http404(_("This organisation is not in this publication."))
    story = asked.story(code)
    by = next((each for each in story if each.act == released[-1].act), None)
    if face == "json":
        return as_json(
            {
                "code": code,
                "kind": released[-1].kind,
                "proof": serializers.proof_value(released[-1].proof),
                "role": by.role if by else None,
                "manifest": asked.bundle(code),
                "organisation": row,
            }
        )
    if face == "csv":
        raise Http404
    page = proof_page(
        publication,
        released,
        by,
        name=name,
        origin=origin(request),
        organisation=(whose, organisation_name(whose), row) if whose and row else None,
    )
    context = {"it": page, "crumbs": _crumbs(code, name, _("Proof")), "twins": ["json"]}
    return render(request, "portal/record/proof.html", context)


@kept(token=_of_code, params=("organisation",), max_age=MOMENTS)
def history(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Tell what happened to a publication, or to one organisation's figure in it."""
    _publication, name, edition = _found(code)
    whose = _organisation(request)
    if whose and not any(asked.row_of(each.results, whose.code) for each in asked.releases(code)):
        raise Http404(_("This organisation is not in this publication."))
    story = asked.story(code, whose.code if whose else None)
    if face == "json":
        return as_json({"code": code, "acts": [happening_value(each) for each in story]})
    if face == "csv":
        rows = (happening_value(each) for each in story)
        return as_csv(
            f"{code}-history", HISTORY_HEADER, ([row[key] for key in HISTORY_HEADER] for row in rows)
        )
    page = history_page(code, name, story, edition, organisation_name(whose) if whose else None)
    context = {
        "it": page,
        "proof": reverse("portal:proof", kwargs={"code": code})
        + (f"?organisation={whose.code}" if whose else ""),
        "crumbs": _crumbs(code, name, _("History")),
        "twins": ["json", "csv"],
    }
    return render(request, "portal/record/history.html", context)


@kept(token=_of_code, max_age=MOMENTS)
def correction(request: HttpRequest, code: str, number: int, face: str | None = None) -> HttpResponse:
    """Set a corrected publication beside the one it corrects."""
    _publication, name, edition = _found(code)
    view = asked.correction(code, int(number))
    if view is None:
        raise Http404(_("There is no correction of this number."))
    if face == "json":
        return as_json(
            {
                "code": code,
                "number": view.after.number,
                "reason": view.reason or None,
                "before": {"number": view.before.number, **_release(view.before)},
                "after": {"number": view.after.number, **_release(view.after)},
                "acts": [happening_value(each) for each in view.steps],
                "changes": [{key: getattr(each, key) for key in CHANGES_HEADER} for each in view.changes],
            }
        )
    if face == "csv":
        cells = ([getattr(each, key) for key in CHANGES_HEADER] for each in view.changes)
        return as_csv(f"{code}-correction-{number}", CHANGES_HEADER, cells)
    codes = {each.organisation for each in view.changes}
    organisations = {
        each.code: each for each in Organisation.objects.filter(code__in=codes).select_related("country")
    }
    context = {
        "it": correction_page(view, name, edition, organisations),
        "code": code,
        "crumbs": _crumbs(code, name, _("Correction")),
        "twins": ["json", "csv"],
    }
    return render(request, "portal/record/correction.html", context)


@kept(token=_of_log, max_age=MOMENTS)
def verify(request: HttpRequest) -> HttpResponse:
    """Say how anyone checks a figure without us, and what a proof does not prove."""
    page = verify_page(_examples(), log.vkeys(), origin(request))
    context = {"it": page, "crumbs": [(_("How to check this yourself"), None)]}
    return render(request, "portal/record/verify.html", context)


@kept(token=_of_log, max_age=MOMENTS)
def record(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Show the checkpoints of the log, its keys and the last audit."""
    rungs, keys = log.ladder(serializers.RUNGS), log.vkeys()
    if face == "json":
        return as_json(serializers.record_value(rungs, keys))
    if face == "csv":
        raise Http404
    since = log.waiting_since(timezone.now())
    page = record_page(rungs, log.rungs(), keys, log.last_audit(), origin(request), waiting_since=since)
    context = {"it": page, "crumbs": [(_("The record"), None)], "twins": ["json"]}
    return render(request, "portal/record/record.html", context)


def _found(code: str) -> tuple[Publication, str, Edition | None]:
    """Return a publication, its short name and its edition; 404 where there is none."""
    publication = queries.publication(code)
    if publication is None:
        raise Http404
    instrument, edition = queries.method_of(publication)
    return publication, edition_name(publication, instrument.abbreviation if instrument else ""), edition


def _organisation(request: HttpRequest) -> Organisation | None:
    """Return the organisation that was asked for; 404 where there is no such one."""
    code = request.GET.get("organisation", "")
    if not code:
        return None
    found = (
        Organisation.objects.filter(code=code).select_related("country").first() if "\0" not in code else None
    )
    if found is None:
        raise Http404(_("There is no such organisation."))
    return found


def _crumbs(code: str, name: str, here: str) -> Crumbs:
    return [
        (_("Results"), reverse("portal:results")),
        (name, reverse("portal:edition", kwargs={"code": code})),
        (here, None),
    ]


def _release(release: asked.Release) -> dict[str, object]:
    return {
        "results": release.results,
        "entry": release.entry,
        "released_at": asked.moment(release.released_at),
    }


def _examples() -> list[tuple[Markup, asked.Release]]:
    """Return one computed publication, the one that is known deepest, and a reported one, with names."""
    known = queries.most_traceable()
    series = known.publication.series if known else ""
    reported = [each for each in queries.publications() if each.kind == "reported" and each.act]
    beside = next((each for each in reported if each.series == series), reported[0] if reported else None)
    found = []
    for publication in filter(None, (known.publication if known else None, beside)):
        released = asked.releases(publication.code)
        if released:
            found.append((said(publication.titles), released[-1]))
    return found
