"""What the search found, as it is shown: each thing in its own language, with why it was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from teladan.core import library
from teladan.core.instrument import Instrument
from teladan.exchange import labels
from teladan.exchange.queries import AdoptionRow, PracticeRow, network, practices
from teladan.portal.instruments.words import whose_text
from teladan.portal.practices.words import (
    Status,
    adopter_name,
    adoption_address,
    country_name,
    parent_name,
    practice_address,
    status_of,
    told,
)
from teladan.portal.search.query_form import ADOPTION, BODY, EDITION, INSTRUMENT, KIND, PRACTICE, Asked
from teladan.portal.words import named
from teladan.search import queries as index
from teladan.search.cleaning import clean
from teladan.search.library import LONGEST, HitReason, NoQuestion, SearchHit, SearchResult
from teladan.search.model import unavailable
from teladan.search.words import runs
from teladan.search.zawgyi import is_zawgyi
from teladan.web.formats import language, marked, said

MOST = 60  # things looked at
SHOWN_OF = {True: 15, False: 10}  # practices shown, and things of other kinds
NEAR = 0.12  # likeness below which two texts may as well be of different subjects: 3 of 100 judged answers
LEAST = 0.08  # likeness below which words in common are by chance
WEAK = 5  # things shown that are less alike than that
MOST_WORDS = 0.5  # of a question's words: so many in common say more than the meaning
OWN = ("regulation", "publisher")  # whose words a title is that is no translation
EXCERPT, SHOWN = 220, 80  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A thing that was found. `name` is in its own language, `title` in the reader's, with who made it.

    `exchanged` says that it is a practice or an adoption.
    """

    kind: str
    exchanged: bool = False
    address: str
    name: Markup
    title: Markup
    about: str
    status: Status | None
    text: Markup
    why: Markup
    adoptions: tuple[tuple[str, Markup], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What the index answered. `lane` is meaning, words, or "" where nothing of it was searched.

    `passages` are all there are, `waiting` those without a vector yet, `missing` why there is no model.
    """

    answer: SearchResult | None
    near: tuple[SearchHit, ...] = ()
    far: tuple[SearchHit, ...] = ()
    lane: str = ""
    missing: str = ""
    passages: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Known:
    """What is known of the things found: rows by code."""

    practices: Mapping[str, PracticeRow] = field(default_factory=dict)
    adoptions: Sequence[AdoptionRow] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict)


def look(asked: Asked) -> Searched:
    """Ask the index; nothing is asked of it where only bodies are looked for, or nothing can be."""
    passages, waiting = index.ready()
    none = Searched(answer=None, missing=unavailable() or "", passages=passages, waiting=waiting)
    if not asked.q or not passages or asked.kind == BODY:
        return none
    try:
        answer = index.search(asked.q, asked.language or None, filters=asked.filters, most=MOST)
    except NoQuestion:
        return replace(
            none, notes=(_("Write a word or a sentence: there is no letter and no figure in this question."),)
        )
    near, far = _shown(answer.hits)
    return replace(
        none,
        answer=answer,
        near=near,
        far=far,
        lane="words" if none.missing else "meaning",
        notes=_notes(asked.q, answer),
    )


def _shown(found: Sequence[SearchHit]) -> tuple[tuple[SearchHit, ...], tuple[SearchHit, ...]]:
    """Return what is shown, the best first: practices and things of other kinds each so many, and the rest.

    Of the other kinds there are many that are almost alike, as the editions of one survey.
    """
    near: list[SearchHit] = []
    left = dict(SHOWN_OF)
    far: list[SearchHit] = []
    for each in found:
        if not _is_near(each):
            far.append(each)
        elif left[each.kind == PRACTICE]:
            left[each.kind == PRACTICE] -= 1
            near.append(each)
    return tuple(near), tuple(far[:WEAK])


def _is_near(found: SearchHit) -> bool:
    """Say whether a thing was named, or is of the same subject as far as the model and words tell."""
    how = {reason.how for reason in found.reasons}
    if found.kind == EDITION and how == {"meaning"}:
        return False  # its title names an index, which says little of what it holds
    if found.likeness is None or how & {"identifier", "name", "spelling", "subject"}:
        return True
    return found.likeness >= (LEAST if "words" in how else NEAR)


def _notes(asked: str, answer: SearchResult) -> tuple[str, ...]:
    notes = []
    if len(asked) > LONGEST or clean(asked[:LONGEST]) != answer.question:
        notes.append(_("The question is long: only its beginning was searched."))
    if any(is_zawgyi(line) for line in asked[:LONGEST].split("\n")):
        notes.append(_("The question was in Zawgyi and was read as Unicode."))
    return tuple(notes)


# --- lines --------------------------------------------------------------------------------------


def lines(found: Sequence[SearchHit], asked: Asked, known: Known, answer: SearchResult | None) -> list[Line]:
    """Return what was found as it is shown; of practices the adoptions where those are asked for."""
    if answer is None:
        return []
    if asked.kind != ADOPTION:
        return [line for each in found if (line := _line(each, known, answer))]
    seen: dict[str, Line] = {}
    for each in found:
        for row in _adoptions_of(each.source, known.adoptions):
            if not asked.country or asked.country in {row.country, *(one.country for one in row.parents)}:
                seen.setdefault(row.code, _adoption(row, each, answer))
    return list(seen.values())


def known(found: Collection[SearchHit]) -> Known:
    """Read what is to be said of things found: as many queries for many as for one."""
    codes = {each.source for each in found if each.kind == PRACTICE}
    return Known(
        practices={row.code: row for row in practices(language(), codes=codes)} if codes else {},
        adoptions=network() if codes else (),
        instruments={each.slug: each for each in library.everything()}
        if any(each.kind == INSTRUMENT for each in found)
        else {},
    )


def _line(found: SearchHit, known: Known, answer: SearchResult) -> Line | None:
    if found.kind == PRACTICE:
        row = known.practices.get(found.source)
        return _practice(row, found, known, answer) if row else None  # taken back in this moment
    if found.kind == INSTRUMENT:
        instrument = known.instruments.get(found.source)
        return _instrument(instrument, found, answer) if instrument else None
    titles, own = found.passage.titles, found.passage.language
    name = named(titles[own], own) if own in titles else said(titles)
    return Line(
        kind=labels.word(KIND, found.kind),
        address=address_of(found),
        name=name,
        title=_other(said(titles), name),
        about="",
        status=None,
        text=named(_excerpt(found), own),
        why=why(found, answer),
    )


def _practice(row: PracticeRow, found: SearchHit, known: Known, answer: SearchResult) -> Line:
    name = named(row.name, row.name_language)
    return Line(
        kind=labels.word(KIND, PRACTICE),
        exchanged=True,
        address=practice_address(row.code),
        name=name,
        title=_other(told(row.title), name) if row.title.text else Markup(""),
        about=f"{country_name(row.country_titles)} · {labels.word(labels.THEME, row.theme)}",
        status=status_of(row),
        text=told(row.does),
        why=why(found, answer),
        adoptions=tuple(
            (adoption_address(each.code), adopter_name(each))
            for each in _adoptions_of(row.code, known.adoptions)
        ),
    )


def _adoptions_of(practice: str, rows: Sequence[AdoptionRow]) -> list[AdoptionRow]:
    return [row for row in rows if practice in {parent.practice for parent in row.parents}]


def _adoption(row: AdoptionRow, found: SearchHit, answer: SearchResult) -> Line:
    sources = Markup(", ").join(parent_name(parent) for parent in row.parents)
    return Line(
        kind=labels.word(KIND, ADOPTION),
        exchanged=True,
        address=adoption_address(row.code),
        name=marked(_("%(adopter)s adopts %(sources)s"), adopter=adopter_name(row), sources=sources),
        title=named(row.name, row.language) if row.name else Markup(""),
        about=labels.word(labels.STAGE, row.stage) if row.stage else "",
        status=None,
        text=named(row.note, row.language) if row.note else Markup(""),
        why=marked(_("What it was taken from was found: %(why)s"), why=why(found, answer)),
    )


def _instrument(instrument: Instrument, found: SearchHit, answer: SearchResult) -> Line:
    whose = instrument.translations
    own = next((code for code in instrument.titles if whose.get(code) in OWN), "en")
    name = named(instrument.titles[own], own)
    title = _other(said(instrument.titles), name)
    if title and whose.get(language()) == "ours":
        title = marked("%(title)s %(mark)s", title=title, mark=_mark(whose_text("ours")))
    return Line(
        kind=labels.word(KIND, INSTRUMENT),
        address=_instrument_address(instrument),
        name=name,
        title=title,
        about=f"{instrument.abbreviation} {instrument.version}",
        status=None,
        text=named(_excerpt(found), found.passage.language),
        why=why(found, answer),
    )


def _mark(text: str) -> Markup:
    return Markup('<span class="t-sample">{}</span>').format(text)


def _other(title: Markup, name: Markup) -> Markup:
    return Markup("") if title.striptags() == name.striptags() else title


def _excerpt(found: SearchHit) -> str:
    """Return the beginning of what was found, after its title."""
    text = found.passage.text
    title = found.passage.titles.get(found.passage.language, "")
    if title and text.startswith(title):
        text = text[len(title) :].lstrip(". ")
    if len(text) <= EXCERPT:
        return text
    cut = text[:EXCERPT].rsplit(" ", 1)[0]
    return f"{cut} …"


def address_of(found: SearchHit, instruments: Mapping[str, Instrument] | None = None) -> str:
    """Return the address of a thing's page in the reader's language."""
    if found.kind == "agreement":
        return f"{reverse('portal:cooperation')}#{found.source}"
    if found.kind == INSTRUMENT:
        instrument = (instruments or {}).get(found.source)
        return _instrument_address(instrument) if instrument else reverse("portal:instruments")
    return reverse(f"portal:{found.kind}", kwargs={"code": found.source})


def _instrument_address(instrument: Instrument) -> str:
    return reverse("portal:instrument", kwargs={"slug": instrument.slug, "version": instrument.version})


# --- why ----------------------------------------------------------------------------------------


def why(found: SearchHit, answer: SearchResult) -> Markup:
    """Return why a thing was found, in one short phrase: what says most."""
    how = {reason.how: reason for reason in found.reasons}
    for name in ("identifier", "name", "spelling"):
        if name in how:
            return _named(how[name])
    if "words" not in how and "subject" in how:
        subject = named(how["subject"].what, answer.language or "en")
        return marked(_("Its subject: %(subject)s"), subject=subject)
    if "words" not in how:
        return escape(_("Alike in meaning"))
    spoken = answer.language or ""
    same = named(how["words"].what, spoken) if spoken else escape(how["words"].what)
    share = len(runs(how["words"].what)) / len(set(runs(answer.question)))
    if "meaning" not in how or share >= MOST_WORDS:
        return marked(_("Same words: %(words)s"), words=same)
    return marked(_("Alike in meaning; same words: %(words)s"), words=same)


def _named(reason: HitReason) -> Markup:
    text = {
        "identifier": _("Its exact code: %(name)s"),
        "name": _("Its exact name or acronym: %(name)s"),
        "spelling": _("Close in spelling to: %(name)s"),
    }[reason.how]
    return marked(text, name=reason.what)


# --- data ---------------------------------------------------------------------------------------


def value(asked: Asked, searched: Searched) -> dict[str, Any]:
    """Return the JSON of what the index answered."""
    answer = searched.answer
    by_slug = {each.slug: each for each in library.everything()} if answer else {}
    return {
        "language": answer.language if answer else None,
        "language_chosen": bool(asked.language),
        "lane": searched.lane or None,
        "passages": {"all": searched.passages, "waiting_for_a_vector": searched.waiting},
        "searched_as": answer.question if answer else None,
        "results": [
            {
                "kind": each.kind,
                "code": each.source,
                "address": address_of(each, by_slug),
                "titles": dict(each.passage.titles),
                "language": each.passage.language,
                "text": each.passage.text,
                "likeness": None if each.likeness is None else f"{each.likeness:.4f}",
                "near": each in searched.near,
                "why": [{"how": reason.how, "what": reason.what} for reason in each.reasons],
            }
            for each in (*searched.near, *searched.far)
        ],
    }


def language_taken(asked: Asked, searched: Searched) -> Markup | None:
    """Return in which language the question was taken to be, as a sentence; None where none was searched."""
    if searched.answer is None:
        return None
    spoken = searched.answer.language
    if not spoken or spoken not in labels.LANGUAGES:
        return escape(_("Its language is none of the twelve that are searched: less is found by meaning."))
    name = named(labels.language_name(spoken), spoken)
    if asked.language:
        return marked(_("Read in the language you chose: %(name)s."), name=name)
    return marked(_("Taken to be in: %(name)s."), name=name)


def shown_as(text: str) -> str:
    """Return a question for the title of the page: at most eighty characters."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
