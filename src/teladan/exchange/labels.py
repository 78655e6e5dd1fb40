"""How the fixed words of the exchange are said: statuses, themes, kinds of evidence, stages, degrees.

Every code that the exchange keeps has its word here; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

STATUS: Mapping[str, str] = {
    "planned": N_("Planned"),
    "started": N_("Started"),
    "rolling out": N_("Rolling out"),
    "operating": N_("Operating"),
    "regressed": N_("Regressed"),
    "stopped": N_("Stopped"),
}
THEME: Mapping[str, str] = {
    "procurement": N_("Procurement"),
    "trade and customs": N_("Trade and customs"),
    "tax and revenue": N_("Tax and revenue"),
    "administrative process": N_("Administrative process"),
    "participation and complaints": N_("Participation and complaints"),
    "one-stop services": N_("One-stop services"),
    "social protection": N_("Social protection"),
    "data sharing": N_("Data sharing"),
    "international cooperation": N_("International cooperation"),
    "knowledge exchange": N_("Knowledge exchange"),
    "public finance": N_("Public finance"),
    "health": N_("Health"),
    "reform programme management": N_("Reform programme management"),
    "digital platforms": N_("Digital platforms"),
    "digital identity": N_("Digital identity"),
    "life-event services": N_("Life-event services"),
    "payments": N_("Payments"),
    "business regulation": N_("Business regulation"),
    "accountability and measurement": N_("Accountability and measurement"),
}
TRACK: Mapping[str, str] = {
    "public-sector reform with digital transformation": N_(
        "Public-sector reform with digital transformation"
    ),
    "institutional and economic reform": N_("Institutional and economic reform"),
    "KASI solidarity": N_("KASI solidarity"),
}
LEVEL: Mapping[str, str] = {
    "output": N_("Output: what was delivered"),
    "outcome": N_("Outcome: what changed"),
    "contribution": N_("Contribution: what it helped with"),
    "attribution": N_("Attribution: what it alone caused"),
}
NATURE: Mapping[str, str] = {
    "result": N_("Result: it was observed"),
    "expected": N_("Expected: nobody observed it yet"),
    "target": N_("Target"),
    "baseline": N_("Baseline: how it was before"),
}
EVIDENCE: Mapping[str, str] = {
    "self-report": N_("Self-report"),
    "news": N_("News"),
    "agency statistics": N_("Agency statistics"),
    "official statistics": N_("Official statistics"),
    "survey": N_("Survey"),
    "index": N_("Index of others"),
    "audit": N_("Audit"),
    "independent evaluation": N_("Independent evaluation"),
}
WEIGHT: Mapping[str, str] = {
    "must keep": N_("Must be kept"),
    "adaptable": N_("May be adapted"),
    "optional": N_("Optional"),
}
PRECONDITION: Mapping[str, str] = {
    "legal": N_("Legal"),
    "institutional": N_("Institutional"),
    "technical": N_("Technical"),
    "capacity": N_("Capacity"),
    "money": N_("Money"),
}
STAGE: Mapping[str, str] = {
    "noticed": N_("Noticed"),
    "assessed": N_("Assessed"),
    "decided": N_("Decided"),
    "adapted": N_("Adapted"),
    "piloted": N_("Piloted"),
    "scaled": N_("Scaled"),
    "sustained": N_("Sustained"),
    "not adopted": N_("Decided not to adopt"),
    "stopped": N_("Stopped"),
    "reversed": N_("Reversed"),
}
DEGREE: Mapping[str, str] = {
    "copy": N_("Copy"),
    "emulation": N_("Emulation"),
    "hybrid": N_("Hybrid"),
    "synthesis": N_("Synthesis"),
    "inspiration": N_("Inspiration"),
    "negative lesson": N_("Negative lesson"),
}
MOTIVE: Mapping[str, str] = {
    "voluntary": N_("Voluntary"),
    "conditional": N_("A condition of someone else"),
    "mandated": N_("Mandated"),
}
CHANNEL: Mapping[str, str] = {
    "visit": N_("Visit"),
    "training": N_("Training"),
    "expert": N_("Expert"),
    "document": N_("Document"),
    "symposium": N_("Symposium"),
    "joint project": N_("Joint project"),
}
TREATMENT: Mapping[str, str] = {"kept": N_("Kept"), "changed": N_("Changed"), "dropped": N_("Dropped")}
MOMENT: Mapping[str, str] = {"before": N_("Before the adoption"), "after": N_("After the adoption")}
COMPLETION: Mapping[str, str] = {
    "not started": N_("Not started"),
    "limited": N_("Limited"),
    "substantial": N_("Substantial"),
    "complete": N_("Complete"),
}
FIDELITY: Mapping[str, str] = {
    "faithful": N_("Faithful: what makes it work was kept"),
    "adapted": N_("Adapted, and still the same idea"),
    "lost": N_("Lost: what makes it work is gone"),
    "not seen": N_("Not seen"),
}
RESULTS: Mapping[str, str] = {
    "none": N_("None"),
    "marginal": N_("Marginal"),
    "major": N_("Major"),
    "outstanding": N_("Outstanding"),
    "not seen": N_("Not seen"),
}
# Languages call themselves by their own names; these are not translated.
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "id": "Bahasa Indonesia",
    "ko": "한국어",
    "ms": "Bahasa Melayu",
    "th": "ไทย",
    "vi": "Tiếng Việt",
    "fil": "Filipino",
    "km": "ខ្មែរ",
    "lo": "ລາວ",
    "my": "မြန်မာ",
    "zh": "中文",
    "ta": "தமிழ்",
    "tet": "Tetun",
    "pt": "Português",
    "ja": "日本語",
}


def word(of: Mapping[str, str], code: str) -> str:
    """Return a code's word in the reader's language; a code without one is said as it is."""
    return _(of[code]) if code in of else code


def words(of: Mapping[str, str], codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Return [(code, word)] of those codes, of all where none are given: what a list to choose from holds."""
    return [(code, word(of, code)) for code in (of if codes is None else codes)]


def language_name(code: str) -> str:
    """Return a language's own name; an unknown one is its code."""
    return LANGUAGES.get(code, code)


def running(status: str, *, confirmed: bool) -> tuple[str, str]:
    """Return whether a practice runs, as kind of a mark and word; unconfirmed it is never a full one."""
    kind = {"regressed": "bad", "stopped": "bad", "planned": "no", "started": "no"}.get(status, "part")
    return "yes" if status == "operating" and confirmed else kind, word(STATUS, status)
