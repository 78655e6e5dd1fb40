"""A correction as its pages show it: the row it is about, what is asked, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.desk.words import OWN, element_name, figure
from teladan.publication import rules
from teladan.publication.models import Correction, Publication, Result
from teladan.publication.queries import method_of
from teladan.publication.queries.figures import figures_of, printed_names
from teladan.registry.models import Person
from teladan.registry.refusals import Reason
from teladan.web.formats import named, plain


def titles_of(publication: Publication) -> dict[str, Mapping[str, str]]:
    """Return the titles of every element that a publication can give, by code."""
    _instrument, edition = method_of(publication)
    if edition is not None:
        return {code: element.titles for code, element in edition.elements.items()}
    return {entry["code"]: entry["titles"] for entry in publication.elements}


class Row:
    """The published figures of one organisation, of which one may be wrong."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.publication = result.publication

    @cached_property
    def name(self) -> Markup:
        """The organisation's name as it is printed."""
        return named(self.result.printed_name, self.result.organisation.language)

    @cached_property
    def figures(self) -> dict[str, str]:
        """What can be corrected: the scores of a computed publication, the printed figures of another."""
        return figures_of(self.result)

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """The figures to choose from, each with its title and what is published: [(code, text)]."""
        return [(code, f"{self._title(code)}: {figure(code, text)}") for code, text in self.figures.items()]

    @cached_property
    def rows(self) -> list[tuple[Markup, str]]:
        """The figures as a table: [(element, figure)]."""
        return [(element_name(code, self._titles), figure(code, text)) for code, text in self.figures.items()]

    @cached_property
    def bands(self) -> list[str]:
        """The bands there are."""
        _instrument, edition = method_of(self.publication)
        return [band.code for band in edition.bands] if edition else []

    @cached_property
    def _titles(self) -> dict[str, Any]:
        return titles_of(self.publication)

    def _title(self, code: str) -> str:
        if code in OWN:
            return _(OWN[code])
        titles = self._titles.get(code)
        return f"{code} {plain(titles)}" if titles else code


class CorrectionPage:
    """One correction for one person."""

    def __init__(self, correction: Correction, person: Person, at: datetime) -> None:
        self.correction = correction
        self.person = person
        self.at = at

    @cached_property
    def publication(self) -> Publication:
        """The publication that it is about, as it is now."""
        return Publication.objects.get(code=self.correction.publication)

    @cached_property
    def name(self) -> Markup:
        """The organisation's name as it is printed."""
        return named(
            printed_names([self.correction])[self.correction.pk], self.correction.organisation.language
        )

    @cached_property
    def element(self) -> Markup:
        """Which figure it is."""
        return element_name(self.correction.element, titles_of(self.publication))

    @cached_property
    def was(self) -> str:
        """The published figure."""
        return figure(self.correction.element, self.correction.was)

    @cached_property
    def becomes(self) -> str:
        """What it should be."""
        return figure(self.correction.element, self.correction.becomes)

    @cached_property
    def no_decision(self) -> Reason | None:
        """Why the person may not decide it."""
        return rules.may_decide(self.person, self.correction, self.publication.series, at=self.at)

    @cached_property
    def no_taking_back(self) -> Reason | None:
        """Why the person may not take it back."""
        return rules.may_take_back(self.person, self.correction, self.publication.series, at=self.at)
