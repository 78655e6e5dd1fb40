"""Zawgyi is recognised and written again in Unicode; Unicode stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.search import zawgyi
from teladan.search.centroid_texts import texts
from teladan.search.cleaning import clean

PAIRS = [
    ("ျမန္မာ", "မြန်မာ"),
    ("ကၽြန္ေတာ္", "ကျွန်တော်"),
    ("အဂၤလိပ္", "အင်္ဂလိပ်"),
    ("ဘဂၤလားေဒရွ္႕", "ဘင်္ဂလားဒေရှ့်"),
    ("ေက်းဇူးတင္ပါတယ္", "ကျေးဇူးတင်ပါတယ်"),
    ("ႏိုင္ငံ", "နိုင်ငံ"),
    ("၀န္ႀကီးဌာန", "ဝန်ကြီးဌာန"),
    ("ျပည္သူ႔", "ပြည်သူ့"),
    ("ဝန္ေဆာင္မႈ", "ဝန်ဆောင်မှု"),
    ("သတၱ၀ါ", "သတ္တဝါ"),
    ("ၾကည့္", "ကြည့်"),
    ("ပညာေရး", "ပညာရေး"),
    ("တိုင္ၾကားခ်က္", "တိုင်ကြားချက်"),
    ("ဆႏၵ", "ဆန္ဒ"),
]
LINES = [line for part in texts("my").values() for line in part]
# A syllable in Zawgyi, by the font's table: signs that have one code there, in the order they are seen.
SIGN = {"\u103b": "\u103a", "\u103c": "\u103b", "\u103d": "\u103c", "\u103e": "\u103d", "\u103a": "\u1039"}
CONSONANTS = "ကခဂဃစဆဇတထဒဓနပဖဗဘမယရလဝသဟအ"


def written_in_zawgyi(consonant: str, signs: str) -> str:
    before = "\u1031" * ("\u1031" in signs) + SIGN["\u103c"] * ("\u103c" in signs)
    after = "".join(SIGN.get(sign, sign) for sign in signs if sign not in "\u1031\u103c")
    return before + consonant + after


@pytest.mark.parametrize(("written", "meant"), PAIRS)
def test_a_word_in_zawgyi_is_written_in_unicode(written: str, meant: str) -> None:
    assert zawgyi.is_zawgyi(written)
    assert not zawgyi.is_zawgyi(meant)
    assert clean(written) == unicodedata.normalize("NFC", meant)


def test_no_sentence_in_unicode_is_taken_for_zawgyi() -> None:
    assert [line for line in LINES if zawgyi.is_zawgyi(line)] == []
    assert [word for line in LINES for word in line.split() if zawgyi.is_zawgyi(word)] == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(CONSONANTS),
            st.lists(st.sampled_from("\u103b\u103c\u103d\u103e"), unique=True),
            st.sampled_from(
                ["", "\u1031", "\u102d", "\u102e", "\u102f", "\u102d\u102f", "\u102c", "\u1031\u102c"]
            ),
            st.sampled_from(["", "\u1036", "\u1037", "\u1038"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_syllables_come_back_from_zawgyi(syllables: list[tuple[str, list[str], str, str]]) -> None:
    parts = [
        (consonant, "".join(sorted(medials)) + vowel + tone) for consonant, medials, vowel, tone in syllables
    ]
    meant = "".join(consonant + signs for consonant, signs in parts)
    written = "".join(written_in_zawgyi(consonant, signs) for consonant, signs in parts)

    assert zawgyi.convert(written) == meant


@given(st.text(max_size=200))
def test_any_text_is_read_and_text_without_burmese_stays(text: str) -> None:
    assert isinstance(zawgyi.to_unicode(text), str)
    if not zawgyi.BURMESE.search(text):
        assert zawgyi.to_unicode(text) == text


def test_a_document_may_hold_both() -> None:
    assert zawgyi.to_unicode("ျမန္မာ\nမြန်မာ") == "မြန်မာ\nမြန်မာ"
