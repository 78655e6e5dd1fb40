"""What the page of an organisation shows: every year of every series, prepared for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core.instrument import INDEX
from teladan.core.table import Column, Table
from teladan.portal.organisations import findings
from teladan.portal.organisations.explanation import explain
from teladan.portal.organisations.findings import Point
from teladan.portal.organisations.years import band_of, measure, same_method, years_tables
from teladan.portal.record.words import recorded
from teladan.portal.uncertainty.intervals import newest_ranked, place
from teladan.portal.words import both, named, number, source_title
from teladan.publication.queries import OrganisationView, ResultView
from teladan.publication.queries.countries import standing
from teladan.registry.models import NameMatch
from teladan.web.formats import link, marked, num, said
from teladan.web.public_page import Crumb
from teladan.web.reasons import either, match_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A margin note; its heading is the question."""

    heading: str
    text: Markup
    address: str = ""
    link: str = ""


def organisation_page(view: OrganisationView) -> dict[str, Any]:
    """Return what the template names."""
    organisation = view.organisation
    results = in_order(view)
    series = {
        slug: [one for one in results if one.publication.series == slug]
        for slug in dict.fromkeys(one.publication.series for one in reversed(results))
    }
    main, *others = list(series.values()) or [[]]
    name = named(organisation.name, organisation.language)
    return {
        "title": findings.title(name, measure(main[-1]), points(same_method(main))) if main else name,
        "eyebrow": _eyebrow(view, results[-1] if results else None),
        "lede": list(_lede(main, others)),
        "years": list(years_tables(results)),
        "place": place(newest_ranked(results)),
        "notes": list(_notes(results)),
        "meanings": list(_meanings(results[-1] if results else None)),
        "explanations": [explain(one) for one in _to_explain(results)],
        "sources": sources(results),
        "recorded": [recorded(one) for one in reversed(results)],
        "names": names_table(view),
    }


def in_order(view: OrganisationView) -> list[ResultView]:
    """Return the results of an organisation, oldest edition first."""
    return sorted(view.results, key=lambda one: (one.publication.edition, one.publication.code))


def names_table(view: OrganisationView) -> Table[NameMatch]:
    """Return each printed name and how it was matched. Notes are written in English."""

    def publication(match: NameMatch) -> Markup:
        return link(reverse("portal:edition", kwargs={"code": match.publication}), match.publication)

    return Table(
        (
            Column(_("Publication"), publication, "r"),
            Column(_("Printed name"), lambda match: named(match.printed, view.organisation.language)),
            Column(_("Matched"), lambda match: match_text(match.how)),
            Column(_("Note"), lambda match: named(match.note, "en")),
        ),
        view.matches,
        title=_("One body under its printed names"),
        sub=_("Each printed name, and how it was matched to this body."),
        name="names",
        css="t-table t-table--tight",
    )


def points(results: Iterable[ResultView]) -> list[Point]:
    """Return the scored results of one series as the rules for titles take them."""
    made = []
    for view in results:
        result = view.result
        if not result.scored or not result.index:
            continue
        band = band_of(view)
        code = str(result.reason_values.get("element", ""))
        element = view.edition.elements.get(code) if view.edition else None
        made.append(
            Point(
                year=view.publication.edition,
                index=result.index,
                band=band.titles if band else None,
                verdict=result.verdict,
                reason_code=result.reason_code,
                wrong=said(element.titles) if element else escape(code),
                value=str(result.reason_values.get("value", "")),
            )
        )
    return made


def sources(results: Iterable[ResultView]) -> Markup:
    """Return the sources of some results, each once."""
    titles = dict.fromkeys(source_title(one.publication.source) for one in results)
    return Markup("; ").join(title for title in titles if title)


def _eyebrow(view: OrganisationView, newest: ResultView | None) -> Markup:
    organisation = view.organisation
    kinds = newest.edition.kinds if newest and newest.edition else ()
    kind = next((said(each.titles) for each in kinds if each.code == organisation.kind), organisation.kind)
    places = [named(organisation.region.name, organisation.language)] if organisation.region else []
    places.append(said(organisation.country.titles))
    return Markup("{} · {}").format(_("Public body"), Markup(", ").join([kind, *places]))


def crumbs(view: OrganisationView) -> tuple[Crumb, ...]:
    """Return the way up: results, the newest edition."""
    editions = [
        Crumb(f"{measure(one)} {one.publication.edition}", "portal:edition", {"code": one.publication.code})
        for one in in_order(view)[-1:]
    ]
    name = named(view.organisation.name, view.organisation.language)
    return (Crumb(_("Results"), "portal:results"), *editions, Crumb(name))


def _lede(main: Sequence[ResultView], others: Sequence[Sequence[ResultView]]) -> Iterable[Markup]:
    """Yield what stands under the title: the meaning of the band, the own levels, other series."""
    told = points(main)
    sound = [point for point in told if point.sound]
    if told and len(sound) < len(told) and sound:
        last = sound[-1]
        yield marked(_("For %(year)s it is printed with %(index)s."), year=last.year, index=num(last.index))
    for view in reversed(main):
        own = view.result.self_assessed.get(INDEX)
        if own and view.edition:
            exact = Fraction(own["exact"])
            read = exact if view.edition.bands_read == "exact" else Fraction(own["printed"])
            band = view.edition.band_of(read)
            yield findings.self_against_assessor(
                view.publication.edition, own["printed"], band.titles if band else None, points([view])[0]
            )
            break
    for group in others:
        sentence = findings.other_series(measure(group[-1]), points(group))
        if sentence:
            yield sentence


def _notes(results: Sequence[ResultView]) -> Iterable[Note]:
    """Yield the margin notes: standing, several exact values, the band against the print."""
    listed = [one for one in results if one.publication.listed > 1 and one.result.scored]
    if listed:
        view = listed[-1]
        band, found = band_of(view), standing(view.result)
        if band and found.kind > 1:
            yield Note(
                heading=_("Where it stands, %(year)s") % {"year": view.publication.edition},
                text=marked(
                    _(
                        "Of the %(kind)s bodies of its kind that are listed, %(band)s are in the band "
                        "‘%(name)s’, this one among them."
                    ),
                    kind=num(found.kind),
                    band=num(found.band),
                    name=both(band.titles),
                ),
                address=reverse("portal:edition", kwargs={"code": view.publication.code}),
                link=f"{measure(view)} {view.publication.edition}",
            )
    several = [one.publication.edition for one in results if len(one.exact_indices) > 1]
    if several:
        yield Note(
            heading=_("Several exact values?"),
            text=marked(
                _(
                    "For %(years)s only rounded figures were published. Several sets of levels give exactly "
                    "these printed figures, so every exact value they allow is shown."
                ),
                years=", ".join(several),
            ),
        )
    for view in results:
        yield from _leaning(view)


def _leaning(view: ResultView) -> Iterable[Note]:
    """Yield a note where the band depends on reading the printed or the exact index."""
    edition, band = view.edition, band_of(view)
    if edition is None or band is None or not view.exact_indices or not view.result.scored:
        return
    read = edition.band_of(Fraction(view.result.index))
    exact = [edition.band_of(Fraction(text)) for text in view.exact_indices]
    if all(one == read for one in exact):
        return
    values = {
        "year": view.publication.edition,
        "printed": num(view.result.index),
        "exact": either([number(text) for text in view.exact_indices]),
        "band": both(band.titles),
    }
    text = (
        _(
            "In %(year)s the band is read from the exact index, %(exact)s, and not from the printed "
            "%(printed)s: hence ‘%(band)s’."
        )
        if edition.bands_read == "exact"
        else _(
            "In %(year)s the band is read from the printed index, %(printed)s, and not from the exact "
            "%(exact)s: hence ‘%(band)s’."
        )
    )
    yield Note(
        heading=_("%(printed)s and this band?") % {"printed": num(view.result.index)},
        text=marked(text, **values),
    )


def _meanings(newest: ResultView | None) -> Iterable[tuple[Markup, Markup, str]]:
    """Yield (band, meaning, from … to …) of the newest edition, lowest first."""
    if newest is None or newest.edition is None:
        return
    bands = newest.edition.bands
    for band in bands:
        limits = {"low": number(band.start), "high": number(band.end)}
        span = _("%(low)s to %(high)s") if band is bands[-1] else _("%(low)s to below %(high)s")
        yield both(band.titles), said(band.meaning), span % limits


def _to_explain(results: Sequence[ResultView]) -> list[ResultView]:
    """Return the newest result and, where that is another, the newest computed one, newest first."""
    usable = [one for one in results if one.edition and one.result.scored and one.exact_indices]
    computed = [one for one in usable if one.publication.kind == "computed"]
    wanted = [*usable[-1:], *computed[-1:]]
    return list({one.publication.code: one for one in wanted}.values())
