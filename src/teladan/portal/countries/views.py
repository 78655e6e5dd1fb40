"""The pages of countries: all of them, one, and two side by side."""

from __future__ import annotations

from functools import cache

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from teladan.exchange.queries import country_exchange
from teladan.exchange.queries.counts import practices_of
from teladan.portal import options, state
from teladan.portal.countries import exchange, list_page, tiles
from teladan.portal.countries.page import Egdi, countries_page
from teladan.portal.countries.series import GTMI
from teladan.portal.organisations import data
from teladan.publication import queries, serializers
from teladan.publication.queries import countries as standing
from teladan.web.formats import plain
from teladan.web.public_page import Answer, Crumb, Csv, public_page
from teladan.web.responses import manifests


@public_page("portal/countries/countries.html", token=state.published)
def countries(request: HttpRequest) -> Answer:
    """Answer with the list of countries and the newest of each index."""
    view = standing.countries()
    return Answer(
        context=lambda: {
            **list_page.list_page(view),
            "tiles": tiles.tiles(),
            "options": options.options([one.country for one in view.countries]),
        },
        json=lambda: {
            **serializers.countries_value(one.country for one in view.countries),
            "newest": [dict(zip(list_page.HEADER, row, strict=True)) for row in list_page.rows(view)],
        },
        csv=lambda: Csv("countries", list_page.HEADER, list_page.rows(view)),
        crumbs=(Crumb(_("Countries")),),
    )


@public_page("portal/countries/country.html", token=state.exchanged, params=("from", "to"))
def country(request: HttpRequest, code: str) -> Answer:
    """Answer with one country's results in every international index."""
    shown = queries.country(code)
    if shown is None:
        raise Http404
    results = queries.results_of([shown.code])
    asked = (request.GET.get("from", ""), request.GET.get("to", ""))
    page = cache(
        lambda: countries_page(
            [shown],
            results,
            asked,
            national=standing.national_publications(shown.code),
            gtmi_editions=standing.editions_of(GTMI),
        )
    )
    return Answer(
        context=lambda: {
            **page(),
            "exchange": exchange.exchange_tables(country_exchange(shown.code)),
            "practices": practices_of(shown.code),
            "options": options.options(queries.exchange_countries()),
        },
        json=lambda: serializers.country_value(shown, results),
        csv=lambda: Csv(shown.code, data.HEADER, data.rows(results), manifests(results)),
        crumbs=(Crumb(_("Countries"), "portal:countries"), Crumb(plain(shown.titles))),
        invented=lambda: _invented(page()["egdi"], asked),
    )


COMPARED = ("a", "b", "from", "to")


@public_page("portal/countries/compare.html", token=state.published, params=COMPARED)
def compare(request: HttpRequest) -> Answer:
    """Answer with two countries side by side, or with the form and what is missing."""
    codes = [request.GET.get(name, "") for name in ("a", "b")]
    known = [queries.country(code) if len(code) == 3 else None for code in codes]
    problems = _problems(codes, [country is not None for country in known])
    pair = [country for country in known if country is not None]
    if any(problems) or len(pair) < 2:
        unknown = any(code and country is None for code, country in zip(codes, known, strict=True))
        return Answer(
            context=lambda: {**_form(codes, problems), "names": ()},
            crumbs=(Crumb(_("Countries"), "portal:countries"), Crumb(_("Compare"))),
            problem=" ".join(filter(None, problems)) if unknown else "",
        )
    results = queries.results_of([country.code for country in pair])
    asked = (request.GET.get("from", ""), request.GET.get("to", ""))
    page = cache(lambda: countries_page(pair, results, asked, gtmi_editions=standing.editions_of(GTMI)))
    return Answer(
        context=lambda: {
            **_form([country.code for country in pair], ["", ""]),
            **page(),
            "passed_over": _passed_over(request),
        },
        json=lambda: serializers.comparison_value(pair, results),
        csv=lambda: Csv(
            "-".join(country.code for country in pair), data.HEADER, data.rows(results), manifests(results)
        ),
        crumbs=(
            Crumb(_("Countries"), "portal:countries"),
            Crumb(" · ".join(plain(country.titles) for country in pair)),
        ),
        invented=lambda: _invented(page()["egdi"], asked),
    )


def _invented(egdi: Egdi | None, asked: tuple[str, str]) -> bool:
    """Say whether a survey was asked for that there is not: anyone can invent many of them."""
    there = {year for year, _title in egdi.range.years} if egdi else set()
    return not set(asked) <= {"", *there}


def _passed_over(request: HttpRequest) -> str:
    """Return that two countries are compared, where the address asks for more or for something else."""
    more = any(len(values) > 1 for _name, values in request.GET.lists())
    if not more and set(request.GET) <= set(COMPARED):
        return ""
    return _("Two countries are compared here. Whatever else the address asks for was passed over.")


def _problems(codes: list[str], known: list[bool]) -> list[str]:
    """Return what is wrong with each of the two choices, "" where nothing is."""
    if not any(codes):
        return ["", ""]
    problems = []
    for code, there in zip(codes, known, strict=True):
        if not code:
            problems.append(_("Choose a country."))
        elif not there:
            problems.append(_("There is no country with this code. Choose one from the list."))
        else:
            problems.append("")
    if not any(problems) and codes[0].upper() == codes[1].upper():
        problems[1] = _("Choose another country than the first.")
    return problems


def _form(codes: list[str], problems: list[str]) -> dict[str, object]:
    every = options.options(standing.every_country())
    return {"options": every, "chosen": [code.upper()[:3] for code in codes], "problems": problems}
