"""The words of the pages about the record: roles, acts, figures and commands."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup, escape

from teladan.core.instrument import INDEX, Edition
from teladan.portal.names import edition_name, verdict_word
from teladan.portal.words import named
from teladan.publication.models import Publication
from teladan.publication.queries import ResultView
from teladan.publication.queries.record import Happening, Proof, Release
from teladan.web.formats import date, link, marked, num, said

ROLES = (
    *(N_("publisher"), N_("second publisher"), N_("coordinator"), N_("observer")),
    *(N_("exchange officer"), N_("practice owner"), N_("adopter"), N_("appraiser")),
)
VERIFIER = "verify.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to type, and what it shows. Commands are the same in every language."""

    text: str
    lines: tuple[str, ...]


def role_text(role: str) -> str:
    """Return a role in the reader's language; the node itself acts without one."""
    if not role:
        return _("This node")
    text = _(role) if role in ROLES else role
    return text[:1].upper() + text[1:]


def time_text(at: datetime) -> str:
    """Return date and time of day, in UTC as the record has it."""
    at = at.astimezone(UTC)
    return _("%(date)s, %(time)s UTC") % {"date": date(at.date()), "time": f"{at:%H:%M}"}


def utc(at: datetime) -> str:
    """Return a moment as machines read it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base64(data: bytes) -> str:
    """Return bytes as the record writes them."""
    return b64encode(data).decode()


def element_text(element: str, edition: Edition | None) -> Markup:
    """Return the name of a figure: an element's title with its code, or what stands beside the elements."""
    own = {INDEX: _("Index"), "band": _("Band"), "rank": _("Rank"), "verdict": _("Verdict")}
    if element in own:
        return escape(own[element])
    known = edition.elements.get(element) if edition else None
    return Markup("{} {}").format(element, said(known.titles)) if known else escape(element)


def figure_text(element: str, text: str | None) -> str:
    """Return a figure for the reader; names of bands and verdicts as they stand."""
    if text and element == "verdict":
        return verdict_word(text)
    return text if text and element == "band" else num(text)


def entry_text(entry: int | None) -> str:
    """Return where an act stands in the record."""
    return _("proof pending") if entry is None else _("entry %(position)s") % {"position": num(entry)}


def entry_link(entry: int | None) -> Markup | str:
    """Return where an act stands in the record, with its receipt."""
    text = entry_text(entry)
    return text if entry is None else link(f"/record/proof/{entry}", text)


def publication_title(release: Release) -> str:
    """Return which publication of its edition a release is."""
    return _("Publication %(number)s") % {"number": release.number}


def digest_link(digest: str) -> Markup:
    """Return a digest that leads to the object it names."""
    return Markup('SHA-256 <a class="t-mono t-digest" href="/record/object/{0}">{0}</a>').format(digest)


def state_of(proof: Proof | None) -> tuple[str, str]:
    """Return kind and words of a proof's state."""
    if proof is None or proof.entry is None:
        return "part", _("Proof pending")
    return "yes", _("In the record: entry %(position)s") % {"position": num(proof.entry)}


def kind_text(kind: str) -> str:
    """Return what a proof can and cannot show of a publication of this kind."""
    if kind == "computed":
        return _(
            "Computed: instrument and scores are in the record too, so every digit can be recomputed "
            "from them."
        )
    return _(
        "Reported: these are a source’s printed figures. That they are unchanged can be proved and that "
        "they fit together can be checked; they cannot be recomputed."
    )


def act_text(happening: Happening, edition: Edition | None) -> Markup:
    """Return one act of a story as a sentence."""
    if happening.erased:
        return escape(_("What this act said was erased. That it took place stays in the record."))
    return _sentence(happening, edition)


def _sentence(happening: Happening, edition: Edition | None) -> Markup:
    values = {
        "number": happening.number,
        "before": (happening.number or 1) - 1,
        "element": element_text(happening.element, edition),
        "was": figure_text(happening.element, happening.was),
        "becomes": figure_text(happening.element, happening.becomes),
        "organisation": named(happening.organisation_name, happening.organisation_language),
    }
    sentences = {
        "prepared": _("Publication %(number)s prepared: the figures are fixed."),
        "withdrawn": _("What had been prepared as publication %(number)s was withdrawn."),
        "released": _("Publication %(number)s released by another person than the one who prepared it."),
        "corrected": _(
            "Publication %(number)s released as a correction of publication %(before)s. Both stay in "
            "the record."
        ),
        "asked": _("Correction asked for %(organisation)s: %(element)s, %(was)s should be %(becomes)s."),
        "accepted": _("Correction accepted for %(organisation)s: %(element)s, %(was)s becomes %(becomes)s."),
        "declined": _("Correction declined for %(organisation)s: %(element)s stays %(was)s."),
    }
    return marked(sentences[happening.what], **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A publication's line in the list of what is recorded; `corrected` says so where it was."""

    name: str
    address: str
    state: str
    links: tuple[tuple[str, str], ...]
    corrected: str
    correction: str


def recorded(view: ResultView, *, own: bool = True) -> Recorded:
    """Return the line of one result, its links leading to the organisation's own figure where `own`."""
    publication, proof = view.publication, view.proof
    abbreviation = view.instrument.abbreviation if view.instrument else ""
    return Recorded(
        name=edition_name(publication, abbreviation),
        address=reverse("portal:edition", kwargs={"code": publication.code}),
        state=entry_text(proof.entry if proof else None),
        links=pages_of(publication.code, view.result.organisation_id if own else ""),
        corrected=_("This edition was corrected.") if publication.number > 1 else "",
        correction=correction_address(publication),
    )


def correction_address(publication: Publication) -> str:
    """Return the page that sets the newest correction beside what it corrects; "" without one."""
    if publication.number < 2:
        return ""
    return reverse("portal:correction", kwargs={"code": publication.code, "number": publication.number})


def pages_of(code: str, organisation: str = "") -> tuple[tuple[str, str], ...]:
    """Return (title, address) of the pages about a publication's proof and history."""
    query = f"?organisation={organisation}" if organisation else ""
    return (
        (_("Proof"), reverse("portal:proof", kwargs={"code": code}) + query),
        (_("History"), reverse("portal:history", kwargs={"code": code}) + query),
    )
