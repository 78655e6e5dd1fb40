"""What changed lately in the exchange, as a list and as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.exchange import labels
from teladan.exchange.queries import Change
from teladan.portal.practices.words import adoption_address, practice_address
from teladan.portal.words import named
from teladan.web.formats import date, language, marked

ATOM = "http://www.w3.org/2005/Atom"
HEADER = ("at", "what", "code", "name", "detail", "act")
OF_PRACTICES = ("version", "observation", "check-in")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change: the day, the sentence, where it leads."""

    day: str
    at: datetime
    text: Markup
    name: Markup
    address: str
    act: str


def prepare(changes: Sequence[Change]) -> list[Told]:
    """Return the changes as they are told, newest first."""
    return [
        Told(
            day=date(each.at.astimezone(UTC).date()),
            at=each.at,
            text=sentence(each),
            name=_name(each),
            address=address(each),
            act=str(each.act or ""),
        )
        for each in changes
    ]


def records(changes: Iterable[Change]) -> Iterator[tuple[str, ...]]:
    """Yield the changes as rows of the header."""
    for change in changes:
        act = str(change.act or "")
        yield change.at.isoformat(), change.what, change.code, change.name, change.detail, act


def address(change: Change) -> str:
    """Return the page that a change is about."""
    return practice_address(change.code) if change.what in OF_PRACTICES else adoption_address(change.code)


def sentence(change: Change) -> Markup:
    """Return what happened, without the name."""
    said: Mapping[str, str] = {
        "version": _("Version %(detail)s of a practice"),
        "observation": _("A figure was added: %(detail)s"),
        "check-in": _("The owner says how it stands: %(detail)s"),
        "stage": _("An adoption reached the stage: %(detail)s"),
        "appraisal": _("An adoption was appraised; results so far: %(detail)s"),
        "reply": _("An appraisal was replied to"),
    }
    of = {"check-in": labels.STATUS, "stage": labels.STAGE, "appraisal": labels.RESULTS}.get(change.what, {})
    return marked(said[change.what], detail=labels.word(of, change.detail))


def _name(change: Change) -> Markup:
    spoken = language()
    if spoken in change.titles:
        return named(change.titles[spoken], spoken)
    if "en" in change.titles and change.name_language != spoken:
        return named(change.titles["en"], "en")
    return named(change.name, change.name_language)


def atom(told: Sequence[Told], *, origin: str, page: str, feed: str) -> bytes:
    """Return the feed; `page` and `feed` are the addresses of the list and of the feed itself."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language()})

    def put(to: ET.Element, name: str, text: str = "", **attributes: str) -> None:
        ET.SubElement(to, f"{{{ATOM}}}{name}", attributes).text = text or None

    put(root, "title", _("What changed lately in the exchange"))
    put(root, "id", f"{origin}{page}")
    put(root, "link", rel="self", href=f"{origin}{feed}", type="application/atom+xml")
    put(root, "link", rel="alternate", href=f"{origin}{page}", type="text/html")
    put(root, "updated", _time(max((each.at for each in told), default=EPOCH)))
    author = ET.SubElement(root, f"{{{ATOM}}}author")
    put(author, "name", "Teladan")
    for each in told:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        put(entry, "title", f"{each.name.striptags()}: {each.text.striptags()}")
        put(
            entry,
            "id",
            f"urn:uuid:{each.act}" if each.act else f"{origin}{each.address}#{each.at.timestamp()}",
        )
        put(entry, "link", rel="alternate", href=f"{origin}{each.address}", type="text/html")
        put(entry, "updated", _time(each.at))
        put(entry, "summary", each.text.striptags())
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
