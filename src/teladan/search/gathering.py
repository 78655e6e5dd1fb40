"""What is there to be found: the texts of every room below, as they stand now."""

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
class Wanted:
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


def everything(kinds: Collection[str] | None = None) -> Iterator[Wanted]:
    """Yield every passage that should be there, of some kinds or of all."""
    for kind, gathered in KINDS.items():
        if kinds is None or kind in kinds:
            yield from gathered()


def practices() -> Iterator[Wanted]:
    """Yield the newest version of every practice, in its own language and as it is translated."""
    for practice in Practice.objects.prefetch_related("versions__translations"):
        versions = list(practice.versions.all())
        if versions:
            yield from _of_version(practice, versions[-1])


def _of_version(practice: Practice, version: PracticeVersion) -> Iterator[Wanted]:
    titles = {**version.titles, version.name_language: version.name}
    texts = {version.language: {"problem": version.problem, "does": version.does}}
    for translation in version.translations.all():  # a person's comes last, and counts
        if translation.place in {"problem", "does", TITLE}:
            texts.setdefault(translation.language, {})[translation.place] = translation.text
    titles |= {language: said[TITLE] for language, said in texts.items() if said.get(TITLE)}
    for language, said in texts.items():
        own = titles.get(language) or titles.get(version.language) or version.name
        text = _sentences(own, said.get("problem", ""), said.get("does", ""))
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


def instruments() -> Iterator[Wanted]:
    """Yield the newest version of every instrument at hand, with the names of its elements."""
    newest = {instrument.slug: instrument for instrument in library.everything()}
    for instrument in newest.values():
        for language in instrument.titles:
            text = _sentences(*_said(instrument, language))
            yield from _pieces(
                "instrument", instrument.slug, language, text, instrument.titles, country=_country(instrument)
            )


def _country(instrument: Instrument) -> str:
    """Return the country of an instrument; "" where it is of no single one."""
    return instrument.country if len(instrument.country) == ALPHA_3 else ""


def _said(instrument: Instrument, language: str) -> Iterator[str]:
    yield instrument.titles[language]
    yield instrument.abbreviation
    for element in instrument.editions[-1].elements.values():
        yield element.titles.get(language, "")


def agreements() -> Iterator[Wanted]:
    """Yield agreements with what was done under them and is credited to them."""
    for one in CooperationAgreement.objects.prefetch_related("projects", "outputs"):
        title = one.titles.get(one.language) or next(iter(one.titles.values()), "")
        said = [project.text for project in one.projects.all()] + [
            output.text for output in one.outputs.all()
        ]
        yield from _pieces("agreement", one.code, one.language, _sentences(title, *said), one.titles)
        yield from _other_titles("agreement", one.code, one.titles, [one.language])


def meetings() -> Iterator[Wanted]:
    """Yield meetings with their tracks and contributions."""
    for one in Meeting.objects.prefetch_related("tracks", "contributions"):
        title = one.titles.get(one.language) or next(iter(one.titles.values()), "")
        said = [one.theme, *(track.title for track in one.tracks.all())]
        said += [
            f"{contribution.topic} ({contribution.organisation})"
            for contribution in one.contributions.all()
            if contribution.topic
        ]
        text = _sentences(title, *said)
        yield from _pieces("meeting", one.code, one.language, text, one.titles, country=one.country_id or "")
        yield from _other_titles("meeting", one.code, one.titles, [one.language])


def editions() -> Iterator[Wanted]:
    """Yield the titles of publications."""
    for one in Publication.objects.all():
        for language, title in one.titles.items():
            yield from _pieces("edition", one.code, language, title, one.titles, country=one.country)


def organisations() -> Iterator[Wanted]:
    """Yield the names of organisations. A name says little of what a body does: words alone find it."""
    for one in Organisation.objects.all():
        yield Wanted(
            kind="organisation",
            code=one.code,
            part="1",
            language=one.language,
            text=one.name,
            titles={one.language: one.name},
            country=one.country_id,
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
) -> Iterator[Wanted]:
    for number, piece in enumerate(chunks(text), 1):
        yield Wanted(
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
    kind: str, code: str, titles: Mapping[str, str], told: Mapping[str, object] | list[str]
) -> Iterator[Wanted]:
    """Yield the titles in languages in which nothing else is said: found by their words."""
    for language, title in titles.items():
        if language not in told and title:
            yield Wanted(kind=kind, code=code, part=TITLE, language=language, text=title, has_meaning=False)


KINDS: dict[str, Callable[[], Iterator[Wanted]]] = {
    "practice": practices,
    "instrument": instruments,
    "agreement": agreements,
    "meeting": meetings,
    "edition": editions,
    "organisation": organisations,
}
