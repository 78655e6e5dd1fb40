"""The report: one HTML file that needs nothing beside it, to read, to print and to attach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from teladan import __version__
from teladan.core.diagnosis import drawings, sections, structure
from teladan.core.diagnosis.diagnose import Diagnosis
from teladan.core.diagnosis.findings import findings
from teladan.core.diagnosis.markup import LANGUAGE, paragraph, text, titled
from teladan.core.text import choose

ENGINE = f"teladan {__version__}"
STYLE = Path(__file__).with_name("report.css")


def report(diagnosis: Diagnosis, made_from: Sequence[tuple[str, str]] = ()) -> str:
    """Return the report as HTML, the same bytes for the same diagnosis.

    made_from: (what, which) lines on where it comes from: files with their digests, an edition.
    """
    subject = diagnosis.subject
    found = findings(diagnosis)
    title = choose(subject.titles, LANGUAGE)[0] or subject.tree.root.code
    name = titled(subject.titles) or text(subject.tree.root.code)
    counts = f"{len(subject.place.units)} rows × {len(subject.tree.indicators)} indicators"
    links = [
        ("stands-out", "What stands out"),
        ("index", "The index"),
        *sections.TITLES.items(),
        ("made", "How this was made"),
    ]
    contents = "".join(f'<li><a href="#{place}">{text(words)}</a></li>' for place, words in links)
    body = "".join(
        [
            sections.standing_out(found),
            sections.the_index(diagnosis),
            sections.the_data(diagnosis),
            structure.within(diagnosis),
            structure.between(diagnosis),
            structure.principal(diagnosis),
            structure.alpha(diagnosis),
            structure.weights(diagnosis),
            structure.redundancy(diagnosis),
            sections.how_it_was_made(diagnosis, made_from, ENGINE),
        ]
    )
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Diagnosis of {text(title)}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the content</a>\n{drawings.grounds(diagnosis.thresholds)}\n'
        f"<header><h1>Diagnosis of {name}</h1>\n"
        + paragraph(
            f"{text(counts)}. What the data and the structure of the index say about each other.", "lede"
        )
        + f'</header>\n<nav aria-label="Contents"><ol>{contents}</ol></nav>\n<main id="main" tabindex="-1">\n'
        + f"{body}</main>\n</body>\n</html>\n"
    )
