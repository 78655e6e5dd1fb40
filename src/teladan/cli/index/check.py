"""`teladan check`: whether printed figures can come from a method."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from teladan.cli import output
from teladan.cli.files.answers import read_sheet
from teladan.cli.files.columns import BAND, IGNORABLE
from teladan.cli.files.reading import read
from teladan.cli.index.instruments import heading, is_newest, resolve
from teladan.cli.problems import DONE, WRONG_DATA, WrongData
from teladan.core.consistency import Checker, Row, Verdict, summary
from teladan.core.quantity import QuantityError, exact, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.cli.files.answers import Sheet
    from teladan.core.consistency import Finding, IndexRange
    from teladan.core.instrument import Edition

WRONG = frozenset({Verdict.INCONSISTENT, Verdict.IMPOSSIBLE})
ORDER = (Verdict.IMPOSSIBLE, Verdict.INCONSISTENT, Verdict.UNDECIDED, Verdict.CONSISTENT)


def run(
    slug: str,
    file: str,
    *,
    edition: str | None,
    form: str,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Check and print; return 1 where any row is inconsistent or impossible."""
    instrument, chosen = resolve(slug, edition)
    table = read(file)
    sheet = read_sheet(
        table,
        chosen,
        decimal=decimal,
        ignore=ignore,
        codes=chosen.elements,
        extra={BAND},
        harmless=IGNORABLE,
    )
    _report_numbers(sheet)
    if sheet.problems:
        raise WrongData(file, sheet.problems)
    findings = found(chosen, sheet)
    output.note(table.note)
    if form == "json":
        if is_newest(slug, edition):
            output.note(f"{file}: checked under {chosen.address}")
        output.write(output.json_text(as_json(findings)))
    else:
        output.write(_table(heading(instrument, chosen), findings, sheet))
    return WRONG_DATA if any(finding.verdict in WRONG for finding in findings) else DONE


def found(edition: Edition, sheet: Sheet) -> list[Finding]:
    """Return the finding for every row of the sheet."""
    checker = Checker(edition)
    bands = sheet.extra.get(BAND)
    count = len(sheet.organisations)
    rows = [
        Row(
            organisation=sheet.organisations[i],
            values={code: cells[i] for code, cells in sheet.cells.items() if cells[i]},
            band=bands[i] if bands else None,
            kind=sheet.kinds[i] if sheet.kinds else None,
        )
        for i in range(count)
    ]
    return [checker.check(row) for row in output.watched(rows, "Checking …")]


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the JSON value of the findings; candidates hold exact values as text."""
    return {
        "summary": summary(findings),
        "rows": [
            {
                "organisation": finding.organisation,
                "verdict": finding.verdict.value,
                "reason": finding.reason,
                "candidates": [
                    {code: str(value) for code, value in candidate.items()}
                    for candidate in finding.candidates
                ],
                "complete": finding.complete,
                "index": _range(finding.index),
            }
            for finding in findings
        ],
    }


def _range(index: IndexRange | None) -> dict[str, Any] | None:
    if index is None:
        return None
    return {
        "from": str(index.low),
        "to": str(index.high),
        "from_included": index.low_in,
        "to_included": index.high_in,
    }


def _report_numbers(sheet: Sheet) -> None:
    """Name the cells that are no number; a figure is never guessed."""
    for code, cells in sheet.cells.items():
        refused: dict[str, str] = {}
        for text in set(cells) - {""}:
            try:
                exact(text)
            except QuantityError as error:
                refused[text] = str(error)
        if refused:
            for position, text in enumerate(cells):
                if text in refused:
                    sheet.report(position, code, refused[text])


def _table(title: str, findings: Sequence[Finding], sheet: Sheet) -> str:
    numbered = sorted(zip(sheet.rows, findings, strict=True), key=lambda pair: ORDER.index(pair[1].verdict))
    rows = [
        [
            finding.organisation,
            str(row),
            finding.verdict.value,
            finding.reason if finding.verdict is not Verdict.CONSISTENT else _exact_index(finding),
        ]
        for row, finding in numbered
    ]
    counts = Counter(finding.verdict for finding in findings)
    said = ", ".join(f"{counts[verdict]:,} {verdict.value}" for verdict in reversed(ORDER))
    return output.table(
        title,
        ("organisation", "row", "verdict", "why, or what the exact index can be"),
        rows,
        right=(1,),
        notes=[f"{output.count(findings, 'row')}: {said}."],
    )


def _exact_index(finding: Finding) -> str:
    """Return the exact values of the index that print as the row does: all, or their range and some."""
    index = finding.index
    if index is None:
        return finding.reason
    named = [plain_text(value) for value in index.named]
    if index.complete:
        return " or ".join(named)
    start = f"{'from' if index.low_in else 'above'} {plain_text(index.low)}"
    end = f"{'to' if index.high_in else 'to below'} {plain_text(index.high)}"
    return f"{start} {end}, among them {', '.join(named)}"
