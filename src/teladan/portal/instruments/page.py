"""What the page of an instrument shows, made ready from the instrument file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core import library
from teladan.core.instrument import ADDITIVE, Edition, Instrument, Source
from teladan.core.table import Column, Table
from teladan.portal.instruments import words
from teladan.portal.instruments.changes import change_text, changes
from teladan.portal.instruments.rules import bands_table, rules
from teladan.portal.instruments.tree import placed, share_text, shares, tree_table, used_by
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.web.formats import date, joined, link, marked, num, plain, said, status


def page_of(
    instrument: Instrument, publications: Sequence[Publication], superseded_by: str = ""
) -> dict[str, Any]:
    """Return what the template names; the tree is that of the newest edition."""
    edition = instrument.edition()
    return {
        "instrument": instrument,
        "edition": edition,
        "finding": finding(instrument, edition),
        "lede": _lede(instrument),
        "facts": _facts(instrument, edition),
        "identity": _identity(instrument, superseded_by),
        "source": instrument.citation
        if instrument.country != "none"
        else named(instrument.sources[0].title, "en"),
        "tree": tree_table(instrument, edition),
        "last": [row.element.code for row in placed(edition)][-1],
        "scales": [(scale, used_by(scale, edition)) for scale in instrument.scales],
        "bands": bands_table(instrument, edition) if edition.bands else None,
        "rules": rules(instrument, edition),
        "editions": editions_table(instrument, publications),
        "sources": sources_table(instrument),
    }


def finding(instrument: Instrument, edition: Edition) -> str:
    """Return the page's title: what weighs most, made by rule; the instrument's name where none fires."""
    index = plain(edition.root.titles)
    parts = shares(edition)
    if len(parts) < 2 or edition.root.aggregation not in ADDITIVE:
        return plain(instrument.titles)
    top = max(share for _element, share in parts)
    largest = [element for element, share in parts if share == top]
    if len(largest) == len(parts):
        return _("The %(n)s parts of the %(index)s weigh the same") % {"n": num(len(parts)), "index": index}
    if len(largest) == 1:
        return _("%(share)s of the %(index)s is decided by “%(part)s”") % {
            "share": share_text(top),
            "index": index,
            "part": plain(largest[0].titles),
        }
    return _("%(n)s of %(all)s parts weigh most in the %(index)s, %(share)s each") % {
        "n": num(len(largest)),
        "all": num(len(parts)),
        "index": index,
        "share": share_text(top),
    }


def _lede(instrument: Instrument) -> Markup:
    if instrument.country == "none":
        return marked(
            _("%(title)s, published by: %(issuer)s."),
            title=said(instrument.titles),
            issuer=said(instrument.issuer),
        )
    return marked(
        _("%(title)s, issued by: %(issuer)s, under %(citation)s."),
        title=said(instrument.titles),
        issuer=said(instrument.issuer),
        citation=words.plainly(instrument.citation),
    )


def _facts(instrument: Instrument, edition: Edition) -> tuple[tuple[str, str], ...]:
    leaves = len(edition.leaves)
    years = [each.year for each in instrument.editions]
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    found = [
        (num(leaves), ngettext("indicator that is answered", "indicators that are answered", leaves)),
        (num(len(years)), ngettext("edition, %(span)s", "editions, %(span)s", len(years)) % {"span": span}),
    ]
    if edition.bands:
        count = len(edition.bands)
        found.append(
            (num(count), ngettext("band the index is sorted into", "bands the index is sorted into", count))
        )
    return (*found, (_low_high(edition), _("lowest and highest index")))


def _low_high(edition: Edition) -> str:
    low, high = edition.root.bounds
    return f"{number(low)}–{number(high)}"


def _identity(instrument: Instrument, superseded_by: str) -> tuple[tuple[str, Markup | str], ...]:
    ranking = (
        ()
        if instrument.ranking
        else ((_("Ranking"), _("The publisher says that it is not a ranking, so no ranks are shown.")),)
    )
    weights = (
        _("Its weights are law, so no page varies them.")
        if instrument.nature == "legal"
        else _("Its weights are the publisher’s choice, not law.")
    )
    return (
        (_("Nature"), f"{words.nature_text(instrument.nature)}. {weights}"),
        *ranking,
        (_("Regulation"), words.plainly(instrument.citation)),
        (
            _("In force"),
            _("Start: %(start)s. End: %(end)s.")
            % {"start": words.plainly(instrument.valid_from), "end": words.plainly(instrument.valid_until)},
        ),
        (_("Replaces"), _replaces(instrument)),
        (
            _("Replaced by"),
            words.link_to(superseded_by) if superseded_by else _("nothing known here"),
        ),
    )


def editions_table(instrument: Instrument, publications: Sequence[Publication]) -> Table[Edition]:
    """Return the editions, newest first, each compared with the one before."""
    editions = instrument.editions
    before = dict(zip((edition.year for edition in editions[1:]), editions, strict=False))
    quiet = Markup('<span class="t-quiet">{}</span>')

    def changed(edition: Edition) -> Markup:
        if edition.year not in before:
            return quiet.format(_("The first edition here"))
        texts = [change_text(change) for change in changes(before[edition.year], edition)]
        return _bullets(texts) if texts else quiet.format(_("Nothing"))

    def published(edition: Edition) -> Markup:
        links = [
            Markup("{} {}").format(
                link(reverse("portal:edition", args=(publication.code,)), said(publication.titles)),
                quiet.format(_("computed") if publication.kind == "computed" else _("reported")),
            )
            for publication in publications
            if (publication.instrument, publication.edition) == (words.address(instrument), edition.year)
        ]
        return _bullets(links) if links else quiet.format(_("None here"))

    def remarks(edition: Edition) -> Markup | None:
        return joined("", (Markup("<p>{}</p>").format(said(note)) for note in edition.notes)) or None

    return Table(
        (
            Column(_("Edition"), lambda edition: edition.year),
            Column(_("Changed since the one before"), changed),
            Column(_("Published under it"), published),
            Column(_("Remarks"), remarks),
        ),
        editions[::-1],
        title=_editions_title(instrument),
        sub=_(
            "Each edition compared with the one before it, newest first, by comparing the two methods "
            "element by element."
        ),
        name="editions-caption",
        css="t-table t-firm",
        attributes=lambda edition: {"id": f"edition-{edition.year}"},
    )


def _bullets(items: Sequence[Markup]) -> Markup:
    return Markup('<ul class="t-plain">{}</ul>').format(
        joined("", (Markup("<li>{}</li>").format(item) for item in items))
    )


def _replaces(instrument: Instrument) -> Markup | str:
    """Return the instrument this one replaces, linked where it is here."""
    slug, _at, version = instrument.supersedes.partition("@")
    here = version in library.files().get(slug, {})
    return words.link_to(instrument.supersedes) if here else words.plainly(instrument.supersedes)


def _editions_title(instrument: Instrument) -> str:
    """Return in how many editions something changed."""
    pairs = zip(instrument.editions, instrument.editions[1:], strict=False)
    changed = [after.year for before, after in pairs if changes(before, after)]
    count = len(instrument.editions)
    if count == 1:
        return _("One edition so far, so nothing has changed")
    if not changed:
        return _("The method is the same in all %(n)s editions") % {"n": num(count)}
    return ngettext(
        "Of %(n)s editions, one changed the method: %(years)s",
        "Of %(n)s editions, %(changed)s changed the method: %(years)s",
        len(changed),
    ) % {"n": num(count), "changed": num(len(changed)), "years": ", ".join(changed)}


def _sources_title(instrument: Instrument) -> str:
    seen = sum(source.seen == "yes" for source in instrument.sources)
    count = len(instrument.sources)
    if all(source.seen == "secondary" for source in instrument.sources):
        return ngettext(
            "The source is known through another one only",
            "All %(n)s sources are known through others only",
            count,
        ) % {"n": num(count)}
    return _("%(seen)s of %(n)s sources were seen") % {"seen": num(seen), "n": num(count)}


def sources_table(instrument: Instrument) -> Table[Source]:
    """Return the sources, and how far each was seen."""

    def address(source: Source) -> Markup | str:
        seen = source.address.startswith("https://")
        return link(source.address, source.address) if seen else _("not seen")

    return Table(
        (
            Column(_("Source"), lambda source: named(source.title, "en"), "r"),
            Column(
                _("Publisher"),
                lambda source: words.plainly(source.publisher),
            ),
            Column(_("Date"), lambda source: words.plainly(date(source.date))),
            Column(_("Address"), address),
            Column(_("Seen?"), lambda source: status(words.seen_text(source.seen))),
        ),
        instrument.sources,
        title=_sources_title(instrument),
        sub=_("What the instrument file was made from, and how far each source was seen."),
        name="sources-caption",
        css="t-table t-firm",
    )
