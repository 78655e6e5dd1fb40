"""What every page knows of itself: its language, its twins in other languages, the way around."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from babel import localedata
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_noop as N_

from teladan.web.formats import direction

LANGUAGES = dict(settings.LANGUAGES)

# (address name, title). A page that is not there yet is not linked.
MAIN = (
    ("portal:results", N_("Results")),
    ("portal:countries", N_("Countries")),
    ("portal:practices", N_("Practices")),
    ("portal:instruments", N_("Instruments")),
    ("portal:method", N_("Method")),
)
FOOT = (
    ("portal:method", N_("How we measure")),
    ("portal:data", N_("Open data")),
    ("portal:verify", N_("Check a figure")),
    ("portal:record", N_("The record")),
    ("portal:accessibility", N_("Accessibility")),
    ("account_login", N_("Sign in")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the header or the footer."""

    title: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """The same page in one language."""

    code: str
    name: str
    url: str
    current: bool


class Page:
    """The frame around the content, made from the request alone: no database."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = get_language() or "en"
        self.dir = direction(self.language)

    @cached_property
    def rest(self) -> str:
        """The address after the language, beginning with a slash."""
        first, _, rest = self.request.path.removeprefix("/").partition("/")
        return f"/{rest}" if looks_like_language(first) else self.request.path

    @cached_property
    def versions(self) -> list[Version]:
        """This page in every language, with the same query. Where it is not a page: the home pages."""
        query = self.request.META.get("QUERY_STRING", "")
        found = []
        for code, name in LANGUAGES.items():
            path = f"/{code}{self.rest}"
            if not is_page(path, code):
                path, query = f"/{code}/", ""
            found.append(Version(code, name, path + (f"?{query}" if query else ""), code == self.language))
        return found

    @cached_property
    def origin(self) -> str:
        """Scheme and host of the site's own addresses."""
        return origin(self.request)

    @cached_property
    def canonical(self) -> str:
        """The full address of this page without its query."""
        return self.origin + self.request.path

    @cached_property
    def main(self) -> list[Link]:
        """The links of the header."""
        return self._links(MAIN)

    @cached_property
    def foot(self) -> list[Link]:
        """The links of the footer."""
        links = self._links(FOOT)
        if settings.TELADAN_SOURCE_CODE:
            links.append(Link(gettext("Source code"), settings.TELADAN_SOURCE_CODE))
        return links

    def _links(self, names: tuple[tuple[str, str], ...]) -> list[Link]:
        """Resolve the addresses that exist."""
        links = []
        for name, title in names:
            try:
                target = reverse(name)
            except NoReverseMatch:
                continue
            links.append(Link(gettext(title), target, self.request.path.startswith(target)))
        return links

    def twin(self, ending: str) -> str:
        """Return this page's address as .json or .csv, with the same query."""
        query = self.request.META.get("QUERY_STRING", "")
        return f"{self.request.path.rstrip('/')}.{ending}" + (f"?{query}" if query else "")


def looks_like_language(text: str) -> bool:
    """Say whether the first part of an address stands where a language would: 'en', 'fr', 'pt-br', 'fil'."""
    return bool(re.fullmatch(r"[A-Za-z]{2}", text)) or (
        bool(re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?", text))
        and localedata.exists(text.replace("-", "_"))
    )


def is_page(path: str, language: str) -> bool:
    """Say whether an address leads to a page of ours in that language."""
    with override(language):
        try:
            resolve(path)
        except Resolver404:
            return False
    return True


def moment(request: HttpRequest) -> datetime:
    """Return when a request came in, by the node's clock: the time of all that is done for it."""
    at: datetime = request.at  # type: ignore[attr-defined]
    return at


def origin(request: HttpRequest) -> str:
    """Return scheme and host of the site's own addresses: as set, else as asked for."""
    if settings.TELADAN_ORIGIN:
        return str(settings.TELADAN_ORIGIN)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """Give templates their `page`."""
    return {"page": Page(request)}
