"""The index as one expression on DuckDB against the engine, on random editions and on those shipped."""

from __future__ import annotations

import contextlib
import csv
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from teladan.core import library
from teladan.core.index import AggregationError, evaluate, read_answers
from teladan.core.instrument import INDEX, Aggregation, Missing, Scale, ScaleType
from tests.core.index.trees import cases

pytest.importorskip("ibis")
duckdb = pytest.importorskip("duckdb")

from teladan.core.index.expression import ExpressionError, express  # noqa: E402  (after the extra is known)
from teladan.core.index.expression.dialect import sql, table  # noqa: E402

ROOT = Path(__file__).parents[3]
# A case takes a database 50 ms, so one run looks at few; `make test-more` looks at thirty times as many.
RANDOM = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
DECIMALS = (1, 2, 8, 10, 400)  # answers that four digits after the point hold
EXACT = (Aggregation.ARITHMETIC, Aggregation.SUM_TO_WEIGHT, Aggregation.MEDIAN, Aggregation.MINIMUM)
TYPES = ("DECIMAL(9, 4)", "DECIMAL(30, 12)", "DOUBLE")


@contextlib.contextmanager
def held(columns, count):
    """Yield a connection that holds a table `answers`, and the table; columns: {name: (type, values)}."""
    with duckdb.connect() as connection:
        names = ", ".join(f'"{name}" {kind}' for name, (kind, _) in columns.items())
        connection.execute(f"create table answers ({names})")
        places = ", ".join("?" for _ in columns)
        rows = [[values[n] for _, values in columns.values()] for n in range(count)]
        connection.executemany(f"insert into answers values ({places})", rows)
        described = connection.execute("describe answers").fetchall()
        yield connection, table("answers", {row[0]: row[1] for row in described})


def typed(leaf, texts, kind):
    if leaf.scale.type is ScaleType.YES_NO:
        return "VARCHAR", [text or None for text in texts]
    if leaf.scale.type is ScaleType.LEVEL and leaf.scale.step == 1:
        return "TINYINT", [int(text) if text else None for text in texts]
    values = [Fraction(text) if text else None for text in texts]
    if kind == "DOUBLE":
        return kind, [None if value is None else float(value) for value in values]
    return kind, [
        None if value is None else Decimal(value.numerator) / Decimal(value.denominator) for value in values
    ]


def answers_of(case):
    answers, problems = read_answers(case.edition, case.organisations, case.cells, case.kinds)
    assert problems == []
    return answers


def columns_of(case, kinds_of_column):
    columns = {"organisation": ("VARCHAR", case.organisations)}
    if case.kinds is not None:
        columns["kind"] = ("VARCHAR", case.kinds)
    for number, leaf in enumerate(case.edition.leaves):
        kind = kinds_of_column[number % len(kinds_of_column)]
        columns[leaf.code] = typed(leaf, case.cells[leaf.code], kind)
    return columns


def run(edition, columns, count):
    """Return (expression, {column: values}, number of wrong rows)."""
    codes = {leaf.code: leaf.code for leaf in edition.leaves if leaf.code in columns}
    if INDEX in columns:
        codes[INDEX] = INDEX
    with held(columns, count) as (connection, answers):
        kind = "kind" if "kind" in columns else None
        made = express(edition, answers, codes, organisation="organisation", kind=kind)
        found = connection.execute(sql(made.results))
        names = [column[0] for column in found.description]
        rows = found.fetchall()
        wrong = len(connection.execute(sql(made.wrong)).fetchall())
    order = {name: n for n, name in enumerate(columns["organisation"][1])}
    rows.sort(key=lambda row: order[row[0]])
    return made, {name: [row[n] for row in rows] for n, name in enumerate(names)}, wrong


def same(results, found, made):
    """Hold every value of the expression against the engine's."""
    edition = results.edition
    for row, result in enumerate(results.rows()):
        assert found["organisation"][row] == result.organisation
        assert found["scored"][row] == result.scored
        assert found["band"][row] == (result.band and result.band.code)
        for element in edition.root.walk():
            if not element.children:
                continue
            code, wanted = element.code, result.elements[element.code]
            if code in found:
                shown = found[code][row]
                assert (None if shown is None else f"{shown:f}") == wanted.printed, code
            if f"{code}_numerator" in found:
                told = (found[f"{code}_numerator"][row], found[f"{code}_denominator"][row])
                value = None if None in told else Fraction(int(told[0]), int(told[1]))
                if wanted.is_exact:
                    assert value == wanted.exact, code
                else:
                    near(value, wanted.exact)
            elif f"{code}_approximate" in found:
                near(found[f"{code}_approximate"][row], wanted.exact)
                assert not made.exact
            else:
                assert element.digits is not None, code


def near(value, wanted):
    if wanted is None:
        assert value is None
    else:
        assert float(value) == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)


# --- random editions --------------------------------------------------------------------------------


@pytest.mark.usefixtures("sample")
@RANDOM
@given(
    cases(EXACT, denominators=DECIMALS),
    st.lists(st.sampled_from(TYPES), min_size=1, max_size=4),
)
def test_every_figure_of_an_additive_edition_is_the_engines_digit_for_digit(case, kinds_of_column):
    made, found, wrong = run(case.edition, columns_of(case, kinds_of_column), case.count)
    assert wrong == 0
    same(evaluate(case.edition, answers_of(case)), found, made)


COUNTED = {"denominators": DECIMALS, "missing": (Missing.REFUSE, Missing.LOWEST)}


@pytest.mark.usefixtures("sample")
@RANDOM
@given(st.one_of(cases(EXACT, with_kinds=False, **COUNTED), cases(EXACT, parts_of=(1, 2, 10), **COUNTED)))
def test_it_is_exact_where_no_answer_is_left_out(case):
    """With kinds the weights in effect differ by row, and with 1/7 and 1/9 can need more than 38 digits."""
    made, _, wrong = run(case.edition, columns_of(case, TYPES[:1]), case.count)
    assert (made.exact, wrong) == (True, 0)


@pytest.mark.usefixtures("sample")
@RANDOM
@given(cases(denominators=DECIMALS, with_rounding=False))
def test_means_without_an_exact_value_are_near_the_engines(case):
    answers = answers_of(case)
    columns = columns_of(case, TYPES[:1])
    try:
        results = evaluate(case.edition, answers)
    except AggregationError:
        assert run(case.edition, columns, case.count)[2] > 0
        return
    made, found, wrong = run(case.edition, columns, case.count)
    assert wrong == 0
    same(results, found, made)


@pytest.mark.usefixtures("sample")
@RANDOM
@given(cases(EXACT, denominators=DECIMALS, with_kinds=False), st.data())
def test_a_wrong_cell_is_found_and_its_row_counts_for_nothing(case, data):
    leaf = data.draw(st.sampled_from(case.edition.leaves))
    scale = leaf.scale
    assume(scale.type is not ScaleType.GOALPOSTS and scale.type is not ScaleType.YES_NO)
    row = data.draw(st.integers(0, case.count - 1))
    columns = columns_of(case, TYPES[:1])
    beyond = data.draw(st.sampled_from([scale.lowest - 1, scale.highest + 1]))
    columns[leaf.code][1][row] = int(beyond)
    _, found, wrong = run(case.edition, columns, case.count)
    assert wrong == 1
    assert [value is None for value in found["scored"]] == [n == row for n in range(case.count)]


@pytest.mark.usefixtures("sample")
@RANDOM
@given(cases(denominators=DECIMALS, with_kinds=False), st.data())
def test_a_double_that_is_no_figure_stops_nothing_and_is_found(case, data):
    leaf = data.draw(st.sampled_from(case.edition.leaves))
    assume(leaf.scale.type is not ScaleType.YES_NO)
    row = data.draw(st.integers(0, case.count - 1))
    columns = columns_of(case, ["DOUBLE"])
    values = [None if value is None else float(value) for value in columns[leaf.code][1]]
    wild = [float("nan"), float("inf"), -float("inf")]
    if leaf.scale.type is not ScaleType.GOALPOSTS:
        wild += [1e300, -1e18, float(leaf.scale.lowest) + 1 / 3]
    values[row] = data.draw(st.sampled_from(wild))
    columns[leaf.code] = ("DOUBLE", values)
    _, found, wrong = run(case.edition, columns, case.count)
    assert wrong >= 1
    assert found["scored"][row] is None


@pytest.mark.parametrize("rule", [Aggregation.GEOMETRIC, Aggregation.HARMONIC])
@pytest.mark.parametrize("above", list(Aggregation))
def test_a_mean_that_is_rounded_inside_can_be_printed_above(rule, above):
    """What is rounded of a geometric mean is no larger than the mean, and goes on as a figure."""
    leaf = library.find("egdi").edition().leaves[0]
    one, five = Fraction(1), Fraction(5)
    scale = Scale(code="five", type=ScaleType.LEVEL, lowest=one, highest=five, step=one)
    leaves = tuple(replace(leaf, code=f"L{n}", weight=Fraction(n), scale=scale) for n in (1, 2))
    inner = replace(
        leaf, code="E", weight=Fraction(3), scale=None, children=leaves, aggregation=rule, digits=1,
        rounds_inside=True,
    )  # fmt: skip
    root = replace(inner, code=INDEX, children=(inner,), aggregation=above, digits=3, rounds_inside=False)
    edition = replace(library.find("egdi").edition(), root=root, bands=(), overrides=())
    cells = {"L1": ["1", "3", "5"], "L2": ["5", "4", "5"]}
    answers, problems = read_answers(edition, ["a", "b", "c"], cells)
    assert problems == []
    columns = {"organisation": ("VARCHAR", ["a", "b", "c"])}
    columns |= {code: ("DOUBLE", [float(text) for text in texts]) for code, texts in cells.items()}
    made, found, wrong = run(edition, columns, 3)
    assert wrong == 0
    same(evaluate(edition, answers), found, made)


def test_a_column_that_cannot_say_which_figure_was_meant_is_refused():
    edition = library.find("egdi").edition()
    answers = table("answers", {"organisation": "VARCHAR", "OSI": "FLOAT", "HCI": "DOUBLE", "TII": "DOUBLE"})
    with pytest.raises(ExpressionError, match="OSI: float32 has too few digits"):
        express(edition, answers, {"OSI": "OSI", "HCI": "HCI", "TII": "TII"}, organisation="organisation")


def test_the_expression_can_be_written_for_other_engines():
    import ibis

    edition = library.find("spbe").edition()
    types = {"organisation": "VARCHAR"} | {leaf.code: "DECIMAL(3, 2)" for leaf in edition.leaves}
    made = express(
        edition,
        table("answers", types),
        {leaf.code: leaf.code for leaf in edition.leaves},
        organisation="organisation",
    )
    for dialect in ("duckdb", "trino", "postgres", "snowflake"):
        assert str(ibis.to_sql(made.results, dialect=dialect)).count("SELECT") >= 1


# --- instruments shipped ----------------------------------------------------------------------------


def shipped():
    return [
        pytest.param(instrument, edition, id=edition.address)
        for instrument in library.everything()
        for edition in instrument.editions
    ]


@pytest.mark.parametrize("instrument, edition", shipped())
def test_every_edition_of_every_instrument_gives_the_engines_figures(instrument, edition):
    with (ROOT / f"instruments/{instrument.slug}/{instrument.version}/example.csv").open(
        encoding="utf-8-sig"
    ) as text:
        rows = list(csv.DictReader(text))
    names = [row["organisation"] for row in rows]
    cells = {leaf.code: [row.get(leaf.code) or "" for row in rows] for leaf in edition.leaves}
    kinds = [row["kind"] for row in rows] if "kind" in rows[0] else None
    answers, problems = read_answers(edition, names, cells, kinds)
    assert problems == []
    columns = {"organisation": ("VARCHAR", names)} | ({"kind": ("VARCHAR", kinds)} if kinds else {})
    columns |= {leaf.code: typed(leaf, cells[leaf.code], "DECIMAL(17, 15)") for leaf in edition.leaves}
    made, found, wrong = run(edition, columns, len(names))
    assert (made.exact, wrong) == (True, 0)
    same(evaluate(edition, answers), found, made)
