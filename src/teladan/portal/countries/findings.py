"""What the results of countries say, as sentences made by rules; plain titles where none fires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.text import Texts
from teladan.portal.countries.series import Change, Survey
from teladan.portal.words import dressed
from teladan.web.formats import marked, said


def country_title(
    name: str, moved: Change | None, shown: Mapping[str, str], parts: Mapping[str, Texts]
) -> Markup:
    """Return where a country's index went under the newest rules, and by which part most.

    `shown` gives the printed index of the first and the last survey by year.
    """
    if moved is None or moved.first.year == moved.last.year:
        return marked(name)
    values = {
        "country": name,
        "from": shown[moved.first.year],
        "to": shown[moved.last.year],
        "first": moved.first.year,
        "last": moved.last.year,
    }
    if moved.printed == 0 or moved.total == 0:
        return marked(
            _("%(country)s stands at %(to)s in the UN index of %(last)s, as in %(first)s"), **values
        )
    values["part"] = said(parts[leading(moved)])
    if moved.printed > 0:
        return marked(
            _(
                "%(country)s rose from %(from)s (%(first)s) to %(to)s (%(last)s) in the UN "
                "index, mostly through ‘%(part)s’"
            ),
            **values,
        )
    return marked(
        _(
            "%(country)s fell from %(from)s (%(first)s) to %(to)s (%(last)s) in the UN index, "
            "mostly through ‘%(part)s’"
        ),
        **values,
    )


def leading(moved: Change) -> str:
    """Return the part that moved the index most in the direction it went."""
    sign = 1 if moved.total > 0 else -1
    return max(moved.adds, key=lambda code: moved.adds[code] * sign)


def change_title(name: str, moved: Change, parts: Mapping[str, Texts]) -> Markup:
    """Return which part gave the most to a rise or a fall."""
    if moved.total == 0:
        return marked(_("%(country)s: no change in the sum of the parts"), country=name)
    code = leading(moved)
    share = moved.adds[code] / moved.total
    values = {"country": name, "part": said(parts[code])}
    if moved.total > 0:
        if Fraction(1, 2) < share <= 1:
            return marked(_("‘%(part)s’ gave more than half of the rise of %(country)s"), **values)
        return marked(_("‘%(part)s’ gave the most to the rise of %(country)s"), **values)
    if Fraction(1, 2) < share <= 1:
        return marked(_("‘%(part)s’ made more than half of the fall of %(country)s"), **values)
    return marked(_("‘%(part)s’ did the most for the fall of %(country)s"), **values)


def series_title(name: str, all_surveys: Sequence[Survey]) -> Markup:
    """Return how many surveys list a country, and how often it was not scored."""
    missing = [survey.year for survey in all_surveys if survey.index is None]
    values = {"country": name, "n": len(all_surveys), "years": ", ".join(missing), "missing": len(missing)}
    if missing:
        return marked(_("%(country)s in %(n)s surveys; not scored in %(years)s"), **values)
    return marked(_("%(country)s was scored in all %(n)s surveys"), **values)


def gtmi_title(name: str, bands: Sequence[tuple[str, Texts]]) -> Markup:
    """Return from which group to which a country moved; bands are (year, titles), oldest first."""
    if not bands:
        return marked(name)
    (first, old), (last, new) = bands[0], bands[-1]
    values = {"country": name, "old": said(old), "new": said(new), "first": first, "last": last}
    if len(bands) == 1:
        return marked(_("%(country)s is in ‘%(new)s’ of the GovTech index in %(last)s"), **values)
    if old != new:
        return marked(
            _("%(country)s moved from ‘%(old)s’ in %(first)s to ‘%(new)s’ in %(last)s in the GovTech index"),
            **values,
        )
    if all(titles == new for _year, titles in bands):
        return marked(_("%(country)s is in ‘%(new)s’ of the GovTech index in every edition listed"), **values)
    return marked(
        _("%(country)s is in ‘%(new)s’ of the GovTech index in %(last)s, as in %(first)s"), **values
    )


def distance_title(names: tuple[str, str], one: Sequence[Survey], other: Sequence[Survey]) -> Markup:
    """Return how the distance between two countries went, over the sound surveys both have.

    Both sequences hold the same years, oldest first, all under the same rules.
    """
    gaps = _gaps(one, other)
    plain = marked(_("%(one)s and %(other)s side by side"), one=names[0], other=names[1])
    if len(gaps) < 2:
        return plain
    before, after = gaps[0], gaps[-1]
    ahead, behind = names if (after or before) > 0 else names[::-1]
    values = {"ahead": ahead, "behind": behind, "first": one[0].year, "last": one[-1].year}
    if after == 0:
        if before == 0:
            return marked(_("%(ahead)s and %(behind)s are level in %(last)s, as in %(first)s"), **values)
        return marked(_("%(behind)s drew level with %(ahead)s between %(first)s and %(last)s"), **values)
    if before == 0:
        return marked(_("%(ahead)s drew ahead of %(behind)s between %(first)s and %(last)s"), **values)
    if before * after < 0:
        return marked(_("%(ahead)s passed %(behind)s between %(first)s and %(last)s"), **values)
    ratio = after / before
    if ratio < Fraction(1, 2):
        return marked(
            _("%(behind)s more than halved its distance to %(ahead)s between %(first)s and %(last)s"),
            **values,
        )
    if ratio < 1:
        return marked(_("%(behind)s came nearer to %(ahead)s between %(first)s and %(last)s"), **values)
    if ratio == 1:
        return marked(_("%(behind)s kept its distance to %(ahead)s between %(first)s and %(last)s"), **values)
    if ratio > 2:
        return marked(
            _("The distance of %(behind)s to %(ahead)s more than doubled between %(first)s and %(last)s"),
            **values,
        )
    return marked(_("%(behind)s fell further behind %(ahead)s between %(first)s and %(last)s"), **values)


def distance_text(one: Sequence[Survey], other: Sequence[Survey]) -> Markup | None:
    """Return the distances that the title speaks of, between the printed indices."""
    gaps = _gaps(one, other)
    if len(gaps) < 2:
        return None
    edition = one[-1].edition
    digits = edition.root.digits if edition else None
    return marked(
        _("Distance in the UN index: %(before)s in %(first)s, %(after)s in %(last)s, on a scale of 0 to 1."),
        before=dressed(abs(gaps[0]), digits),
        after=dressed(abs(gaps[-1]), digits),
        first=one[0].year,
        last=one[-1].year,
    )


def _gaps(one: Sequence[Survey], other: Sequence[Survey]) -> list[Fraction]:
    pairs = ((a.printed, b.printed) for a, b in zip(one, other, strict=True))
    return [a - b for a, b in pairs if a is not None and b is not None]
