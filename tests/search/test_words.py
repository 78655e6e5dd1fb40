"""Words are found in languages that write no spaces, and nothing is found that is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.search.names import Names, key, names, slips
from teladan.search.ranking import Bm25, Texts
from teladan.search.words import all_pairs, contains, document, pairs, phrase, runs

HIDDEN = [  # a word inside a run of letters without spaces, or half of a compound
    ("ระบบจัดซื้อจัดจ้างภาครัฐทางอิเล็กทรอนิกส์", "ภาครัฐ"),
    ("ສູນບໍລິການປະຕູດຽວຂັ້ນທ້ອງຖິ່ນ", "ປະຕູດຽວ"),
    ("ការិយាល័យសេវាច្រកចេញចូលតែមួយ", "សេវា"),
    ("ပြည်သူ့ဝန်ဆောင်မှု", "ဝန်ဆောင်မှု"),
    ("政府电子采购系统", "采购"),
    ("전자조달시스템", "조달"),
    ("국민신문고", "신문"),
    ("Sistem Pengelolaan Pengaduan", "aduan"),
    ("மின்னணு கையொப்பச் சட்டம்", "கையொப்ப"),
]


@pytest.mark.parametrize(("text", "word"), HIDDEN)
def test_a_word_is_found_where_no_space_is_before_it(text: str, word: str) -> None:
    assert contains(text, word)
    assert Texts(["x", text]).having(runs(word)[0]).tolist() == [1]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "word"), [*HIDDEN, ("a b", "b"), ("2024", "02")])
def test_postgresql_finds_the_same(text: str, word: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select to_tsvector('simple', %s) @@ %s::tsquery", [document(text), phrase(word)])
        assert cursor.fetchone() == (contains(text, word),)


@pytest.mark.django_db
def test_postgresql_does_not_read_across_words() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select to_tsvector('simple', %s) @@ %s::tsquery", [document("ab cd"), phrase("bc")])
        assert cursor.fetchone() == (False,)


@given(st.text(max_size=60))
def test_pairs_keep_every_letter_and_a_text_contains_itself(text: str) -> None:
    for run in runs(text):
        assert "".join(pair[0] for pair in pairs(run)) + pairs(run)[-1][1:] == run
        assert contains(text, run)
    assert set(document(text)) <= set("0123456789abcdefh ")
    assert list(all_pairs(text)) == [pair for run in runs(text) for pair in pairs(run)]


@given(
    st.lists(st.text(alphabet="abcกขค한국", max_size=12), min_size=1, max_size=6),
    st.text("abกข한국", min_size=2, max_size=3),
)
def test_looking_by_pairs_finds_what_looking_at_every_text_finds(texts: list[str], word: str) -> None:
    assert Texts(texts).having(word).tolist() == [
        row for row, text in enumerate(texts) if contains(text, word)
    ]


def test_bm25_prefers_the_text_that_has_the_rare_word() -> None:
    scores = Bm25(["customs in the city", "taxes in the city", "the city"]).scores("customs city")

    assert scores.argmax() == 0
    assert Bm25(["a"]).scores("").tolist() == [0.0]


def test_a_name_is_found_however_it_is_joined_and_in_any_case() -> None:
    known = Names(
        [
            ("kor-unipass", names("UNI-PASS – electronic customs clearance")),
            ("tls-serve", names("SERVE business one-stop shop")),
        ]
    )

    assert [one.source for one in known.find("uni pass")] == ["kor-unipass"]
    assert [one.how for one in known.find("KOR-UNIPASS")] == ["identifier"]
    assert known.find("to serve citizens better at the counter") == []
    assert [one.source for one in known.find("what SERVE changed in Timor since 2013")] == ["tls-serve"]


def test_a_slip_of_the_hand_finds_the_name_and_short_words_do_not() -> None:
    known = Names([("kor-koneps", ["KONEPS"]), ("vnm-papi", ["PAPI"])])

    assert [(one.source, one.how) for one in known.find("konesp")] == [("kor-koneps", "spelling")]
    assert known.find("popi") == []


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_slips_count_the_same_both_ways_and_are_none_only_for_the_same(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert slips(one, other) <= max(len(one), len(other))


def test_keys_of_names_ignore_how_they_are_joined() -> None:
    assert key("e-People") == key("ePeople") == key("E PEOPLE")
