"""The tables of the desk's pages about publications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.desk.pages import cards
from teladan.desk.publications.words import archive_state, correction_state, preparation_state
from teladan.publication.models import Correction, Preparation, Publication
from teladan.publication.queries.archives import ArchiveView
from teladan.record.models import Audit
from teladan.web.formats import date, joined, link, num, said, span, status, timed
from teladan.web.jinja import url

Archive = tuple[Publication, ArchiveView, bool]  # whether the proof of the publication is pending


def publications(rows: Iterable[Preparation]) -> Table[Preparation]:
    """Return publications and how far they are."""

    def drafted(row: Preparation) -> Markup:
        return span(Markup("{}, {}").format(timed(row.drafted_at), row.drafted_by.name))

    return cards(
        _("Publications and how far they are"),
        rows,
        Column(
            _("Publication"),
            lambda row: link(url("desk:preparation", pk=row.pk), said(row.titles)),
            "r x4",
        ),
        Column(_("Code"), lambda row: row.code, "x3"),
        Column(_("Number"), lambda row: num(row.number), "n"),
        Column(_("State"), lambda row: status(preparation_state(row)), "x2"),
        Column(_("Drafted"), drafted, "x2"),
    )


def archives(rows: Iterable[Archive]) -> Table[Archive]:
    """Return publications and how far their archives are."""

    def file(row: Archive) -> Markup | None:
        publication, archive, _pending = row
        label = _("ZIP file of %(code)s") % {"code": publication.code}
        zip_file = Markup('<a href="{}" aria-label="{}">ZIP</a>')
        return zip_file.format(archive.address, label) if archive.address else None

    return cards(
        _("Publications and their archives"),
        rows,
        Column(
            _("Publication"),
            lambda row: link(url("desk:archive", code=row[0].code), said(row[0].titles)),
            "r x4",
        ),
        Column(_("Code"), lambda row: row[0].code, "x3"),
        Column(_("Number"), lambda row: num(row[0].number), "n"),
        Column(_("Archive"), lambda row: status(archive_state(row[1], pending=row[2])), "x2"),
        Column(_("File"), file, "x2"),
    )


def corrections(rows: Iterable[Correction], names: Mapping[int, str]) -> Table[Correction]:
    """Return corrections and how far they are; `names` are those printed of their organisations, by key."""

    def title(row: Correction) -> Markup:
        text = _("%(n)s: %(code)s") % {"n": row.pk, "code": row.publication}
        return link(url("desk:correction", pk=row.pk), text)

    def organisation(row: Correction) -> Markup:
        return Markup('<span lang="{}">{}</span>').format(row.organisation.language, names[row.pk])

    def asked(row: Correction) -> Markup:
        return span(Markup("{}, {}").format(timed(row.asked_at), row.asked_by.name))

    return cards(
        _("Corrections and how far they are"),
        rows,
        Column(_("Correction"), title, "r x4"),
        Column(_("Organisation"), organisation, "x4", label=""),
        Column(_("Element"), lambda row: row.element, "x4"),
        Column(_("Was"), lambda row: num(row.was), "n x2"),
        Column(_("Becomes"), lambda row: num(row.becomes), "n x2"),
        Column(_("State"), lambda row: status(correction_state(row)), "x2"),
        Column(_("Asked"), asked, "x2"),
    )


def figures(rows: Iterable[tuple[Markup, str]]) -> Table[tuple[Markup, str]]:
    """Return the published figures of one organisation: (element, figure)."""
    return Table(
        (
            Column(_("Element"), lambda row: row[0], "r"),
            Column(_("Figure"), lambda row: row[1], "n"),
        ),
        rows,
        title=_("Published figures"),
        css="t-table t-table--tight",
    )


def audits(rows: Iterable[Audit], *, hidden: bool) -> Table[Audit]:
    """Return audits and what they found; where that is `hidden`, only how much."""

    def begun(audit: Audit) -> Markup:
        return timed(audit.started_at, f"{date(audit.started_at)}, {audit.started_at:%H:%M} UTC")

    def found(audit: Audit) -> Markup:
        count = len(audit.findings)
        if not audit.finished_at:
            return status(("part", _("Not finished")))
        if not count:
            return status(("yes", _("Nothing differs")))
        differ = ngettext("%(num)s difference", "%(num)s differences", count) % {"num": count}
        if hidden:
            return status(("bad", differ))
        item = Markup('<li lang="en"><span class="t-mono">{place}</span>: {message}</li>')
        findings = joined("", (item.format(**finding) for finding in audit.findings))
        return Markup('{} <ul class="t-plain">{}</ul>').format(status(("bad", differ)), findings)

    return cards(
        _("Audits, newest first"),
        rows,
        Column(_("Begun"), begun, "r x3"),
        Column(_("Entries"), lambda audit: num(audit.size), "n"),
        Column(_("What was found"), found, "x4"),
    )
