"""The figures under the title of an edition, each with what it is over."""

from __future__ import annotations

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.portal import names
from teladan.portal.results import findings
from teladan.portal.words import number
from teladan.publication.queries import EditionView, RowView
from teladan.web.formats import marked, num


def facts(view: EditionView) -> list[tuple[str, Markup]]:
    """Return (value, what it is): every number with what it is over."""
    if len(view.rows) == 1:
        return _facts_of_one(view, view.rows[0])
    found = []
    national = view.publication.national
    if national:
        found.append(
            (
                num(national["index"]),
                marked(_("National mean, %(over)s bodies, as published"), over=num(int(national["over"]))),
            )
        )
    if view.mean is not None and view.median is not None:
        over = names.counted(view, len(view.values))
        found += [
            (
                num(findings.rounded(view, view.mean)),
                marked(_("Mean of the %(listed)s listed here"), listed=over),
            ),
            (
                num(findings.rounded(view, view.median)),
                marked(_("Median of the %(listed)s"), listed=num(len(view.values))),
            ),
        ]
    evaluated = view.publication.evaluated
    if not national and evaluated and evaluated != len(view.rows):
        text = marked(_("scored, of %(rows)s listed"), rows=num(len(view.rows)))
        found.insert(0, (num(len(view.values)), text))
    if view.before and view.changes and findings.follows(view):
        rose, fell = (sum(sign * change > 0 for change in view.changes) for sign in (1, -1))
        found.append(
            (
                num(rose),
                marked(
                    _("rose since %(year)s, of %(both)s in both editions; %(fell)s fell"),
                    year=view.before.edition,
                    both=num(len(view.changes)),
                    fell=num(fell),
                ),
            )
        )
    return found


def _facts_of_one(view: EditionView, row: RowView) -> list[tuple[str, Markup]]:
    found = [(num(names.shown(view, row.index)), escape(_("Index, as printed")))]
    if row.exact:
        found.append((number(row.exact), escape(_("Index, exactly"))))
    national = view.publication.national
    if national:
        found.append(
            (
                num(national["index"]),
                marked(_("National mean, %(over)s bodies, as published"), over=num(int(national["over"]))),
            )
        )
    if view.edition:
        found.append((num(len(view.edition.leaves)), escape(_("indicators behind it"))))
    return found
