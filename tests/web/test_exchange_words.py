"""Every fixed word of the exchange has its name, in every language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from teladan.core.adoption import DEGREES, STAGES, TREATMENTS, WEIGHTS
from teladan.exchange.content import PRECONDITIONS
from teladan.exchange.models import (
    Adoption,
    Appraisal,
    Claim,
    Evidence,
    Observation,
    Practice,
    PracticeVersion,
)
from teladan.web import exchange_words as words

CODES: list[tuple[Any, Any]] = [
    (words.STATUS, PracticeVersion.Status.values),
    (words.THEME, Practice.Theme.values),
    (words.TRACK, Practice.Track.values),
    (words.LEVEL, Claim.Level.values),
    (words.NATURE, Observation.Nature.values),
    (words.MOMENT, Observation.Moment.values),
    (words.EVIDENCE, Evidence.Type.values),
    (words.WEIGHT, WEIGHTS),
    (words.PRECONDITION, PRECONDITIONS),
    (words.STAGE, STAGES),
    (words.DEGREE, DEGREES),
    (words.MOTIVE, Adoption.Motive.values),
    (words.CHANNEL, Adoption.Channel.values),
    (words.TREATMENT, TREATMENTS),
    (words.COMPLETION, Appraisal.Completion.values),
    (words.FIDELITY, Appraisal.Fidelity.values),
    (words.RESULTS, Appraisal.Results.values),
]


@pytest.mark.parametrize(("of", "codes"), CODES)
def test_every_code_has_a_word_and_every_word_a_code(of: Any, codes: Any) -> None:
    assert set(of) == set(codes)


@pytest.mark.parametrize("language", ["id", "ko"])
def test_every_word_is_translated(language: str) -> None:
    same = {("id", "Status"), ("id", "Target"), ("id", "Audit"), ("ko", "")}
    with translation.override(language):
        left = [
            word
            for of, _codes in CODES
            for word in of.values()
            if translation.gettext(word) == word and (language, word) not in same
        ]
    assert left == []


def test_a_code_without_a_word_is_said_as_it_is() -> None:
    assert words.word(words.STAGE, "noticed") == "Noticed"
    assert words.word(words.STAGE, "unheard of") == "unheard of"
    assert words.language_name("km") == "ខ្មែរ"
    assert words.language_name("eo") == "eo"
