"""What the page of an edition says, prepared as plain values; the template only writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.quantity import Rounding, printed
from teladan.portal.about.data import report_of
from teladan.portal.names import body_name, counted, noun, short_name, shown_digits, source_text, verdict_word
from teladan.portal.record.words import correction_address, state_of
from teladan.portal.results import findings
from teladan.portal.results.distribution import BandSpread, Tenth, band_spread, tenths
from teladan.portal.results.facts import facts
from teladan.portal.results.filter import Choices, Filter
from teladan.portal.results.notes import Note, notes
from teladan.portal.results.regions import RegionTable, region_table
from teladan.portal.results.rows import FLAGGED, RowTable, columns_of, row_table
from teladan.portal.uncertainty.assumptions import sentence, subject
from teladan.portal.uncertainty.column import rank_column
from teladan.portal.words import number
from teladan.publication.models import Publication
from teladan.publication.queries import CANNOT_BE_RIGHT, EditionView, RowView, archives
from teladan.publication.queries.uncertainty import Ranking
from teladan.web.formats import marked, num, said
from teladan.web.reasons import reason_text

MANY = 10  # per cent of the rows at the lowest value that are worth a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A row that is not consistent, with the verdict (its shape and its word) and the reason."""

    row: RowView
    name: Markup
    address: str
    verdict: tuple[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class EditionPage:
    """Everything the template of an edition shows."""

    publication: Publication
    view: EditionView
    name: str  # SPBE 2024
    place: str
    noun: str  # body, country or economy
    title: Markup
    lede: tuple[Markup, ...]
    facts: tuple[tuple[str, Markup], ...]
    status: tuple[str, str]
    record: tuple[str, str]  # the state of the proof
    archive: str  # address of the ZIP file; "" where none was made
    correction: str  # address of the page that sets old and new side by side; "" where never corrected
    wrong: int  # rows that cannot be right; the others among the remarks could not be decided
    remarks: tuple[Remark, ...]
    spread_title: Markup
    spread_of: Markup
    band_spread: BandSpread | None
    tenths: tuple[Tenth, ...]
    notes: tuple[Note, ...]
    regions: RegionTable | None
    asked: Filter
    choices: Choices
    shown: int
    heading: Markup
    table_title: Markup
    table_sub: Markup
    table: RowTable
    sure: Markup  # how sure the ranks are, in one sentence; "" where nothing was seen of the method
    report: str  # the address of the full report; "" where there is none
    report_title: str
    checks: tuple[tuple[str, Markup], ...]
    command: str
    remarks_of_source: tuple[Markup, ...]


def edition_page(
    view: EditionView, asked: Filter, choices: Choices, place: str, ranking: Ranking | None
) -> EditionPage:
    """Return the page of an edition for what was asked for; `place` is the name of its country, or ""."""
    publication = view.publication
    rows = asked.rows(view)
    sure = rank_column(view, ranking)
    return EditionPage(
        publication=publication,
        view=view,
        name=short_name(view),
        place=place,
        noun=noun(view.rows, view),
        title=findings.title(view),
        lede=lede(view),
        facts=tuple(facts(view)[:4]),
        status=findings.status(publication),
        record=state_of(view.proof),
        archive=archives.address_if_made(publication.code, publication.number),
        correction=correction_address(publication),
        wrong=sum(row.verdict in CANNOT_BE_RIGHT for row in view.rows),
        remarks=tuple(remarks(view)),
        spread_title=findings.spread_title(view),
        spread_of=spread_of(view),
        band_spread=band_spread(view),
        tenths=tenths(view),
        notes=tuple(notes(view)),
        regions=region_table(view),
        asked=asked,
        choices=choices,
        shown=len(rows),
        heading=heading(view, asked, choices, rows),
        table_title=table_title(view, rows),
        table_sub=table_sub(view) + (f" {sure.sub}" if sure else ""),
        table=row_table(view, asked, rows, sure),
        sure=how_sure(ranking),
        report=report_of(publication),
        report_title=subject(ranking),
        checks=tuple(checks(view)),
        command=command(view),
        remarks_of_source=tuple(
            said(text) for text in (*publication.notes, *(view.edition.notes if view.edition else ()))
        ),
    )


def lede(view: EditionView) -> tuple[Markup, ...]:
    """Return what was evaluated by which method, then how the parts stand."""
    publication = view.publication
    sentences = [said(publication.titles) + "."]
    if view.instrument:
        low, high = view.edition.root.bounds if view.edition else (Fraction(0), Fraction(1))
        sentences.append(
            marked(
                _("Method: %(method)s (%(abbreviation)s), scale %(low)s to %(high)s."),
                method=said(view.instrument.titles),
                abbreviation=view.instrument.abbreviation,
                low=number(low),
                high=number(high),
            )
        )
    return (*sentences, *parts_sentences(view))


def parts_sentences(view: EditionView) -> list[Markup]:
    """Return the means of the highest and the lowest part, and how many bodies sit at the bottom.

    Only where the parts are measured in levels on one scale.
    """
    codes = findings.comparable(view)
    if len(codes) < 2 or len(view.values) < findings.FEW or view.edition is None:
        return []
    columns = {
        code: [Fraction(row.elements[code]) for row in view.rows if row.scored and row.elements.get(code)]
        for code in codes
    }
    means = {code: sum(values, Fraction(0)) / len(values) for code, values in columns.items() if values}
    names = {entry["code"]: said(entry["titles"]) for entry in view.columns}
    high, low = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    digits = shown_digits(view)
    written = {code: num(printed(means[code], digits, Rounding.HALF_UP)) for code in (high, low)}
    found = [
        marked(
            _(
                "Of the parts, ‘%(high)s’ has the highest mean, %(most)s, "
                "and ‘%(low)s’ the lowest, %(least)s."
            ),
            high=names[high],
            most=written[high],
            low=names[low],
            least=written[low],
        )
    ]
    bottom = view.edition.root.bounds[0]
    at_bottom = sum(value == bottom for value in columns[low])
    if 100 * at_bottom >= MANY * len(columns[low]):
        found.append(
            marked(
                _("%(count)s of %(all)s sit at its lowest value, %(bottom)s."),
                count=num(at_bottom),
                all=counted(view, len(columns[low])),
                bottom=num(printed(bottom, digits, Rounding.HALF_UP)),
            )
        )
    return found


def remarks(view: EditionView) -> list[Remark]:
    """Return the rows that are not consistent, with the reason in the reader's language."""
    return [
        Remark(
            row=row,
            name=body_name(row),
            address=reverse(
                "portal:country" if row.kind == "country" else "portal:organisation",
                args=(row.organisation,),
            ),
            verdict=("no" if row.verdict == "undecided" else "bad", verdict_word(row.verdict)),
            reason=reason_text(row.reason_code, row.reason_values),
        )
        for row in view.rows
        if row.verdict in FLAGGED
    ]


def spread_of(view: EditionView) -> Markup:
    """Return measure, unit, place and time of the distribution."""
    listed, evaluated = len(view.values), view.publication.evaluated
    over = (
        marked(_("%(listed)s of %(evaluated)s evaluated"), listed=num(listed), evaluated=num(evaluated))
        if evaluated and evaluated != listed
        else escape(counted(view, listed))
    )
    return Markup("{}, {}").format(over, view.publication.edition)


def heading(view: EditionView, asked: Filter, choices: Choices, rows: Sequence[RowView]) -> Markup:
    """Return how many rows are shown of how many, and by what they were chosen."""
    total = counted(view, len(view.rows))
    if not asked.narrows:
        return marked(_("%(all)s, row by row"), all=total)
    parts = [
        dict(options)[value]
        for options, value in (
            (choices.kinds, asked.kind),
            (choices.provinces, asked.province),
            (choices.bands, asked.band),
        )
        if value
    ]
    if asked.q:
        parts.append(f"“{asked.q}”")
    return marked(
        _("%(some)s of %(all)s: %(chosen)s"),
        some=num(len(rows)),
        all=total,
        chosen=", ".join(map(str, parts)),
    )


def table_title(view: EditionView, rows: Sequence[RowView]) -> Markup:
    """Return what the table holds."""
    return marked(_("Index and parts of %(counted)s"), counted=counted(view, len(rows)))


def table_sub(view: EditionView) -> Markup:
    """Return what the drawn column means: scale, marks and thresholds."""
    sentences = []
    if view.edition:
        low, high = view.edition.root.bounds
        sentences.append(marked(_("Scale %(low)s to %(high)s."), low=number(low), high=number(high)))
    if view.before:
        sentences.append(
            marked(
                _("Ring: %(before)s. Dot: %(now)s."), before=view.before.edition, now=view.publication.edition
            )
        )
    cuts = [number(band.start) for band, _rows in view.bands[1:]]
    if cuts:
        sentences.append(marked(_("Dashed lines: band thresholds %(cuts)s."), cuts=", ".join(cuts)))
    strong = [column.title for column in columns_of(view) if column.strong]
    if strong:
        sentences.append(marked(_("Dark bars: ‘%(column)s’."), column=strong[0]))
    return Markup(" ").join(sentences)


def how_sure(ranking: Ranking | None) -> Markup:
    """Return what the ranks rest on, or why there are none."""
    if ranking is None:
        return escape(_("This edition was published without its uncertainty."))
    return sentence(ranking)


def checks(view: EditionView) -> list[tuple[str, Markup]]:
    """Return (term, text) of what was checked, for the box about trust."""
    verdicts = view.publication.verdicts
    total = sum(verdicts.values())
    found = []
    if total:
        words = {
            "consistent": _("some allowed answers give exactly the printed figures"),
            "inconsistent": _("no allowed answers give these figures together"),
            "impossible": _("one figure alone is out of reach"),
            "undecided": _("this check cannot tell"),
        }
        found += [
            (
                f"{verdict_word(verdict)}",
                marked(
                    _("%(count)s of %(rows)s rows: %(meaning)s"),
                    count=num(verdicts[verdict]),
                    rows=num(total),
                    meaning=meaning,
                ),
            )
            for verdict, meaning in words.items()
            if verdicts.get(verdict)
        ]
    if view.publication.kind == "computed" and view.edition:
        text = _("from the scores of %(count)s indicators, exactly; rounded once for print")
        found.append((_("Computed"), marked(text, count=num(len(view.edition.leaves)))))
        settled = 0
    else:
        settled = sum(bool(row.exact) for row in view.rows)
    if settled:
        found.append(
            (
                _("Exact index"),
                marked(
                    ngettext(
                        "%(count)s of %(rows)s rows: only one exact index prints as the row does",
                        "%(count)s of %(rows)s rows: only one exact index prints as the row does",
                        settled,
                    ),
                    count=num(settled),
                    rows=num(len(view.rows)),
                ),
            )
        )
    source = view.publication.source
    date = f"; {source['date']}" if source["date"] != "not seen" else ""
    found.append((_("Source"), source_text(view.publication) + date))
    found.append((_("Licence"), said(source.get("licence_note") or source["licence"])))
    return found


def command(view: EditionView) -> str:
    """Return the command that checks the CSV of this page; empty where no method was seen."""
    if view.instrument is None or view.edition is None:
        return ""
    address = f"{view.instrument.slug}@{view.instrument.version}"
    return f"teladan check {address} {view.publication.code}.csv --edition {view.edition.year}"
