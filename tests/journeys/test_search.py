"""An official asks in her own language, without script, and opens a practice written in another."""

from typing import Any

import pytest

from tests.journeys.test_every_page import OVERFLOW

pytestmark = pytest.mark.usefixtures("indexed")
QUESTIONS = (
    ("id", "pengadaan barang jasa elektronik"),
    ("ko", "전자조달 시스템"),
    ("en", "complaints of citizens to any agency"),
)


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_question_is_answered_without_script(open_page: Any, language: str, question: str) -> None:
    page = open_page(f"/{language}/practices", script=False)
    page.get_by_role("searchbox").first.fill(question)
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.get_by_role("searchbox").input_value() == question
    page.locator("summary").click()
    page.locator("#kind").select_option("practice")
    page.locator(".t-filter button").click()
    page.wait_for_url("**kind=practice**")
    page.locator(".t-list h3 a").first.click()
    page.wait_for_url(f"**/{language}/practices/*")


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_the_answer_is_accessible_and_whole_on_a_phone(
    open_page: Any, axe: Any, language: str, question: str
) -> None:
    page = open_page(f"/{language}/search?q={question}&status=operating")
    assert page.locator(".t-list h3").count() > 0
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate(OVERFLOW) == []
