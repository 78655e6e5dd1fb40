"""Names and words of more than one subject: countries, bodies, bands, editions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.instrument import Band
from teladan.core.quantity import printed
from teladan.core.text import search_text
from teladan.portal.words import both, named, original, source_title
from teladan.publication import queries
from teladan.publication.models import Publication
from teladan.publication.queries import EditionView, RowView
from teladan.registry.models import Organisation
from teladan.web.formats import language, num, plain, said


def country_name(code: str) -> str:
    """Return a country's name for the reader; empty for no country or one not known."""
    found = queries.country(code) if code else None
    return plain(found.titles) if found else ""


def body_name(row: RowView) -> Markup:
    """Return a body's name, marked with its language; a country's in the reader's."""
    return said(row.titles) if row.titles else named(row.name, row.language)


def body_address(code: str, kind: str) -> str:
    """Return the address of an organisation's page; a country's is among the countries."""
    return reverse("portal:country" if kind == "country" else "portal:organisation", kwargs={"code": code})


def body_link(row: RowView, address: str) -> Markup:
    """Return a link with a body's name, marked with its language where it is not the reader's."""
    lang = "" if row.titles or row.language == language() else f' lang="{escape(row.language)}"'
    name = said(row.titles) if row.titles else escape(row.name)
    return Markup(f'<a href="{escape(address)}"{lang}>{name}</a>')  # noqa: S704  (its parts are escaped)


def body_links() -> Callable[[RowView], Markup]:
    """Return a function that links a row to its body's page; addresses are made once for hundreds of rows."""
    starts = {kind: body_address("XXX", kind).removesuffix("XXX") for kind in ("country", "body")}

    def linked(row: RowView) -> Markup:
        return body_link(row, starts["country" if row.titles else "body"] + row.organisation)

    return linked


def sort_name(row: RowView) -> str:
    """Return the name to sort by and to search in: as shown, folded, without accents."""
    return search_text(plain(row.titles) if row.titles else row.name)


def organisation_name(organisation: Organisation) -> Markup:
    """Return the name of an organisation (its country must be loaded) as `body_name` does."""
    if organisation.kind == "country":
        return said(organisation.country.titles)
    return named(organisation.name, organisation.language)


def band_name(view: EditionView, band: Band) -> Markup:
    """Return a band's name: as the regulation words it where the names are law, else the reader's."""
    legal = view.instrument is not None and view.instrument.nature == "legal"
    return original(band.titles) if legal else said(band.titles)


def band_title(view: EditionView, band: Band) -> Markup:
    """Return a band's name for a sentence: the reader's with the law's beside it, "Good (Baik)"."""
    legal = view.instrument is not None and view.instrument.nature == "legal"
    return both(band.titles) if legal else said(band.titles)


def shown_digits(view: EditionView) -> int:
    """Return how many digits the index is shown with: the declared ones, else the printed ones."""
    declared = view.edition.root.digits if view.edition else None
    return view.digits if declared is None else declared


def shown(view: EditionView, text: str) -> str:
    """Return an index with the digits its method declares; as it is printed where none are."""
    if view.edition is None or view.edition.root.digits is None:
        return text
    return printed(Fraction(text), view.edition.root.digits, view.edition.mode)


def counted(view: EditionView, count: int) -> str:
    """Return a number of the organisations of an edition: "561 public bodies", "193 countries"."""
    return counted_as(noun(view.rows, view), count)


def noun(rows: Sequence[RowView], view: EditionView | None = None) -> str:
    """Return what the rows are: body, country or economy (where the method says so)."""
    if not rows or any(row.kind != "country" for row in rows):
        return "body"
    kinds = view.edition.kinds if view and view.edition else ()
    return "economy" if any(kind.titles.get("en") == "Economy" for kind in kinds) else "country"


def counted_as(what: str, count: int) -> str:
    """Return a number of bodies, countries or economies in words."""
    values = {"count": num(count)}
    if what == "economy":
        return ngettext("%(count)s economy", "%(count)s economies", count) % values
    if what == "country":
        return ngettext("%(count)s country", "%(count)s countries", count) % values
    return ngettext("%(count)s public body", "%(count)s public bodies", count) % values


def edition_name(publication: Publication, abbreviation: str = "") -> str:
    """Return the short name of an edition: SPBE 2024."""
    return f"{abbreviation or publication.series.upper().replace('-', ' ')} {publication.edition}"


def short_name(view: EditionView) -> str:
    """Return the short name of the edition."""
    return edition_name(view.publication, view.instrument.abbreviation if view.instrument else "")


def source_text(publication: Publication) -> Markup:
    """Return the source of a publication in one line."""
    publisher = publication.source["publisher"]
    title = source_title(publication.source)
    return title if publisher == "not seen" else Markup("{}; {}").format(title, publisher)


def verdict_word(verdict: str) -> str:
    """Return a verdict as a word."""
    return {
        "consistent": _("Consistent"),
        "inconsistent": _("Inconsistent"),
        "impossible": _("Impossible"),
        "undecided": _("Undecided"),
    }.get(verdict, _("Not checked"))
