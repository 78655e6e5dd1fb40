"""The texts of a practice beside their translations into one language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from teladan.exchange import content as contents
from teladan.exchange.models import Practice, Translation
from teladan.exchange.rows import content_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a practice with its translations into one language: by a person, by machines."""

    place: str
    label: str
    text: str
    person: Translation | None
    machines: list[Translation]

    @property
    def translation(self) -> Translation | None:
        """The translation that readers get: a person's before a machine's."""
        return self.person or next(iter(self.machines), None)


def texts_of(practice: Practice, language: str) -> list[Text]:
    """Return every text of a practice with its translations into a language."""
    rows = Translation.objects.filter(version=practice.versions.order_by("-number")[0], language=language)
    by_place: dict[str, list[Translation]] = {}
    for row in rows:
        by_place.setdefault(row.place, []).append(row)
    return [
        Text(
            place=place,
            label=_label(place),
            text=text,
            person=next((row for row in by_place.get(place, ()) if not row.model), None),
            machines=[row for row in by_place.get(place, ()) if row.model],
        )
        for place, text in contents.places(content_of(practice)).items()
    ]


def _label(place: str) -> str:
    first, _slash, code = place.partition("/")
    return {
        "problem": _("Which problem it solves"),
        "does": _("What it does"),
        "causal_model": _("Why it works: from what is done to what changes"),
        "caveats": _("What to be careful about"),
        "status_note": _("About the status"),
        "title": _("Title"),
        "core": _("Core element %(code)s") % {"code": code},
        "claim": _("Claim %(code)s") % {"code": code},
    }[first]
