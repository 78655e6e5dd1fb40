"""Questions about organisations and countries: who is there, and all that was published of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from teladan.core.agreement import Agreement, agree
from teladan.core.instrument import Edition, Instrument
from teladan.core.text import search_text
from teladan.publication.models import Publication, Result
from teladan.publication.queries.proofs import Proof, proof_of, proofs_of
from teladan.publication.queries.publications import exact_indices, method_of
from teladan.registry.models import Country, NameMatch, Organisation

MOST_FOUND = 50
NEAR = 0.72  # how like a name must be to be offered, by difflib’s ratio
MOST_NEAR = 3


@dataclass(frozen=True, kw_only=True)
class ResultView:
    """One result of an organisation with its publication and method."""

    result: Result
    publication: Publication
    instrument: Instrument | None
    edition: Edition | None
    proof: Proof | None = None  # of the publication

    @property
    def exact_indices(self) -> tuple[str, ...]:
        """Return the exact values the printed index can have had."""
        return exact_indices(self.result)

    @property
    def agreement(self) -> Agreement | None:
        """Return how the own answers and the assessor's scores agree, where both are known."""
        if not self.result.answers or not self.result.scores:
            return None
        answers, scores = (
            {("", code): Fraction(text) for code, text in given.items()}
            for given in (self.result.answers, self.result.scores)
        )
        return agree(answers, scores)


@dataclass(frozen=True, kw_only=True)
class OrganisationView:
    """An organisation with every result, by series, newest edition first."""

    organisation: Organisation
    results: tuple[ResultView, ...]
    matches: tuple[NameMatch, ...]


def organisation(code: str) -> OrganisationView | None:
    """Return an organisation with all that was published of it: four queries."""
    found = Organisation.objects.filter(code=code).select_related("country", "region").first()
    if found is None:
        return None
    return OrganisationView(
        organisation=found,
        results=tuple(results_of([code])),
        matches=tuple(NameMatch.objects.filter(organisation=found).order_by("publication")),
    )


def results_of(codes: Iterable[str]) -> list[ResultView]:
    """Return the results of some organisations, by series, newest edition first: two queries."""
    found = list(
        Result.objects.filter(organisation__in=list(codes))
        .select_related("publication", "organisation")
        .order_by("publication__series", "-publication__edition", "organisation_id")
    )
    proofs = proofs_of(result.publication for result in found)
    views = []
    for result in found:
        instrument, edition = method_of(result.publication)
        views.append(
            ResultView(
                result=result,
                publication=result.publication,
                instrument=instrument,
                edition=edition,
                proof=proofs[result.publication_id],
            )
        )
    return views


def most_traceable() -> ResultView | None:
    """Return the newest result that is known down to the own answers and the assessor's scores."""
    found = (
        Result.objects.filter(publication__kind="computed")
        .exclude(answers={})
        .exclude(scores={})
        .select_related("publication", "organisation__country")
        .order_by("-publication__edition", "publication_id", "position")
        .first()
    )
    if found is None:
        return None
    instrument, edition = method_of(found.publication)
    return ResultView(
        result=found,
        publication=found.publication,
        instrument=instrument,
        edition=edition,
        proof=proof_of(found.publication),
    )


def exchange_countries() -> list[Country]:
    """Return Korea and the members of ASEAN, by code."""
    return list(Country.objects.filter(in_exchange=True))


def country(code: str) -> Country | None:
    """Return one country, whatever the case of its code."""
    if not code.isalnum():  # PostgreSQL refuses to look for NUL
        return None
    return Country.objects.filter(code=code.upper()).first()


def search(text: str) -> list[Organisation]:
    """Return the organisations whose names hold every word, best first, at most 50.

    Best: the words as typed stand in the name, then shorter names.
    """
    wanted = search_text(text)
    if not wanted:
        return []
    found = Organisation.objects.select_related("country", "region")
    for word in wanted.split()[:8]:
        found = found.filter(search_text__contains=word)
    ranked = sorted(
        found[:500],
        key=lambda o: (wanted not in o.search_text, len(o.name), o.code),
    )
    return ranked[:MOST_FOUND]


def nearest(text: str) -> list[Organisation]:
    """Return at most three organisations whose names are most like a text that finds nothing.

    Each is compared by its whole name and by what follows the first word ("Kabupaten"), a country by
    its name in each language. Text is short: the search refuses more than a hundred characters.
    """
    wanted = search_text(text)
    known: dict[str, Organisation] = {}
    for each in Organisation.objects.select_related("country", "region"):
        names = each.country.titles.values() if each.kind == "country" else (each.name,)
        for name in map(search_text, names):
            known.setdefault(name, each)
            known.setdefault(name.partition(" ")[2] or name, each)
    found = get_close_matches(wanted, known, n=3 * MOST_NEAR, cutoff=NEAR)
    return list({known[name].code: known[name] for name in found}.values())[:MOST_NEAR]
