"""The page of an edition: what was evaluated, how it is spread, every row, and what was checked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.quantity import Rounding, printed
from teladan.core.table import Column, Table
from teladan.portal.names import body_address, body_name, counted, shown_digits, source_text, verdict_word
from teladan.portal.results import findings
from teladan.portal.results.distribution import band_meanings, distribution
from teladan.portal.results.facts import facts
from teladan.portal.results.filter import Choices, Filter
from teladan.portal.results.notes import notes
from teladan.portal.results.regions import region_table
from teladan.portal.results.rows import FLAGGED, row_table, shared_drawings
from teladan.portal.uncertainty.assumptions import sentence, subject
from teladan.portal.uncertainty.column import rank_column
from teladan.portal.words import number
from teladan.publication.queries import CANNOT_BE_RIGHT, EditionView, RowView, archives
from teladan.publication.queries.uncertainty import Ranking
from teladan.web.formats import link, marked, num, said, status
from teladan.web.reasons import reason_text

MANY = 10  # per cent of the rows at the lowest value that are worth a sentence


def edition_page(
    view: EditionView, asked: Filter, choices: Choices, ranking: Ranking | None
) -> dict[str, Any]:
    """Return what the template names, for what was asked for."""
    rows = asked.rows(view)
    ranks = rank_column(view, ranking)
    return {
        "view": view,
        "asked": asked,
        "choices": choices,
        "title": findings.title(view),
        "lede": lede(view),
        "facts": facts(view)[:4],
        "archive": archives.address_if_made(view.publication.code, view.publication.number),
        "distribution": distribution(view),
        "bands": band_meanings(view),
        "notes": notes(view),
        "wrong": sum(row.verdict in CANNOT_BE_RIGHT for row in view.rows),
        "remarks": remarks(view),
        "regions": region_table(view),
        "heading": heading(view, asked, choices, rows),
        "shown": len(rows),
        "drawings": shared_drawings(view, ranks),
        "rows": row_table(view, asked, rows, ranks),
        "sure": how_sure(ranking),
        "report_title": subject(ranking),
        "checks": checks(view),
        "command": command(view),
    }


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
    sentences = [
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
        sentences.append(
            marked(
                _("%(count)s of %(all)s sit at its lowest value, %(bottom)s."),
                count=num(at_bottom),
                all=counted(view, len(columns[low])),
                bottom=num(printed(bottom, digits, Rounding.HALF_UP)),
            )
        )
    return sentences


def remarks(view: EditionView) -> Table[RowView] | None:
    """Return the rows that are not consistent, with the reason in the reader's language."""
    flagged = [row for row in view.rows if row.verdict in FLAGGED]
    if not flagged:
        return None
    wrong = any(row.verdict in CANNOT_BE_RIGHT for row in flagged)

    def verdict(row: RowView) -> Markup:
        return status(("no" if row.verdict == "undecided" else "bad", verdict_word(row.verdict)))

    return Table(
        (
            Column(
                _("Name"), lambda row: link(body_address(row.organisation, row.kind), body_name(row)), "x4"
            ),
            Column(_("Verdict"), verdict, "x4"),
            Column(_("Reason"), lambda row: reason_text(row.reason_code, row.reason_values), "x4"),
        ),
        flagged,
        sub=_("Shown as printed. No allowed answers give these figures under the method of this edition.")
        if wrong
        else _("Shown as printed. The check cannot decide, and says so."),
        css="t-table t-stack",
        box="t-box",
    )


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


def how_sure(ranking: Ranking | None) -> Markup:
    """Return what the ranks rest on, or why there are none."""
    if ranking is None:
        return escape(_("This edition was published without its uncertainty."))
    return sentence(ranking)


def checks(view: EditionView) -> list[tuple[str, Markup]]:
    """Return (term, text) of what was checked, for the box about trust."""
    verdicts = view.publication.verdicts
    total = sum(verdicts.values())
    checked = []
    if total:
        words = {
            "consistent": _("some allowed answers give exactly the printed figures"),
            "inconsistent": _("no allowed answers give these figures together"),
            "impossible": _("one figure alone is out of reach"),
            "undecided": _("this check cannot tell"),
        }
        checked += [
            (
                verdict_word(verdict),
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
        checked.append((_("Computed"), marked(text, count=num(len(view.edition.leaves)))))
        settled = 0
    else:
        settled = sum(bool(row.exact) for row in view.rows)
    if settled:
        checked.append(
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
    checked.append((_("Source"), source_text(view.publication) + date))
    checked.append((_("Licence"), said(source.get("licence_note") or source["licence"])))
    return checked


def command(view: EditionView) -> str:
    """Return the command that checks the CSV of this page; empty where no method was seen."""
    if view.instrument is None or view.edition is None:
        return ""
    address = f"{view.instrument.slug}@{view.instrument.version}"
    return f"teladan check {address} {view.publication.code}.csv --edition {view.edition.year}"
