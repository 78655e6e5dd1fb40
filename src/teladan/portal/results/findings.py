"""What an edition shows, said in one sentence by rules: the title of its page and of its figures.

A rule looks at the rows and returns a sentence, or None where it has nothing to say; the first one
that speaks is the title. No title is written for one page by hand, and where no rule speaks the
publication's own plain title stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import ScaleType
from teladan.core.quantity import Rounding, printed
from teladan.core.text import choose
from teladan.portal import method_breaks
from teladan.portal.names import band_title, body_name, counted, shown, shown_digits
from teladan.portal.words import named, number
from teladan.publication.models import Publication
from teladan.publication.queries import EditionView, RowView
from teladan.web.formats import language, marked, num, said
from teladan.web.reasons import either

SURE = Fraction(95, 100)  # the part of the rows in which one element must lie above another
MOVED = Fraction(90, 100)  # the part of the rows that must have moved the same way
FEW = 20  # rows; below this a share says little
LEVELS = (ScaleType.LEVEL, ScaleType.FRACTIONAL_LEVEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two elements of one scale, and in how many rows the first lies above the second."""

    above: str
    below: str
    rows: int
    of: int


def title(view: EditionView) -> Markup:
    """Return the finding of an edition, or its plain title."""
    rules: tuple[Callable[[EditionView], Markup | None], ...] = (
        one_body,
        above_in_nearly_all,
        groups,
        moved,
        half,
    )
    return next((found for rule in rules if (found := rule(view))), said(view.publication.titles))


def spread_title(view: EditionView) -> Markup:
    """Return what the distribution shows."""
    return reached(view) or half(view) or said(view.publication.titles)


def one_body(view: EditionView) -> Markup | None:
    """Return the figure of a publication's only body."""
    if len(view.rows) != 1 or not view.rows[0].index:
        return None
    row = view.rows[0]
    band = view.edition.band_named(row.band) if view.edition and row.band else None
    if band is None:
        return marked(
            _("%(body)s stands at %(index)s"), body=body_name(row), index=num(shown(view, row.index))
        )
    return marked(
        _("%(body)s stands at %(index)s, in the band ‘%(band)s’"),
        body=body_name(row),
        index=num(shown(view, row.index)),
        band=band_title(view, band),
    )


def above_in_nearly_all(view: EditionView) -> Markup | None:
    """Return the sentence of the pair of elements that lies the same way in nearly every row."""
    pair = clear_pair(view)
    if pair is None:
        return None
    names = short_titles(view)
    return marked(
        _("In %(some)s of %(all)s, ‘%(above)s’ scores higher than ‘%(below)s’"),
        some=num(pair.rows),
        all=counted(view, pair.of),
        above=names[pair.above],
        below=names[pair.below],
    )


def groups(view: EditionView) -> Markup | None:
    """Return the size of the highest and the lowest group where the publisher ranks nobody."""
    if view.instrument is None or view.instrument.ranking or not view.bands or len(view.rows) < FEW:
        return None
    (low, few), (high, many) = view.bands[0], view.bands[-1]
    return marked(
        _("%(high)s holds %(many)s of %(all)s, %(low)s %(few)s"),
        high=band_title(view, high),
        many=num(many),
        all=counted(view, len(view.rows)),
        low=band_title(view, low),
        few=num(few),
    )


def moved(view: EditionView) -> Markup | None:
    """Return that nearly all rose, or fell, since the edition before; nothing across a break."""
    changes = view.changes
    if view.before is None or not follows(view) or len(changes) < FEW:
        return None
    rose, fell = (sum(sign * change > 0 for change in changes) for sign in (1, -1))
    if max(rose, fell) < MOVED * len(changes):
        return None
    text = (
        _("%(some)s of %(all)s stand higher than in %(year)s")
        if rose > fell
        else _("%(some)s of %(all)s stand lower than in %(year)s")
    )
    return marked(
        text,
        some=num(max(rose, fell)),
        all=counted(view, len(changes)),
        year=view.before.edition,
    )


def follows(view: EditionView) -> bool:
    """Say whether the figures may be set against those of the edition before: made by the same rules."""
    if view.before is None or view.instrument is None:
        return False
    return method_breaks.same_rules(view.instrument.edition(view.before.edition), view.edition)


def reached(view: EditionView) -> Markup | None:
    """Return how many reach the highest band that at least half of them reach."""
    if len(view.rows) < FEW:
        return None
    total, count, found = len(view.rows), 0, None
    for band, rows in reversed(view.bands):
        count, found = count + rows, band
        if 2 * count >= total:
            break
    if found is None or 2 * count < total:
        return None
    text = (
        _("%(some)s of %(all)s are in ‘%(band)s’")
        if found is view.bands[-1][0]
        else _("%(some)s of %(all)s reach ‘%(band)s’ or better")
    )
    return marked(text, some=num(count), all=counted(view, total), band=band_title(view, found))


def half(view: EditionView) -> Markup | None:
    """Return the median in words."""
    if view.median is None or len(view.values) < FEW:
        return None
    return marked(
        _("Half of %(all)s stand at %(median)s or higher"),
        all=counted(view, len(view.values)),
        median=num(rounded(view, view.median)),
    )


def clear_pair(view: EditionView) -> Pair | None:
    """Return the pair of first elements where one is above the other in at least 95 % of the rows.

    Only elements measured in levels on one scale: other parts are each normed in their own way, and
    which is higher says nothing. Of several pairs the clearest, then the one further apart.
    """
    codes = comparable(view)
    best: tuple[Fraction, Decimal] | None = None
    found: Pair | None = None
    columns = {code: [row.elements.get(code) for row in view.rows if row.scored] for code in codes}
    values = {code: [Decimal(text) if text else None for text in texts] for code, texts in columns.items()}
    for above, below in permutations(codes, 2):
        pairs = [
            (one, other)
            for one, other in zip(values[above], values[below], strict=True)
            if one is not None and other is not None
        ]
        if len(pairs) < FEW:
            continue
        rows = sum(one > other for one, other in pairs)
        if rows < SURE * len(pairs):
            continue
        apart = sum((one - other for one, other in pairs), Decimal(0)) / len(pairs)
        key = (Fraction(rows, len(pairs)), apart)
        if best is None or key > best:
            best, found = key, Pair(above=above, below=below, rows=rows, of=len(pairs))
    return found


def comparable(view: EditionView) -> list[str]:
    """Return the codes of the printed elements that are made of levels on one and the same scale."""
    if view.edition is None:
        return []
    elements = [view.edition.elements[entry["code"]] for entry in view.columns]
    level = [e for e in elements if all(leaf.scale and leaf.scale.type in LEVELS for leaf in e.leaves)]
    return [e.code for e in level] if len({e.bounds for e in level}) == 1 else []


def short_titles(view: EditionView) -> dict[str, Markup]:
    """Return the titles of the first elements without the words that all of them share.

    "SPBE policy", "SPBE services" become "Policy", "Services": the page says SPBE already.
    """
    chosen = {entry["code"]: choose(entry["titles"], language()) for entry in view.columns}
    words = {code: title.split() for code, (title, _spoken) in chosen.items()}
    shared = set.intersection(*(set(each) for each in words.values())) if len(words) > 1 else set()
    short = {code: " ".join(w for w in each if w not in shared) for code, each in words.items()}
    if not all(short.values()):
        short = {code: title for code, (title, _spoken) in chosen.items()}
    return {code: named(title[:1].upper() + title[1:], chosen[code][1]) for code, title in short.items()}


def rounded(view: EditionView, value: Fraction) -> str:
    """Return a mean or the like with as many digits as the index is shown with."""
    return printed(value, shown_digits(view), Rounding.HALF_UP)


def is_shortened(view: EditionView) -> bool:
    """Say whether the source stores longer figures than are shown."""
    return view.digits > shown_digits(view)


def figures_state(publication: Publication) -> tuple[str, str]:
    """Return (shape, words) of what can be said of a publication's figures."""
    if publication.kind == "computed":
        return "yes", _("Computed: every digit can be recomputed")
    checked = sum(publication.verdicts.values())
    if not checked:
        return "no", _("Reported; not checked, the method was not seen")
    agree = publication.verdicts.get("consistent", 0)
    words = _("Reported; %(agree)s of %(rows)s consistent") % {"agree": num(agree), "rows": num(checked)}
    return ("yes" if agree == checked else "part"), words


def settled(row: RowView) -> str:
    """Return the exact values a printed index can have had, in words; empty where none is known."""
    return either(number(text) for text in row.exact_indices) if row.exact_indices else ""
