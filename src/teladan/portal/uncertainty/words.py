"""What is said of where a unit stands in a ranking that was drawn again: interval, median, shares.

Ranks between two are widened outward to whole ranks, so an interval never looks surer than it is; JSON
and CSV keep them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.publication.models import Publication
from teladan.publication.queries.uncertainty import Ranking, Standing, ranking
from teladan.web.formats import num, percent


def ranking_of(publication: Publication) -> Ranking | None:
    """Return how sure a publication's ranking is, of those that the draws tell of: one query.

    Those without an index have no place in any draw.
    """
    published = ranking(publication)
    if published is None:
        return None
    standings = {
        code: standing
        for code, standing in published.standings.items()
        if standing.nominal is not None or standing.bands
    }
    return replace(published, standings=standings)


def report_of(publication: Publication) -> str:
    """Return the address of the report of a ranking; "" where nothing was drawn."""
    uncertainty = publication.uncertainty
    if uncertainty is None or uncertainty["reason"] is not None:
        return ""
    return reverse("portal:uncertainty", kwargs={"code": publication.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An interval in whole ranks: from the 5th to the 95th percentile of the draws."""

    low: int
    high: int

    @property
    def text(self) -> str:
        """Return it in figures: 12–18, or 14 where it is one rank."""
        return num(self.low) if self.low == self.high else f"{num(self.low)}–{num(self.high)}"


def span(standing: Standing) -> Span | None:
    """Return the interval of a standing in whole ranks; None where no draw gives it a rank.

    >>> from types import SimpleNamespace as Of
    >>> span(Of(p5=Decimal("12.95"), p95=Decimal("17.05"))).text
    '12–18'
    """
    if standing.p5 is None or standing.p95 is None:
        return None
    low = standing.p5.to_integral_value(ROUND_FLOOR)
    return Span(low=int(low), high=int(standing.p95.to_integral_value(ROUND_CEILING)))


def is_beside(standing: Standing) -> bool:
    """Say whether a rank lies outside its own interval."""
    interval = span(standing)
    if interval is None or standing.nominal is None:
        return False
    return not interval.low <= standing.nominal <= interval.high


def median(standing: Standing) -> str:
    """Return the median rank as it is shown: a half where it lies between two."""
    if standing.median is None:
        return num(None)
    whole = (standing.median * 2).to_integral_value(ROUND_HALF_UP) / 2
    return num(int(whole)) if whole == int(whole) else num(f"{whole:.1f}")


def rank_sentence(standing: Standing, count: int) -> str:
    """Return where a unit stands among `count`, and where nine draws of ten put it."""
    interval = span(standing)
    values = {"rank": num(standing.nominal), "all": num(count)}
    if interval is None:
        return _("Rank %(rank)s of %(all)s; no draw gives it a rank.") % values
    if interval.low == interval.high:
        text = _("Rank %(rank)s of %(all)s; at least 90%% of the draws give rank %(low)s.")
    else:
        text = _("Rank %(rank)s of %(all)s; 90%% of the draws between %(low)s and %(high)s.")
    return text % {**values, "low": num(interval.low), "high": num(interval.high)}


def share_text(share: Decimal) -> str:
    """Return a share of the draws in per cent; never 0 or 100 where it is not.

    >>> share_text(Decimal("0.9996")), share_text(Decimal("0.004")), share_text(Decimal(1))
    ('>99%', '<1%', '100%')
    """
    whole = int((share * 100).to_integral_value(ROUND_HALF_UP))
    if whole == 100 and share < 1:
        return f">{percent(99)}"
    if whole == 0 and share > 0:
        return f"<{percent(1)}"
    return percent(whole)


def ordered(bands: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    """Return the bands that some draws fall in, the most frequent first."""
    return sorted(((code, share) for code, share in bands.items() if share), key=lambda pair: -pair[1])
