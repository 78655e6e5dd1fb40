"""Every fixed word of the exchange has its name, in every language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from teladan.exchange import labels
from teladan.exchange.adoption_degree import DEGREES, STAGES, TREATMENTS, WEIGHTS
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

CODES: list[tuple[Any, Any]] = [
    (labels.STATUS, PracticeVersion.Status.values),
    (labels.THEME, Practice.Theme.values),
    (labels.TRACK, Practice.Track.values),
    (labels.LEVEL, Claim.Level.values),
    (labels.NATURE, Observation.Nature.values),
    (labels.MOMENT, Observation.Moment.values),
    (labels.EVIDENCE, Evidence.Type.values),
    (labels.WEIGHT, WEIGHTS),
    (labels.PRECONDITION, PRECONDITIONS),
    (labels.STAGE, STAGES),
    (labels.DEGREE, DEGREES),
    (labels.MOTIVE, Adoption.Motive.values),
    (labels.CHANNEL, Adoption.Channel.values),
    (labels.TREATMENT, TREATMENTS),
    (labels.COMPLETION, Appraisal.Completion.values),
    (labels.FIDELITY, Appraisal.Fidelity.values),
    (labels.RESULTS, Appraisal.Results.values),
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
    assert labels.word(labels.STAGE, "noticed") == "Noticed"
    assert labels.word(labels.STAGE, "unheard of") == "unheard of"
    assert labels.language_name("km") == "ខ្មែរ"
    assert labels.language_name("eo") == "eo"
