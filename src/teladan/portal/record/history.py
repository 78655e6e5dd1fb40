"""The pages of a history and of a correction: what happened to a figure, told by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.instrument import Edition
from teladan.core.table import Cell, Column, Group, Table
from teladan.portal.record.words import element_text, figure_text, publication_title, time_text
from teladan.portal.words import number
from teladan.publication.queries.record import Change, CorrectionView, Happening, Release
from teladan.registry.models import Organisation
from teladan.web.formats import link, marked, named, num

HISTORY = (
    "at", "what", "role", "actor", "publication", "organisation", "element", "was", "becomes", "index",
    "reason", "entry", "act",
)  # fmt: skip
CHANGES = ("organisation", "name", "element", "was", "becomes", "was_exact", "becomes_exact")


def history_title(name: str, story: Sequence[Happening], whose: Markup | None) -> Markup:
    """Return how often a publication, or one organisation's figure in it, was corrected."""
    corrected = sum(happening.what == "corrected" for happening in story)
    subject: Markup | str = name
    if whose:
        subject = marked(_("%(organisation)s in %(edition)s"), organisation=whose, edition=name)
    if not corrected:
        return marked(_("%(subject)s: published, never corrected"), subject=subject)
    text = ngettext(
        "%(subject)s: published, corrected once", "%(subject)s: published, corrected %(n)s times", corrected
    )
    return marked(text, subject=subject, n=num(corrected))


def happening_value(happening: Happening) -> dict[str, Any]:
    """Return one act of a story as data."""
    return {
        "at": happening.at.isoformat(),
        "what": happening.what,
        "role": happening.role or None,
        "actor": happening.actor or None,
        "publication": happening.number,
        "organisation": happening.organisation or None,
        "element": happening.element or None,
        "was": happening.was or None,
        "becomes": happening.becomes or None,
        "index": happening.index or None,
        "reason": happening.reason or None,
        "entry": happening.entry,
        "act": str(happening.act),
        "erased": happening.erased,
    }


# --- one correction -------------------------------------------------------------------------


def correction_title(name: str, whose: Sequence[Markup]) -> Markup:
    """Return whose figures a correction changed; `whose` are the names of the organisations."""
    if len(whose) == 1:
        return marked(
            _("%(edition)s, corrected: figures of %(organisation)s"), edition=name, organisation=whose[0]
        )
    return marked(
        ngettext(
            "%(edition)s, corrected: figures of %(n)s organisation",
            "%(edition)s, corrected: figures of %(n)s organisations",
            len(whose),
        ),
        edition=name,
        n=num(len(whose)),
    )


def names_of(changes: Sequence[Change], organisations: Mapping[str, Organisation]) -> dict[str, Markup]:
    """Return the name of each organisation whose figures differ, by its code."""
    return {
        change.organisation: named(known.name, known.language)
        if (known := organisations.get(change.organisation))
        else escape(change.name)
        for change in changes
    }


def changes_table(
    correction: CorrectionView, edition: Edition | None, organisations: Mapping[str, Organisation]
) -> Table[Change]:
    """Return every figure that differs, organisation by organisation."""
    changes = correction.changes
    names = names_of(changes, organisations)

    def group(code: str, rows: Sequence[Change]) -> Group[Change]:
        known = organisations.get(code)
        page = "portal:country" if known and known.kind == "country" else "portal:organisation"
        return Group(rows=rows, title=link(reverse(page, kwargs={"code": code}), names[code]))

    def figure(change: Change, printed: str | None, exact: str | None, form: Markup) -> Markup:
        text = form.format(figure_text(change.element, printed))
        if not exact:
            return text
        return Markup('{}<br><span class="t-quiet t-small">{}</span>').format(text, number(exact))

    def side(release: Release) -> Cell:
        title, released = publication_title(release), time_text(release.released_at)
        return Cell(content=Markup('{}<span class="t-sub">{}</span>').format(title, released), css="n")

    plain, strong = Markup("{}"), Markup("<strong>{}</strong>")
    return Table(
        (
            Column(_("Figure"), lambda change: element_text(change.element, edition), "r x4"),
            Column(
                side(correction.before),
                lambda change: figure(change, change.was, change.was_exact, plain),
                "n x2",
                label=publication_title(correction.before),
            ),
            Column(
                side(correction.after),
                lambda change: figure(change, change.becomes, change.becomes_exact, strong),
                "n x2",
                label=publication_title(correction.after),
            ),
        ),
        [group(code, tuple(rows)) for code, rows in groupby(changes, lambda change: change.organisation)],
        title=_("Every figure that differs"),
        sub=_("Printed, and below it the exact value where one is known."),
        name="changes",
        css="t-table t-cards",
    )
