"""How a value is written for the reader's language. Digits are never changed, only dressed.

JSON and CSV do not pass here: they keep decimal points and plain minus signs.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date as Date  # the filter itself is called date
from datetime import datetime
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from django.utils.translation import get_language
from markupsafe import Markup, escape

from teladan.core.text import choose

NOTHING = "–"
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# (decimal mark, thousands mark) as the Unicode CLDR gives them; a test holds them against Babel.
MARKS = {"en": (".", ","), "id": (",", "."), "ko": (".", ",")}
# British order for English: day before month, as the region's administrations write it.
DATE_LOCALES = {"en": "en_GB", "id": "id", "ko": "ko_KR"}


def language() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def num(value: str | int | Decimal | None, *, sign: bool = False) -> str:
    """Write a number: '3.10' -> '3,10' in Indonesian, every digit kept; None -> '–'.

    A text is a printed figure: only its decimal mark is localised ('4/3' and 'not seen' stay).
    An int is a count: it gets thousands marks. `sign` puts a plus before what is above zero.
    A float is refused: it is not what was printed. A plain minus becomes a true one.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool | float):
        raise TypeError(f"num() got {value!r}: give the printed text, an int or a Decimal.")
    decimal, thousands = MARKS[language()]
    if isinstance(value, int):
        written = f"{value:,}".replace(",", thousands)
    else:
        written = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if not NUMBER.fullmatch(written):
            return written
        written = written.replace(".", decimal)
    if sign and not written.startswith(("-", "+")) and re.search("[1-9]", written):
        written = "+" + written
    return written.replace("-", "−")


def percent(value: str | int | Decimal | None) -> str:
    """Write a share that is already in hundredths: '23.5' -> '23,5%'."""
    return NOTHING if value is None or value == "" else f"{num(value)}%"


def date(value: Date | datetime | str | None) -> str:
    """Write a date for prose: 24 November 2026, 2026년 11월 24일.

    Takes dates and ISO texts: a year or a year and month stay as coarse as they are,
    and any other text ('not seen') passes unchanged.
    """
    if value is None or value == "":
        return NOTHING
    locale = DATE_LOCALES[language()]
    if isinstance(value, Date):
        return format_date(value, "long", locale=locale)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return format_date(Date.fromisoformat(value), "long", locale=locale)
    if re.fullmatch(r"\d{4}-\d{2}", value):
        return str(format_skeleton("yMMMM", datetime.fromisoformat(value + "-01"), locale=locale))
    if re.fullmatch(r"\d{4}", value):
        return value + ("년" if locale == "ko_KR" else "")
    return value


def iso(value: Date | datetime | str) -> str:
    """Write a date for the datetime attribute of <time>."""
    return value if isinstance(value, str) else value.isoformat()


def said(texts: Mapping[str, str] | str | None) -> Markup:
    """Write a text given in several languages, marked with its language where it is not the reader's."""
    if not texts:
        return escape(NOTHING)
    if isinstance(texts, str):
        return escape(texts)
    text, spoken = choose(texts, language())
    if spoken == language() or not text:
        return escape(text or NOTHING)
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def plain(texts: Mapping[str, str] | str | None) -> str:
    """Write a text given in several languages for where no markup can be: <title>, <option>, attributes."""
    if not texts:
        return NOTHING
    return texts if isinstance(texts, str) else choose(texts, language())[0] or NOTHING


def direction(code: str) -> str:
    """Return the direction of writing of a language: ltr or rtl."""
    return Locale.parse(code, sep="-").text_direction


def marked(text: str, **values: object) -> Markup:
    """Fill a translated text with values that may carry markup (a name with its language).

    >>> marked("%(name)s rose", name=Markup('<span lang="id">Kota</span>'))
    Markup('<span lang="id">Kota</span> rose')
    """
    return escape(text) % values


def named(text: str, spoken: str) -> Markup:
    """Return a text marked with its language where that is known and not the reader's."""
    if not spoken or spoken == language():
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def status(state: tuple[str, str]) -> Markup:
    """Return a state, its kind (yes, part, no, bad) and its word, in shape, word and colour.

    >>> status(("yes", "Made"))
    Markup('<span class="t-status t-status--yes">Made</span>')
    """
    return Markup('<span class="t-status t-status--{}">{}</span>').format(*state)


def flag(text: object) -> Markup:
    """Return a remark on a row or a figure."""
    return Markup('<span class="t-flag">{}</span>').format(text)


def span(content: object, spoken: str = "") -> Markup:
    """Return what is in a cell as one piece, which a narrow screen lays beside others, in its language.

    >>> span(Markup("<b>1</b>"))
    Markup('<span><b>1</b></span>')
    """
    if not spoken or spoken == language():
        return Markup("<span>{}</span>").format(content)
    return Markup('<span lang="{}">{}</span>').format(spoken, content)


def timed(value: Date | datetime, text: str = "") -> Markup:
    """Return a day or a moment that a machine can read too.

    >>> timed(Date(2026, 11, 24), "today")
    Markup('<time datetime="2026-11-24">today</time>')
    """
    return Markup('<time datetime="{}">{}</time>').format(iso(value), text or date(value))


def link(address: str, content: Markup | str) -> Markup:
    """Return a link.

    >>> link("/en/record", "The record")
    Markup('<a href="/en/record">The record</a>')
    """
    return Markup('<a href="{}">{}</a>').format(address, content)


def joined(separator: str, parts: Iterable[Markup | str]) -> Markup:
    """Join texts, markup among them, into one line.

    >>> joined("; ", ["R&D", Markup("<b>x</b>")])
    Markup('R&amp;D; <b>x</b>')
    """
    return escape(separator).join(parts)


def pips(number: int, of: int) -> Markup:
    """Return `of` bars, `number` of them filled; the name of what they count stands beside them."""
    bars = (
        Markup('<rect x="{}" y="0.5" width="5" height="9"{}/>').format(
            7 * place + 0.5, Markup(' class="on"') if place < number else ""
        )
        for place in range(of)
    )
    return Markup(
        '<svg class="t-pips" viewBox="0 0 {} 10" aria-hidden="true" focusable="false">{}</svg>'
    ).format(7 * of - 1, joined("", bars))
