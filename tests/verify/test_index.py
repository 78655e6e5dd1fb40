"""The additive index worked out again: figure by figure what `core` gives, for any additive method."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teladan import verify
from teladan.core import canonical, library
from teladan.core.index import read_answers
from teladan.core.instrument import Aggregation, Instrument
from teladan.core.quantity import Rounding, printed
from teladan.publication.documents.build import instrument_document
from tests.core.index.trees import SCALES, cases
from tests.verify.conftest import rows_of

ADDITIVE = (Aggregation.ARITHMETIC, Aggregation.SUM_TO_WEIGHT)
RANDOM = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
EXAMPLES = sorted((Path(__file__).parents[2] / "instruments").glob("*/*/example.csv"))


def method_of(edition, scales=SCALES):
    """Return the method as it is published: from canonical bytes, by way of the document."""
    instrument = Instrument(
        slug=edition.slug,
        version=edition.version,
        titles={},
        abbreviation="",
        nature="research",
        ranking=True,
        issuer={},
        country="",
        citation="",
        regulation={},
        valid_from="",
        valid_until="",
        supersedes="",
        translations={},
        sources=(),
        tiers=(),
        scales=scales,
        notes=(),
        editions=(edition,),
    )
    data = canonical.encode(instrument_document(instrument, edition))
    return verify.Method(verify.canonical_value(data, "the instrument"))


def hold(method, given_rows, published):
    """Return how many figures come out again; raises Wrong at the first difference."""
    data = canonical.encode({"inputs": given_rows, "results": published})
    both = verify.canonical_value(data, "rows")
    return verify.recompute(method, both["inputs"], both["results"])


@RANDOM
@given(cases(ADDITIVE))
def test_every_figure_of_core_comes_out_again(case):
    rows = rows_of(case.edition, case.organisations, case.cells, case.kinds)
    assert hold(method_of(case.edition), *rows) > 0


@RANDOM
@given(cases(ADDITIVE, with_kinds=False), st.data())
def test_one_changed_figure_is_found(case, data):
    inputs, rows = rows_of(case.edition, case.organisations, case.cells, None)
    row = data.draw(st.sampled_from(rows))
    code = data.draw(st.sampled_from(sorted(row["elements"])))
    name = data.draw(st.sampled_from(["printed", "exact", "weight", "contribution"]))
    was = row["elements"][code][name]
    row["elements"][code][name] = "12345/7" if was is None else was + "1"
    with pytest.raises(verify.Wrong) as failure:
        hold(method_of(case.edition), inputs, rows)
    place = f"row {rows.index(row) + 1}, {row['organisation']}, {code}: {name} is published as"
    assert str(failure.value).startswith(place)


@RANDOM
@given(cases(ADDITIVE), st.data())
def test_answers_that_core_refuses_are_refused(case, data):
    leaf = data.draw(st.sampled_from(case.edition.leaves))
    row = data.draw(st.integers(0, case.count - 1))
    text = data.draw(st.sampled_from(["", "x", "2.5", "1/0", "-7", "999", "yes", "1e3", "3 ", "+1", "1/3"]))
    inputs, rows = rows_of(case.edition, case.organisations, case.cells, case.kinds)
    case.cells[leaf.code][row] = text
    _, problems = read_answers(case.edition, case.organisations, case.cells, case.kinds)
    inputs[row]["scores"][leaf.code] = text
    method = method_of(case.edition)
    if not problems:
        rows[row] = rows_of(case.edition, case.organisations, case.cells, case.kinds)[1][row]
        assert hold(method, inputs, rows) > 0
    else:
        with pytest.raises(verify.Wrong, match="Organisation"):
            hold(method, inputs, rows)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.parent.name)
def test_every_shipped_instrument_in_every_edition(file):
    instrument = library.find(f"{file.parent.parent.name}@{file.parent.name}")
    with file.open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    organisations = [row["organisation"] for row in table]
    kinds = [row["kind"] for row in table] if "kind" in table[0] else None
    codes = [code for code in table[0] if code not in {"organisation", "kind"}]
    cells = {code: [row[code] for row in table] for code in codes}
    for edition in instrument.editions:
        data = canonical.encode(instrument_document(instrument, edition))
        method = verify.Method(verify.canonical_value(data, "the instrument"))
        rows = rows_of(edition, organisations, cells, kinds)
        assert hold(method, *rows) == len(rows[0]) * (3 + 4 * len(edition.elements))


@given(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=2000),
    st.integers(0, 6),
    st.sampled_from(list(Rounding)),
)
def test_figures_are_printed_as_core_prints_them(value, digits, mode):
    assert verify.decimal_text(verify.rounded(value, digits, str(mode)), digits) == printed(
        value, digits, mode
    )


@pytest.mark.parametrize("rule", sorted(set(Aggregation) - set(ADDITIVE)))
def test_other_means_need_teladan(rule):
    value = {"code": "index", "weight": "1", "scale": None, "aggregation": str(rule)}
    with pytest.raises(verify.NeedsTeladan, match=f"element index is a {rule} mean, which needs teladan"):
        verify.Element(value, {})
