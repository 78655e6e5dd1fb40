"""The pages of an archive: those of the site, rendered by its own views, in a frame that needs no server.

A view is called as the site calls it, with a request made here: no HTTP server, no cookie, no kept copy.
An organisation's page shows its result in this edition alone, since only that is proved by the archive.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from teladan.portal.archive import country, texts
from teladan.portal.archive.links import Links
from teladan.portal.organisations.page import organisation_page
from teladan.publication import queries
from teladan.publication.queries import EditionView, OrganisationView
from teladan.web.formats import direction
from teladan.web.page import LANGUAGES, is_page

Page = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class NavLink:
    """One link of the frame."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Version:
    """The same page in one language."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the content of a page."""

    language: str
    dir: str
    title: str  # of a page of the archive's own
    root: str  # the way to the top folder: "../" or "../../"
    nav: tuple[NavLink, ...]
    versions: tuple[Version, ...]
    about: str
    site: str
    relinked: Callable[..., str] | None


@dataclass(frozen=True, slots=True)
class Door:
    """The way into one language."""

    code: str
    title: str
    about: str
    check: str


class Pages:
    """The pages of one edition in some languages. `numbers` are those of its corrections."""

    def __init__(
        self, view: EditionView, about: texts.About, languages: Sequence[str], numbers: Sequence[int]
    ) -> None:
        self.view = view
        self.about = about
        self.languages = languages
        self.origin = about.site
        told = view.publication.uncertainty
        self._drawn = told is not None and told["reason"] is None
        self._site: dict[str, dict[str, str]] = {}  # {language: {file below its folder: path on the site}}
        inside: dict[str, str] = {}
        for language in languages:
            with override(language):
                self._site[language] = dict(self._addresses(numbers))
                inside |= {path: f"{language}/{file}" for file, path in self._site[language].items()}
                inside |= self._data_addresses()
        self._inside = inside

    @property
    def count(self) -> int:
        """Return how many pages there will be."""
        return sum(len(files) for files in self._site.values()) + 1

    def render(self) -> Iterator[Page]:
        """Yield (path, bytes) of every page, the edition's first."""
        for file in next(iter(self._site.values())):
            if file.startswith("organisations/"):
                yield from self._organisation(file)
                continue
            for language in self.languages:
                with override(language):
                    yield self._page(language, file)
        yield self._start()

    # --- which pages there are ----------------------------------------------------------------

    def _addresses(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield (file, path on the site) in the current language."""
        here = reverse("portal:edition", kwargs={"code": self.about.code})
        yield "index.html", here
        yield "check.html", reverse("portal:home") + "verify"
        instrument = self.view.instrument
        if instrument:
            named = {"slug": instrument.slug, "version": instrument.version}
            yield "instrument.html", reverse("portal:instrument", kwargs=named)
        yield "names.html", reverse("portal:names", kwargs={"code": self.about.code})
        further = [("uncertainty.html", f"{here}/uncertainty")] if self._drawn else []
        further += [("proof.html", f"{here}/proof"), ("history.html", f"{here}/history")]
        further += [(f"corrections/{number}.html", f"{here}/corrections/{number}") for number in numbers]
        language = here.split("/")[1]
        yield from ((file, path) for file, path in further if is_page(path, language))
        for row in self.view.rows:
            path = reverse("portal:organisation", kwargs={"code": row.organisation})
            yield f"organisations/{row.organisation}.html", path

    def _data_addresses(self) -> dict[str, str]:
        """Return where the data of these pages lie, by their path on the site in the current language."""
        code, there = self.about.code, self.about.paths
        here = reverse("portal:edition", kwargs={"code": code})
        parts = "data/elements.csv" if "data/elements.csv" in there else "data/results.csv"
        found = {
            f"{here}.csv": "data/results.csv",
            f"{here}.json": "data/results.json",
            reverse("portal:publication", kwargs={"code": code}): "data/results.json",
            f"{here}/names.csv": "data/names.csv",
        }
        for row in self.view.rows:
            path = reverse("portal:organisation", kwargs={"code": row.organisation})
            found |= {f"{path}.csv": parts, f"{path}.json": "data/results.json"}
            # A country has a page of its own on the site; here its result is an organisation's.
            if row.kind == "country":
                page = reverse("portal:country", kwargs={"code": row.organisation})
                language = here.split("/")[1]
                found[page] = f"{language}/organisations/{row.organisation}.html"
        if self.view.instrument:
            instrument = self.view.instrument
            named = {"slug": instrument.slug, "version": instrument.version}
            path = reverse("portal:instrument", kwargs=named)
            found |= {f"{path}.csv": "data/method.csv", f"{path}.json": "method/instrument.json"}
        found |= {f"/{path}": path for path in there if path.startswith("record/")}
        found["/record/verify.py"] = "verify.py"
        return {path: file for path, file in found.items() if file in there or file.endswith(".html")}

    # --- making them --------------------------------------------------------------------------

    def _page(self, language: str, file: str) -> Page:
        """Make one page of the site; the language is the current one."""
        if file == "check.html":
            return self._check(language)
        path = self._site[language][file]
        match = resolve(path)
        page: Any = match.func
        answer = page.question(self._request(path), **_asked(match.kwargs))
        if answer.problem:
            raise Http404(answer.problem)
        return self._framed(language, file, page.template, answer.context())

    def _request(self, path: str) -> HttpRequest:
        """Make the request of a reader who has opened a page: no query, no cookie."""
        origin = urlsplit(self.origin or "http://localhost")
        return WSGIRequest(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": "",
                "SERVER_NAME": origin.hostname or "localhost",
                "SERVER_PORT": str(origin.port or {"https": 443}.get(origin.scheme, 80)),
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": origin.netloc,
                "wsgi.url_scheme": origin.scheme,
                "wsgi.input": io.BytesIO(),
            }
        )

    def _organisation(self, file: str) -> Iterator[Page]:
        """Make an organisation's page in every language, with its result in this edition alone."""
        code = posixpath.basename(file).removesuffix(".html")
        view = queries.organisation(code)
        if view is None:
            raise Http404(code)
        alone = replace(
            view,
            results=tuple(one for one in view.results if one.publication.code == self.about.code),
            matches=tuple(match for match in view.matches if match.publication == self.about.code),
        )
        for language in self.languages:
            with override(language):
                yield self._framed(language, file, *self._shown(alone))

    def _shown(self, view: OrganisationView) -> tuple[str, dict[str, object]]:
        """Return template and context of an organisation's page, or of a country's."""
        if view.organisation.kind != "country":
            return "portal/organisations/organisation.html", {**organisation_page(view), "twins": []}
        shown = country.prepare(view.organisation.country.titles, view.results[0])
        return "portal/archive/country.html", {"shown": shown, "twins": []}

    def _framed(self, language: str, file: str, template: str, context: Mapping[str, object]) -> Page:
        """Render a page of the site in the archive's frame; its links lead to what lies in the archive."""
        path, place = self._site[language][file], f"{language}/{file}"
        links = Links(inside=self._inside, origin=self.origin, outside=_("on the site"))
        frame = {
            "base": "portal/archive/frame.html",
            "archived": True,
            "origin": bool(self.origin),  # commands that ask the site are of no use where it is not known
            "at": self._frame(language, file, relinked=partial(links.rewrite, site=path, file=place)),
        }
        return place, render_to_string(template, {**context, **frame}, self._request(path)).encode()

    def _check(self, language: str) -> Page:
        about = self.about
        it = {
            "name": about.title(),
            "lede": texts.lede(),
            "where": texts.where(),
            "steps": texts.steps(about),
            "limits": texts.limits(),
            "key_note": texts.key_note(),
            "vkeys": about.vkeys,
            "files": texts.files(about),
        }
        frame = self._frame(language, "check.html", texts.check_title())
        return f"{language}/check.html", self._written("check", {"at": frame, "it": it})

    def _start(self) -> Page:
        doors = []
        for language in self.languages:
            with override(language):
                doors.append(Door(language, self.about.title(), self.about.sentence(), texts.check_title()))
        first = self.languages[0]
        with override(first):
            frame = replace(
                self._frame(first, "index.html", self.about.title()), root="", nav=(), versions=()
            )
            return "index.html", self._written("start", {"at": frame, "doors": doors})

    def _frame(
        self, language: str, file: str, title: str = "", relinked: Callable[..., str] | None = None
    ) -> Frame:
        names = {
            "index.html": _("Results"),
            "instrument.html": _("Instrument"),
            "proof.html": _("Proof"),
            "history.html": _("History"),
            "check.html": _("How to check"),
        }
        files, here = self._site[language], posixpath.dirname(file) or "."
        versions = []
        for code in self.languages:
            url = posixpath.relpath(f"{code}/{file}", posixpath.dirname(f"{language}/{file}"))
            versions.append(Version(code, LANGUAGES[code], url, code == language))
        own = file != "check.html"
        return Frame(
            language=language,
            dir=direction(language),
            title=title,
            root="../" * (file.count("/") + 1),
            nav=tuple(
                NavLink(name, posixpath.relpath(to, here), to == file)
                for to, name in names.items()
                if to in files
            ),
            versions=tuple(versions),
            about=self.about.sentence(),
            site=f"{self.origin}{files[file]}" if self.origin and own else "",
            relinked=relinked,
        )

    def _written(self, template: str, context: dict[str, object]) -> bytes:
        return render_to_string(f"portal/archive/{template}.html", context).encode()


def _asked(arguments: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in arguments.items() if name != "face" and value is not None}


def site_address() -> str:
    """Return the site's own address, "" where no setting gives it."""
    return str(settings.TELADAN_ORIGIN)
