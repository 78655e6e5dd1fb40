"""The published figures that were kept with the evaluation of an adoption, the countries side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from teladan.exchange.content import FIGURE
from teladan.exchange.queries import AdoptionView
from teladan.portal.practice_fit import part_name
from teladan.portal.practice_words import country_name
from teladan.portal.words import dressed
from teladan.web.formats import num


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Figures as they were published then: the countries, and (condition, where it stands, a figure each)."""

    countries: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def kept(view: AdoptionView) -> Kept | None:
    """Return the figures that were weighed; None where none were published."""
    context = view.prospect.context if view.prospect else ()
    if not context:
        return None
    titles = {each.country: each.country_titles for each in view.row.parents}
    titles |= {view.row.country: view.row.country_titles}
    codes = tuple(dict.fromkeys(each["country"] for each in context))
    series = dict.fromkeys((each["series"], each["edition"]) for each in context)
    return Kept(
        countries=tuple(country_name(titles.get(code, {})) or code for code in codes),
        rows=tuple(row for one in series for row in _rows(one, codes, context)),
    )


def _rows(
    one: tuple[str, str], codes: tuple[str, ...], context: tuple[Mapping[str, Any], ...]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the index, its parts and its group, in one edition."""
    series, edition = one
    of = {each["country"]: each for each in context if (each["series"], each["edition"]) == one}
    there = [of.get(code, {}) for code in codes]
    parts = dict.fromkeys(part for each in there for part in each.get("elements", {}))
    where = f"{series.upper()} {edition}"
    rows = [(where, _("Index"), tuple(_two(each.get("index", "")) for each in there))]
    rows += [
        (
            part_name(part),
            f"{part}, {where}",
            tuple(_two(each.get("elements", {}).get(part, "")) for each in there),
        )
        for part in parts
    ]
    if any(each.get("band") for each in there):
        group = _("Group of the GTMI %(year)s, A the highest to D") % {"year": edition}
        rows.append((group, "", tuple(each.get("band") or num(None) for each in there)))
    return rows


def _two(text: str) -> str:
    """Return a figure with two decimals; what is no figure as it stands."""
    return dressed(text, 2) if FIGURE.fullmatch(text) else num(text or None)
