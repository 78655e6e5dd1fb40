"""The page of a proof: what is recorded of a publication, where, and the commands that check it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.table import Column, Table
from teladan.portal.record.words import (
    Command,
    digest_link,
    entry_link,
    entry_text,
    figure_text,
    role_text,
    time_text,
)
from teladan.portal.words import number
from teladan.publication.models import Publication
from teladan.publication.queries.record import Happening, Release
from teladan.web.formats import link, marked, num

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


def proof_title(name: str, newest: Release, whose: Markup | None) -> Markup:
    """Return where a publication, or an organisation in it, stands in the record."""
    if newest.entry is None:
        text = _("The proof of %(name)s is pending")
        return marked(text, name=name) if whose is None else marked(text, name=_in(whose, name))
    text = _("%(name)s is in the record as entry %(entry)s")
    return marked(text, name=name if whose is None else _in(whose, name), entry=num(newest.entry))


def _in(whose: Markup, name: str) -> Markup:
    return marked(_("%(organisation)s in %(edition)s"), organisation=whose, edition=name)


def figures_of(row: Row) -> list[tuple[str, str]]:
    """Return (what, figure) of an organisation's row as the recorded results have it."""
    index = row["index"]
    figures = [(_("Index"), figure_text("index", index["printed"]))]
    if index["exact"]:
        figures.append((_("Exact index"), number(index["exact"])))
    if row["band"]:
        figures.append((_("Band"), row["band"]))
    return figures


def facts_of(newest: Release, by: Happening | None) -> list[tuple[str, Markup]]:
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
    return facts + [(what, digest_link(digest)) for what, digest in _named(newest)]


def _named(release: Release) -> list[tuple[str, str]]:
    """Return (what, digest) of the documents that an entry names."""
    words = {
        "results": _("Results"),
        "inputs": _("Scores"),
        "instrument": _("Instrument"),
        "uncertainty": _("Uncertainty"),
    }
    return [(words[what], digest) for what, digest in release.objects]


def commands_of(newest: Release, origin: str, organisation: str) -> list[Command]:
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


def releases_table(releases: Sequence[Release]) -> Table[Release]:
    """Return every publication of an edition, newest first: its place, its documents, its receipt."""

    def number_(release: Release) -> Markup | int:
        if release.number == 1:
            return release.number
        address = reverse("portal:correction", kwargs={"code": release.code, "number": release.number})
        return Markup("{} {}").format(release.number, link(address, _("Correction")))

    def kind(release: Release) -> str:
        return _("Computed") if release.kind == "computed" else _("Reported")

    def documents(release: Release) -> Markup:
        lines = (Markup("{}: {}").format(what, digest_link(digest)) for what, digest in _named(release))
        return Markup("<br>").join(lines)

    return Table(
        (
            Column(_("Publication"), number_, "x4"),
            *(
                Column(heading, cell, css, label=heading)
                for heading, cell, css in (
                    (_("Released"), lambda release: time_text(release.released_at), "x2"),
                    (_("Figures"), kind, "x2"),
                    (_("Receipt"), lambda release: entry_link(release.entry), "x2"),
                    (_("Documents"), documents, "x4"),
                )
            ),
        ),
        releases[::-1],
        title=_("What was published under this name, newest first"),
        sub=_("Nothing is replaced: a correction stands beside what it corrects."),
        css="t-table t-stack",
        box="t-box",
    )


def links_of(publication: Publication, organisation: str) -> list[tuple[str, str]]:
    """Return (title, address) of what belongs to the proof."""
    history = reverse("portal:history", kwargs={"code": publication.code})
    return [
        (_("History"), f"{history}?organisation={organisation}" if organisation else history),
        (_("Manifest"), f"/record/publication/{publication.code}.json"),
        (_("Disclosed acts"), f"/record/publication/{publication.code}/disclosures.json"),
        (_("How to check this yourself"), reverse("portal:verify")),
        (_("The record"), reverse("portal:record")),
    ]
