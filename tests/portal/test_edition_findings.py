"""Titles are sentences made from rows by rules: hand-made editions, one rule each."""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override

from teladan.core import library
from teladan.portal import names
from teladan.portal.countries.tiles import tile_class
from teladan.portal.home.page import moves
from teladan.portal.results import findings
from teladan.portal.results.distribution import band_widths, by_band, by_tenths, counts, share
from teladan.portal.results.filter import Filter
from teladan.portal.results.notes import mean_note, unlisted
from teladan.portal.results.rows import axis_of, row_table
from teladan.publication.models import Publication
from teladan.publication.queries import EditionView, RowView
from tests.tables import table_of


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def row(name: str, index: str, **given: Any) -> RowView:
    values: dict[str, Any] = {
        "organisation": name.lower(),
        "name": name,
        "language": "id",
        "printed_name": name,
        "kind": "regency",
        "region": "",
        "region_name": "",
        "index": index,
        "exact": "",
        "band": "",
        "rank": "",
        "scored": True,
        "elements": {},
        "beside": {},
        "verdict": "consistent",
        "reason": "",
        "reason_code": "ok",
        "reason_values": {},
        "exact_indices": (),
        "before": "",
    }
    return RowView(**(values | given))


def edition(
    rows: Iterable[RowView], instrument: str = "spbe@2020", year: str = "2024", **given: Any
) -> EditionView:
    method = library.find(instrument) if instrument else None
    of_year = method.edition(year) if method else None
    before = given.pop("before", None)
    children = of_year.root.children if of_year else ()
    publication = Publication(
        code="sample",
        series=instrument.partition("@")[0] or "sample",
        edition=year,
        titles={"en": "A plain title"},
        **{
            "verdicts": {},
            "kind": "reported",
            "elements": [{"code": c.code, "titles": dict(c.titles)} for c in children],
        }
        | given,
    )
    return EditionView(
        publication=publication, instrument=method, edition=of_year, before=before, rows=tuple(rows)
    )


def many(count: int, services: str, management: str, band: str = "Baik") -> list[RowView]:
    elements = {"D1": "3.00", "D2": "3.00", "D3": management, "D4": services}
    return [row(f"Body {services} {i}", "3.00", elements=elements, band=band) for i in range(count)]


def test_the_pair_that_lies_one_way_in_nearly_all_rows_is_the_title():
    view = edition(many(96, "4.00", "2.00") + many(4, "2.00", "4.00"))
    assert findings.title(view) == "In 96 of 100 public bodies, ‘Services’ scores higher than ‘Management’"


def test_a_pair_that_is_not_clear_is_no_title():
    view = edition(many(94, "4.00", "2.00") + many(6, "2.00", "4.00"))
    assert findings.clear_pair(view) is None
    assert findings.title(view) == "Half of 100 public bodies stand at 3.00 or higher"


def test_a_clear_pair_among_few_rows_says_little():
    assert findings.clear_pair(edition(many(19, "4.00", "2.00"))) is None


def test_equal_is_not_higher():
    assert findings.clear_pair(edition(many(100, "3.00", "3.00"))) is None


def test_parts_that_are_normed_each_in_its_own_way_are_not_compared():
    elements = {"OSI": "0.9", "HCI": "0.5", "TII": "0.1"}
    view = edition([row(f"C{i}", "0.5000", elements=elements, kind="country") for i in range(30)], "egdi@1")
    assert findings.comparable(view) == []
    assert findings.title(view) == "Half of 30 countries stand at 0.5000 or higher"


def test_one_body_is_told_by_its_own_figure_in_the_language_of_its_name():
    view = edition([row("Kota X", "3.19", band="Baik")])
    with override("id"):
        assert "Kota X" in findings.title(view)
        assert "lang=" not in findings.title(view)
        assert "3,19" in findings.title(view)
    assert findings.title(view).startswith('<span lang="id">Kota X</span> stands at 3.19')


def test_names_are_escaped():
    assert "<b>" not in findings.title(edition([row("<b>X</b>", "3.19")]))


def test_nearly_all_rose():
    before = Publication(code="b", edition="2022")
    rows = [row(f"C{i}", "0.6000", before="0.5000", kind="country") for i in range(19)]
    rows.append(row("D", "0.4000", before="0.5000", kind="country"))
    view = edition(rows, "egdi@1", before=before)
    assert findings.title(view) == "19 of 20 countries stand higher than in 2022"


def test_a_publisher_who_ranks_nobody_gets_groups():
    rows = [row(f"C{i}", "0.800", band="A", kind="country") for i in range(20)]
    rows += [row("D", "0.100", band="D", kind="country")]
    assert findings.title(edition(rows, "gtmi@1", "2025")) == "Group A holds 20 of 21 economies, Group D 1"


def test_where_no_rule_speaks_the_plain_title_stands():
    assert findings.title(edition([])) == "A plain title"
    assert findings.title(edition([row("A", ""), row("B", "")], "")) == "A plain title"


def test_the_band_that_half_reach():
    view = edition(many(30, "3.00", "3.00", "Baik") + many(20, "2.00", "2.00", "Kurang"))
    text = str(findings.reached(view))
    assert text == '30 of 50 public bodies reach ‘Good (<span lang="id">Baik</span>)’ or better'
    top = edition(many(30, "3.00", "3.00", "Memuaskan"))
    assert str(findings.reached(top)).startswith("30 of 30 public bodies are in")


def test_words_that_all_titles_share_are_left_out():
    view = edition([])
    assert list(findings.short_titles(view).values()) == ["Policy", "Governance", "Management", "Services"]
    with override("id"):
        assert list(findings.short_titles(view).values()) == [
            "Kebijakan",
            "Tata Kelola",
            "Manajemen",
            "Layanan",
        ]


def test_status_says_kind_and_consistency():
    reported = {"kind": "reported", "verdicts": {"consistent": 615, "impossible": 1}}
    assert findings.figures_state(Publication(**reported)) == ("part", "Reported; 615 of 616 consistent")
    assert findings.figures_state(Publication(kind="reported", verdicts={}))[0] == "no"
    assert findings.figures_state(Publication(kind="computed", verdicts={}))[1].startswith("Computed")


def test_figures_are_shown_with_the_declared_digits():
    long = edition([row("A", "0.868093845284015")], "gtmi@1", "2025")
    assert names.shown(long, "0.868093845284015") == "0.868"
    assert names.shown(edition([row("A", "0.20827")], "egdi@1"), "0.20827") == "0.2083"


def test_what_the_unlisted_must_average_is_exact():
    national = {"index": "2.79", "over": "4", "note": {"en": "Over four."}}
    view = edition([row("A", "3.00"), row("B", "3.00"), row("C", "3.00")], national=national)
    found = unlisted(view)
    assert found is not None
    assert (found.rows, found.low, found.high) == (1, Fraction("2.14"), Fraction("2.18"))
    note = mean_note(view)
    assert note is not None
    assert note.heading == "Why 2.79 and 3.00?"
    assert "from 2.14 to 2.18" in note.paragraphs[1]


def test_a_mean_below_the_scale_is_pointed_at():
    national = {"index": "2.00", "over": "4"}
    view = edition([row("A", "3.00"), row("B", "3.00"), row("C", "3.00")], national=national)
    assert "The lowest index there can be is 1.00." in mean_note(view).paragraphs[-1]


def test_a_band_that_hangs_on_the_exact_index_is_named():
    lean = row("Kabupaten P", "3.50", exact="6997/2000", exact_indices=("6997/2000",), band="Baik")
    view = edition([lean, row("Q", "3.40", exact_indices=("17/5",), band="Baik")])
    assert view.leaning == {"kabupaten p"}
    assert view.leans_on_exact(lean)
    assert row_table(view, Filter(), view.rows).title == "Index and parts of 2 public bodies"


def test_the_histogram_counts_every_value_once():
    ends = (row("Low", "1.00", band="Kurang"), row("Top", "5.00", band="Memuaskan"))
    view = edition([*many(30, "3.00", "3.00"), *ends])
    spread = str(by_band(view))
    bodies, shares = ([*row.values()] for row in table_of(spread))
    assert bodies == ["Bodies", "1", "0", "30", "0", "1"]
    assert shares == ["Share", "3%", "0%", "94%", "0%", "3%"]
    assert band_widths(view) == [8, 8, 9, 7, 8]
    assert re.findall(r'<th scope="col" colspan="(\d+)">', spread) == ["8", "8", "9", "7", "8"]
    assert re.findall(r'span="(40)"', spread) == ["40", "40"]  # the columns, and the histogram over them
    assert "By index, in steps of 0.1: 32 public bodies, 2024" in spread
    axis = axis_of(view)
    assert sum(counts(view.values, axis, 40)) == 32


def test_tenths_of_a_scale_without_bands():
    rows = [row(f"C{i}", "0.9500", kind="country") for i in range(20)] + [row("Z", "0.0500", kind="country")]
    tenths = table_of(str(by_tenths(edition(rows, "egdi@1"))))
    assert [tenth["Countries"] for tenth in tenths] == ["20", *["0"] * 8, "1"]
    assert (tenths[0]["Index"], tenths[0]["Share"]) == ("0.9–1", "95%")
    assert share(1, 0) == "0"


def test_moves_between_own_answers_and_scores():
    assert moves({"a": "3", "b": "2", "c": "1", "d": "5"}, {"a": "2", "b": "2", "c": "4"}) == (1, 1, 1)


def test_tiles_lie_in_five_equal_steps():
    low, high = Fraction(0), Fraction(1)
    assert [tile_class(Fraction(i, 10), low, high) for i in (0, 1, 2, 5, 9, 10)] == [1, 1, 2, 3, 5, 5]
    assert tile_class(low, low, low) == 5
