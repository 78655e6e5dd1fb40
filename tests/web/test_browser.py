"""The frame in a real browser: nothing refused, nothing cut, nothing axe objects to."""

import pytest

HOME = {"en": "Page not found", "id": "Halaman tidak ditemukan", "ko": "페이지를 찾을 수 없음"}
WIDTHS = (320, 480, 768, 1280)


@pytest.fixture
def open_page(browser, site):
    """Return open_page(address, …): a page that remembers what it said to the console and asked for."""
    contexts = []

    def open_page(address, width=1280, scheme="light", scale=1):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(site + address)
        if scale != 1:
            page.evaluate(f"document.documentElement.style.fontSize = '{scale * 100}%'")
        return page

    yield open_page
    for context in contexts:
        context.close()


def overflow(page):
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_an_error_page_in_the_browser(open_page, axe, site):
    page = open_page("/en/nowhere/")

    assert page.title() == "Page not found – Teladan"
    assert axe(page) == []
    assert overflow(page) == 0
    assert [line for line in page.said if "404" not in line] == []
    assert [url for url in page.asked if not url.startswith(site + "/")] == []


def test_the_keyboard_reaches_the_content_first(open_page):
    page = open_page("/en/nowhere/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_switch_keeps_the_page(open_page):
    page = open_page("/xx/nowhere/?q=1")

    page.locator("main").get_by_role("link", name="한국어").click()

    assert page.url.endswith("/ko/")


@pytest.mark.more
@pytest.mark.parametrize("language", HOME)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["nowhere/", "%00"])
def test_error_pages_in_every_language_width_and_light(open_page, axe, language, width, scheme, address):
    page = open_page(f"/{language}/{address}", width, scheme)

    assert page.title() == f"{HOME[language]} – Teladan"
    assert axe(page) == []
    assert overflow(page) == 0


@pytest.mark.more
@pytest.mark.parametrize("language", HOME)
def test_error_pages_with_text_twice_as_large(open_page, language):
    page = open_page(f"/{language}/nowhere/", 640, scale=2)

    assert overflow(page) == 0
