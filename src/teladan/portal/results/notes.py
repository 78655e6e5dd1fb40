"""The margin of an edition: why two means differ, how a band is read and which bodies hang on that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.instrument import Edition
from teladan.core.quantity import Rounding, decimals, printed
from teladan.portal import method_breaks
from teladan.portal.names import body_name, counted, shown_digits
from teladan.portal.results.findings import is_shortened, rounded, settled
from teladan.publication.queries import EditionView, RowView
from teladan.web.formats import marked, num, said

MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A question and what the data answer, a paragraph each."""

    heading: Markup
    paragraphs: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """What the bodies that are not listed must average for the published mean to hold.

    Any average from `low` (included) to `high` (excluded) gives the printed mean.
    """

    rows: int
    low: Fraction
    high: Fraction


def notes(view: EditionView) -> list[Note]:
    """Return the notes beside the distribution, those that apply."""
    found = (mean_note(view), band_note(view), change_note(view), figures_note(view), method_note(view))
    return [note for note in found if note]


def unlisted(view: EditionView) -> Unlisted | None:
    """Return the exact bounds for the mean of the unlisted, or None where nothing is unlisted."""
    national = view.publication.national
    if not national or not view.values:
        return None
    over = int(national["over"])
    rows = over - len(view.values)
    if rows <= 0:
        return None
    half_unit = Fraction(1, 2 * 10 ** decimals(national["index"]))
    known = sum(view.values, Fraction(0))
    low, high = (((Fraction(national["index"]) + side * half_unit) * over - known) / rows for side in (-1, 1))
    return Unlisted(rows=rows, low=low, high=high)


def mean_note(view: EditionView) -> Note | None:
    """Explain the national mean by its denominator."""
    national = view.publication.national
    if not national:
        return None
    text = said(national["note"]) if national.get("note") else None
    missing = unlisted(view)
    if len(view.values) == 1 or missing is None or view.mean is None:
        heading = marked(_("Where does %(national)s come from?"), national=num(national["index"]))
        return Note(heading=heading, paragraphs=(text,)) if text else None
    mean = rounded(view, view.mean)
    heading = (
        marked(_("Why %(national)s and %(mean)s?"), national=num(national["index"]), mean=num(mean))
        if mean != national["index"]
        else marked(_("Over how many is %(national)s?"), national=num(national["index"]))
    )
    digits = shown_digits(view)
    low, high = (num(printed(value, digits, Rounding.HALF_UP)) for value in (missing.low, missing.high))
    needed = marked(
        _(
            "Computed exactly: the published mean holds only if the %(missing)s not listed "
            "average from %(low)s to %(high)s."
        ),
        missing=num(missing.rows),
        low=low,
        high=high,
    )
    bottom = view.edition.root.bounds[0] if view.edition else None
    if bottom is not None and missing.low < bottom:
        needed += " " + marked(
            _("The lowest index there can be is %(bottom)s."),
            bottom=num(printed(bottom, digits, Rounding.HALF_UP)),
        )
    return Note(heading=heading, paragraphs=(*([text] if text else []), needed))


def band_note(view: EditionView) -> Note | None:
    """Say what a band is read from, whether that changed, and name the bodies whose band hangs on it."""
    if view.edition is None or not view.edition.bands or not view.rows:
        return None
    paragraphs = [escape(_reading(view.edition))]
    earlier = before(view)
    if earlier and earlier.bands_read != view.edition.bands_read:
        text = (
            _("In %(year)s it was read from the rounded index.")
            if earlier.bands_read == "rounded"
            else _("In %(year)s it was read from the exact index.")
        )
        paragraphs[0] += " " + marked(text, year=earlier.year)
    leaning = [row for row in view.rows if view.leans_on_exact(row)]
    if leaning:
        paragraphs.append(
            marked(
                ngettext(
                    "Under the other reading the band of %(count)s body could differ: %(names)s.",
                    "Under the other reading the bands of %(count)s bodies could differ: %(names)s.",
                    len(leaning),
                ),
                count=num(len(leaning)),
                names=_listed(leaning),
            )
        )
    return Note(
        heading=marked(_("How a band is read, %(year)s"), year=view.edition.year),
        paragraphs=tuple(paragraphs),
    )


def change_note(view: EditionView) -> Note | None:
    """Say where the edition before may not be compared with this one, and what a change is."""
    if view.before is None or view.instrument is None or view.edition is None:
        return None
    found = method_breaks.between(
        (view.instrument, before(view)),
        (view.instrument, view.edition),
        (view.before.edition, view.publication.edition),
    )
    there = [row for row in view.rows if row.index and row.before]
    paragraphs = [
        marked(
            _(
                "Of %(all)s here, %(both)s are in the edition of %(year)s too; "
                "a change is the difference of the printed figures."
            ),
            all=counted(view, len(view.rows)),
            both=num(len(there)),
            year=view.before.edition,
        )
    ]
    apart = [row for row in there if row.change is None]
    if apart:
        paragraphs.append(
            marked(
                ngettext(
                    "For %(count)s of them no change is shown, because one of its two figures cannot be "
                    "right: %(names)s.",
                    "For %(count)s of them no change is shown, because one of the two figures cannot be "
                    "right: %(names)s.",
                    len(apart),
                ),
                count=num(len(apart)),
                names=Markup("; ").join(
                    marked(
                        "%(body)s (%(before)s → %(index)s)",
                        body=body_name(row),
                        before=num(row.before),
                        index=num(row.index),
                    )
                    for row in apart
                ),
            )
        )
    heading = marked(_("Since %(year)s"), year=view.before.edition)
    return Note(heading=heading, paragraphs=(*paragraphs, *found))


def figures_note(view: EditionView) -> Note | None:
    """Say that long stored figures are shown shorter."""
    if not is_shortened(view):
        return None
    text = marked(
        _(
            "The data file of the source stores more digits than are printed. "
            "Shown here: %(count)s after the point; CSV and JSON keep all."
        ),
        count=num(shown_digits(view)),
    )
    return Note(heading=escape(_("How many digits?")), paragraphs=(text,))


def method_note(view: EditionView) -> Note | None:
    """Say that the publisher ranks nobody, or that no method was seen."""
    if view.instrument is None:
        text = _("The method was not seen. Figures are shown as printed and could not be checked.")
        return Note(heading=escape(_("By which method?")), paragraphs=(escape(text),))
    if view.instrument.ranking:
        return None
    text = _(
        "The publisher says that this index is not a ranking: groups and values are shown, in order of names."
    )
    return Note(heading=escape(_("Why no ranks?")), paragraphs=(escape(text),))


def before(view: EditionView) -> Edition | None:
    """Return the method as run in the edition before."""
    return view.instrument.edition(view.before.edition) if view.before and view.instrument else None


def _reading(edition: Edition) -> str:
    if edition.bands_read == "exact":
        return _("From the exact index, before it is rounded for print.")
    return _("From the index as printed, after rounding.")


def _listed(rows: Sequence[RowView]) -> Markup:
    """Return the bodies with printed and exact index; of many the first, and how many more."""
    named = [
        marked(
            _("%(body)s (printed %(index)s, exactly %(exact)s)"),
            body=body_name(row),
            index=num(row.index),
            exact=settled(row),
        )
        for row in rows[:MOST_NAMED]
    ]
    more = len(rows) - len(named)
    if more:
        named.append(marked(_("and %(more)s more"), more=num(more)))
    return Markup("; ").join(named)
