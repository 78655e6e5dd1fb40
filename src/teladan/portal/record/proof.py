"""The page of a proof: what is recorded of a publication, where, and the commands that check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.portal.record.words import (
    Command,
    entry_text,
    figure_text,
    kind_text,
    role_text,
    state_of,
    time_text,
)
from teladan.portal.words import number
from teladan.publication.models import Publication
from teladan.publication.queries.record import Happening, Release
from teladan.registry.models import Organisation
from teladan.web.formats import marked, num

Row = dict[str, Any]
# The same on every system that has Python: no sha256sum, no jq.
SHA256 = (
    "python3 -I -c \"import hashlib; print(hashlib.sha256(open('results.json', 'rb').read()).hexdigest())\""
)
PRINT_ROW = (
    'python3 -I -c "import json; [print(json.dumps(row, indent=1, ensure_ascii=False)) '
    "for row in json.load(open('results.json', encoding='utf-8'))['rows'] "
    "if row['organisation'] == '%s']\""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One publication of the code: its place, its digests with their addresses, its receipt."""

    number: int
    kind: str
    released: str
    entry: str
    receipt: str | None
    digests: list[tuple[str, Markup]]
    correction: str  # address of the page that sets it beside the one before; "" for the first


@dataclass(frozen=True, kw_only=True)
class ProofPage:
    """All that the template writes down."""

    name: str
    title: Markup
    lede: tuple[str, ...]
    status: tuple[str, str]
    pending: bool
    figures: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, Markup], ...]
    commands: tuple[Command, ...]
    versions: tuple[Version, ...]
    links: tuple[tuple[str, str], ...]


def proof_page(
    publication: Publication,
    released: list[Release],
    by: Happening | None,
    *,
    name: str,
    origin: str,
    organisation: tuple[Organisation, Markup, Row] | None = None,
) -> ProofPage:
    """Return the page for the newest publication of a code, or for one organisation's row in it.

    `by` is the act of its release; `origin` is scheme and host of this site, for the commands.
    """
    newest = released[-1]
    whose = organisation[1] if organisation else None
    return ProofPage(
        name=name,
        title=_title(name, newest, whose),
        lede=(kind_text(newest.kind), *_pending(newest)),
        status=state_of(newest.proof),
        pending=newest.entry is None,
        figures=tuple(_figures(organisation[2])) if organisation else (),
        facts=tuple(_facts(newest, by)),
        commands=tuple(_commands(newest, origin, organisation[0].code if organisation else "")),
        versions=tuple(_version(each) for each in reversed(released)),
        links=tuple(_links(publication, organisation[0].code if organisation else "")),
    )


def _title(name: str, newest: Release, whose: Markup | None) -> Markup:
    if newest.entry is None:
        text = _("The proof of %(name)s is pending")
        return marked(text, name=name) if whose is None else marked(text, name=_in(whose, name))
    text = _("%(name)s is in the record as entry %(entry)s")
    return marked(text, name=name if whose is None else _in(whose, name), entry=num(newest.entry))


def _in(whose: Markup, name: str) -> Markup:
    return marked(_("%(organisation)s in %(edition)s"), organisation=whose, edition=name)


def _pending(newest: Release) -> list[str]:
    if newest.entry is not None:
        return []
    return [
        _(
            "It is published and waits for its place in the log and for the next signature, "
            "which takes less than a minute. Load this page again."
        )
    ]


def _figures(row: Row) -> list[tuple[str, str]]:
    """Return (what, figure) of an organisation's row as the recorded results have it."""
    index = row["index"]
    found = [(_("Index"), figure_text("index", index["printed"]))]
    if index["exact"]:
        found.append((_("Exact index"), number(index["exact"])))
    if row["band"]:
        found.append((_("Band"), row["band"]))
    return found


def _facts(newest: Release, by: Happening | None) -> list[tuple[str, Markup]]:
    """Return (term, what) of the entry."""
    facts = [(_("Place"), escape(entry_text(newest.entry)))]
    if by:
        who = Markup('{} <span class="t-mono t-quiet">{}</span>').format(role_text(by.role), by.actor)
        facts.append((_("Released"), Markup("{}, {}").format(time_text(newest.released_at), who)))
    facts.append(
        (
            _("Rests on"),
            escape(
                ngettext("the first %(n)s entry", "the first %(n)s entries", newest.prefix)
                % {"n": num(newest.prefix)}
            ),
        )
    )
    return facts + [(what, _digest(digest)) for what, digest in _named(newest)]


def _named(release: Release) -> list[tuple[str, str]]:
    """Return (what, digest) of the documents that an entry names."""
    words = {
        "results": _("Results"),
        "inputs": _("Scores"),
        "instrument": _("Instrument"),
        "uncertainty": _("Uncertainty"),
    }
    return [(words[what], digest) for what, digest in release.objects]


def _digest(digest: str) -> Markup:
    return Markup('SHA-256 <a class="t-mono t-digest" href="/record/object/{0}">{0}</a>').format(digest)


def _commands(newest: Release, origin: str, organisation: str) -> list[Command]:
    """Return the commands that check this publication, each with what it shows."""
    page = f"{origin}/en/results/{newest.code}"
    if organisation:  # the verifier prints that row; a shell must not read the question mark
        page = f"'{page}?organisation={organisation}'"
    shown = (
        _(
            "Recomputes every figure from the recorded scores, and checks the entry, its proof and "
            "the signature."
        )
        if newest.kind == "computed"
        else _("Checks the digests, the entry, its proof and the signature.")
    )
    found = [
        Command(
            text=shown,
            lines=(
                f"curl -O {origin}/record/verify.py",
                f"python3 -I verify.py publication {page}",
            ),
        )
    ]
    if newest.entry is not None:
        receipt = f"record-{newest.entry}.tlog-proof"
        found.append(
            Command(
                text=_(
                    "Keeps the receipt and the key; from then on the proof can be checked with no network."
                ),
                lines=(
                    f"curl -o {receipt} {origin}/record/proof/{newest.entry}",
                    f"curl -o record.vkeys {origin}/record/key",
                    f"python3 -I verify.py proof {receipt} --key @record.vkeys",
                ),
            )
        )
        found.append(
            Command(
                text=_("Prints the entry that the receipt carries: it names the digest of the results."),
                lines=(f"sed -n 's/^extra //p' {receipt} | base64 -d",),
            )
        )
    found.append(
        Command(
            text=_("Takes the results and their digest: it must be the one that the entry names."),
            lines=(
                f"curl -o results.json {origin}/record/object/{newest.results}",
                SHA256,
            ),
        )
    )
    if organisation:
        found.append(
            Command(
                text=_("Prints this organisation’s row of these results."),
                lines=(PRINT_ROW % organisation,),
            )
        )
    return found


def _version(each: Release) -> Version:
    return Version(
        number=each.number,
        kind=_("Computed") if each.kind == "computed" else _("Reported"),
        released=time_text(each.released_at),
        entry=entry_text(each.entry),
        receipt=each.proof.receipt,
        digests=[(what, _digest(digest)) for what, digest in _named(each)],
        correction=reverse("portal:correction", kwargs={"code": each.code, "number": each.number})
        if each.number > 1
        else "",
    )


def _links(publication: Publication, organisation: str) -> list[tuple[str, str]]:
    """Return (title, address) of what belongs to the proof."""
    history = reverse("portal:history", kwargs={"code": publication.code})
    return [
        (_("History"), f"{history}?organisation={organisation}" if organisation else history),
        (_("Manifest"), f"/record/publication/{publication.code}.json"),
        (_("Disclosed acts"), f"/record/publication/{publication.code}/disclosures.json"),
        (_("How to check this yourself"), reverse("portal:verify")),
        (_("The record"), reverse("portal:record")),
    ]
