"""How far a published ranking can be trusted: rank intervals, shares of bands, who cannot be told apart.

All of it is part of the publication (`teladan-uncertainty/1`); nothing is drawn when a page is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from teladan.publication.models import Publication, Result

Value = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one organisation stands: its nominal rank, its interval, its bands, its likes.

    The ranks are None where the index is no ranking or the row has no index. bands: band code to the
    share of draws in it, only above 0. alike: the codes of those neither ahead nor behind in at least
    95 % of the draws; None where no pairs are stated.
    """

    organisation: str
    nominal: int | None
    p5: Decimal | None
    median: Decimal | None
    p95: Decimal | None
    bands: Mapping[str, Decimal]
    alike: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Why a publication has no ranking with intervals: a code, an English sentence, the values in it."""

    code: str
    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The uncertainty of one publication.

    kind: "rounding of print", "computed", "what if", or "" where no method was seen. ranked: False where
    the publisher says that the index is no ranking. draws: 0 where there is a reason. assumptions: each
    {"assumption", "code", "text", …}; the code names the sentence, the other keys are its values.
    standings: by organisation, in the order of the publication; empty where there is a reason.
    """

    kind: str
    ranked: bool
    draws: int
    seed: int
    assumptions: tuple[Mapping[str, Any], ...]
    reason: Untold | None
    standings: Mapping[str, Standing]


def ranking(publication: Publication) -> Ranking | None:
    """Return the uncertainty of a publication, None for one made before this existed: one query."""
    about = publication.uncertainty
    if about is None:
        return None
    told = Result.objects.filter(publication=publication, standing__isnull=False)
    rows = told.order_by("position").values_list("organisation_id", "standing")
    reason = about["reason"]
    return Ranking(
        kind=about["kind"] or "",
        ranked=about["ranked"],
        draws=about["draws"],
        seed=about["seed"],
        assumptions=tuple(about["assumptions"]),
        reason=None if reason is None else Untold(**reason),
        standings={code: standing_of(code, value) for code, value in rows if value is not None},
    )


def standing(publication: Publication, organisation_code: str) -> Standing | None:
    """Return where one organisation stands in a publication, None where nothing is told: one query."""
    found = Result.objects.filter(publication=publication, organisation=organisation_code)
    value = found.values_list("standing", flat=True).first()
    return None if value is None else standing_of(organisation_code, value)


def standing_of(organisation: str, value: Value) -> Standing:
    """Return the standing of a row's published value {rank, bands, not_distinguishable}."""
    rank = value["rank"] or {"nominal": None, "p5": None, "median": None, "p95": None}
    alike = value["not_distinguishable"]
    return Standing(
        organisation=organisation,
        nominal=rank["nominal"],
        p5=_decimal(rank["p5"]),
        median=_decimal(rank["median"]),
        p95=_decimal(rank["p95"]),
        bands={code: Decimal(share) for code, share in value["bands"].items()},
        alike=None if alike is None else tuple(alike),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
