"""What the page about open data lists: every table with its addresses, digests and licences."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.core.text import NOT_SEEN
from teladan.portal.uncertainty.words import report_of
from teladan.publication.models import Publication
from teladan.web.formats import joined, link, num, plain, said

API = "/api/v1"
# (address, what it gives); a test holds this list against the OpenAPI description.
ENDPOINTS = (
    "/publications",
    "/publications/{code}",
    "/organisations/{code}",
    "/countries",
    "/countries/{code}",
    "/instruments",
    "/instruments/{slug}/{version}",
    "/record",
    "/search",
)


def data_page(publications: Sequence[Publication], origin: str) -> dict[str, Any]:
    """Return what the template names; `origin` is scheme and host, for the example of a citation."""
    return {
        "finding": finding(publications),
        "publications": publications_table(publications),
        "tables": tables(),
        "endpoints": endpoints_table(),
        "openapi": f"{API}/openapi.json",
        "licences": licences(publications),
        "cite": cite(publications, origin),
    }


def finding(publications: Sequence[Publication]) -> str:
    """Return how many publications there are and how many licences were seen."""
    count = len(publications)
    if not count:
        return _("Open data")
    return ngettext(
        "%(n)s publication, as a page, JSON, CSV and the exact bytes",
        "%(n)s publications, each as a page, JSON, CSV and the exact bytes",
        count,
    ) % {"n": num(count)}


def publications_table(publications: Sequence[Publication]) -> Table[Publication]:
    """Return the publications with their files, their digests and the licences of their sources."""

    def title(publication: Publication) -> Markup:
        return link(_address("edition", publication), said(publication.titles))

    def files(publication: Publication) -> Markup:
        page, report = _address("edition", publication), report_of(publication)
        addresses = (
            ("JSON", f"{page}.json"),
            ("CSV", f"{page}.csv"),
            (_("names"), _address("names", publication)),
            (_("publication"), _address("publication", publication)),
            (_("proof"), _address("proof", publication)),
            *(((_("uncertainty"), report),) if report else ()),
        )
        of = Markup('<span class="t-hide"> {}</span>').format(said(publication.titles))
        return joined(" · ", (link(address, Markup("{}{}").format(word, of)) for word, address in addresses))

    def digest(publication: Publication) -> Markup:
        sha256 = publication.sha256
        return Markup('<code class="t-mono nw" title="{}">{}</code>').format(sha256, sha256[:12])

    return Table(
        (
            Column(_("Publication"), title, "r x4"),
            Column(
                _("Kind"),
                lambda publication: _("computed") if publication.kind == "computed" else _("reported"),
                "x2",
            ),
            Column(_("Rows"), lambda publication: num(publication.listed), "n x2"),
            Column(_("Files"), files, "nw-d x4", label=""),
            Column("SHA-256", digest, "x4"),
            Column(_("Licence of the source"), _licence, "x4"),
        ),
        publications,
        title=_("What was published, and what it came from"),
        sub=_(
            "Rows, files, and the licence of the source. The publication itself is one file of canonical "
            "JSON: its digest stands beside it."
        ),
        name="publications-caption",
        css="t-table t-firm t-table--tight t-cards",
    )


def licences(publications: Sequence[Publication]) -> list[tuple[str, Markup, str]]:
    """Return (licence, note, publishers) of the sources, each licence and note once."""
    publishers: dict[tuple[str, Markup], dict[str, None]] = {}
    for publication in publications:
        note = said(publication.source.get("licence_note") or {})
        publisher = publication.source.get("publisher", NOT_SEEN)
        name = _("publisher not seen") if publisher == NOT_SEEN else publisher
        publishers.setdefault((_licence(publication), note), {})[name] = None
    return [(licence, note, ", ".join(names)) for (licence, note), names in publishers.items()]


def _licence(publication: Publication) -> str:
    licence = str(publication.source.get("licence", NOT_SEEN))
    return _("not seen") if licence == NOT_SEEN else licence


def _address(name: str, publication: Publication) -> str:
    return reverse(f"portal:{name}", kwargs={"code": publication.code})


def tables() -> tuple[tuple[str, str, str, str], ...]:
    """Return (what, page, JSON, CSV) of the tables that are no publication."""
    pages = (
        (_("All publications"), reverse("portal:results")),
        (_("Instruments"), reverse("portal:instruments")),
        (_("Countries"), reverse("portal:countries")),
        (_("Practices"), reverse("portal:practices")),
        (_("Who learned from whom"), reverse("portal:network")),
        (_("What changed lately"), reverse("portal:changes")),
        (_("Cooperation and meetings"), reverse("portal:cooperation")),
    )
    return tuple((title, page, f"{page}.json", f"{page}.csv") for title, page in pages)


def endpoints_table() -> Table[tuple[str, str]]:
    """Return the addresses of the API; one without codes in it can be opened."""
    words = (
        _("every publication"),
        _("one publication with all its rows"),
        _("one organisation with every result, down to each answer"),
        _("every country and economy evaluated"),
        _("one country with every result"),
        _("every instrument and version"),
        _("one instrument, whole"),
        _("the record: newest checkpoints, keys, addresses of its files"),
        _("organisations by name: q, at most 200 characters"),
    )

    def address(endpoint: tuple[str, str]) -> Markup | str:
        path = f"{API}{endpoint[0]}"
        return path if "{" in path or endpoint[0] == "/search" else link(path, path)

    return Table(
        (
            Column(_("Address"), address, "r t-mono nw-d x4"),
            Column(_("What it gives"), itemgetter(1), "x4", label=""),
        ),
        list(zip(ENDPOINTS, words, strict=True)),
        title=_("Addresses of the API"),
        sub=_("GET only. Parts in braces are codes."),
        name="api-caption",
        css="t-table t-firm t-table--tight t-cards",
    )


def cite(publications: Sequence[Publication], origin: str) -> str:
    """Return a citation of the largest publication, as an example."""
    if not publications:
        return ""
    example = max(publications, key=lambda publication: publication.listed)
    address = reverse("portal:edition", kwargs={"code": example.code})
    return (
        f"{plain(example.titles)} ({example.code}). {example.source.get('publisher', '')}. "
        f"Teladan, {origin}{address}. SHA-256 {example.sha256}."
    )
