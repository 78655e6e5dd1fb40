"""Words are found in languages that write no spaces, and nothing is found that is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.search.languages import LANGUAGES, SCRIPTS, script
from teladan.search.names import Names, edit_distance, key, names
from teladan.search.ranking import Bm25, Texts
from teladan.search.subjects import Subjects, named, says
from teladan.search.weighing import query_terms, rarity, shares
from teladan.search.words import all_pairs, contains, document, every_pair, folded, pairs, runs

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
@pytest.mark.parametrize(
    ("text", "word", "has"),
    [(text, word, True) for text, word in HIDDEN]
    + [("2024", "02", True), ("ab cd", "bc", False), ("정부 조달", "부조", False)],
)
def test_postgresql_finds_what_has_all_pairs_and_does_not_read_across_words(
    text: str, word: str, *, has: bool
) -> None:
    from django.db import connection

    query_terms = every_pair(runs(word)[0])
    with connection.cursor() as cursor:
        cursor.execute("select to_tsvector('simple', %s) @@ %s::tsquery", [document(text), query_terms])
        assert cursor.fetchone() == (has,)


@given(st.text(max_size=40), st.text(max_size=3))
def test_a_word_stands_in_the_folded_text_where_it_stands_in_a_word(text: str, word: str) -> None:
    for run in runs(word):
        assert (run in folded(text)) == any(run in one for one in runs(text))


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
    assert edit_distance(one, other) == edit_distance(other, one)
    assert (edit_distance(one, other) == 0) == (one == other)
    assert edit_distance(one, other) <= max(len(one), len(other))


def test_keys_of_names_ignore_how_they_are_joined() -> None:
    assert key("e-People") == key("ePeople") == key("E PEOPLE")


def test_a_word_that_no_text_has_weighs_half_and_a_common_one_hardly() -> None:
    none = Subjects(["", ""])
    two = Texts(["sistem pengaduan nasional", "sistem anggaran"])

    def of(question: str) -> list[float]:
        return shares(question, "id", 2, lambda words: {one: two.having(one) for one in words}, none).tolist()

    assert of("pengaduan") == [1.0, 0.0]
    of_two, of_none = rarity("pengaduan", "id", 1, 2), rarity("xyzzy", "id", 0, 2)
    assert of("pengaduan xyzzy") == pytest.approx([of_two / (of_two + of_none / 2), 0.0])
    assert of("sistem pengaduan")[1] < 0.5 < of("sistem pengaduan")[0] == 1
    assert of("xyzzy") == of("a b ?") == [0.0, 0.0]


def test_a_word_is_rare_only_where_it_is_rare_in_its_language_too() -> None:
    assert rarity("dan", "id", 1, 1_000) < rarity("anggaran", "id", 1, 1_000) / 2
    assert rarity("dan", "id", 1, 1_000) < rarity("dan", None, 1, 1_000)
    assert rarity("anggaran", "id", 500, 1_000) < rarity("anggaran", "id", 1, 1_000)
    assert query_terms(" ".join(f"{number:02}" for number in range(100)) + " bidding")[0] == "bidding"
    assert len(query_terms(" ".join(f"word{number}" for number in range(100)))) == 40


def test_every_theme_has_a_name_in_every_language_in_its_own_script() -> None:
    from teladan.exchange.models import Practice

    assert set(named()) == set(Practice.Theme.values)
    for theme, names_of in named().items():
        assert set(names_of) == set(LANGUAGES), theme
        assert names_of["en"] == theme
        for language, name in names_of.items():
            assert SCRIPTS[script(name)] in {"", language}, (theme, language)


def test_a_theme_is_named_by_a_word_of_its_name_in_the_language_of_the_question_only() -> None:
    assert says("procurement", "pengadaan", "id")
    assert says("procurement", "전자조달", "ko")  # written together with what it belongs to
    assert not says("procurement", "pengadaan", "ko")
    assert not says("health", "pengadaan", None)
    assert Subjects(["", "procurement", "health", "procurement"]).having("政府采购", "zh").tolist() == [1, 3]
