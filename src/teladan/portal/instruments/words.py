"""The rules of an instrument file as sentences in the reader's language."""

from __future__ import annotations

from babel.core import Locale
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.instrument import Edition, Instrument, Missing, Scale, ScaleType
from teladan.core.quantity import plain_text
from teladan.core.text import NOT_SEEN, Texts
from teladan.portal.words import named
from teladan.web.formats import language, link, num, said

OWN = frozenset({"regulation", "publisher"})  # whose text a language's titles are: not ours


def mode_text(mode: str) -> str:
    """Return how a value between two printable figures is rounded."""
    return {
        "half up": _("Half up: a value exactly between two printable figures takes the larger."),
        "half even": _("Half to even: a value exactly between two printable figures takes the even one."),
        "half down": _("Half down: a value exactly between two printable figures takes the smaller."),
        "down": _("Down: digits beyond the last printed one are cut off."),
        "up": _("Up: any rest raises the last printed digit."),
    }[mode]


def mode_source_text(source: str) -> str:
    """Return where the rounding mode was taken from."""
    if source == "regulation":
        return _("Read in the regulation.")
    return _("Assumed: not read in the regulation, chosen because the printed figures agree with it.")


def missing_text(missing: Missing) -> str:
    """Return what an empty answer counts as."""
    return {
        Missing.REFUSE: _("An empty answer is refused: nothing is computed from it."),
        Missing.LOWEST: _("An empty answer counts as the lowest level."),
        Missing.ZERO: _("An empty answer counts as 0."),
        Missing.LEAVE_OUT: _("An empty answer is left out, and its weight goes to the others."),
    }[missing]


def not_applicable_text(rule: str) -> str:
    """Return where the weight of a line goes that does not apply."""
    return {
        "not used": _("Every line applies to every organisation."),
        "re-weight in parent": _(
            "The weight of a line that does not apply goes to the others under the same parent."
        ),
        "re-weight in whole": _("The weight of a line that does not apply is spread over all that do."),
    }[rule]


def aggregation_text(aggregation: str) -> str:
    """Return how an element is made from those below it."""
    return {
        "weighted arithmetic": _("weighted mean"),
        "geometric": _("weighted geometric mean"),
        "harmonic": _("weighted harmonic mean"),
        "median": _("median"),
        "minimum": _("the lowest of them"),
        "sum to weight": _("sum of the points earned"),
    }[aggregation]


def bands_read_text(edition: Edition) -> str:
    """Return what a band is read from."""
    if not edition.bands:
        return _("No bands: the source’s own grouping was not seen, or there is none.")
    if edition.bands_read == "exact":
        return _(
            "The band is read off the exact index: just below a threshold stays below it, "
            "even where it is printed as the threshold."
        )
    return _(
        "The band is read off the rounded index: what is printed as the threshold has reached it, "
        "even where the exact value is just below."
    )


def scale_text(scale: Scale) -> str:
    """Return what an indicator on this scale is answered with."""
    low, high = num(plain_text(scale.lowest)), num(plain_text(scale.highest))
    ends = {"low": low, "high": high}
    if scale.type is ScaleType.LEVEL:
        return _("Level from %(low)s to %(high)s in steps of %(step)s") % {
            **ends,
            "step": num(plain_text(scale.step)) if scale.step is not None else num(1),
        }
    return {
        ScaleType.FRACTIONAL_LEVEL: _("Level from %(low)s to %(high)s, fractions allowed"),
        ScaleType.PERCENTAGE: _("Percentage from %(low)s to %(high)s"),
        ScaleType.RATIO: _("Value from %(low)s to %(high)s"),
        ScaleType.YES_NO: _("Yes (%(high)s) or no (%(low)s)"),
        ScaleType.GOALPOSTS: _("Any value; %(low)s counts as 0 and %(high)s as 1"),
        ScaleType.IMPORTED_INDEX: _("Index of another body, from %(low)s to %(high)s"),
    }[scale.type] % ends


def scale_name(scale: Scale) -> str:
    """Return what kind of scale this is, in a word or two."""
    return {
        ScaleType.LEVEL: _("Level"),
        ScaleType.FRACTIONAL_LEVEL: _("Level, fractional"),
        ScaleType.PERCENTAGE: _("Percentage"),
        ScaleType.RATIO: _("Value"),
        ScaleType.YES_NO: _("Yes or no"),
        ScaleType.GOALPOSTS: _("Value between goalposts"),
        ScaleType.IMPORTED_INDEX: _("Index of another body"),
    }[scale.type]


def criteria_text(criteria: str) -> str:
    """Return how the criteria of a level are used."""
    return {
        "cumulative": _("A level is reached only with every level below it."),
        "counted": _("Items of evidence are accepted one by one, so values lie between levels."),
    }.get(criteria, _("How the criteria are used was not seen."))


def seen_text(seen: str) -> tuple[str, str]:
    """Return (kind of status mark, words) for how far a source was seen."""
    return {
        "yes": ("yes", _("Seen")),
        "secondary": ("part", _("Through another source")),
    }.get(seen, ("no", _("Not seen")))


def nature_text(nature: str) -> str:
    """Return what sort of instrument it is."""
    return _("Legal instrument") if nature == "legal" else _("Research index")


def whose_text(whose: str) -> str:
    """Return whose words a language's text is."""
    return {
        "regulation": _("the regulation’s own words"),
        "publisher": _("the publisher’s own words"),
        "ours": _("Teladan’s own translation"),
        NOT_SEEN: _("not seen"),
    }.get(whose, whose)


def language_title(code: str) -> str:
    """Return a language's name in the reader's language."""
    return str(Locale.parse(language()).languages.get(code, code))


def plainly(text: str) -> str:
    """Return a field of the file, with "not seen" and "none" in the reader's language."""
    return {NOT_SEEN: _("not seen"), "none": _("none"), "": _("not seen")}.get(text, text)


def in_own_words(instrument: Instrument, texts: Texts) -> tuple[Markup, Markup]:
    """Return (the source's own words, the reader's where they differ), each marked with its language."""
    own = next((code for code, whose in instrument.translations.items() if whose in OWN), "")
    if not texts.get(own):
        own = next(iter(texts), language())
    first = named(texts.get(own, ""), own)
    return first, Markup("") if own == language() else said(texts)


def address(instrument: Instrument) -> str:
    """Return what names a version everywhere: slug@version."""
    return f"{instrument.slug}@{instrument.version}"


def link_to(address: str, text: str = "") -> Markup:
    """Return a link to the page of slug@version, by that address or by another text."""
    slug, _at, version = address.partition("@")
    return link(reverse("portal:instrument", kwargs={"slug": slug, "version": version}), text or address)


def beside_own(name: Markup, beside: Markup, css: str = "t-quiet") -> Markup:
    """Return a name in its source's words, the reader's words behind it where they differ."""
    return Markup('{} <span class="{}">{}</span>').format(name, css, beside) if beside else name


def own_words(texts: Texts, instrument: Instrument) -> Markup:
    """Return a text in its source's words, the reader's behind it."""
    return beside_own(*in_own_words(instrument, texts))
