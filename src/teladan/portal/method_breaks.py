"""Where a series may not be read across: what changed in the method between two results."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import INDEX, Edition, Instrument
from teladan.portal.words import number
from teladan.web.formats import marked

Method = tuple[Instrument | None, Edition | None]


def between(older: Method, newer: Method, years: tuple[str, str]) -> list[Markup]:
    """Return one sentence for each break between two results; none where they may be compared.

    `years` are the editions of the older and the newer result.
    """
    one, before = older
    other, after = newer
    if one is None or other is None or before is None or after is None:
        return [] if one is other else [marked(_("Method break. One of the two methods was not seen."))]
    if one.slug != other.slug:
        return [
            marked(
                _("Method break. %(newer)s replaces %(older)s: another instrument, not comparable."),
                newer=other.abbreviation or other.slug,
                older=one.abbreviation or one.slug,
            )
            if other.supersedes == f"{one.slug}@{one.version}"
            else marked(
                _("Method break. %(newer)s is another instrument than %(older)s, not comparable."),
                newer=other.abbreviation or other.slug,
                older=one.abbreviation or one.slug,
            )
        ]
    found = []
    if one.version != other.version:
        found.append(
            marked(
                _("Method break. Version %(newer)s follows version %(older)s."),
                newer=other.version,
                older=one.version,
            )
        )
    found += _within(before, after, years)
    return found


def _within(before: Edition, after: Edition, years: tuple[str, str]) -> list[Markup]:
    """Return the breaks between two editions of one instrument."""
    found = []
    if weights(before) != weights(after):
        found.append(
            marked(
                _("Method break. %(year)s and before: weights %(weights)s"),
                year=years[0],
                weights=weights_text(before),
            )
        )
    if not_scored_at(before) != not_scored_at(after):
        value = not_scored_at(before)
        found.append(
            marked(_("Method break. %(year)s and before: an index of 0 means “not scored”"), year=years[0])
            if value is not None
            else marked(_("Method break. From %(year)s an index of 0 means “not scored”"), year=years[1])
        )
    if before.bands and after.bands:
        if [(b.code, b.start, b.end) for b in before.bands] != [
            (b.code, b.start, b.end) for b in after.bands
        ]:
            found.append(
                marked(_("Method break. From %(year)s the bands have other thresholds."), year=years[1])
            )
        if before.bands_read != after.bands_read:
            text = (
                _(
                    "Method break. From %(year)s the band is read from the exact index, before "
                    "from the rounded one."
                )
                if after.bands_read == "exact"
                else _(
                    "Method break. From %(year)s the band is read from the rounded index, "
                    "before from the exact one."
                )
            )
            found.append(marked(text, year=years[1]))
    return found


def same_rules(one: Edition | None, other: Edition | None) -> bool:
    """Say whether two editions weigh alike and mean the same by an index of 0."""
    return (
        one is not None
        and other is not None
        and one.slug == other.slug
        and weights(one) == weights(other)
        and not_scored_at(one) == not_scored_at(other)
    )


def weights(edition: Edition) -> dict[str, Fraction]:
    """Return each element's part of the index."""
    total = edition.root.weight
    return {element.code: element.weight / total for element in edition.root.walk()}


def weights_text(edition: Edition) -> str:
    """Return the weights of the first tier in one line: "OSI 0.34, HCI 0.33, TII 0.33"."""
    shares = weights(edition)
    return ", ".join(f"{child.code} {number(shares[child.code])}" for child in edition.root.children)


def not_scored_at(edition: Edition) -> Fraction | None:
    """Return the index that means "not scored" in an edition, if one does."""
    for override in edition.overrides:
        if override.element == INDEX and override.means == "not scored":
            return override.equals
    return None
