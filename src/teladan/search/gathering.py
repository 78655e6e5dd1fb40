"""The texts that can be found, collected from every room below as they stand now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from teladan.cooperation.models import CooperationAgreement, Meeting
from teladan.core import library
from teladan.core.instrument import Instrument
from teladan.exchange.models import Practice, PracticeVersion
from teladan.publication.models import Publication
from teladan.registry.models import Organisation
from teladan.search.embedding import chunks

TITLE = "title"
ALPHA_3 = 3  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRow:
    """A passage as it should be: the fields of `models.Passage`."""

    kind: str
    code: str
    part: str
    language: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    theme: str = ""
    status: str = ""
    has_meaning: bool = True

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of everything it says."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def everything(kinds: Collection[str] | None = None) -> Iterator[PassageRow]:
    """Yield every passage that should be there, of some kinds or of all."""
    for kind, gathered in KINDS.items():
        if kinds is None or kind in kinds:
            yield from gathered()


def practices() -> Iterator[PassageRow]:
    """Yield the newest version of every practice, in its own language and as it is translated."""
    for practice in Practice.objects.prefetch_related("versions__translations"):
        versions = list(practice.versions.all())
        if versions:
            yield from _version(practice, versions[-1])


def _version(practice: Practice, version: PracticeVersion) -> Iterator[PassageRow]:
    titles = {**version.titles, version.name_language: version.name}
    texts = {version.language: {"problem": version.problem, "does": version.does}}
    for translation in version.translations.all():  # a person's comes last, and counts
        if translation.place in {"problem", "does", TITLE}:
            texts.setdefault(translation.language, {})[translation.place] = translation.text
    titles |= {language: places[TITLE] for language, places in texts.items() if places.get(TITLE)}
    for language, places in texts.items():
        title = titles.get(language) or titles.get(version.language) or version.name
        text = _sentences(title, places.get("problem", ""), places.get("does", ""))
        yield from _pieces(
            "practice",
            practice.code,
            language,
            text,
            titles,
            country=practice.country_id,
            theme=practice.theme,
            status=version.status,
        )
    yield from _other_titles("practice", practice.code, titles, texts)


def instruments() -> Iterator[PassageRow]:
    """Yield the newest version of every instrument at hand, with the names of its elements."""
    newest = {instrument.slug: instrument for instrument in library.everything()}
    for instrument in newest.values():
        for language in instrument.titles:
            text = _sentences(*_names(instrument, language))
            yield from _pieces(
                "instrument", instrument.slug, language, text, instrument.titles, country=_country(instrument)
            )


def _country(instrument: Instrument) -> str:
    """Return the country of an instrument; "" where it is of no single one."""
    return instrument.country if len(instrument.country) == ALPHA_3 else ""


def _names(instrument: Instrument, language: str) -> Iterator[str]:
    yield instrument.titles[language]
    yield instrument.abbreviation
    for element in instrument.editions[-1].elements.values():
        yield element.titles.get(language, "")


def agreements() -> Iterator[PassageRow]:
    """Yield agreements with what was done under them and is credited to them."""
    for agreement in CooperationAgreement.objects.prefetch_related("projects", "outputs"):
        title = agreement.titles.get(agreement.language) or next(iter(agreement.titles.values()), "")
        texts = [project.text for project in agreement.projects.all()] + [
            output.text for output in agreement.outputs.all()
        ]
        yield from _pieces(
            "agreement", agreement.code, agreement.language, _sentences(title, *texts), agreement.titles
        )
        yield from _other_titles("agreement", agreement.code, agreement.titles, [agreement.language])


def meetings() -> Iterator[PassageRow]:
    """Yield meetings with their tracks and contributions."""
    for meeting in Meeting.objects.prefetch_related("tracks", "contributions"):
        title = meeting.titles.get(meeting.language) or next(iter(meeting.titles.values()), "")
        texts = [meeting.theme, *(track.title for track in meeting.tracks.all())]
        texts += [
            f"{contribution.topic} ({contribution.organisation})"
            for contribution in meeting.contributions.all()
            if contribution.topic
        ]
        text = _sentences(title, *texts)
        yield from _pieces(
            "meeting", meeting.code, meeting.language, text, meeting.titles, country=meeting.country_id or ""
        )
        yield from _other_titles("meeting", meeting.code, meeting.titles, [meeting.language])


def editions() -> Iterator[PassageRow]:
    """Yield the titles of publications."""
    for publication in Publication.objects.all():
        for language, title in publication.titles.items():
            yield from _pieces(
                "edition", publication.code, language, title, publication.titles, country=publication.country
            )


def organisations() -> Iterator[PassageRow]:
    """Yield the names of organisations. A name says little of what a body does: words alone find it."""
    for organisation in Organisation.objects.all():
        yield PassageRow(
            kind="organisation",
            code=organisation.code,
            part="1",
            language=organisation.language,
            text=organisation.name,
            titles={organisation.language: organisation.name},
            country=organisation.country_id,
            has_meaning=False,
        )


def _sentences(*parts: str) -> str:
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def _pieces(
    kind: str,
    code: str,
    language: str,
    text: str,
    titles: Mapping[str, str],
    *,
    country: str = "",
    theme: str = "",
    status: str = "",
) -> Iterator[PassageRow]:
    for number, piece in enumerate(chunks(text), 1):
        yield PassageRow(
            kind=kind,
            code=code,
            part=f"{number}",
            language=language,
            text=piece,
            titles=dict(titles),
            country=country,
            theme=theme,
            status=status,
        )


def _other_titles(
    kind: str, code: str, titles: Mapping[str, str], covered: Mapping[str, object] | list[str]
) -> Iterator[PassageRow]:
    """Yield the titles in languages in which nothing else is said: found by their words."""
    for language, title in titles.items():
        if language not in covered and title:
            yield PassageRow(
                kind=kind, code=code, part=TITLE, language=language, text=title, has_meaning=False
            )


KINDS: dict[str, Callable[[], Iterator[PassageRow]]] = {
    "practice": practices,
    "instrument": instruments,
    "agreement": agreements,
    "meeting": meetings,
    "edition": editions,
    "organisation": organisations,
}
