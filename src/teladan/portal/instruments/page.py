"""What the page of an instrument shows, made ready from the instrument file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core import library
from teladan.core.instrument import ADDITIVE, Edition, Instrument
from teladan.core.text import Texts
from teladan.portal.instruments import words
from teladan.portal.instruments.changes import change_text, changes
from teladan.portal.instruments.rules import (
    BandRow,
    band_rows,
    bands_axis,
    bands_title,
    rules,
)
from teladan.portal.instruments.tree import (
    ElementRow,
    ScaleRow,
    element_rows,
    scale_rows,
    share_axis_strip,
    share_text,
    shares,
    tree_title,
)
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.web.formats import marked, num, plain, said


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """One edition: what it changed, what was published under it, and what is to be known of it."""

    year: str
    first: bool
    changes: tuple[Markup, ...]
    notes: tuple[Texts, ...]
    publications: tuple[Publication, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source, and how far it was seen."""

    code: str
    title: Markup
    publisher: str
    date: str
    address: str
    seen: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentPage:
    """All that the template writes down."""

    instrument: Instrument
    edition: Edition
    address: str
    finding: str
    lede: Markup
    facts: tuple[tuple[str, str], ...]
    identity: tuple[tuple[str, Markup | str], ...]
    tree_title: str
    axis: Markup
    rows: tuple[ElementRow, ...]
    scales: tuple[ScaleRow, ...]
    bands_title: Markup
    bands_axis: Markup
    bands: tuple[BandRow, ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    editions_title: str
    editions: tuple[EditionRow, ...]
    sources_title: str
    sources: tuple[SourceRow, ...]
    translations: tuple[tuple[str, str], ...]


def page_of(
    instrument: Instrument, publications: Sequence[Publication], superseded_by: str = ""
) -> InstrumentPage:
    """Return the page of an instrument; the tree is that of its newest edition."""
    edition = instrument.edition()
    return InstrumentPage(
        instrument=instrument,
        edition=edition,
        address=f"{instrument.slug}@{instrument.version}",
        finding=finding(instrument, edition),
        lede=_lede(instrument),
        facts=_facts(instrument, edition),
        identity=_identity(instrument, superseded_by),
        tree_title=tree_title(edition),
        axis=share_axis_strip(),
        rows=tuple(element_rows(instrument, edition)),
        scales=tuple(scale_rows(instrument, edition)),
        bands_title=bands_title(instrument, edition),
        bands_axis=bands_axis(edition),
        bands=tuple(band_rows(instrument, edition)),
        rules=tuple(rules(instrument, edition)),
        editions_title=_editions_title(instrument),
        editions=tuple(edition_rows(instrument, publications)),
        sources_title=_sources_title(instrument),
        sources=tuple(_sources(instrument)),
        translations=tuple(
            (words.language_name(code), words.whose_text(whose))
            for code, whose in instrument.translations.items()
        ),
    )


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
        (_("Replaced by"), address_link(superseded_by) if superseded_by else _("nothing known here")),
    )


def edition_rows(instrument: Instrument, publications: Sequence[Publication]) -> list[EditionRow]:
    """Return the editions, newest first, each compared with the one before."""
    address = f"{instrument.slug}@{instrument.version}"
    rows = []
    for i, edition in enumerate(instrument.editions):
        found = changes(instrument.editions[i - 1], edition) if i else []
        rows.append(
            EditionRow(
                year=edition.year,
                first=i == 0,
                changes=tuple(change_text(change) for change in found),
                notes=edition.notes,
                publications=tuple(
                    p for p in publications if p.instrument == address and p.edition == edition.year
                ),
                sources=edition.sources,
            )
        )
    return rows[::-1]


def _replaces(instrument: Instrument) -> Markup | str:
    """Return the instrument this one replaces, linked where it is here."""
    slug, _at, version = instrument.supersedes.partition("@")
    here = version in library.files().get(slug, {})
    return address_link(instrument.supersedes) if here else words.plainly(instrument.supersedes)


def address_link(address: str) -> Markup:
    """Return slug@version as a link to its page."""
    slug, _at, version = address.partition("@")
    target = reverse("portal:instrument", kwargs={"slug": slug, "version": version})
    return Markup('<a href="{}">{}</a>').format(target, address)


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


def _sources(instrument: Instrument) -> list[SourceRow]:
    return [
        SourceRow(
            code=source.code,
            title=named(source.title, "en"),
            publisher=source.publisher,
            date=source.date,
            address=source.address,
            seen=words.seen_text(source.seen),
        )
        for source in instrument.sources
    ]
