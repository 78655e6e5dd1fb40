"""The pages of a history and of a correction: what happened to a figure, told by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.instrument import Edition
from teladan.portal.record.words import Told, element_text, entry_text, figure_text, time_text, told
from teladan.portal.words import named, number
from teladan.publication.queries.record import Change, CorrectionView, Happening, Release
from teladan.registry.models import Organisation
from teladan.web.formats import marked, num

HISTORY_HEADER = (
    "at", "what", "role", "actor", "publication", "organisation", "element", "was", "becomes", "index",
    "reason", "entry", "act",
)  # fmt: skip
CHANGES_HEADER = ("organisation", "name", "element", "was", "becomes", "was_exact", "becomes_exact")


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """All that the template writes down."""

    name: str
    title: Markup
    happenings: tuple[tuple[Told, str], ...]  # with the address of the correction, "" for others


def history_page(
    code: str, name: str, story: Sequence[Happening], edition: Edition | None, whose: Markup | None
) -> HistoryPage:
    """Return the story of a publication, or of one organisation's figure in it."""
    corrected = sum(each.what == "corrected" for each in story)
    subject = (
        marked(_("%(organisation)s in %(edition)s"), organisation=whose, edition=name) if whose else name
    )
    return HistoryPage(
        name=name,
        title=_title(subject, corrected),
        happenings=tuple((told(each, edition), _correction(code, each)) for each in story),
    )


def _title(subject: Markup | str, corrected: int) -> Markup:
    if not corrected:
        return marked(_("%(subject)s: published, never corrected"), subject=subject)
    text = ngettext(
        "%(subject)s: published, corrected once", "%(subject)s: published, corrected %(n)s times", corrected
    )
    return marked(text, subject=subject, n=num(corrected))


def _correction(code: str, happening: Happening) -> str:
    if happening.what != "corrected":
        return ""
    return reverse("portal:correction", kwargs={"code": code, "number": happening.number})


def happening_value(each: Happening) -> dict[str, Any]:
    """Return one act of a story as data."""
    return {
        "at": each.at.isoformat(),
        "what": each.what,
        "role": each.role or None,
        "actor": each.actor or None,
        "publication": each.number,
        "organisation": each.organisation or None,
        "element": each.element or None,
        "was": each.was or None,
        "becomes": each.becomes or None,
        "index": each.index or None,
        "reason": each.reason or None,
        "entry": each.entry,
        "act": str(each.act),
        "erased": each.erased,
    }


# --- one correction -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One figure, before and after."""

    figure: Markup
    was: str
    becomes: str
    was_exact: str
    becomes_exact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """The figures of one organisation that differ."""

    name: Markup
    address: str
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two publications."""

    title: str
    released: str
    entry: str
    receipt: str | None
    results: str


@dataclass(frozen=True, kw_only=True)
class CorrectionPage:
    """All that the template writes down."""

    name: str
    title: Markup
    reason: str
    sides: tuple[Side, Side]
    groups: tuple[ChangeGroup, ...]
    steps: tuple[tuple[Told, str], ...]
    same: bool


def correction_page(
    view: CorrectionView, name: str, edition: Edition | None, organisations: dict[str, Organisation]
) -> CorrectionPage:
    """Return the two publications side by side, and what led from one to the other."""
    groups = _groups(view.changes, edition, organisations)
    return CorrectionPage(
        name=name,
        title=_correction_title(name, groups),
        reason=view.reason,
        sides=(_side(view.before), _side(view.after)),
        groups=tuple(groups),
        steps=tuple((told(each, edition), "") for each in view.steps),
        same=not groups,
    )


def _correction_title(name: str, groups: Sequence[ChangeGroup]) -> Markup:
    if len(groups) == 1:
        return marked(
            _("%(edition)s, corrected: figures of %(organisation)s"),
            edition=name,
            organisation=groups[0].name,
        )
    return marked(
        ngettext(
            "%(edition)s, corrected: figures of %(n)s organisation",
            "%(edition)s, corrected: figures of %(n)s organisations",
            len(groups),
        ),
        edition=name,
        n=num(len(groups)),
    )


def _groups(
    changes: Sequence[Change], edition: Edition | None, organisations: dict[str, Organisation]
) -> list[ChangeGroup]:
    found: dict[str, list[ChangeRow]] = {}
    names: dict[str, Markup] = {}
    kinds: dict[str, str] = {}
    for each in changes:
        organisation = organisations.get(each.organisation)
        kinds[each.organisation] = organisation.kind if organisation else ""
        names[each.organisation] = (
            named(organisation.name, organisation.language) if organisation else Markup.escape(each.name)
        )
        found.setdefault(each.organisation, []).append(
            ChangeRow(
                figure=element_text(each.element, edition),
                was=figure_text(each.element, each.was),
                becomes=figure_text(each.element, each.becomes),
                was_exact=number(each.was_exact) if each.was_exact else "",
                becomes_exact=number(each.becomes_exact) if each.becomes_exact else "",
            )
        )
    return [
        ChangeGroup(
            name=names[code],
            address=reverse(
                "portal:country" if kinds[code] == "country" else "portal:organisation", kwargs={"code": code}
            ),
            rows=tuple(rows),
        )
        for code, rows in found.items()
    ]


def _side(release: Release) -> Side:
    return Side(
        title=_("Publication %(number)s") % {"number": release.number},
        released=time_text(release.released_at),
        entry=entry_text(release.entry),
        receipt=release.proof.receipt,
        results=release.results,
    )
