"""What the page about open data lists: every table with its addresses, digests and licences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.text import NOT_SEEN
from teladan.portal.words import source_title
from teladan.publication.models import Publication
from teladan.web.formats import num, plain, said

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRow:
    """One publication: its page, its files, its digest, the licence of its source."""

    title: Markup
    kind: str
    rows: str
    address: str
    json: str
    csv: str
    bytes: str
    names: str
    proof: str
    uncertainty: str  # "" where nothing was drawn
    sha256: str
    source: Markup
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """All that the template writes down."""

    finding: str
    rows: tuple[PublicationRow, ...]
    tables: tuple[tuple[str, str, str, str], ...]
    endpoints: tuple[tuple[str, str, str], ...]
    openapi: str
    licences: tuple[tuple[str, Markup, str], ...]
    cite: str


def data_page(publications: Sequence[Publication], origin: str) -> DataPage:
    """Return the page; `origin` is scheme and host, for the example of a citation."""
    return DataPage(
        finding=finding(publications),
        rows=tuple(_row(publication) for publication in publications),
        tables=_tables(),
        endpoints=_endpoints(),
        openapi=f"{API}/openapi.json",
        licences=tuple(_licences(publications)),
        cite=_cite(publications, origin),
    )


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


def _row(publication: Publication) -> PublicationRow:
    address = reverse("portal:edition", kwargs={"code": publication.code})
    return PublicationRow(
        title=said(publication.titles),
        kind=_("computed") if publication.kind == "computed" else _("reported"),
        rows=num(publication.listed),
        address=address,
        json=f"{address}.json",
        csv=f"{address}.csv",
        bytes=reverse("portal:publication", kwargs={"code": publication.code}),
        names=reverse("portal:names", kwargs={"code": publication.code}),
        proof=reverse("portal:proof", kwargs={"code": publication.code}),
        uncertainty=report_of(publication),
        sha256=publication.sha256,
        source=source_title(publication.source),
        licence=_seen(publication.source.get("licence", NOT_SEEN)),
    )


def report_of(publication: Publication) -> str:
    """Return the address of the report of a ranking; "" where nothing was drawn."""
    told = publication.uncertainty
    if told is None or told["reason"] is not None:
        return ""
    return reverse("portal:uncertainty", kwargs={"code": publication.code})


def _licences(publications: Sequence[Publication]) -> list[tuple[str, Markup, str]]:
    """Return (licence, note, publishers) of the sources, each licence and note once."""
    found: dict[tuple[str, Markup], dict[str, None]] = {}
    for publication in publications:
        licence = _seen(publication.source.get("licence", NOT_SEEN))
        note = said(publication.source.get("licence_note") or {})
        publisher = publication.source.get("publisher", NOT_SEEN)
        name = _("publisher not seen") if publisher == NOT_SEEN else publisher
        found.setdefault((licence, note), {})[name] = None
    return [(licence, note, ", ".join(names)) for (licence, note), names in found.items()]


def _seen(text: str) -> str:
    return _("not seen") if text == NOT_SEEN else text


def _tables() -> tuple[tuple[str, str, str, str], ...]:
    """Return (what, page, JSON, CSV) of the tables that are no publication."""
    listed = (
        (_("All publications"), reverse("portal:results")),
        (_("Instruments"), reverse("portal:instruments")),
        (_("Countries"), reverse("portal:countries")),
        (_("Practices"), reverse("portal:practices")),
        (_("Who learned from whom"), reverse("portal:network")),
        (_("What changed lately"), reverse("portal:changes")),
        (_("Cooperation and meetings"), reverse("portal:cooperation")),
    )
    return tuple((title, page, f"{page}.json", f"{page}.csv") for title, page in listed)


def _endpoints() -> tuple[tuple[str, str, str], ...]:
    """Return (address as described, what it gives, an address to open or "")."""
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
    return tuple(
        (f"{API}{path}", text, "" if "{" in path or path == "/search" else f"{API}{path}")
        for path, text in zip(ENDPOINTS, words, strict=True)
    )


def _cite(publications: Sequence[Publication], origin: str) -> str:
    """Return a citation of the largest publication, as an example."""
    if not publications:
        return ""
    example = max(publications, key=lambda publication: publication.listed)
    address = reverse("portal:edition", kwargs={"code": example.code})
    return (
        f"{plain(example.titles)} ({example.code}). {example.source.get('publisher', '')}. "
        f"Teladan, {origin}{address}. SHA-256 {example.sha256}."
    )
