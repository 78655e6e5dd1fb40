"""The home page: the newest edition of each series, and one number followed to the ground."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from teladan.core.instrument import Edition, Instrument
from teladan.core.quantity import Rounding
from teladan.portal import names
from teladan.portal.names import country_name
from teladan.portal.results import findings
from teladan.portal.words import number
from teladan.publication import queries
from teladan.publication.models import Publication, Result
from teladan.publication.queries import EditionView
from teladan.web.formats import marked, num, said

Station = tuple[str, Markup | str, Markup | str]  # what, its value, what that is


def newest_of_each(publications: Sequence[Publication]) -> list[Publication]:
    """Return the newest publication of each series, those of a country first, larger ones first."""
    newest: dict[str, Publication] = {}
    for publication in publications:  # newest edition first within a series
        newest.setdefault(publication.series, publication)
    return sorted(newest.values(), key=lambda p: (not p.country, -p.listed, p.code))


def cards(publications: Sequence[Publication]) -> list[tuple[EditionView, str, Markup]]:
    """Return the newest edition of each series with what it is about and its finding."""
    views = [queries.edition(publication.code) for publication in newest_of_each(publications)]
    places = {code: country_name(code) for code in {p.country for p in publications if p.country}}

    def about(view: EditionView) -> str:
        """Return place and count: Indonesia · 561 public bodies."""
        parts = (places.get(view.publication.country, ""), names.counted(view, len(view.rows)))
        return " · ".join(part for part in parts if part)

    return [(view, about(view), findings.title(view)) for view in views if view]


def chain() -> tuple[Result, list[Station]] | None:
    """Follow the newest number that is known down to the answers; None where there is none."""
    view = queries.most_traceable()
    if view is None or view.instrument is None or view.edition is None:
        return None
    result, edition, instrument = view.result, view.edition, view.instrument
    lowered, kept, raised = moves(result.answers, result.scores)
    own = result.self_assessed.get("index", {}).get("exact")
    leaves = len(edition.leaves)
    body = marked(
        _("%(body)s, %(edition)s"),
        body=names.organisation_name(result.organisation),
        edition=names.edition_name(view.publication, instrument.abbreviation),
    )
    indicators = ngettext("%(count)s indicator", "%(count)s indicators", leaves) % {"count": num(leaves)}
    assessed = _("Of %(all)s self-assessed levels; %(kept)s kept, %(raised)s raised") % {
        "all": num(lowered + kept + raised),
        "kept": num(kept),
        "raised": num(raised),
    }
    stations: list[Station] = [
        (_("Printed"), num(result.index), body),
        (_("Exact"), number(result.index_exact), rounding_text(edition)),
        (_("Rule"), indicators, marked(_("Weights of %(rule)s"), rule=_rule(instrument))),
        (_("Assessor"), _("%(count)s lowered") % {"count": num(lowered)}, assessed),
    ]
    if own:
        answers = (_("Own answers"), number(own), _("What the body’s own levels give by the same rule"))
        stations.append(answers)
    frozen = Markup('<a href="{}" class="t-mono">{}</a>').format(
        reverse("portal:publication", kwargs={"code": view.publication.code}), view.publication.sha256[:8]
    )
    what = _("The published bytes carry the name of their SHA-256: a changed digit is another name")
    return result, [*stations, (_("Frozen"), frozen, what)]


def moves(answers: dict[str, str], scores: dict[str, str]) -> tuple[int, int, int]:
    """Return how many answers the assessor lowered, kept and raised, of those in both."""
    both = [(Fraction(answers[code]), Fraction(scores[code])) for code in answers if code in scores]
    lowered = sum(score < answer for answer, score in both)
    raised = sum(score > answer for answer, score in both)
    return lowered, len(both) - lowered - raised, raised


def rounding_text(edition: Edition) -> str:
    """Return how the index is rounded for print, and whether the regulation says so."""
    how = {
        Rounding.HALF_UP: _("Rounded once, half up"),
        Rounding.HALF_EVEN: _("Rounded once, half to even"),
        Rounding.HALF_DOWN: _("Rounded once, half down"),
        Rounding.DOWN: _("Rounded once, down"),
        Rounding.UP: _("Rounded once, up"),
    }[edition.mode]
    source = _("as the regulation says") if edition.mode_source == "regulation" else _("which is assumed")
    return f"{how}, {source}"


def _rule(instrument: Instrument) -> Markup:
    known = instrument.citation and instrument.citation not in {"none", "not seen"}
    return escape(instrument.citation) if known else said(instrument.titles)
