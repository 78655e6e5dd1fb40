"""What people come to do, done in a real browser, by keyboard, without script."""

from typing import Any


def test_my_district_from_the_home_page_to_the_answer(open_page: Any) -> None:
    page = open_page("/en/", script=False)
    page.get_by_role("searchbox").first.fill("denpasar")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Kota Denpasar").first.click()

    assert page.url.endswith("/en/organisations/idn-kota-denpasar")
    text = page.locator("main").inner_text()
    assert "3.19" in text
    assert "3.1925" in text
    assert "0.55" in text  # how the city's own answers and the centre's scores agree


def test_a_number_is_one_click_from_its_rule(open_page: Any) -> None:
    page = open_page("/en/organisations/idn-kota-denpasar", script=False)
    page.locator('a[href*="/instruments/spbe/2020#I12"]').first.click()

    assert "#I12" in page.url
    assert "Peta Rencana SPBE" in page.locator("#I12").inner_text()


def test_an_edition_is_narrowed_to_one_province(open_page: Any) -> None:
    page = open_page("/id/results/spbe-2024", script=False)
    page.locator("select[name=province]").select_option("jawa-timur")
    page.locator(".t-filter button").click()

    rows = page.locator("tbody tr:has(th a[href*='/organisations/'])")
    assert rows.count() == 38
    assert "Banyuwangi" in page.locator("main").inner_text()
    assert "4,77" in page.locator("main").inner_text()  # decimals as Indonesian writes them


def test_the_impossible_row_says_why(open_page: Any) -> None:
    page = open_page("/en/results/spbe-2023", script=False)
    text = page.locator("main").inner_text()
    assert "Banyuasin" in text
    assert "0.30" in text
    page.get_by_role("link", name="Kabupaten Banyuasin", exact=True).first.click()
    assert "0.30" in page.locator("main").inner_text()


def test_two_countries_are_compared(open_page: Any) -> None:
    page = open_page("/ko/countries/compare?a=KOR&b=IDN", script=False)
    text = page.locator("main").inner_text()
    assert "0.9679" in text
    assert "0.7991" in text


def test_the_language_is_changed_and_the_page_stays(open_page: Any) -> None:
    page = open_page("/en/results/spbe-2024?band=Memuaskan", script=False)
    page.locator('.t-lang a[lang="ko"]').click()

    assert page.url.endswith("/ko/results/spbe-2024?band=Memuaskan")
    assert page.locator("html").get_attribute("lang") == "ko"


def test_the_keyboard_reaches_the_content_first(open_page: Any) -> None:
    page = open_page("/en/results/spbe-2024")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_a_language_that_does_not_exist_offers_those_that_do(open_page: Any) -> None:
    page = open_page("/xx/results/spbe-2024", script=False)
    assert page.locator("main a[hreflang]").count() == 3
