"""Pages of the site in a real browser, its console watched."""

from collections.abc import Iterator
from typing import Any

import pytest


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
