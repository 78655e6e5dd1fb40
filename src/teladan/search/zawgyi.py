"""Burmese in Zawgyi encoding: recognised, and written again in Unicode.

Zawgyi uses Unicode's Myanmar block differently: it stores what is seen from left to right (the vowel E and
the medial RA stand before their consonant), gives several forms of one sign several codes, and uses some
codes for other signs. What each code means is published in the font's table and in Unicode Technical Note
11, which also says in which order Unicode stores a syllable.
"""

from __future__ import annotations

import re

BURMESE = re.compile("[\u1000-\u109f]")
CONSONANT = "\u1000-\u1021\u103f"
VOWEL = "\u102b-\u1030\u1032"  # without E, which Zawgyi stores before the next consonant

# What only one of the two encodings writes.
ONLY_ZAWGYI = re.compile(
    f"(?:(?<![{CONSONANT}\u103b-\u103e\u1040-\u1049])\u1031)"  # E before its consonant
    f"|\u1039(?![\u1000-\u1021])"  # the sign for stacking as a killer
    "|\u103a[\u102b-\u102e\u1030-\u1032]"  # the killer as medial YA; Unicode has U after it in one word
    f"|(?<![{CONSONANT}\u103a\u105a-\u1097])\u103b"  # medial YA as a RA before its consonant
    f"|[\u1033\u1034\u1060-\u1097]"  # codes that Unicode keeps for other languages
)
ONLY_UNICODE = re.compile(
    f"\u103e|[{CONSONANT}\u103b-\u103e]\u1031|\u103a(?=[\u1037\u1038\u1039]|[^\u1000-\u1049\u1050-\u109f]|$)"
)

SUBSCRIPTS = dict(
    zip(
        "\u1060\u1061\u1062\u1063\u1065\u1066\u1067\u1068\u1069\u106c\u106d\u1070\u1071\u1072\u1073\u1074"
        "\u1075\u1076\u1077\u1078\u1079\u107a\u107b\u107c\u1085\u1093",
        "\u1000\u1001\u1002\u1003\u1005\u1006\u1006\u1007\u1008\u100b\u100c\u100f\u1010\u1010\u1011\u1011"
        "\u1012\u1013\u1014\u1015\u1016\u1017\u1018\u1019\u101c\u1018",
        strict=True,
    )
)
BASES = {
    "\u106a": "\u1009",
    "\u106b": "\u100a",
    "\u106e": "\u100d\u1039\u100d",
    "\u106f": "\u100d\u1039\u100e",
    "\u1086": "\u103f",
    "\u108f": "\u1014",
    "\u1090": "\u101b",
    "\u1091": "\u100f\u1039\u100d",
    "\u1092": "\u100b\u1039\u100c",
    "\u1097": "\u100b\u1039\u100b",
}
KINZI = "\u1004\u103a\u1039"
RA = "\u103b\u107e-\u1084"
SIGNS = {
    "\u1033": "\u102f",
    "\u1034": "\u1030",
    "\u1039": "\u103a",
    "\u103a": "\u103b",
    "\u103c": "\u103d",
    "\u103d": "\u103e",
    "\u105a": "\u102b\u103a",
    "\u107d": "\u103b",
    "\u1087": "\u103e",
    "\u1088": "\u103e\u102f",
    "\u1089": "\u103e\u1030",
    "\u108a": "\u103d\u103e",
    "\u108e": "\u102d\u1036",
    "\u1094": "\u1037",
    "\u1095": "\u1037",
}
OVER = {"\u1064": "", "\u108b": "\u102d", "\u108c": "\u102e", "\u108d": "\u1036"}  # a kinzi and what is on it
# The order in which Unicode stores the signs of a syllable.
ORDER = "\u103b\u103c\u103d\u103e\u1031\u102d\u102e\u1032\u102f\u1030\u102b\u102c\u1036\u103a\u1037\u1038"
# A zero before a letter or a sign, not after a figure, is the letter WA, which looks like it.
WA = re.compile("(?<![\u1040-\u1049])\u1040(?=[\u1000-\u103f\u105a\u1060-\u1097])")
SYLLABLE = re.compile(
    f"(?P<before>[\u1031{RA}]*)"
    f"(?P<base>[\u1000-\u102a\u103f{''.join(BASES)}])"
    f"(?P<after>[{VOWEL}\u1033\u1034\u1036-\u103a\u103c\u103d\u105a{''.join(SUBSCRIPTS)}"
    "\u1064\u107d\u1087-\u108e\u1094-\u1096]*)"
)


def is_zawgyi(text: str) -> bool:
    """Say whether Burmese text is in Zawgyi: it has what only Zawgyi writes, and more than of the other.

    >>> is_zawgyi("ျမန္မာ"), is_zawgyi("မြန်မာ"), is_zawgyi("Myanmar")
    (True, False, False)
    """
    signs = len(ONLY_ZAWGYI.findall(text))
    return bool(signs) and 2 * signs > len(ONLY_UNICODE.findall(text))


def to_unicode(text: str) -> str:
    """Return a text in Unicode; one that is not in Zawgyi as it is.

    A paragraph is judged by itself: a document may hold both.

    >>> to_unicode("ျမန္မာ")
    'မြန်မာ'
    """
    if not BURMESE.search(text):
        return text
    return "\n".join(convert(part) if is_zawgyi(part) else part for part in text.split("\n"))


def convert(text: str) -> str:
    """Return Zawgyi text in Unicode, syllable by syllable."""
    return SYLLABLE.sub(_syllable, WA.sub("\u101d", text)).replace("\u104e", "\u104e\u1004\u103a\u1038")


def _syllable(match: re.Match[str]) -> str:
    base, signs, kinzi, below = _base(match), "", "", ""
    for sign in match["before"]:
        signs += "\u1031" if sign == "\u1031" else "\u103c"
    for sign in match["after"]:
        if sign in SUBSCRIPTS:
            below += "\u1039" + SUBSCRIPTS[sign]
        elif sign == "\u1096":
            below, signs = below + "\u1039\u1010", signs + "\u103d"
        elif sign in OVER:
            kinzi, signs = KINZI, signs + OVER[sign]
        else:
            signs += SIGNS.get(sign, sign)
    # A sign that was typed twice is seen once.
    ordered = "".join(sign for sign in ORDER if sign in signs)
    return kinzi + base + below + ordered


def _base(match: re.Match[str]) -> str:
    """Return the letter of a syllable: some look like another, and were typed as it."""
    base = match["base"]
    if base == "\u1025" and "\u102e" in match["after"]:
        return base  # composed with its vowel at the end
    if base == "\u1025" and ("\u1039" in match["after"] or "\u102c" in match["after"]):
        return "\u1009"
    return BASES.get(base, base)
