"""Pages of the site in a real browser, its console watched."""

from collections.abc import Callable, Iterator
from time import time
from typing import Any

import pytest

PASSWORD = "a long and plain password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def open_page(browser: Any, site: str, exchanged: None) -> Iterator[Any]:
    """Return open_page(address, width, script): a page of the site with results and exchange.

    A message in the console (a refused style, a missing file) fails the test at its end.
    """
    contexts: list[Any] = []
    said: list[str] = []

    def opened(address: str, *, width: int = 1280, script: bool = True, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{address}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{address}: {error}"))
        response = page.goto(site + address)
        if response.status == 404:
            said.clear()  # Chromium itself notes in the console that the page is missing
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def enter(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Return enter(name, width, script): a browser of its own with that person of the test's node signed in.

    Whoever is named has the address name@node.example, PASSWORD and SECRET; a space is a hyphen.
    """
    from django.core.cache import cache

    from teladan.registry.second_factor import code_at

    contexts: list[Any] = []

    def entered(name: str, *, width: int = 1280, script: bool = False) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}/en/desk/")
        page.fill("#id_login", f"{name.replace(' ', '-')}@node.example")
        page.fill("#id_password", PASSWORD)
        click(page, "Go on")
        cache.clear()
        page.fill("#id_code", code_at(SECRET, time()))
        click(page, "Sign in")
        assert page.url == f"{site}/en/desk/"
        return page

    yield entered
    for context in contexts:
        context.close()


def click(page: Any, name: str) -> None:
    """Press a button of the page's content, by keyboard."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).press("Enter")
