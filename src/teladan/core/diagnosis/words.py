"""How numbers are written in a diagnosis: figures that matter, a true minus, a dash for none."""

from __future__ import annotations

import math

NOTHING = "–"


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with so many significant digits.

    >>> number(1234567.0), number(-0.01234567), number(12.0), number(1e-9), number(None)
    ('1,235,000', '−0.01235', '12', '1e−9', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if not -5 <= power < 12:
        whole, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        text = f"{_short(whole)}e{int(exponent)}"
    else:
        places = digits - 1 - power
        text = _short(f"{value:,.{places}f}") if places > 0 else f"{round(value, places):,.0f}"
    return text.replace("-", "−")


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def correlation(r: float | None) -> str:
    """Return a correlation with two decimals.

    >>> correlation(-0.412), correlation(1.0), correlation(-0.001), correlation(None)
    ('−0.41', '1.00', '0.00', '–')
    """
    if r is None or math.isnan(r):
        return NOTHING
    text = f"{r:.2f}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def percent(share: float | None) -> str:
    """Return a share of one as per cent, with one decimal where it is not whole.

    >>> percent(0.35), percent(1 / 3), percent(-0.004), percent(None)
    ('35 %', '33.3 %', '−0.4 %', '–')
    """
    if share is None or math.isnan(share):
        return NOTHING
    text = _short(f"{share * 100:.1f}")
    return f"{'0' if text == '-0' else text} %".replace("-", "−")
