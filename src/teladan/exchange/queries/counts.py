"""How many there are of something, for sentences."""

from __future__ import annotations

from teladan.exchange.models import Claim, Practice


def claims_with_figures() -> int:
    """Return how many claims have a figure of their own, whatever it rests on: one query."""
    found = Claim.objects.filter(measures__observations__isnull=False, measures__observations__adoption=None)
    return found.distinct().count()


def practices_of(country: str) -> int:
    """Return how many practices a country (ISO 3166-1 alpha-3) has here: one query."""
    return Practice.objects.filter(country=country).count()
