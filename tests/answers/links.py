"""What a page leads to, and which pages are of one pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

# After these a word of an address names one of many; after anything else it is a page of its own.
MANY = frozenset(
    [
        "results",
        "organisations",
        "instruments",
        "countries",
        "practices",
        "themes",
        "tracks",
        "adoptions",
        "meetings",
        "corrections",
        "publications",
        "archives",
        "requests",
        "questions",
        "translate",
        "proof",
        "object",
        "tile",
        "archive",
        "publication",
    ]
)
ALONE = frozenset(("names", "proof", "uncertainty", "history", "compare", "new", "publication", "document"))
QUESTIONS = ("complaints", "pengaduan", "전자조달", "")


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes and what it would send when nothing is filled in."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    seen: bool = False  # has a field that a person fills in


class Page(HTMLParser):
    """The links and forms of a page, in its order."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(text)
        for form in self.forms:
            if form.method == "get":
                base = urljoin(address, form.action or urlsplit(address).path)
                self.links += [f"{base.partition('?')[0]}?{urlencode([one])}" for one in form.choices]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in {"a", "link"} and "href" in said:
            self.links.append(urljoin(self.address, said["href"]))
        if tag in {"img", "script"} and "src" in said:
            self.links.append(urljoin(self.address, said["src"]))
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
        elif self.forms and tag in {"input", "textarea", "select"} and "name" in said:
            self._field(self.forms[-1], tag, said)
        elif self.forms and tag == "option" and self._select and said.get("value"):
            self.forms[-1].choices.append((self._select, said["value"]))

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, kind = said["name"], said.get("type", "text")
        if kind == "hidden":
            form.fields.append((name, said.get("value", "")))
            return
        form.seen = True
        self._select = name if tag == "select" else ""
        if kind in {"checkbox", "radio"}:
            form.choices.append((name, said.get("value", "on")))
        else:
            form.fields.append((name, ""))
            if tag == "input":
                form.choices += [(name, one) for one in QUESTIONS]


def inside(link: str, site: str) -> str | None:
    """Return the address of a link on this site, without its fragment; None for any other."""
    parts = urlsplit(link)
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" != site:
        return None
    if parts.scheme not in {"", "http", "https"} or not parts.path.startswith("/"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def pattern(address: str) -> str:
    """Return the pattern of an address: what names one of many is a star.

    >>> pattern("/en/results/spbe-2024/proof.json"), pattern("/en/practices?country=KOR")
    ('/en/results/spbe-*/proof.json', '/en/practices?country')
    >>> pattern("/en/exchange/questions/orphans"), pattern("/en/countries/compare")
    ('/en/exchange/questions/orphans', '/en/countries/compare')
    """
    path, _, query = address.partition("?")
    done: list[str] = []
    for word in path.split("/"):
        stem, _, end = word.partition(".")
        before = done[-1] if done else ""
        one_of = before in MANY or (before == "*" and done[-2:-1] in (["instruments"], ["archive"]))
        if word and one_of and stem not in ALONE and "exchange" not in done:
            series = re.match(r"[a-z]+-", stem) if before == "results" else None
            done.append((series[0] if series else "") + "*" + (f".{end}" if end else ""))
        else:
            done.append(word)
    keys = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
    return "/".join(done) + (f"?{'&'.join(keys)}" if keys else "")
