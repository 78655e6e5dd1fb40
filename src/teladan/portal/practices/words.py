"""How the pages of the exchange say what several of them say: texts, statuses, dates, countries."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.text import Shown
from teladan.exchange import labels
from teladan.exchange.queries import BELOW_TARGET, AdoptionRow, ParentView, PracticeRow, Standing
from teladan.portal.words import named
from teladan.web.formats import date, language, link, num, plain

Status = tuple[str, str]  # the kind of a mark (yes, part, no, bad), and its words
UNVERIFIED = {
    "name": N_("its own name"),
    "titles": N_("its name in other languages"),
    "agency": N_("the agency"),
    "since": N_("the year it began"),
    "status": N_("the status"),
    "lineage": N_("where it comes from"),
    "date": N_("the date"),
    "other": N_("something else"),
}
# Notes that are a sentence of ours, said in the same words of many practices.
NOTES = {note: note for note in (N_("from general knowledge, not in the source"),)}
ENDS = ("stopped", "reversed", "not adopted")


def slug(code: str) -> str:
    """Return a theme or track as it stands in an address.

    >>> slug("trade and customs")
    'trade-and-customs'
    """
    return code.lower().replace(" ", "-")


def of_slug(of: Mapping[str, str], text: str) -> str:
    """Return the code that an address means; "" where there is none."""
    return next((code for code in of if slug(code) == text), "")


def told(text: Shown) -> Markup:
    """Return a text marked with its language, and with who made it where it is a translation."""
    if not text.text:
        return not_seen()
    made = named(text.text, text.language)
    mark = translated(text)
    return Markup('{} <span class="t-sample">{}</span>').format(made, mark) if mark else made


def translated(text: Shown) -> str:
    """Return who translated a text; "" where it is the text itself."""
    if text.by == "machine":
        return _("Translated by a machine: %(model)s") % {"model": text.model}
    return _("Translated by a person") if text.by else ""


def not_seen() -> Markup:
    """Return that nothing was seen of it."""
    return Markup('<span class="t-quiet">{}</span>').format(_("not seen"))


def or_not_seen(text: str, spoken: str = "") -> Markup:
    """Return a text in its language, or that it was not seen."""
    if not text:
        return not_seen()
    return named(text, spoken) if spoken else escape(text)


def not_verified(fields: Mapping[str, str], spoken: str) -> tuple[tuple[str, Markup], ...]:
    """Return what was not seen in a source: (field, where it is from), in the reader's language.

    A note that is one of ours is translated; any other is content, `spoken` as the texts beside it.
    """
    return tuple(
        (
            _(UNVERIFIED.get(field, field)),
            escape(_(NOTES[note])) if note in NOTES else named(note, spoken) if note else Markup(""),
        )
        for field, note in fields.items()
    )


def country_name(titles: Mapping[str, str]) -> str:
    """Return a country's name; "" where there is none."""
    return plain(titles) if titles else ""


def names(row: PracticeRow) -> tuple[Shown, Shown | None]:
    """Return a practice's names: the reader's first, then its own or the explained one, if another."""
    own = Shown(text=row.name, language=row.name_language)
    if not row.title.text or row.title.text == row.name:
        return own, None
    if own.language == language() != row.title.language:
        return own, row.title
    return row.title, own


def both_names(row: PracticeRow) -> Markup:
    """Return a practice's names in one line."""
    first, second = names(row)
    made = named(first.text, first.language)
    return Markup("{} {}").format(made, named(second.text, second.language)) if second else made


def parent_name(parent: ParentView) -> Markup:
    """Return the name of what was taken from."""
    spoken = language()
    if spoken in parent.titles:
        return escape(parent.titles[spoken])
    if "en" in parent.titles and spoken != parent.name_language:
        return named(parent.titles["en"], "en")
    return named(parent.name, parent.name_language)


def status_of(row: PracticeRow) -> Status:
    """Return whether a practice runs: a status that nobody confirmed is never a full mark."""
    return labels.running(row.status, confirmed=bool(row.check.confirmed_at and not row.check.overdue))


def confirmed(row: PracticeRow) -> str:
    """Return when it was last confirmed that the status holds."""
    at = row.check.confirmed_at
    if at is None and row.check.overdue:
        return _("Never confirmed here: its owner was asked to answer by %(date)s and did not.") % {
            "date": date(row.check.due)
        }
    if at is None:
        return _("The status is as its sources say. Its owner has not confirmed it here.")
    if row.check.overdue:
        return _("Not confirmed since %(date)s.") % {"date": date(at.date())}
    return _("Confirmed on %(date)s.") % {"date": date(at.date())}


def flags(row: PracticeRow) -> list[str]:
    """Return what is most useful to know of a practice."""
    said = {BELOW_TARGET: _("Below its own target")}
    return [said.get(flag) or labels.word(labels.STATUS, flag) for flag in row.flags]


def on_self_report(standing: Standing) -> str:
    """Return how many of how many figures rest on self-report alone."""
    if not standing.figures:
        return _("no figure")
    return _("%(own)s of %(all)s") % {"own": num(standing.self_report_alone), "all": num(standing.figures)}


def share_sentence(standing: Standing) -> str:
    """Return how much rests on self-report alone, as a sentence."""
    all_, own = standing.figures, standing.self_report_alone
    if not all_:
        return _("No outcome figure is on record.")
    if own == all_:
        return ngettext(
            "Its one figure rests on self-report alone.",
            "All %(n)s figures rest on self-report alone.",
            all_,
        ) % {"n": num(all_)}
    if not own:
        return ngettext(
            "Its one figure rests on more than self-report.",
            "None of the %(n)s figures rests on self-report alone.",
            all_,
        ) % {"n": num(all_)}
    return _("%(own)s of %(all)s figures rest on self-report alone.") % {"own": num(own), "all": num(all_)}


def stage_of(row: AdoptionRow) -> Status:
    """Return how far an adoption is known to have come."""
    word = labels.word(labels.STAGE, row.stage) if row.stage else _("not seen")
    if row.stage in ENDS:
        return "bad", word
    return (
        "yes" if row.stage == "sustained" else "part" if row.stage in {"piloted", "scaled"} else "no"
    ), word


def degree_text(row: AdoptionRow) -> Markup:
    """Return the declared degree, and the source's own word where it is another or the only one."""
    if not row.degree:
        return named(row.degree_words, row.language) if row.degree_words else escape(_("Degree not seen"))
    degree = labels.word(labels.DEGREE, row.degree)
    if not row.degree_words:
        return escape(degree)
    return Markup("{} ({})").format(degree, named(row.degree_words, row.language))


def adopter_name(row: AdoptionRow) -> Markup:
    """Return the country that adopted, or the adopter as it is named where it is of several."""
    return escape(country_name(row.country_titles)) if row.country else named(row.adopter, row.language)


def practice_address(code: str) -> str:
    """Return the address of a practice's page."""
    return reverse("portal:practice", kwargs={"code": code})


def practice_link(row: PracticeRow) -> Markup:
    """Return a link to a practice by both its names."""
    return link(practice_address(row.code), both_names(row))


def adoption_address(code: str) -> str:
    """Return the address of an adoption's page."""
    return reverse("portal:adoption", kwargs={"code": code})


def country_address(code: str) -> str:
    """Return the address of a country's page."""
    return reverse("portal:country", kwargs={"code": code})
