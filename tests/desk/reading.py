"""What the desk's pages say, read as a test reads it."""

from __future__ import annotations

import re


def page_of(response) -> str:
    """Return a page as it was sent."""
    return response.content.decode()


def text_of(response) -> str:
    """Return what a page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page_of(response)).split())


def rule_of(response) -> str:
    """Return the rule that a refused page names."""
    found = re.search(r'class="t-mono">([a-z-]+)<', page_of(response))
    return found[1] if found else ""
