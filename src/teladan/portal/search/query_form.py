"""What a reader asks the search for: the question, its language, and what may be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from teladan.exchange import labels
from teladan.portal import options as exchange_options
from teladan.portal.options import Options
from teladan.registry.models import Country
from teladan.search.languages import LANGUAGES
from teladan.search.models import Passage
from teladan.search.queries import Filters
from teladan.web.formats import plain

BODY, ADOPTION, EDITION = "organisation", "adoption", "edition"
INSTRUMENT, PRACTICE = "instrument", "practice"
KIND: Mapping[str, str] = {
    PRACTICE: N_("Practice"),
    ADOPTION: N_("Adoption"),
    INSTRUMENT: N_("Instrument"),
    BODY: N_("Public body or country"),
    EDITION: N_("Results of an edition"),
    "agreement": N_("Cooperation agreement"),
    "meeting": N_("Meeting and its contributions"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question and the choices made, "" for none; `problems` are choices that there are not."""

    q: str = ""
    language: str = ""
    kind: str = ""
    country: str = ""
    theme: str = ""
    status: str = ""
    evidence: str = ""
    precondition: str = ""
    problems: tuple[str, ...] = ()

    @property
    def choices(self) -> dict[str, str]:
        """Return the choices by their name in the address."""
        return {name: getattr(self, name) for name in CHOICES}

    @property
    def narrowed(self) -> bool:
        """Say whether anything but the language was chosen."""
        return any(value for name, value in self.choices.items() if name != "language")

    @property
    def of_practices(self) -> bool:
        """Say whether a choice was made that only practices (and their adoptions) have."""
        return bool(self.theme or self.status or self.evidence or self.precondition)

    @property
    def filters(self) -> Filters:
        """Return the choices as the search takes them. Bodies are found by their names, not in the index."""
        kinds = {each for each in KIND if each not in {BODY, ADOPTION}}
        if self.kind:
            kinds = {PRACTICE} if self.kind == ADOPTION else {self.kind}
        return Filters(
            kinds=frozenset(kinds),
            # The country of an adoption may be that of its adopter: looked at when it is known.
            country="" if self.kind == ADOPTION else self.country,
            theme=self.theme,
            status=self.status,
            evidence=self.evidence,
            precondition=self.precondition,
        )

    def may_be(self, kind: str) -> bool:
        """Say whether a kind that has no theme and no status may be found."""
        return self.kind in {"", kind} and not self.of_practices


CHOICES = tuple(each.name for each in fields(Asked) if each.name not in {"q", "problems"})


def asked_for(given: Mapping[str, str], there: Mapping[str, Options]) -> Asked:
    """Return what a query asks for; `there` are the options."""
    made, problems = exchange_options.chosen(given, CHOICES, there, label_texts())
    return Asked(q=given.get("q", "").strip(), **made, problems=problems)


def options() -> dict[str, Options]:
    """Return what can be chosen; countries are those of anything in the index but bodies: one query."""
    codes = Passage.objects.exclude(kind=BODY).exclude(country="").values("country")
    countries = [(one.code, plain(one.titles)) for one in Country.objects.filter(code__in=codes)]
    return {
        "language": [(code, labels.language_name(code)) for code in LANGUAGES],
        "kind": labels.words(KIND),
        "country": sorted(countries, key=lambda pair: pair[1]),
        **exchange_options.coded(),
        "precondition": labels.words(labels.PRECONDITION),
    }


def label_texts() -> dict[str, str]:
    """Return what each choice is called."""
    return {
        "language": _("Language of the question"),
        "kind": _("Kind of result"),
        **exchange_options.labels(),
        "precondition": _("Precondition on record"),
    }
