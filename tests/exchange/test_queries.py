"""Questions to the exchange: on what is published, and as many queries for one as for many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from teladan.exchange import queries
from teladan.exchange.models import Adoption, Practice
from teladan.exchange.services import Beginning, begin_adoption, record_practice
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, People, sample


def shown(code: str, language: str = "en") -> queries.PracticeView:
    found = queries.practice(code, language)
    assert found is not None
    return found


# --- on what is published -----------------------------------------------------------------------------


def test_a_practice_answers_what_it_is_whether_it_worked_and_says_who(published: None) -> None:
    found = shown("idn-lapor", "ko")
    assert found.row.name.startswith("SP4N-LAPOR! (Sistem Pengelolaan")
    assert (found.row.country, found.row.problem.language) == ("IDN", "en")  # shown in its own language
    assert (found.row.standing.figures, found.row.standing.self_report_alone) == (4, 3)
    assert found.row.standing.by_type == {"survey": 1, "self-report": 3}
    assert found.row.standing.share == Fraction(3, 4)
    assert [each.parents[0].practice for each in found.came_from] == ["kor-epeople"]
    assert found.core == ()  # no source states what must be kept
    assert found.figures["egdi"].elements["OSI"].startswith("0.80")
    assert found.figures["gtmi"].band == "A"
    assert found.entry is not None  # its proof is there
    assert found.row.is_sample


def test_conflicting_figures_of_malaria_stand_side_by_side(published: None) -> None:
    ((claim, group),) = shown("idn-edat").conflicts
    assert claim.statement.text == "malaria morbidity per 1,000 people"
    assert [(each.value, each.period, each.evidence[0].type) for each in group] == [
        ("2.7", "2016", "self-report"),
        ("5", "2016", "news"),
    ]


def test_what_is_most_useful_to_know_is_flagged(published: None) -> None:
    flags = {row.code: row.flags for row in queries.practices("en") if row.flags}
    assert flags == {"mmr-myco": ("regressed",), "mys-mydigitalid": ("below target",)}


def test_filters_leave_what_fits_all_of_them(published: None) -> None:
    def codes(**wanted: Any) -> list[str]:
        return [row.code for row in queries.practices("en", **wanted)]

    assert len(codes(country="kor")) == 9
    assert codes(evidence="survey") == ["idn-lapor"]
    assert codes(evidence="independent evaluation") == ["kor-onnara", "phl-cpa"]
    assert codes(status="regressed") == ["mmr-myco"]
    assert codes(theme="payments", country="KHM") == ["khm-bakong"]
    assert codes(track="KASI solidarity") == ["kor-egcc"]
    assert codes(precondition="legal") == []
    assert codes(country="IDN", status="stopped") == []
    assert codes(country="a\0", theme="b\0") == []
    assert codes(codes=["tls-idu", "none"]) == ["tls-idu"]


def test_what_a_country_learned_and_taught(published: None) -> None:
    found = queries.country_exchange("idn")
    assert {each.parents[0].practice for each in found.learned_from} == {"kor-epeople", "kor-egcc"}
    assert [each.code for each in found.within] == ["idn-mpp-districts"]
    assert found.taught_to == ()
    thailand = queries.country_exchange("THA")
    assert {each.country for each in thailand.taught_to} == {"LAO", "KHM", "VNM", "SGP"}
    assert [each.parents[0].practice for each in thailand.learned_from] == ["khm-bakong"]
    assert queries.country_exchange("a\0b").learned_from == ()


def test_the_lineage_of_a_version(published: None) -> None:
    found = queries.lineage_of("jpn-naccs")
    assert found is not None
    assert found.descendants == {("vnm-vnaccs", 1): 1, ("mmr-maccs", 1): 1}
    assert [each.code for each in found.edges] == ["jpn-naccs-khm", "jpn-naccs-mmr", "jpn-naccs-vnm"]
    child = queries.lineage_of("vnm-vnaccs", 1)
    assert child is not None
    assert child.ancestors == {("jpn-naccs", 1): 1}
    assert queries.lineage_of("none-such") is None
    assert queries.lineage_of("jpn-naccs", 2) is None


def test_adoptions_without_any_outcome_are_all_of_those_in_use(published: None) -> None:
    """No source gives a figure observed at an adopter: the site has to say so."""
    at = datetime(2026, 11, 24, tzinfo=AT.tzinfo)
    found = queries.without_outcome(12, at)
    assert {each.stage for each in found} == {"scaled", "piloted"}
    assert not [each for each in found if each.outcome]
    dated = [each.begins for each in found if each.begins]
    assert dated == sorted(dated)
    assert [each.begins for each in found][len(dated) :] == [""] * (len(found) - len(dated))
    assert len(queries.without_outcome(120, at)) < len(found)


def test_claims_on_self_report_alone(published: None) -> None:
    found = queries.on_self_report("en")
    assert ("idn-lapor", "registered users") in {
        (each.practice.code, each.claim.statement.text) for each in found
    }
    assert "user satisfaction" not in {each.claim.statement.text for each in found}
    assert all(each.claim.types == ("self-report",) for each in found)


def test_questions_without_an_answer_on_record_are_empty(published: None) -> None:
    assert queries.most_dropped() == []  # no core element is on record
    assert queries.orphans("en") == []  # nothing that others adopted has stopped


def test_practices_nearest_to_a_countrys_own_figures_come_first(published: None) -> None:
    found = queries.fitting("LAO", "en")
    assert not [each for each in found if each.practice.country == "LAO"]
    known = [each for each in found if not each.unknown]
    assert [each.gap for each in known] == sorted(each.gap for each in known)
    order = list(dict.fromkeys(each.practice.country for each in known))
    assert order.index("MMR") < order.index("KHM") < order.index("KOR")
    korea = next(each for each in found if each.practice.code == "kor-koneps")
    assert {each.element for each in korea.far} >= {"OSI", "TII"}
    one = queries.compared_with(shown("kor-koneps").row, "lao")
    assert one.compared == korea.compared
    osi = next(each for each in one.compared if (each.series, each.element) == ("egdi", "OSI"))
    assert osi.lacks == Fraction(osi.theirs) - Fraction(osi.mine)


def test_what_changed_lately_is_newest_first_and_tells_nothing_twice(published: None) -> None:
    found = queries.latest(100)
    assert {each.what for each in found} == {"version", "stage"}
    assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
    assert len(queries.latest(5)) == 5
    assert len(queries.latest(10_000)) <= 100


def test_what_there_is_not_is_none(published: None) -> None:
    assert queries.practice("none-such", "en") is None
    assert queries.practice("a\0b", "en") is None
    assert queries.practice("kor-koneps", "en", number=2) is None
    assert queries.adoption("none-such") is None
    assert queries.adoption("a\0b") is None


# --- constant numbers of queries ------------------------------------------------------------------------


@pytest.fixture
def some(people: People) -> Callable[[int], None]:
    """Return some(n): so many practices, each adopted once; nothing else is there."""
    Adoption.objects.all().delete()
    Practice.objects.all().delete()

    def make(number: int) -> None:
        for _one in range(number):
            record_practice(by=people.officer, content=sample(f"smp-{Practice.objects.count()}"), at=AT)
        for practice in Practice.objects.filter(versions__adoptions__isnull=True):
            begin_adoption(
                by=people.officer,
                organisation=Organisation.objects.get(code="IDN"),
                beginning=Beginning(
                    adopter="Indonesia", name="n", language="en", parents=((practice.code, 1, ""),)
                ),
                at=AT,
            )

    return make


@pytest.mark.parametrize(
    ("ask", "most"),
    [
        (lambda: queries.practices("en"), 11),
        (queries.network, 4),
        (queries.latest, 9),
        (lambda: queries.orphans("en"), 11),
        (lambda: queries.on_self_report("en"), 16),
        (queries.most_dropped, 1),
        (lambda: queries.without_outcome(12, AT + timedelta(days=900)), 4),
        (lambda: queries.country_exchange("IDN"), 4),
        (lambda: queries.fitting("IDN", "en"), 13),
        (lambda: queries.lineage_of("smp-0"), 8),
        (lambda: queries.practice("smp-0", "en"), 24),
        (lambda: queries.adoption("smp-0-idn"), 14),
    ],
)
def test_one_asks_as_often_as_three(
    some: Callable[[int], None], ask: Callable[[], object], most: int, django_assert_max_num_queries: Any
) -> None:
    some(1)
    with django_assert_max_num_queries(most) as first:
        ask()
    some(2)
    assert Practice.objects.count() == 3
    with django_assert_max_num_queries(most) as second:
        ask()
    assert len(first) == len(second)
