"""The pages about the record: proof, history and corrections of a publication, how to check, checkpoints."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import Edition
from teladan.portal.names import edition_name, organisation_name
from teladan.portal.record.history import (
    CHANGES,
    HISTORY,
    changes_table,
    correction_title,
    happening_value,
    history_title,
    names_of,
)
from teladan.portal.record.page import (
    audit_text,
    checking,
    example,
    fetching,
    record_title,
    remembering,
    waiting_text,
)
from teladan.portal.record.proof import (
    commands_of,
    facts_of,
    figures_of,
    links_of,
    proof_title,
    releases_table,
)
from teladan.publication import queries, serializers
from teladan.publication.models import Publication
from teladan.publication.queries import record as asked
from teladan.record import queries as log
from teladan.registry.models import Organisation
from teladan.web.formats import said
from teladan.web.page import moment, origin
from teladan.web.page_cache import MOMENTS
from teladan.web.public_page import Answer, Crumb, Csv, public_page


def _of_code(_request: HttpRequest, code: str = "", **_kwargs: object) -> str:
    return f"{queries.state()} {asked.state_of(code)}"


def _of_log(request: HttpRequest, **_kwargs: object) -> str:
    newest, audit, since = log.latest(), log.last_audit(), log.waiting_since(moment(request))
    signed = hashlib.sha256(repr((newest, log.vkeys(), audit and audit.pk, since)).encode()).hexdigest()
    return f"{queries.state()} {signed}"


@public_page("portal/record/proof.html", token=_of_code, params=("organisation",), max_age=MOMENTS)
def proof(request: HttpRequest, code: str) -> Answer:
    """Say what is recorded of a publication, or of one organisation in it, and how to check it."""
    publication, name, _edition = _publication(code)
    whose = _organisation(request)
    released = asked.releases(code)
    if not released:
        raise Http404(_("This publication is not in the record."))
    newest = released[-1]
    row = asked.row_of(newest.results, whose.code) if whose else None
    if whose and row is None:
        raise Http404(_("This organisation is not in this publication."))
    by = next((happening for happening in asked.story(code) if happening.act == newest.act), None)
    organisation = whose.code if whose else ""
    return Answer(
        context=lambda: {
            "name": name,
            "title": proof_title(name, newest, organisation_name(whose) if whose else None),
            "newest": newest,
            "figures": figures_of(row) if row else (),
            "facts": facts_of(newest, by),
            "commands": commands_of(newest, origin(request), organisation),
            "releases": releases_table(released),
            "links": links_of(publication, organisation),
        },
        json=lambda: {
            "code": code,
            "kind": newest.kind,
            "proof": serializers.proof_value(newest.proof),
            "role": by.role if by else None,
            "manifest": asked.bundle(code),
            "organisation": row,
        },
        crumbs=_crumbs(code, name, _("Proof")),
    )


@public_page("portal/record/history.html", token=_of_code, params=("organisation",), max_age=MOMENTS)
def history(request: HttpRequest, code: str) -> Answer:
    """Tell what happened to a publication, or to one organisation's figure in it."""
    _shown, name, edition = _publication(code)
    whose = _organisation(request)
    if whose and not any(asked.row_of(each.results, whose.code) for each in asked.releases(code)):
        raise Http404(_("This organisation is not in this publication."))
    story = asked.story(code, whose.code if whose else None)
    values = [happening_value(happening) for happening in story]
    query = f"?organisation={whose.code}" if whose else ""
    return Answer(
        context=lambda: {
            "name": name,
            "code": code,
            "title": history_title(name, story, organisation_name(whose) if whose else None),
            "story": story,
            "edition": edition,
            "proof": reverse("portal:proof", kwargs={"code": code}) + query,
        },
        json=lambda: {"code": code, "acts": values},
        csv=lambda: Csv(f"{code}-history", HISTORY, ([value[key] for key in HISTORY] for value in values)),
        crumbs=_crumbs(code, name, _("History")),
    )


@public_page("portal/record/correction.html", token=_of_code, max_age=MOMENTS)
def correction(request: HttpRequest, code: str, number: str) -> Answer:
    """Set a corrected publication beside the one it corrects."""
    _shown, name, edition = _publication(code)
    view = asked.correction(code, int(number))
    if view is None:
        raise Http404(_("There is no correction of this number."))
    values = [{key: getattr(change, key) for key in CHANGES} for change in view.changes]

    def context() -> dict[str, Any]:
        codes = {change.organisation for change in view.changes}
        known = Organisation.objects.filter(code__in=codes).select_related("country")
        organisations = {organisation.code: organisation for organisation in known}
        names = names_of(view.changes, organisations)
        return {
            "name": name,
            "code": code,
            "title": correction_title(name, list(names.values())),
            "view": view,
            "edition": edition,
            "changes": changes_table(view, edition, organisations),
        }

    return Answer(
        context=context,
        json=lambda: {
            "code": code,
            "number": view.after.number,
            "reason": view.reason or None,
            "before": {"number": view.before.number, **_release(view.before)},
            "after": {"number": view.after.number, **_release(view.after)},
            "acts": [happening_value(step) for step in view.steps],
            "changes": values,
        },
        csv=lambda: Csv(f"{code}-correction-{number}", CHANGES, (tuple(value.values()) for value in values)),
        crumbs=_crumbs(code, name, _("Correction")),
    )


@public_page("portal/record/verify.html", token=_of_log, max_age=MOMENTS)
def verify(request: HttpRequest) -> Answer:
    """Say how anyone checks a figure without us, and what a proof does not prove."""
    examples, site = _examples(), origin(request)
    return Answer(
        context=lambda: {
            "fetch": fetching(site),
            "examples": [(name, example(release, site)) for name, release in examples],
            "commands": checking([release for _name, release in examples], site),
            "keys": log.vkeys(),
        },
        crumbs=(Crumb(_("How to check this yourself")),),
    )


@public_page("portal/record/record.html", token=_of_log, max_age=MOMENTS)
def record(request: HttpRequest) -> Answer:
    """Show the checkpoints of the log, its keys and the last audit."""
    checkpoints, keys = log.ladder(serializers.RUNGS), log.vkeys()

    def context() -> dict[str, Any]:
        waiting_since = log.waiting_since(moment(request))
        return {
            "title": record_title(checkpoints),
            "waiting": waiting_text(waiting_since) if waiting_since else "",
            "checkpoints": checkpoints,
            "more": max(0, log.rungs() - len(checkpoints)),
            "keys": keys,
            "audit": audit_text(log.last_audit()),
            "commands": remembering(origin(request)),
        }

    return Answer(
        context=context,
        json=lambda: serializers.record_value(checkpoints, keys),
        crumbs=(Crumb(_("The record")),),
    )


def _publication(code: str) -> tuple[Publication, str, Edition | None]:
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


def _crumbs(code: str, name: str, here: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Results"), "portal:results"), Crumb(name, "portal:edition", {"code": code}), Crumb(here))


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
