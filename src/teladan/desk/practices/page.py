"""The tables of the desk's pages about practices, and how these say what stands in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Cell, Column, Table
from teladan.desk.pages import CARDS, cards
from teladan.desk.practices.sheet import Change
from teladan.desk.practices.texts import Text
from teladan.desk.words import proof, translator
from teladan.exchange import labels
from teladan.exchange.queries import EvidenceView, ObservationView, PracticeRow, VersionView
from teladan.web.formats import date, flag, joined, link, num, said, span, status
from teladan.web.jinja import url


def practices(rows: Iterable[PracticeRow]) -> Table[PracticeRow]:
    """Return practices with their state and whether it is confirmed."""

    def confirmed(row: PracticeRow) -> Markup | str:
        if row.check.overdue:
            return Markup("{} {}").format(status(("bad", _("Overdue"))), date(row.check.due))
        return date(row.check.confirmed_at) if row.check.confirmed_at else _("not confirmed here")

    return cards(
        _("Practices and how they stand"),
        rows,
        Column(
            _("Practice"),
            lambda row: link(url("desk:practice", code=row.code), span(row.title.text, row.title.language)),
            "r x4",
        ),
        Column(_("Country"), lambda row: said(row.country_titles), "x2"),
        Column(_("Theme"), lambda row: labels.word(labels.THEME, row.theme), "x2"),
        Column(_("Status"), lambda row: status(runs(row)), "x2"),
        Column(_("Adoptions"), lambda row: num(row.adoptions), "n x2"),
        Column(_("Confirmed"), confirmed, "x4"),
    )


def versions(versions: Sequence[VersionView]) -> Table[VersionView]:
    """Return the versions of a practice, the newest first."""
    return cards(
        _("Versions and where each stands in the record"),
        versions[::-1],
        Column(_("Version"), lambda version: num(version.number), "r x4"),
        Column(_("Kept on"), lambda version: date(version.recorded_at), "x2"),
        Column(_("Status"), lambda version: labels.word(labels.STATUS, version.status), "x2"),
        Column(_("Record"), lambda version: span(proof(version.entry)), "x4"),
    )


def figure_table(
    observations: Iterable[ObservationView], title: str, conflicting: Collection[ObservationView] = ()
) -> Table[ObservationView]:
    """Return the figures there are of one measure, each with its evidence, those that conflict marked."""

    def period(observation: ObservationView) -> Markup:
        text = observation.period or _("not seen")
        if observation not in conflicting:
            return span(text)
        return span(Markup("{} {}").format(text, flag(_("Conflicts"))))

    return Table(
        (
            Column(
                _("Figure"),
                lambda observation: Markup("<strong>{}</strong>").format(num(observation.value)),
                "n x2",
            ),
            Column(_("Unit"), lambda observation: observation.unit, "x2"),
            Column(_("Period"), period, "x2"),
            Column(_("Evidence"), lambda observation: span(sources(observation.evidence)), "x4"),
        ),
        observations,
        title=title,
        css=f"{CARDS} t-gap",
        names_rows=False,
    )


def texts(texts: Iterable[Text], code: str, own: str, wanted: str) -> Table[Text]:
    """Return the texts of a practice, each beside its translation: a person's goes before a machine's."""

    def place(text: Text) -> Markup:
        address = url("desk:translate-text", code=code, place=text.place)
        return link(f"{address}?language={wanted}", text.label)

    def translated(text: Text) -> Markup:
        translation = text.translation
        if translation is None:
            return Markup('<span class="t-quiet">{}</span>').format(_("not translated"))
        by = translator("machine" if translation.model else "person", translation.model)
        return Markup('<span lang="{}">{}</span> {}').format(wanted, translation.text, by)

    def heading(language: str) -> Cell:
        return Cell(content=labels.language_name(language), attributes={"lang": language})

    return Table(
        (
            Column(_("Text"), place, "r x4"),
            Column(
                heading(own), lambda text: Cell(content=text.text, attributes={"lang": own}), "x4", label=""
            ),
            Column(heading(wanted), translated, "x4", label=""),
        ),
        texts,
        caption=_("Texts and their translations"),
        caption_css="t-hide",
        css="t-table t-cards",
    )


def changes(changes: Iterable[Change]) -> Table[Change]:
    """Return the fields of a practice that differ, before and after."""

    def side(lines: list[str], line: Markup) -> Markup | None:
        return joined("; ", map(line.format, lines)) or None

    return cards(
        _("Fields that differ, before and after"),
        changes,
        Column(_("Field"), lambda change: change.field, "r x4"),
        Column(_("Was"), lambda change: side(change.was, Markup("<del>{}</del>")), "x4"),
        Column(_("Becomes"), lambda change: side(change.becomes, Markup("<ins>{}</ins>")), "x4"),
    )


def runs(row: PracticeRow) -> tuple[str, str]:
    """Return whether a practice runs, as kind of a mark and word."""
    return labels.running(row.status, confirmed=bool(row.check.confirmed_at and not row.check.overdue))


def sources(evidence: Iterable[EvidenceView]) -> Markup:
    """Return what a figure rests on, each with its kind."""

    def source(one: EvidenceView) -> Markup:
        kind = labels.word(labels.EVIDENCE, one.type)
        if one.address:
            return Markup('{}, <a href="{}" rel="noreferrer">{}</a>').format(
                kind, one.address, one.title or one.address.split("/")[2]
            )
        return Markup("{}, {}").format(kind, one.title) if one.title else Markup("{}").format(kind)

    return joined("; ", map(source, evidence))
