"""The pages of countries: all of them, one, and two side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from teladan.exchange.queries import country_exchange
from teladan.exchange.queries.counts import practices_of
from teladan.portal import options, state
from teladan.portal.countries import exchange, list_page, tiles
from teladan.portal.countries.page import CountriesShown, prepare
from teladan.portal.countries.series import GTMI
from teladan.portal.organisations import data
from teladan.publication import queries, serializers
from teladan.publication.queries import countries as standing
from teladan.web.page_cache import kept
from teladan.web.responses import as_csv, as_json, manifests


@kept(token=state.published)
def countries(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with the list of countries and the newest of each index."""
    view = standing.countries()
    if face == "json":
        rows = [dict(zip(list_page.HEADER, row, strict=True)) for row in list_page.rows(view)]
        return as_json({**serializers.countries_value(one.country for one in view.countries), "newest": rows})
    if face == "csv":
        return as_csv("countries", list_page.HEADER, list_page.rows(view))
    return render(
        request,
        "portal/countries/countries.html",
        {
            "shown": list_page.prepare(view),
            "tiles": tiles.tiles(),
            "options": options.options([one.country for one in view.countries]),
            "twins": ["json", "csv"],
        },
    )


@kept(token=state.exchanged, params=("from", "to"))
def country(request: HttpRequest, code: str, face: str | None = None) -> HttpResponse:
    """Answer with one country's results in every international index."""
    found = queries.country(code)
    if found is None:
        raise Http404
    results = queries.results_of([found.code])
    if face == "json":
        return as_json(serializers.country_value(found, results))
    if face == "csv":
        return as_csv(found.code, data.HEADER, data.rows(results), manifests(results))
    asked = (request.GET.get("from", ""), request.GET.get("to", ""))
    shown = prepare(
        [found],
        results,
        asked,
        national=standing.national_publications(found.code),
        gtmi_editions=standing.editions_of(GTMI),
    )
    return render(
        request,
        "portal/countries/country.html",
        {
            "shown": shown,
            "exchange": exchange.prepare(country_exchange(found.code)),
            "practices": practices_of(found.code),
            "options": options.options(queries.exchange_countries()),
            "twins": ["json", "csv"],
        },
        status=_status(shown, asked),
    )


COMPARED = ("a", "b", "from", "to")


@kept(token=state.published, params=COMPARED)
def compare(request: HttpRequest, face: str | None = None) -> HttpResponse:
    """Answer with two countries side by side, or with the form and what is missing."""
    codes = [request.GET.get(name, "") for name in ("a", "b")]
    found = [queries.country(code) if len(code) == 3 else None for code in codes]
    problems = _problems(codes, [one is not None for one in found])
    pair = [one for one in found if one is not None]
    if any(problems) or len(pair) < 2:
        known = all(there is not None for code, there in zip(codes, found, strict=True) if code)
        return _asked_again(request, codes, problems, face, status=200 if known else 404)
    results = queries.results_of([one.code for one in pair])
    if face == "json":
        return as_json(serializers.comparison_value(pair, results))
    if face == "csv":
        name = "-".join(one.code for one in pair)
        return as_csv(name, data.HEADER, data.rows(results), manifests(results))
    asked = (request.GET.get("from", ""), request.GET.get("to", ""))
    shown = prepare(pair, results, asked, gtmi_editions=standing.editions_of(GTMI))
    context = {
        **_form([one.code for one in pair], ["", ""]),
        "shown": shown,
        "passed_over": _passed_over(request),
        "twins": ["json", "csv"],
    }
    return render(request, "portal/countries/compare.html", context, status=_status(shown, asked))


def _status(shown: CountriesShown, asked: tuple[str, str]) -> int:
    """Return 404 where a survey was asked for that there is not: anyone can invent many of them."""
    there = {year for year, _title in shown.egdi.range.years} if shown.egdi else set()
    return 200 if set(asked) <= {"", *there} else 404


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


def _asked_again(
    request: HttpRequest, codes: list[str], problems: list[str], face: str | None, *, status: int
) -> HttpResponse:
    """Answer with the form. As JSON or CSV there is nothing to give but what is wrong."""
    if face:
        raise Http404(" ".join(filter(None, problems)) or _("Choose a country."))
    return render(
        request, "portal/countries/compare.html", {**_form(codes, problems), "shown": None}, status=status
    )
