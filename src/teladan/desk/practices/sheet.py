"""The form of a practice with its rows, between what is typed and what a version says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from teladan.desk.fields import DeskForm, Rows
from teladan.desk.practices.forms import TITLES, CoreRow, PracticeForm, PreconditionRow, UnverifiedRow
from teladan.exchange import content as contents
from teladan.exchange import labels
from teladan.exchange.content import Content, CorePart, PreconditionPart, UnverifiedPart
from teladan.registry.models import Organisation
from teladan.registry.refusals import Reason

TEXTS = (
    *("agency", "name", "name_language", "language", "theme", "track", "since", "status", "status_note"),
    *("problem", "does", "causal_model", "caveats", "source"),
)
AT = {
    "practice-code": "code",
    "practice-there": "code",
    "owner": "owner",
    "address": "source",
    "date": "since",
    "language": "language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of a version that differs from the one before: each side as lines."""

    field: str
    was: list[str]
    becomes: list[str]


class Sheet:
    """A practice's form and rows: from the content there is, or from what was sent."""

    def __init__(self, base: Content | None, data: Mapping[str, Any] | None = None, **initial: str) -> None:
        self.base = base
        known = (base.language, base.name_language) if base else ()
        given = (
            {**_initial(base), **initial} if base else {"language": "en", "name_language": "en", **initial}
        )
        self.form = PracticeForm(data, initial=given, new=base is None, known=known)
        self.core = Rows(CoreRow, "core", data, initial=_core(base))
        self.preconditions = Rows(PreconditionRow, "pre", data, initial=_preconditions(base))
        self.unverified = Rows(UnverifiedRow, "unv", data, initial=_unverified(base))

    @property
    def rows(self) -> tuple[Rows, Rows, Rows]:
        """Return the rows below the form."""
        return self.core, self.preconditions, self.unverified

    @property
    def forms(self) -> tuple[DeskForm | Rows, ...]:
        """Return the form and the rows below it."""
        return self.form, *self.rows

    def content(self, owner: Organisation | None = None) -> Content:
        """Return what was typed as the content of a version; call it once it is valid."""
        given = self.form.cleaned_data
        titles = {} if self.base is None else dict(self.base.titles)
        titles |= {language: given[f"title_{language}"] for language in TITLES}
        parts: dict[str, Any] = {
            "titles": {language: text for language, text in titles.items() if text},
            "costs": tuple(_lines(given["costs"])),
            "actors": tuple(_lines(given["actors"])),
            "core": tuple(_numbered(self.core.cleaned)),
            "preconditions": tuple(PreconditionPart(**row) for row in self.preconditions.cleaned),
            "unverified": tuple(UnverifiedPart(**row) for row in self.unverified.cleaned),
        }
        texts: dict[str, Any] = {name: given[name] for name in TEXTS}
        if self.base is not None:
            return contents.cleaned(replace(self.base, **texts, **parts))
        assert owner is not None
        return contents.cleaned(
            Content(code=given["code"], country=owner.country_id, owner=owner.pk, **texts, **parts)
        )

    def tell(self, reasons: Iterator[Reason]) -> bool:
        """Put everything that is wrong with the content at its field; say whether there was anything."""
        wrong = list(reasons)
        for reason in wrong:
            self.form.tell(reason, AT)
        return bool(wrong)


def seen_as(content: Content, before: int) -> str:
    """Return the mark of a content beside the version it was compared with: other ones have another mark."""
    return sha256(f"{before} {content!r}".encode("utf-8", "replace")).hexdigest()


def changes(now: Content, then: Content) -> list[Change]:
    """Return the fields that differ, in the order of the form."""
    one, other = _lines_of(now), _lines_of(then)
    return [
        Change(field=field, was=one[field], becomes=other[field])
        for field in one
        if one[field] != other[field]
    ]


def _lines_of(content: Content) -> dict[str, list[str]]:
    """Return a content as its form calls it: {field: lines}."""
    form = PracticeForm(new=False)
    label = {name: str(field.label) for name, field in form.fields.items()}
    coded = {"theme": labels.THEME, "track": labels.TRACK, "status": labels.STATUS}
    lines: dict[str, list[str]] = {}
    for name in TEXTS:
        text = getattr(content, name)
        if name in {"language", "name_language"}:
            text = labels.language_name(text)
        lines[label[name]] = [labels.word(coded[name], text) if name in coded else text] if text else []
    for language in TITLES:
        lines[label[f"title_{language}"]] = [content.titles[language]] if language in content.titles else []
    lines[label["costs"]], lines[label["actors"]] = list(content.costs), list(content.actors)
    lines[_("Core elements")] = [
        f"{part.text} ({labels.word(labels.WEIGHT, part.weight)}): {part.reason}" for part in content.core
    ]
    lines[_("Preconditions")] = [
        f"{labels.word(labels.PRECONDITION, part.kind)}: {part.text}" for part in content.preconditions
    ]
    lines[_("Not seen in a source")] = [
        f"{part.field}: {part.note}" if part.note else part.field for part in content.unverified
    ]
    return lines


def _initial(content: Content) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(content, name) for name in TEXTS}
    given |= {f"title_{language}": content.titles.get(language, "") for language in TITLES}
    return given | {"costs": "\n".join(content.costs), "actors": "\n".join(content.actors)}


def _core(content: Content | None) -> list[dict[str, str]]:
    names = ("code", "text", "weight", "reason")
    return [{name: getattr(part, name) for name in names} for part in (content.core if content else ())]


def _preconditions(content: Content | None) -> list[dict[str, str]]:
    return [{"kind": part.kind, "text": part.text} for part in (content.preconditions if content else ())]


def _unverified(content: Content | None) -> list[dict[str, str]]:
    return [{"field": part.field, "note": part.note} for part in (content.unverified if content else ())]


def _numbered(rows: list[dict[str, Any]]) -> Iterator[CorePart]:
    """Give each new core element the next free code (e1, e2)."""
    taken = {row["code"] for row in rows}
    free = (code for n in range(1, 1_000) if (code := f"e{n}") not in taken)
    for row in rows:
        yield CorePart(**{**row, "code": row["code"] or next(free)})


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
