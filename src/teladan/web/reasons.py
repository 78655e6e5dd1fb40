"""Why a row got its verdict, and how a name was matched, in the reader's language.

The codes and values come from `core.consistency.reasons` (and `scores-do-not-give` from the
evaluation); the sentences here say the same as the English ones there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from teladan.core.instrument import INDEX
from teladan.web.formats import NOTHING, num

TEXTS = {
    "ok": N_("Some allowed answers give exactly these printed values."),
    "not-scored": N_("The index %(value)s means that this organisation was not scored."),
    "nothing-printed": N_("No figure is printed in this row."),
    "off-scale": N_("%(element)s is printed as %(value)s; it can only be from %(low)s to %(high)s."),
    "value-between": N_(
        "%(element)s is printed as %(value)s; the nearest values it can have are printed as "
        "%(below)s and %(above)s."
    ),
    "does-not-apply": N_("%(element)s is printed as %(value)s, but does not apply to the kind %(kind)s."),
    "children-do-not-give": N_(
        "%(element)s is printed as %(value)s; what is printed for %(children)s gives "
        "%(nearest)s at the nearest."
    ),
    "band-does-not-follow": N_(
        "The band is printed as %(band)s; the printed values give an index that reads %(expected)s."
    ),
    "band-unknown": N_("%(band)s is not a band of this edition (%(known)s)."),
    "band-not-scored": N_(
        "The index %(value)s means that this organisation was not scored, but the band %(band)s is printed."
    ),
    "cannot-decide": N_("How %(element)s is made (%(aggregation)s) is beyond this check."),
    "left-out-unknown": N_(
        "It is not known which lines without a figure were left out under %(element)s: %(leaves)s."
    ),
    "too-many-values": N_("There are too many values %(element)s could have to list them."),
    "kind-not-given": N_(
        "Some lines apply to certain kinds of organisation only (%(known)s), and this row gives no kind."
    ),
    "kind-unknown": N_(
        "Some lines apply to certain kinds of organisation only (%(known)s), and %(kind)s is none of them."
    ),
    "nothing-applies": N_("No line of this edition applies to the kind %(kind)s."),
    "scores-do-not-give": N_("%(element)s is printed as %(value)s; the scores give %(computed)s."),
}
NUMBERS = ("value", "low", "high", "below", "above", "computed")
AGGREGATIONS = {
    "weighted arithmetic": N_("weighted arithmetic mean"),
    "geometric": N_("geometric mean"),
    "harmonic": N_("harmonic mean"),
    "median": N_("median"),
    "minimum": N_("minimum"),
    "sum to weight": N_("sum to weight"),
}
MATCHES = {
    "exact": N_("same name in each list"),
    "one list only": N_("in one list only"),
    "office title added": N_("one list adds the title of the office"),
    "shortened": N_("one list shortens the name"),
    "spelling": N_("other spelling"),
    "place name": N_("by the name of the place"),
    "iso3": N_("by country code (ISO 3166-1)"),
    "world bank code": N_("by the World Bank’s own code"),
}


def reason_text(code: str, values: Mapping[str, str]) -> str:
    """Return the reason of a verdict as a sentence in the reader's language.

    Printed figures and the word for the index are written the reader's way; codes of other
    elements and names of bands stay as they are. An unknown code is named, never hidden.
    """
    if code not in TEXTS:
        return _("Reason: %(code)s") % {"code": code}
    filled: dict[str, str] = defaultdict(lambda: NOTHING, {key: str(text) for key, text in values.items()})
    for key in NUMBERS:
        if key in filled:
            filled[key] = num(filled[key])
    nearest = [num(str(values[key])) for key in ("below", "above") if values.get(key)]
    if nearest:
        filled["nearest"] = either(nearest)
    if filled.get("element") == INDEX:
        filled["element"] = _("index")
    if "aggregation" in filled:
        filled["aggregation"] = _(AGGREGATIONS.get(filled["aggregation"], filled["aggregation"]))
    sentence = _(TEXTS[code]) % filled
    sentence = sentence[:1].upper() + sentence[1:]
    if values.get("also"):
        sentence += " " + _("Also impossible alone: %(also)s.") % {"also": values["also"]}
    return sentence


def either(parts: Iterable[str]) -> str:
    """Return "3.958 or 3.9605", "a, b or c" for things of which one holds."""
    *most, last = parts
    return _("%(most)s or %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def match_text(how: str) -> str:
    """Return in words how a printed name was matched to an organisation."""
    return _(MATCHES[how]) if how in MATCHES else how
