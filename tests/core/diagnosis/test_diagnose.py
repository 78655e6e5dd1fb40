"""The diagnosis of whole indices: pipelines, instruments, and COINr's ASEM example."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from teladan.core import library
from teladan.core.composite import (
    Aggregate,
    CompositeError,
    Element,
    Impute,
    Normalise,
    Override,
    Overrides,
    Pipeline,
    Screen,
    Treat,
    Tree,
    effective,
)
from teladan.core.composite.aggregation import Geometric
from teladan.core.composite.orders import Unchanged
from teladan.core.diagnosis import Thresholds, as_json, diagnose, findings, of_edition, of_pipeline
from teladan.core.index import read_answers
from tests.core.composite import vectors as asem
from tests.core.composite.small import flat, table_of, two_levels

AS_IT_IS = (Normalise(method=Unchanged()), Aggregate())
RANDOM = np.random.Generator(np.random.PCG64(5))
NOISE = {code: (RANDOM.normal(size=20) + 10).tolist() for code in "abcd"}


def subject_of(columns, tree=None, steps=AS_IT_IS, **table):
    return of_pipeline(Pipeline(tree=tree or flat(columns), steps=steps), table_of(columns, **table))


def told(diagnosis, section, kind):
    """Return {codes: words} of a finding, or None where there is none."""
    found = [f for f in findings(diagnosis) if (f.section, f.kind) == (section, kind)]
    return {" ".join(codes): said for codes, said in found[0].places} if found else None


def test_parts_of_the_variance_sum_to_one_at_every_level():
    found = diagnose(subject_of(NOISE, two_levels()))
    index = found.subject.scores.index
    by_code = {one.code: one for one in found.importance}

    assert list(by_code) == ["p", "a", "b", "q", "c", "d"]
    for codes in ("abcd", "pq"):
        assert sum(by_code[code].variance for code in codes) == pytest.approx(1)
    # p has 3/4 of the index and b 4/5 of p.
    assert by_code["b"].effective == pytest.approx(0.6)
    adds = np.array(NOISE["b"]) * 0.6
    assert by_code["b"].variance == pytest.approx(np.cov(adds, index)[0, 1] / np.var(index, ddof=1))
    assert by_code["b"].with_index == pytest.approx(np.corrcoef(NOISE["b"], index)[0, 1])
    assert {code: one.effective for code, one in by_code.items()} | {"index": 1} == effective(two_levels())


def test_parts_of_the_variance_follow_the_weights_of_what_is_there():
    columns = {"a": [1.0, 2.0, None, 4.0], "b": [3.0, None, 5.0, 1.0]}
    found = diagnose(subject_of(columns))
    # Adds: a/2, a, 0, a/2 and b/2, 0, b, b/2.
    index = np.array([2.0, 2.0, 5.0, 2.5])
    adds = np.array([0.5, 2.0, 0.0, 2.0])
    assert found.importance[0].variance == pytest.approx(np.cov(adds, index)[0, 1] / np.var(index, ddof=1))
    assert sum(one.variance for one in found.importance) == pytest.approx(1)


def test_an_index_that_is_no_weighted_sum_has_no_parts_of_its_variance():
    steps = (Normalise(method=Unchanged()), Aggregate(rule=Geometric()))
    assert {one.variance for one in diagnose(subject_of(NOISE, steps=steps)).importance} == {None}
    given_score = Overrides(values=(Override(unit="A", element="p", value=90.0, source="a letter"),))
    steps = (given_score, *AS_IT_IS)
    assert {one.variance for one in diagnose(subject_of(NOISE, two_levels(), steps)).importance} == {None}
    same = diagnose(subject_of({"a": [1.0, 2.0, 3.0], "b": [3.0, 2.0, 1.0]}))
    assert {one.variance for one in same.importance} == {None}


def test_what_counts_against_less_and_more_than_it_weighs():
    x = np.arange(20.0)
    columns = {"big": x * 10, "small": np.sin(x * 9), "against": -x}
    found = diagnose(subject_of({code: values.tolist() for code, values in columns.items()}))
    assert list(told(found, "weights", "against")) == ["against"]
    assert list(told(found, "weights", "less")) == ["small"]
    assert list(told(found, "weights", "more")) == ["big"]


def test_pairs_within_and_between_parents_are_flagged_by_the_method_asked_for():
    x = np.arange(1.0, 21.0)
    columns = {"a": x, "b": np.exp(x), "c": x[::-1], "d": np.sin(x * 7)}
    subject = subject_of({code: values.tolist() for code, values in columns.items()}, two_levels())
    found = diagnose(subject, method="spearman")

    assert [(p.one, p.other, p.above, p.flag) for p in found.within] == [
        ("p", "q", "index", found.thresholds.of(found.correlations.of("p", "q", "spearman"))),
        ("a", "b", "p", "high"),
        ("c", "d", "q", "low"),
    ]
    assert [(p.one, p.other, p.spearman, p.flag) for p in found.between] == [
        ("a", "c", pytest.approx(-1), "negative"),
        ("b", "c", pytest.approx(-1), "negative"),
    ]
    assert found.within[1].pearson < 0.92
    assert told(found, "within", "high") == {"a b": "1.00"}
    assert told(diagnose(subject), "within", "high") is None
    assert told(found, "between", "negative") == {"a c": "−1.00", "b c": "−1.00"}


def test_an_element_that_goes_better_with_another_parent():
    x = np.arange(20.0)
    columns = {"a": np.sin(x * 7) * 9, "b": np.cos(x * 5) * 30, "c": np.sin(x * 7) * 9 + x / 9, "d": x / 50}
    found = diagnose(subject_of({code: values.tolist() for code, values in columns.items()}, two_levels()))
    (place,) = [place for place in found.places if place.code == "a"]

    assert (place.parent, place.nearest, place.astray) == ("p", "q", True)
    assert place.own == found.correlations.of("a", "p") < place.other == found.correlations.of("a", "q")
    assert [place.code for place in found.places] == ["a", "b", "c", "d"]
    assert "a q" in told(found, "between", "astray")


def test_a_flat_index_has_one_group_and_no_other_parents():
    found = diagnose(subject_of(NOISE))
    assert (found.places, found.between) == ((), ())
    assert [group.of for group in found.components] == ["index"]
    assert [group.of for group in found.reliability] == ["index"]


def test_all_indicators_together_stand_last():
    found = diagnose(subject_of(NOISE, two_levels()))
    assert [group.of for group in found.components] == ["index", "p", "q", ""]
    assert found.components[-1].codes == ("a", "b", "c", "d")


def test_what_has_no_correlation_is_named_once():
    found = diagnose(subject_of(NOISE | {"flat": [3.0] * 20, "few": [1.0, 2.0] + [None] * 18}))
    wanted = {"flat": "with none of its siblings", "few": "with none of its siblings"}
    assert told(found, "within", "undefined") == wanted
    assert told(found, "data", "same") == {"flat": "3"}
    assert told(found, "data", "missing") == {"few": "90 %"}
    json.dumps(as_json(found), allow_nan=False)


def test_the_data_are_those_before_any_step_and_treatment_stands_beside():
    columns = {"a": [1, 2, 3, 4, 5, 6, 7, 900], "b": [2, 1, 4, None, 6, 5, 8, 7]}
    steps = (Impute(method="mean"), Treat(), *AS_IT_IS)
    a, b = diagnose(subject_of(columns, steps=steps)).quality
    assert (a.summary.highest, b.missing) == (900, 1)
    assert a.skew > 2 > a.treated[0]
    assert b.treated is not None


def test_screening_is_told():
    columns = {"a": [1, 2, 3, 4, None], "b": [2, 1, 4, 3, None], "c": [None, None, None, None, 5]}
    steps = (Screen(indicators=0.5, units=0.5), *AS_IT_IS)
    found = diagnose(subject_of(columns, steps=steps))
    assert found.subject.notes == (
        "Screening left out the indicators c.",
        "Screening left out 1 of 5 rows.",
    )
    assert [q.indicator for q in found.quality] == ["a", "b", "c"]
    assert found.subject.tree.indicators == ("a", "b")


def test_rows_of_a_panel_are_taken_together_and_that_is_said():
    columns = {"a": [1, 2, 3, 4.5], "b": [2, 1, 4, 3]}
    subject = subject_of(columns, units=["A", "B", "A", "B"], times=np.array([1.0, 1.0, 2.0, 2.0]))
    assert "the rows of all 2 times are taken together" in subject.notes[0]
    assert diagnose(subject).correlations.n("a", "b") == 4


def test_direction_turns_the_scores_and_not_the_data():
    x = [1.0, 2.0, 4.0, 7.0]
    found = diagnose(subject_of({"a": x, "b": x}, flat(["a", "b"], directions={"b": -1})))
    assert found.correlations.of("a", "b") == pytest.approx(-1)
    assert found.quality[1].summary.highest == 7
    assert told(found, "data", "same indicators") == {"a b": "4 values"}


@pytest.mark.parametrize(
    ("columns", "steps", "reason"),
    [
        ({"a": [1.0], "b": [2.0]}, AS_IT_IS, "diagnosis: unit A: one unit alone has no correlation"),
        (NOISE, (Normalise(),), "ends without the step aggregate"),
        ({"a": [1.0, 2.0], "b": [3.0, 3.0]}, (Normalise(), Aggregate()), "normalise: indicator b"),
        (NOISE | {"a": [None] * 20}, (Impute(), *AS_IT_IS), "impute: indicator a"),
    ],
)
def test_what_cannot_be_diagnosed_is_named(columns, steps, reason):
    with pytest.raises(CompositeError, match=reason):
        diagnose(subject_of(columns, steps=steps))


def test_thresholds_move_what_is_pointed_out():
    subject = subject_of(NOISE)
    strict = Thresholds(low=0.999, high=1.0, alpha=0.999)
    assert len(told(diagnose(subject, thresholds=strict), "within", "low")) == 6 - len(
        told(diagnose(subject, thresholds=strict), "within", "negative") or ()
    )
    assert told(diagnose(subject, thresholds=strict), "alpha", "low") is not None


# --- instruments ---------------------------------------------------------------------------


def edition_subject(slug, cells, names, year=None):
    instrument = library.find(slug)
    answers, problems = read_answers(instrument.edition(year), names, cells)
    assert not problems
    nature = instrument.nature
    return of_edition(instrument.edition(year), answers, nature=nature, titles=instrument.titles)


def test_an_edition_is_diagnosed_by_its_exact_scores():
    edition = library.find("spbe@2020").edition("2024")
    chance = np.random.Generator(np.random.PCG64(8))
    cells = {leaf.code: [str(v) for v in chance.integers(1, 6, 30)] for leaf in edition.leaves}
    subject = edition_subject("spbe@2020", cells, [f"O{i}" for i in range(30)], "2024")
    found = diagnose(subject)

    exact = [
        sum((leaf.weight * Fraction(cells[leaf.code][i]) for leaf in edition.leaves), Fraction(0))
        / edition.root.weight
        for i in range(30)
    ]
    assert subject.scores.index.tolist() == [float(value) for value in exact]
    weights = {one.code: one.effective for one in found.importance}
    for leaf in edition.leaves:
        assert weights[leaf.code] == pytest.approx(float(leaf.weight / edition.root.weight))
    leaves = set(subject.tree.indicators)
    assert sum(one.variance for one in found.importance if one.code in leaves) == pytest.approx(1)
    assert "weights are law" in subject.notes[0]


def test_a_law_says_so_and_research_does_not():
    cells = {"OSI": ["1", "0.9", "0.5"], "HCI": ["1", "0.8", "0.6"], "TII": ["0.9", "0.9", "0.2"]}
    subject = edition_subject("egdi", cells, ["A", "B", "C"])
    assert (subject.nature, subject.notes) == ("research", ())
    assert diagnose(subject).correlations.of("OSI", "HCI") == pytest.approx(
        np.corrcoef([1, 0.9, 0.5], [1, 0.8, 0.6])[0, 1]
    )


# --- COINr's ASEM example ------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole():
    return diagnose(of_pipeline(asem.pipeline(), asem.table()))


@asem.needed
def test_asem_correlations_are_those_of_coinrs_own_scores(whole):
    codes = whole.correlations.codes
    wanted = asem.matrix("01_data_Aggregated", whole.subject.place.units, codes)

    assert np.abs(whole.correlations.pearson - np.corrcoef(wanted.T)).max() < 1e-9
    ranked = np.column_stack([[(c < v).sum() + (c == v).sum() / 2 for v in c] for c in wanted.T])
    # Its scores differ from ours in the last digits, which may part ties: hence the looser hold.
    assert np.abs(whole.correlations.spearman - np.corrcoef(ranked.T)).max() < 1e-3


@asem.needed
def test_asem_alpha_and_components_from_coinrs_own_scores(whole):
    for alpha, group in zip(whole.reliability, whole.components, strict=True):
        data = asem.matrix("01_data_Normalised", whole.subject.place.units, alpha.codes) if (
            set(alpha.codes) <= set(whole.subject.tree.indicators)
        ) else asem.matrix("01_data_Aggregated", whole.subject.place.units, alpha.codes)  # fmt: skip
        covariance = np.cov(data.T)
        k = len(alpha.codes)
        off = covariance[~np.eye(k, dtype=bool)].mean()
        assert alpha.alpha == pytest.approx(k * k * off / covariance.sum(), abs=1e-9)
        roots = np.linalg.eigvals(np.corrcoef(data.T)).real
        assert group.eigenvalues == pytest.approx(np.sort(roots)[::-1], abs=1e-9)


@asem.needed
def test_asem_shape_is_what_coinr_tested(whole):
    details = {row["iCode"]: row for row in asem.rows("02_treat_dets")}
    table = asem.table()
    # Where nothing was denominated or imputed, the data as it came is what was treated.
    plain = [
        quality
        for quality in whole.quality
        if not quality.missing and not whole.subject.tree[quality.indicator].denominator
    ]
    assert len(plain) > 10
    for quality in plain:
        row = details[quality.indicator]
        assert quality.skew == pytest.approx(float(row["check_SkewKurt0.Skew"]), abs=1e-9)
        assert quality.kurtosis == pytest.approx(float(row["check_SkewKurt0.Kurt"]), abs=1e-9)
    assert [q.missing for q in whole.quality] == np.isnan(table.values).sum(axis=0).tolist()


@asem.needed
def test_asem_effective_weights_and_findings(whole):
    weights = {one.code: one.effective for one in whole.importance}
    assert weights["Conn"] == 0.5
    assert weights["LPI"] == pytest.approx(0.5 / 5 / 8)
    assert "TBTs" in told(whole, "weights", "against")
    assert told(whole, "within", "negative")["CostImpEx TBTs"] == "−0.70"
    assert told(whole, "components", "several")["Physical"].startswith("3 components")


def test_an_element_alone_below_its_parent_is_no_group():
    tree = Tree(
        root=Element(
            code="index",
            children=(
                Element(code="p", children=(Element(code="a"),)),
                Element(code="q", children=(Element(code="b"), Element(code="c"))),
            ),
        )
    )
    found = diagnose(subject_of({code: NOISE[code] for code in "abc"}, tree))
    assert [group.code for group in found.groups] == ["index", "q"]
    assert {one.code for one in found.redundancy} == {"p", "q", "b", "c"}
    assert next(place for place in found.places if place.code == "a").own == pytest.approx(1)
