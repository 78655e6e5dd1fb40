"""The tables on the page of an adoption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.exchange import labels
from teladan.exchange.content import FIGURE
from teladan.exchange.queries import (
    AdoptionView,
    ComparedView,
    ElementView,
    ObservationView,
    ParentView,
)
from teladan.portal.practices.claims import sources_of, value_of
from teladan.portal.practices.fit import part_name
from teladan.portal.practices.words import (
    country_name,
    not_seen,
    or_not_seen,
    parent_name,
    practice_address,
)
from teladan.portal.words import dressed
from teladan.web.formats import date, joined, link, named, num, span

CARDS = "t-table t-firm t-cards"


def parents(view: AdoptionView) -> Table[ParentView]:
    """Return what was taken from: the version of each source, and its share."""
    return Table(
        (
            Column(_("Source"), lambda row: link(practice_address(row.practice), parent_name(row)), "x4"),
            Column(_("Country"), lambda row: country_name(row.country_titles), "x2"),
            Column(_("Version"), lambda row: num(row.number), "n"),
            Column(_("Share"), lambda row: or_not_seen(row.share)),
        ),
        view.row.parents,
        title=_("The version of each source, and its share"),
        sub=_("A share that nobody stated is not seen; it is never guessed."),
        name="parents-caption",
        css=CARDS,
    )


def elements(rows: Sequence[ElementView], spoken: str, *, title: str, name: str) -> Table[ElementView] | None:
    """Return what became of core elements, or of something beside them; None where nothing is said."""
    if not rows:
        return None
    return Table(
        (
            Column(_("Element"), lambda row: _element(row, spoken), "r x4"),
            Column(_("What became of it"), lambda row: span(_treatment(row, spoken)), "x4"),
            Column(_("Reason"), lambda row: named(row.reason, spoken) if row.reason else None, "x4"),
            Column(_("Decided by"), lambda row: _decided(row) or None, "x4"),
        ),
        rows,
        title=title,
        name=name,
        css=CARDS,
    )


def outcomes(view: AdoptionView) -> Table[ComparedView] | None:
    """Return the measures of the source before and after; None where none was observed."""
    if not view.outcomes:
        return None
    spoken = view.row.language
    return Table(
        (
            Column(
                _("Measure"),
                lambda row: _above(named(row.name, spoken), labels.word(labels.LEVEL, row.level)),
                "r x4",
            ),
            Column(_("Before"), lambda row: span(_seen(row.before, spoken)), "x2"),
            Column(_("After"), lambda row: span(_seen(row.after, spoken)), "x2"),
        ),
        view.outcomes,
        title=_("By the measures of the source, before the adoption and after it"),
        name="outcome-caption",
        css=CARDS,
    )


def preconditions(view: AdoptionView) -> Table[Mapping[str, str]] | None:
    """Return the preconditions that were weighed before the decision; None where none were."""
    if view.prospect is None or not view.prospect.rows:
        return None
    return Table(
        (
            Column(
                _("Precondition"),
                lambda row: _above(
                    row.get("precondition", ""), labels.word(labels.PRECONDITION, row.get("kind", ""))
                ),
                "r x4",
            ),
            Column(_("At the source"), lambda row: row.get("parent") or None, "x4"),
            Column(_("At the adopter"), lambda row: row.get("adopter") or None, "x4"),
            Column(
                _("Missing, and what it takes"),
                lambda row: ". ".join(filter(None, (row.get("missing"), row.get("takes")))) or None,
                "x4",
            ),
        ),
        view.prospect.rows,
        title=_("Preconditions side by side"),
        sub=date(view.prospect.at.date()),
        name="prospect-caption",
        css=CARDS,
    )


Weighed = tuple[str, str, tuple[str, ...]]  # a condition, where it stands, the figure of each country


def weighed(view: AdoptionView) -> Table[Weighed] | None:
    """Return the figures that were weighed, as they were published then; None where none were."""
    if view.prospect is None or not view.prospect.context:
        return None
    context = view.prospect.context
    titles = {parent.country: parent.country_titles for parent in view.row.parents}
    titles |= {view.row.country: view.row.country_titles}
    codes = tuple(dict.fromkeys(figures["country"] for figures in context))
    editions = dict.fromkeys((figures["series"], figures["edition"]) for figures in context)
    return Table(
        (
            Column(_("Condition"), lambda row: _above(row[0], row[1]), "r"),
            *(_figures(country_name(titles.get(code, {})) or code, n) for n, code in enumerate(codes)),
        ),
        [row for edition in editions for row in _weighed(edition, codes, context)],
        title=_("Published figures that were weighed"),
        sub=_("As they stood on %(day)s, 0 to 1, with two decimals.")
        % {"day": date(view.prospect.at.date())},
        name="weighed-caption",
        css="t-table t-firm t-table--tight",
    )


def _figures(country: str, place: int) -> Column[Weighed]:
    return Column(country, lambda row: row[2][place], "n")


def _weighed(
    of: tuple[str, str], codes: tuple[str, ...], context: Sequence[Mapping[str, Any]]
) -> list[Weighed]:
    """Return the index, its parts and its group, in one edition."""
    series, edition = of
    by_country = {
        figures["country"]: figures
        for figures in context
        if (figures["series"], figures["edition"]) == (series, edition)
    }
    countries = [by_country.get(code, {}) for code in codes]
    parts = dict.fromkeys(part for figures in countries for part in figures.get("elements", {}))
    where = f"{series.upper()} {edition}"
    rows = [(where, _("Index"), tuple(_two(figures.get("index", "")) for figures in countries))]
    rows += [
        (
            part_name(part),
            f"{part}, {where}",
            tuple(_two(figures.get("elements", {}).get(part, "")) for figures in countries),
        )
        for part in parts
    ]
    if any(figures.get("band") for figures in countries):
        group = _("Group of the GTMI %(year)s, A the highest to D") % {"year": edition}
        rows.append((group, "", tuple(figures.get("band") or num(None) for figures in countries)))
    return rows


def _two(text: str) -> str:
    """Return a figure with two decimals; what is no figure as it stands."""
    return dressed(text, 2) if FIGURE.fullmatch(text) else num(text or None)


def _above(text: Markup | str, sub: str) -> Markup:
    """Return a text with a smaller one below it."""
    return Markup("{}{}").format(text, Markup('<span class="t-sub">{}</span>').format(sub) if sub else "")


def _element(row: ElementView, spoken: str) -> Markup:
    text = named(row.text, row.language) if row.text else named(row.what, spoken)
    return _above(text, labels.word(labels.WEIGHT, row.weight) if row.weight else "")


def _treatment(row: ElementView, spoken: str) -> Markup | str:
    word = labels.word(labels.TREATMENT, row.treatment) if row.treatment else _("not stated")
    return joined(": ", [word, named(row.what, spoken)]) if row.text and row.what else word


def _decided(row: ElementView) -> str:
    parts = [row.decided_by] if row.decided_by else []
    if row.planned is not None:
        parts.append(_("planned") if row.planned else _("a reaction"))
    if row.faithful is not None:
        parts.append(
            _("faithful to what makes it work") if row.faithful else _("not faithful to what makes it work")
        )
    return ", ".join(parts)


def _seen(figures: Sequence[ObservationView], spoken: str) -> Markup:
    """Return the figures of an adopter, each with its period and its sources."""
    if not figures:
        return Markup('<span class="t-quiet">{}</span>').format(_("none recorded"))
    return joined(
        "",
        (
            Markup('<strong>{}</strong> {}<span class="t-sub">{}</span>').format(
                value_of(figure, spoken),
                named(figure.period, spoken) if figure.period else not_seen(),
                sources_of(figure.evidence),
            )
            for figure in figures
        ),
    )
