"""Bands and rules of an edition, ready to be written down: what a value is rounded to and read as."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from teladan.core.figure import Axis, axis_strip, bar, cuts, rail, strip
from teladan.core.instrument import INDEX, Band, Edition, Instrument, Missing
from teladan.core.table import Cell, Column, Table
from teladan.portal.instruments import words
from teladan.portal.instruments.tree import spans
from teladan.portal.words import number
from teladan.web.formats import marked, num, pips, plain, said


def _index_axis(edition: Edition) -> Axis:
    low, high = edition.root.bounds
    between = tuple(band.start for band in edition.bands[1:])
    return Axis(low=low, high=high, cuts=between, ticks=(low, *between, high))


def bands_axis(edition: Edition) -> Markup:
    """Return the scale of the index with every threshold."""
    return Markup(axis_strip(_index_axis(edition), num))  # noqa: S704  our own SVG


def bands_title(instrument: Instrument, edition: Edition) -> Markup:
    """Return what the bands show by rule: the widest one, if one is."""
    if not edition.bands:
        return Markup("")
    width = {band.code: band.end - band.start for band in edition.bands}
    widest = [band for band in edition.bands if width[band.code] == max(width.values())]
    if len(widest) == 1:
        return marked(
            _("The widest band is %(band)s, from %(start)s to %(end)s"),
            band=band_name(instrument, widest[0]),
            start=number(widest[0].start),
            end=number(widest[0].end),
        )
    if len(widest) == len(edition.bands):
        return marked(_("%(n)s bands of the same width"), n=num(len(widest)))
    return marked(_("%(n)s bands"), n=num(len(edition.bands)))


def band_name(instrument: Instrument, band: Band) -> Markup:
    """Return a band's name as the source words it, the reader's word behind it: "Baik (Good)"."""
    name, beside = words.in_own_words(instrument, band.titles)
    return Markup("{} ({})").format(name, beside) if beside else name


def bands_table(instrument: Instrument, edition: Edition) -> Table[tuple[int, Band]]:
    """Return the bands, lowest first, each with its number."""
    axis = _index_axis(edition)
    count = len(edition.bands)

    def name(row: tuple[int, Band]) -> Markup:
        place, band = row
        own, beside = words.in_own_words(instrument, band.titles)
        under = Markup('<span class="t-quiet r t-under2">{}</span>').format(beside) if beside else ""
        return Markup("{}{}{}").format(pips(place, count), own, under)

    def end(row: tuple[int, Band]) -> str:
        place, band = row
        return number(band.end) if place == count else _("below %(end)s") % {"end": number(band.end)}

    def drawn(row: tuple[int, Band]) -> Markup:
        _place, band = row
        return Markup(strip((rail(), bar(axis, band.start, band.end), cuts(axis))))  # noqa: S704  our own SVG

    heading = Markup('<span class="t-hide">{}</span>').format(_("On the scale, drawn"))
    scale = Cell(content=heading, css="w-fig-s t-wide")
    return Table(
        (
            Column(_("Band"), name, "nw-d"),
            Column(_("From"), lambda row: number(row[1].start), "n"),
            Column(_("To"), end, "n"),
            Column(scale, drawn, "draw t-wide", axis=bands_axis(edition)),
            Column(_("What it means"), lambda row: said(row[1].meaning)),
        ),
        list(enumerate(edition.bands, start=1)),
        title=bands_title(instrument, edition),
        sub=_("Bands of the index, lowest first. A threshold belongs to the band above it. Edition %(year)s.")
        % {"year": edition.year},
        name="bands-caption",
        css="t-table t-firm",
        attributes=lambda row: {"id": f"band-{row[0]}"},
    )


def rules(instrument: Instrument, edition: Edition) -> list[tuple[str, tuple[str, ...]]]:
    """Return (question, answers) for all that is neither weight nor scale."""
    leaves = [leaf.code for leaf in edition.leaves]
    by_rule: dict[Missing, list[str]] = {}
    for leaf in edition.leaves:
        by_rule.setdefault(leaf.missing, []).append(leaf.code)
    missing = tuple(
        words.missing_text(rule)
        if len(by_rule) == 1
        else f"{spans(codes, leaves)}: {words.missing_text(rule)}"
        for rule, codes in by_rule.items()
    )
    inside = [element.code for element in edition.root.walk() if element.rounds_inside]
    goes_in = (
        _("The rounded values of %(codes)s go into their parents.") % {"codes": ", ".join(inside)}
        if inside
        else _("Only what is printed is rounded. Exact values, never rounded ones, go up the tree.")
    )
    overrides = tuple(
        _("A value of %(value)s for the %(code)s means “not scored”.")
        % {
            "code": _("index") if each.element == INDEX else each.element,
            "value": number(each.equals),
        }
        for each in edition.overrides
    )
    return [
        (_("How is a value rounded?"), (words.mode_text(str(edition.mode)),)),
        (_("Where was that taken from?"), (words.mode_source_text(edition.mode_source),)),
        (_("What is rounded?"), (goes_in, *_digits(instrument, edition))),
        (_("What is a band read from?"), (words.bands_read_text(edition),)),
        (_("What does an empty answer count as?"), missing),
        (_("What if a line does not apply?"), (words.not_applicable_text(str(edition.not_applicable)),)),
        (_("Does a value mean something else?"), overrides or (_("No: 0 is 0."),)),
    ]


def _digits(instrument: Instrument, edition: Edition) -> list[str]:
    """Return how many digits are printed: by tier where a whole tier is alike, else by element."""
    names = {tier.code: plain(tier.titles) for tier in instrument.tiers}
    tiers: dict[str, dict[str, int | None]] = {}
    for element in edition.root.walk():
        name = _("Index") if element.code == INDEX else names.get(element.tier, element.tier)
        tiers.setdefault(name, {})[element.code] = element.digits
    found = []
    for name, digits in tiers.items():
        for value in dict.fromkeys(digits.values()):
            codes = [code for code, each in digits.items() if each == value]
            label = name if len(codes) == len(digits) else f"{name} {spans(codes, list(digits))}"
            found.append(_digits_text(label, value))
    return found


def _digits_text(label: str, digits: int | None) -> str:
    if digits is None:
        return _("%(what)s: not rounded.") % {"what": label}
    text = ngettext("%(what)s: %(n)s printed digit.", "%(what)s: %(n)s printed digits.", digits)
    return text % {"what": label, "n": num(digits)}
