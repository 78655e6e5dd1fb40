"""The report: one file, whole, safe and accessible."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from teladan.core.composite import Aggregate, Element, Normalise, Pipeline, Table, Tree, parse
from teladan.core.composite.orders import Unchanged
from teladan.core.diagnosis import diagnose, of_pipeline
from teladan.core.diagnosis.report import report
from tests.core.composite import vectors as asem
from tests.core.composite.small import flat, table_of

VOID = {"meta", "line", "circle", "rect", "use"}
EVIL = 'R&D <script>alert("x")</script>'


class Reader(HTMLParser):
    """Reads a page, holding that every element is closed, and keeps tags with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def evil_index():
    codes = ("a<b", 'c"d', "e&f")
    children = tuple(Element(code=code, titles={"en": EVIL}) for code in codes)
    tree = Tree(root=Element(code="index", titles={"id": "Indeks <b>"}, children=children))
    values = np.random.Generator(np.random.PCG64(3)).normal(size=(12, 3))
    values[0, 0] = 99.0
    units = (EVIL, *(f"U{i}" for i in range(11)))
    steps = (Normalise(method=Unchanged()), Aggregate())
    table = Table(units=units, indicators=codes, values=values)
    return diagnose(of_pipeline(Pipeline(tree=tree, steps=steps), table))


def odd_index():
    """Return a diagnosis where most things are not defined."""
    columns = {"same": [3, 3, 3, 3], "few": [1, None, None, None], "none": [None] * 4, "x": [1, 2, 3, 4]}
    pipeline = Pipeline(tree=flat(columns), steps=(Aggregate(),))
    return diagnose(of_pipeline(pipeline, table_of(columns)))


def sample():
    import csv

    folder = Path(__file__).parents[1] / "composite"
    document = parse((folder / "sample.yaml").read_text(encoding="utf-8"))
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as lines:
        table = document.table(list(csv.DictReader(lines)))
    return diagnose(of_pipeline(document.pipeline, table, document.titles))


@pytest.mark.parametrize("made", [sample, evil_index, odd_index])
def test_the_file_is_whole_and_needs_nothing_beside_it(made):
    html = report(made(), [("data", "data.csv")])
    page = Reader(html)

    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("style")) == 1
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not [attrs for _, attrs in page.tags if "style" in attrs or any(a.startswith("on") for a in attrs)]
    links = [attrs["href"] for tag in ("a", "use") for attrs in page.all(tag)]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    assert {attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs} <= set(ids)
    assert not re.search(r"url\(|@import|https?:", html)
    assert not re.search(r"\bnan\b|\binf\b|None", " ".join(page.words))


@pytest.mark.parametrize("made", [sample, evil_index, odd_index])
def test_every_table_has_a_caption_and_heads(made):
    page = Reader(report(made()))
    tables = len(page.all("table"))

    assert tables == len(page.all("caption")) == len(page.all("thead")) > 5
    assert {attrs.get("scope") for attrs in page.all("th")} == {"col", "row"}
    assert all(attrs.get("aria-hidden") == "true" for attrs in page.all("svg"))


def test_text_of_others_stays_text():
    html = report(evil_index())
    words = " ".join(Reader(html).words)

    assert "<script" not in html
    assert EVIL in words
    assert "a<b" in words
    assert '<span lang="id">Indeks &lt;b&gt;</span>' in html


def test_the_same_diagnosis_gives_the_same_bytes():
    assert report(sample()) == report(sample())


def test_what_is_not_defined_is_said():
    words = " ".join(Reader(report(odd_index())).words)
    assert "No unit has a value" in words
    assert "The value is the same everywhere" in words
    assert "with none of its siblings" in words
    assert "rows with every value: 1, and 3 are needed" in words


def test_the_findings_and_their_figures_stand_in_it():
    words = " ".join(Reader(report(sample(), [("data", "sample.csv, SHA-256 00")])).words)
    assert "Diagnosis of" in words
    assert "Sample index of open harbours (invented)" in words
    assert "Screening left out 1 of 8 rows." in words
    assert "sample.csv, SHA-256 00" in words
    assert "links and care" in words


@pytest.mark.parametrize("made", [sample, odd_index])
def test_in_the_browser(browser, axe, tmp_path, made):
    file = tmp_path / "report.html"
    file.write_text(report(made()), encoding="utf-8")
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(file.as_uri())
        assert axe(page) == []
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
        page.close()


@asem.needed
@pytest.mark.more
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_large_index_in_the_browser(browser, axe, tmp_path, scheme):
    file = tmp_path / "report.html"
    diagnosis = diagnose(of_pipeline(asem.pipeline(), asem.table()))
    file.write_text(report(diagnosis), encoding="utf-8")
    assert file.stat().st_size < 400_000
    for width in (320, 480, 768, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(file.as_uri())
        assert axe(page) == []
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
        page.close()
