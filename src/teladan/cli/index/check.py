"""`teladan check`: whether printed figures can come from a method."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from teladan.cli import output
from teladan.cli.examples import example
from teladan.cli.options import Decimal, Edition, File, Form, Format, Ignore, Slug
from teladan.cli.problems import DONE, WRONG_DATA, reported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.cli.files.answers import Sheet
    from teladan.core.consistency import Finding, IndexRange

verbs = typer.Typer()


@verbs.command(
    epilog=example("teladan check spbe@2020 results.csv --edition 2023", "teladan check egdi parts.csv")
)
@reported
def check(
    slug: Slug,
    file: File,
    *,
    edition: Edition = None,
    form: Format = Form.TABLE,
    decimal: Decimal = None,
    ignore: Ignore = None,
) -> int:
    """Check whether printed figures can come from the method.

    FILE has a column organisation, columns of any elements and of index with
    the figures as printed, and may have band and kind. Exit status 1 where a
    row is inconsistent or impossible.
    """
    from teladan.cli.files.decimals import named_mark
    from teladan.cli.files.printed import read_printed
    from teladan.cli.files.reading import read
    from teladan.cli.index.lookup import heading, is_newest, resolve
    from teladan.core.consistency import Checker, Verdict

    mark = named_mark(decimal)
    instrument, chosen = resolve(slug, edition)
    table = read(file)
    sheet, rows = read_printed(table, chosen, decimal=mark, ignore=ignore or ())
    checker = Checker(chosen)
    findings = [checker.check(row) for row in output.watched(rows, "Checking …")]
    output.note(table.note)
    if form is Form.JSON:
        if is_newest(slug, edition):
            output.note(f"{file}: checked under {chosen.address}")
        output.write(output.json_text(as_json(findings)))
    else:
        output.write(_table(heading(instrument, chosen), findings, sheet))
    wrong = {Verdict.INCONSISTENT, Verdict.IMPOSSIBLE}
    return WRONG_DATA if any(finding.verdict in wrong for finding in findings) else DONE


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the JSON value of the findings; candidates hold exact values as text."""
    from teladan.core.consistency import summary

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


def _table(title: str, findings: Sequence[Finding], sheet: Sheet) -> str:
    from teladan.core.consistency import Verdict

    order = (Verdict.IMPOSSIBLE, Verdict.INCONSISTENT, Verdict.UNDECIDED, Verdict.CONSISTENT)
    numbered = sorted(zip(sheet.rows, findings, strict=True), key=lambda pair: order.index(pair[1].verdict))
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
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict.value}" for verdict in reversed(order))
    return output.table(
        title,
        ("organisation", "row", "verdict", "why, or what the exact index can be"),
        rows,
        right=(1,),
        notes=[f"{output.count(findings, 'row')}: {verdicts}."],
    )


def _exact_index(finding: Finding) -> str:
    """Return the exact values of the index that print as the row does: all, or their range and some."""
    from teladan.core.quantity import plain_text

    index = finding.index
    if index is None:
        return finding.reason
    named = [plain_text(value) for value in index.named]
    if index.complete:
        return " or ".join(named)
    start = f"{'from' if index.low_in else 'above'} {plain_text(index.low)}"
    end = f"{'to' if index.high_in else 'to below'} {plain_text(index.high)}"
    return f"{start} {end}, among them {', '.join(named)}"
