"""What a reader can choose of the exchange in a form above a list, and what is wrong with a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from teladan.core.text import search_text
from teladan.exchange import labels as words
from teladan.registry.models import Country
from teladan.web.formats import plain

Options = list[tuple[str, str]]


def coded() -> dict[str, Options]:
    """Return the choices that are words of ours, by their name in the address."""
    return {
        "theme": sorted(words.words(words.THEME), key=lambda pair: pair[1]),
        "status": words.words(words.STATUS),
        "evidence": words.words(words.EVIDENCE),
    }


def labels() -> dict[str, str]:
    """Return what those choices are called, and that of a country."""
    return {
        "country": _("Country"),
        "theme": _("Theme"),
        "status": _("Status"),
        "evidence": _("Kind of evidence"),
    }


def chosen(
    given: Mapping[str, str], names: Iterable[str], there: Mapping[str, Options], called: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the choices made of those that there are, "" for none, and what to say of any other."""
    known = {name: {code for code, _text in found} for name, found in there.items()}
    wanted = {name: given.get(name, "") for name in names}
    problems = tuple(
        _("There is no choice “%(value)s” for: %(field)s.") % {"value": value[:60], "field": called[name]}
        for name, value in wanted.items()
        if value and value not in known[name]
    )
    return {name: value for name, value in wanted.items() if value in known[name]}, problems


def options(countries: Sequence[Country]) -> list[tuple[str, str]]:
    """Return (code, name) of each country for a field of choices, by name."""
    return sorted(((one.code, plain(one.titles)) for one in countries), key=lambda pair: search_text(pair[1]))
