"""Numbers, dates and texts as a reader sees them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel import Locale
from django.utils.translation import override

from teladan.web import formats


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("en", "3.19", "3.19"),
        ("id", "3.19", "3,19"),
        ("ko", "3.19", "3.19"),
        ("id", "3.10", "3,10"),
        ("id", "-0.05", "−0,05"),
        ("en", 1177, "1,177"),
        ("id", 1177, "1.177"),
        ("ko", 75000, "75,000"),
        ("id", -1177, "−1.177"),
        ("id", "1177", "1177"),
        ("id", "4/3", "4/3"),
        ("id", "not seen", "not seen"),
        ("id", Decimal("0.10"), "0,10"),
        ("en", None, "–"),
        ("en", "", "–"),
    ],
)
def test_num(language, value, written):
    with override(language):
        assert formats.num(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [("0.27", "+0,27"), ("-0.5", "−0,5"), ("0.00", "0,00"), (3, "+3"), (0, "0")]
)
def test_num_with_sign(value, written):
    with override("id"):
        assert formats.num(value, sign=True) == written


@pytest.mark.parametrize("value", [3.19, True])
def test_num_refuses_what_was_never_printed(value):
    with pytest.raises(TypeError, match="printed text"):
        formats.num(value)


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_the_marks_are_those_of_the_cldr(language):
    symbols = Locale(language).number_symbols["latn"]

    assert formats.MARKS[language] == (symbols["decimal"], symbols["group"])


def test_percent():
    with override("id"):
        assert formats.percent("23.5") == "23,5%"
        assert formats.percent(None) == "–"


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("en", date(2026, 11, 24), "24 November 2026"),
        ("id", "2026-08-24", "24 Agustus 2026"),
        ("ko", datetime(2026, 11, 24, 9, tzinfo=UTC), "2026년 11월 24일"),
        ("id", "2026-08", "Agustus 2026"),
        ("ko", "2024", "2024년"),
        ("en", "2024", "2024"),
        ("en", "not seen", "not seen"),
        ("en", None, "–"),
    ],
)
def test_date(language, value, written):
    with override(language):
        assert formats.date(value) == written


def test_a_text_in_another_language_is_marked_and_escaped():
    with override("ko"):
        assert formats.said({"id": "Baik <&>"}) == '<span lang="id">Baik &lt;&amp;&gt;</span>'
        assert formats.said({"ko": "우수", "id": "Baik"}) == "우수"
        assert formats.said("a < b") == "a &lt; b"
        assert formats.said(None) == "–"
        assert formats.plain({"id": "Baik"}) == "Baik"
