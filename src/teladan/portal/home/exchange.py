"""The entry of the home page to the exchange: what there is, and the questions that lead into it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.exchange.queries import practices
from teladan.portal.practices.list_page import finding
from teladan.web.formats import language, num


def ways_in() -> tuple[tuple[str, str, str], ...]:
    """Return (address, heading, text) of each way in; nothing while no practice is on record."""
    rows = practices(language())
    if not rows:
        return ()
    figures = sum(row.standing.figures for row in rows)
    own = sum(row.standing.self_report_alone for row in rows)
    bad = sum(bool(row.flags) for row in rows)
    warned = ngettext(
        "%(n)s of them stopped, regressed or stays below its own target.",
        "%(n)s of them stopped, regressed or stay below their own target.",
        bad,
    )
    return (
        (reverse("portal:practices"), finding(rows), warned % {"n": num(bad)}),
        (
            reverse("portal:network"),
            _("Who learned from whom"),
            _("Each adoption with its source, how far it came, and what changed after it."),
        ),
        (
            reverse("portal:questions"),
            _("Questions to the exchange"),
            _("%(own)s of %(all)s figures rest on self-report alone: which, and what else is open.")
            % {"own": num(own), "all": num(figures)},
        ),
        (
            reverse("portal:cooperation"),
            _("Cooperation and meetings"),
            _("What countries agreed on and did together, and what is on record of it afterwards."),
        ),
    )
