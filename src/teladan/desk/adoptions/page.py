"""The tables of the desk's pages about adoptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Cell, Column, Table
from teladan.desk.pages import CARDS, cards
from teladan.desk.publications.correction import titles_of
from teladan.desk.words import element_name
from teladan.exchange import labels, queries
from teladan.exchange.queries import AdoptionRow, AdoptionView, ElementView, Figures
from teladan.publication.models import Publication
from teladan.web.formats import date, flag, joined, language, link, num, plain, said, span
from teladan.web.jinja import url

Countries = Sequence[tuple[str, Mapping[str, str]]]  # (code, titles)
Compared = tuple[str, Markup, list[str]]  # (series and edition, element, a figure of each country)


def adoption_table(rows: Iterable[AdoptionRow]) -> Table[AdoptionRow]:
    """Return adoptions and how far they are."""

    def name(row: AdoptionRow) -> Markup:
        text = Markup('{}: <span lang="{}">{}</span>').format(row.adopter, row.language, row.name)
        return link(url("desk:adoption", code=row.code), text)

    def parents(row: AdoptionRow) -> Markup:
        titles = ((said(parent.titles), said(parent.country_titles)) for parent in row.parents)
        return span(joined("; ", (Markup("{} ({})").format(*pair) for pair in titles)))

    def stage(row: AdoptionRow) -> str:
        word = labels.word(labels.STAGE, row.stage)
        return f"{word}, {date(row.date)}" if row.date else word

    return cards(
        _("Adoptions and how far they are"),
        rows,
        Column(_("Adoption"), name, "r x4"),
        Column(_("Takes from"), parents, "x4"),
        Column(_("Stage"), stage, "x2"),
        Column(_("Outcome"), lambda row: _("observed") if row.outcome else _("not seen"), "x2"),
    )


def weighed(view: AdoptionView) -> Table[Mapping[str, str]] | None:
    """Return the preconditions that were weighed side by side; None where none were."""
    rows = view.prospect.rows if view.prospect else ()
    if not rows:
        return None

    def precondition(row: Mapping[str, str]) -> Markup:
        kind = labels.word(labels.PRECONDITION, row["kind"])
        return Markup("{} {}").format(row["precondition"], flag(kind))

    return cards(
        _("Preconditions side by side"),
        rows,
        Column(_("Precondition"), precondition, "r x4"),
        Column(_("There"), lambda row: row.get("parent") or None, "x2"),
        Column(_("Here"), lambda row: row.get("adopter") or None, "x2"),
        Column(_("What is missing"), lambda row: row.get("missing") or None, "x2"),
        Column(_("What it would take"), lambda row: row.get("takes") or None, "x2"),
    )


def elements(view: AdoptionView) -> Table[ElementView] | None:
    """Return the core elements, and what is beside them, with what became of each; None where none are."""
    rows = view.elements + view.others
    if not rows:
        return None

    def element(row: ElementView) -> Cell:
        spoken = row.language if row.language != language() else ""
        return Cell(content=row.text or row.what, attributes={"lang": spoken})

    def treatment(row: ElementView) -> str:
        word = labels.word(labels.TREATMENT, row.treatment) if row.treatment else _("not said yet")
        return f"{word}: {row.what}" if row.text and row.what else word

    return cards(
        _("Core elements and what became of them"),
        rows,
        Column(_("Core element"), element, "r x4"),
        Column(_("How much it matters"), lambda row: labels.word(labels.WEIGHT, row.weight) or None, "x2"),
        Column(_("What became of it"), treatment, "x2"),
        Column(_("Reason"), lambda row: row.reason or None, "x4"),
    )


def beside(countries: Countries) -> Table[Compared] | None:
    """Return the published figures of countries side by side; None where there are none."""
    rows = list(_compared([code for code, _titles in countries]))
    if not rows:
        return None

    def of(n: int) -> Column[Compared]:
        titles = countries[n][1]

        def figure(row: Compared) -> str:
            return num(row[2][n]) if row[2][n] else _("not seen")

        return Column(said(titles), figure, "n x2", label=plain(titles))

    return Table(
        (
            Column(_("Index"), lambda row: row[0], "r x2"),
            Column(_("Element"), lambda row: row[1], "x2", label=""),
            *(of(n) for n in range(len(countries))),
        ),
        rows,
        title=_("Published figures side by side"),
        sub=_(
            "Newest editions of the UN E-Government Survey (EGDI) and of the World Bank’s GovTech Maturity "
            "Index (GTMI). They are kept with your evaluation as they are now."
        ),
        css=CARDS,
    )


def _compared(countries: list[str]) -> Iterable[Compared]:
    """Yield the figures of EGDI with its parts and of GTMI with its groups."""
    known = queries.figures(countries)
    for series in ("egdi", "gtmi"):
        figures = [known.get(country, {}).get(series) for country in countries]
        some = next((one for one in figures if one), None)
        if some is None:
            continue
        titles = titles_of(Publication.objects.get(code=some.publication))
        parts = dict.fromkeys(code for one in figures if one for code in one.elements)
        for code in ("index", *parts, "band"):
            row = [_figure(one, code) for one in figures]
            if any(row):
                yield f"{series.upper()} {some.edition}", element_name(code, titles), row


def _figure(figures: Figures | None, code: str) -> str:
    if figures is None:
        return ""
    return str(getattr(figures, code)) if code in {"index", "band"} else figures.elements.get(code, "")
