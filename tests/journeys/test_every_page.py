"""What holds on every public page: accessible, in the reader's language, whole on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.pages import LANGUAGES, PAGES

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.right > wide + 1 && box.width > 0 && !e.closest('.t-scroll, .t-hide, svg');
  });
  return document.documentElement.scrollWidth > wide
    ? [document.documentElement.scrollWidth + ' > ' + wide,
       ...out.slice(0, 5).map(e => e.outerHTML.slice(0, 160))]
    : [];
}"""
HEADLESS_COLUMNS = """() => [...document.querySelectorAll('table')].flatMap(table => {
  const heads = [...table.querySelectorAll('thead tr')].at(-1);
  if (!heads) return ['a table without a head: ' + table.outerHTML.slice(0, 120)];
  const count = row => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  const most = Math.max(...[...table.tBodies].flatMap(body => [...body.rows].map(count)));
  return most > count(heads)
    ? [most + ' columns, ' + count(heads) + ' heads: ' + table.outerHTML.slice(0, 120)]
    : [];
})"""


def everywhere(languages: tuple[str, ...]) -> Callable[[Any], Any]:
    """Run a test for each kind of page in some languages."""
    return pytest.mark.parametrize(
        "address",
        [
            pytest.param(f"/{lang}{path}", id=f"{lang}: {name}")
            for lang in languages
            for name, path in PAGES.items()
        ],
    )


@everywhere(("en",))
def test_axe_finds_nothing(open_page: Any, axe: Any, address: str) -> None:
    page = open_page(address)
    assert axe(page) == []
    assert page.evaluate(HEADLESS_COLUMNS) == []


@everywhere(("en",))
def test_nothing_overflows_a_phone(open_page: Any, address: str) -> None:
    assert open_page(address, width=320).evaluate(OVERFLOW) == []


@pytest.mark.more
@everywhere(("id", "ko"))
def test_axe_finds_nothing_in_other_languages(open_page: Any, axe: Any, address: str) -> None:
    assert axe(open_page(address)) == []


@pytest.mark.more
@everywhere(LANGUAGES)
def test_nothing_overflows_at_any_width_nor_with_large_text(open_page: Any, address: str) -> None:
    page = open_page(address)
    found = {}
    for width in (320, 480, 768, 960, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(OVERFLOW)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["text twice as large"] = page.evaluate(OVERFLOW)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.more
@everywhere(LANGUAGES)
def test_axe_finds_nothing_on_a_phone_in_the_dark(open_page: Any, axe: Any, address: str) -> None:
    assert axe(open_page(address, width=320, color_scheme="dark")) == []


@pytest.mark.more
@everywhere(LANGUAGES)
def test_every_page_works_without_script(open_page: Any, address: str) -> None:
    page = open_page(address, script=False)
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == address[1:3]
    assert page.locator("script").count() == 0
    for code in LANGUAGES:
        assert page.locator(f'.t-lang a[lang="{code}"]').count() == 1
