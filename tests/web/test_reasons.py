"""Reasons of verdicts and ways of matching names have a sentence for every code there is."""

import pytest
from django.utils.translation import override

from teladan.core.consistency.reasons import SENTENCES
from teladan.registry.models import NameMatch
from teladan.web.reasons import MATCHES, TEXTS, match_text, reason_text

VALUES = {
    "element": "D4",
    "value": "0.30",
    "low": "1.00",
    "high": "5.00",
    "below": "1.00",
    "above": "1.09",
    "nearest": "1.00",
    "kind": "city",
    "known": "city, regency",
    "children": "D1, D2",
    "band": "Baik",
    "expected": "Cukup",
    "aggregation": "geometric",
    "leaves": "I1",
    "computed": "0.40",
}


def test_every_reason_has_a_sentence():
    assert set(TEXTS) == {*SENTENCES, "scores-do-not-give"}


@pytest.mark.parametrize("code", sorted(TEXTS))
@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_a_sentence_is_filled_and_written_for_the_reader(code: str, language: str):
    with override(language):
        text = reason_text(code, VALUES)
    assert text
    assert "%(" not in text
    if language == "id":
        assert "0.30" not in text


def test_an_english_reason_says_what_the_engine_says():
    with override("en"):
        for code, sentence in SENTENCES.items():
            if code not in {"children-do-not-give", "cannot-decide"}:  # these word their values
                assert reason_text(code, VALUES) == sentence.format(**VALUES)
        assert reason_text("children-do-not-give", VALUES).endswith("gives 1.00 or 1.09 at the nearest.")


def test_a_missing_value_or_an_unknown_code_does_not_break_the_page():
    with override("en"):
        assert "–" in reason_text("off-scale", {"element": "D4"})
        assert reason_text("new-code", {}) == "Reason: new-code"
        also = reason_text("off-scale", {**VALUES, "also": "index"})
    assert also.endswith("Also impossible alone: index.")


@pytest.mark.usefixtures("published")
def test_every_way_of_matching_that_is_published_has_words():
    ways = set(NameMatch.objects.values_list("how", flat=True))
    assert ways <= set(MATCHES)
    with override("en"):
        assert all(match_text(how) != how for how in ways)
