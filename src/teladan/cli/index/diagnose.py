"""`teladan diagnose`: what the data and the structure of an index say about each other."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from teladan.cli import output
from teladan.cli.index.research import composite, given
from teladan.cli.problems import DONE, CannotRun
from teladan.core.diagnosis import as_json, diagnose, findings, of_edition, of_pipeline
from teladan.core.diagnosis.sections import TITLES
from teladan.core.diagnosis.words import correlation, number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teladan.cli.index.research import Given
    from teladan.core.diagnosis import Diagnosis, Finding, Subject

SHOWN = 8  # places of a finding that are named on a terminal
PAGES = {".html", ".htm"}


def run(
    slug: str,
    file: str,
    *,
    report: str | None,
    method: str,
    edition: str | None,
    form: str,
    decimal: str | None,
    ignore: Sequence[str],
) -> int:
    """Diagnose, write the report and print; return the exit status. Raises CannotRun or WrongData."""
    page = None if report is None else _page(report)
    found = given(slug, file, edition=edition, decimal=decimal, ignore=ignore)
    if found.rows is not None:
        raise CannotRun(f"{file}: printed figures have nothing below them to diagnose; give the indicators")
    with composite(file):
        diagnosis = diagnose(_subject(found), method=str(method))
    if page is not None:
        from teladan.core.diagnosis.report import report as html

        _write(page, html(diagnosis, _made_from(found, slug, file)))
        output.note(f"{page}: written")
    if form == "json":
        output.write(json.dumps(as_json(diagnosis), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        output.write(_text(found.heading, diagnosis))
    return DONE


def _page(name: str) -> Path:
    """Return where the report goes; refuse what is no place for one before anything is computed."""
    page = Path(name)
    if page.is_dir():
        raise CannotRun(f"--report {name}: this is a folder; name a file in it, such as diagnosis.html")
    if page.suffix.lower() not in PAGES:
        raise CannotRun(f"--report {name}: the report is an HTML file; let its name end in .html")
    if not page.parent.is_dir():
        raise CannotRun(f"--report {name}: there is no folder {page.parent}")
    return page


def _write(page: Path, html: str) -> None:
    beside = page.with_name(f".{page.name}.new")
    try:
        beside.write_text(html, encoding="utf-8")
        beside.replace(page)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CannotRun(f"--report {page}: cannot be written: {error.strerror}") from error


def _subject(found: Given) -> Subject:
    instrument = found.instrument
    if found.table is not None:
        document = instrument.document
        assert document is not None
        return of_pipeline(document.pipeline, found.table, document.titles)
    assert instrument.edition is not None
    assert instrument.method is not None
    assert found.answers is not None
    method = instrument.method
    return of_edition(instrument.edition, found.answers, nature=method.nature, titles=method.titles)


def _made_from(found: Given, slug: str, file: str) -> list[tuple[str, str]]:
    """Return lines on what went in; files by name and digest, not by where they lie here."""
    if found.instrument.edition is not None:
        method = ("instrument", found.instrument.edition.address)
    else:
        method = ("pipeline", f"{Path(slug).name}, SHA-256 {_digest(slug)}")
    return [method, ("data", f"{Path(file).name}, SHA-256 {_digest(file)}")]


def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _text(heading: str, diagnosis: Diagnosis) -> str:
    subject = diagnosis.subject
    lines = [
        f"{heading} · {len(subject.place.units):,} rows × {len(subject.tree.indicators):,} indicators",
        *subject.notes,
        "",
    ]
    found = findings(diagnosis)
    for section, title in TITLES.items():
        here = [_line(finding) for finding in found if finding.section == section]
        lines += [title, *here, ""] if here else []
    if not found:
        lines += ["Nothing stands out.", ""]
    return "\n".join(lines) + "\n" + _groups(diagnosis) + "\n" + _indicators(diagnosis)


def _line(finding: Finding) -> str:
    shown = [" and ".join(codes) + (f" ({said})" if said else "") for codes, said in finding.places[:SHOWN]]
    more = len(finding.places) - SHOWN
    shown += [f"and {more} more"] if more > 0 else []
    return f"  {finding.text}: {'; '.join(shown)}"


def _groups(diagnosis: Diagnosis) -> str:
    alphas = {group.of: group for group in diagnosis.reliability}
    rows = []
    for group in diagnosis.components:
        first = float(group.shares[0]) if len(group.shares) else None
        rows.append(
            [
                group.of or "all indicators",
                str(len(group.codes)),
                str(group.rows),
                number(alphas[group.of].alpha, 3),
                percent(first),
                output.NOTHING if group.reason else str(group.kaiser),
            ]
        )
    header = ("group", "parts", "rows", "alpha", "first component", "eigenvalues above 1")
    return output.table("", header, rows, right=range(1, 6)) if rows else ""


def _indicators(diagnosis: Diagnosis) -> str:
    quality = {one.indicator: one for one in diagnosis.quality}
    leaves = set(diagnosis.subject.tree.indicators)
    rows = [
        [
            one.code,
            percent(quality[one.code].missing / quality[one.code].rows),
            number(quality[one.code].skew, 3),
            number(quality[one.code].kurtosis, 3),
            correlation(one.with_parent),
            correlation(one.with_index),
            percent(one.effective),
            percent(one.variance),
        ]
        for one in diagnosis.importance
        if one.code in leaves
    ]
    header = (
        "indicator", "missing", "skew", "kurtosis", "r parent", "r index", "weight", "of variance",
    )  # fmt: skip
    return output.table("", header, rows, right=range(1, 8))
