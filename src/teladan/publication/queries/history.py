"""The story of a publication, or of one organisation's figure in it: who did what, when and why.

Only what is public is told: entries that say their content themselves, and acts whose content was
disclosed when the publication was released. Persons appear as role and pseudonym.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from teladan.publication.models import Correction, Preparation
from teladan.publication.queries.changes import Change, changes, row_of
from teladan.publication.queries.proofs import Release, positions, releases
from teladan.record.models import Commitment, Entry, Outbox

ASKED = "asked"
ACCEPTED = "accepted"
DECLINED = "declined"
PREPARED = "prepared"
WITHDRAWN = "withdrawn"
RELEASED = "released"
CORRECTED = "corrected"
ORDER = (ASKED, ACCEPTED, DECLINED, PREPARED, WITHDRAWN, RELEASED, CORRECTED)  # of acts at the same time

# Of an erased act: neither whom it was about nor what it said.
ERASED: dict[str, Any] = {"erased": True} | dict.fromkeys(
    ("reason", "was", "becomes", "element", "organisation", "organisation_name", "organisation_language"), ""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One act of a story. `what` is one of the words above; `entry` is None while its proof is pending.

    Of an erased act only the fact is left: no organisation, no reason, no figures. `index` is the printed
    index of the organisation asked for, as that publication gives it.
    """

    at: datetime
    what: str
    act: UUID
    entry: int | None = None
    role: str = ""
    actor: str = ""  # a pseudonym, one per person and edition
    reason: str = ""
    number: int | None = None  # of the publication it is about
    organisation: str = ""
    organisation_name: str = ""
    organisation_language: str = ""
    element: str = ""
    was: str = ""
    becomes: str = ""
    index: str = ""
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A released correction: the publication before it, itself, what led to it and what it changed."""

    before: Release
    after: Release
    steps: tuple[Happening, ...]

    @property
    def reason(self) -> str:
        """Return for what reason it was corrected; "" where that was erased."""
        return next((each.reason for each in self.steps if each.what == PREPARED), "")

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return every figure that differs, read from the canonical bytes of both."""
        return changes(self.before.results, self.after.results)

    def changes_of(self, organisation: str) -> tuple[Change, ...]:
        """Return the figures of one organisation that differ."""
        return tuple(each for each in self.changes if each.organisation == organisation)


def story(code: str, organisation: str | None = None) -> list[Happening]:
    """Return what happened to a publication, oldest first: seven queries, however long it is.

    With an organisation: only what touches its figure, each publication with the index it gives.
    Corrections that others asked for stay out, and so do the publications that left it as it was.
    """
    told = _told(code, releases(code))
    if organisation is None:
        return told
    return list(_about(told, code, organisation))


def corrections_of(code: str) -> list[CorrectionView]:
    """Return the released corrections of a publication, oldest first."""
    found = releases(code)
    if len(found) < 2:
        return []
    told = _told(code, found)
    return [
        CorrectionView(
            before=before,
            after=after,
            steps=tuple(each for each in told if each.number == after.number and each.what != WITHDRAWN),
        )
        for before, after in pairwise(found)
    ]


def correction(code: str, number: int) -> CorrectionView | None:
    """Return the correction that became the publication of this number."""
    return next((each for each in corrections_of(code) if each.after.number == number), None)


def _told(code: str, released: list[Release]) -> list[Happening]:
    """Return every public act about a code, oldest first."""
    preparations = list(Preparation.objects.filter(code=code).defer("differences").order_by("number", "pk"))
    asked = list(
        Correction.objects.filter(publication=code)
        .select_related("organisation", "preparation")
        .defer("preparation__differences")
        .order_by("pk")
    )
    acts = [*_of_preparations(preparations, released), *_of_corrections(asked)]
    return _placed(acts)


def _of_preparations(found: Iterable[Preparation], released: Iterable[Release]) -> Iterator[Happening]:
    done = {each.number for each in released}
    for each in found:
        if each.prepared_act and each.prepared_at:
            yield Happening(
                at=each.prepared_at,
                what=PREPARED,
                act=each.prepared_act,
                number=each.number,
                reason=each.reason,
            )
        if each.withdrawn_act and each.withdrawn_at:
            yield Happening(
                at=each.withdrawn_at,
                what=WITHDRAWN,
                act=each.withdrawn_act,
                number=each.number,  # its reason is not public: it may speak of figures never released
            )
        if each.released_act and each.released_at and each.number in done:
            yield Happening(
                at=each.released_at,
                what=RELEASED if each.number == 1 else CORRECTED,
                act=each.released_act,
                number=each.number,
            )


def _of_corrections(found: Iterable[Correction]) -> Iterator[Happening]:
    for each in found:
        whole = Happening(
            at=each.asked_at,
            what=ASKED,
            act=each.asked_act,
            reason=each.reason,
            number=each.preparation.number if each.preparation else None,
            organisation=each.organisation_id,
            organisation_name=each.organisation.name,
            organisation_language=each.organisation.language,
            element=each.element,
            was=each.was,
            becomes=each.becomes,
        )
        yield whole
        if each.decided_act and each.decided_at:
            yield replace(
                whole,
                at=each.decided_at,
                what=ACCEPTED if each.accepted else DECLINED,
                act=each.decided_act,
                reason=each.decision,
            )


def _placed(acts: list[Happening]) -> list[Happening]:
    """Return the public ones of some acts, each with role, pseudonym and place in the log."""
    wanted = [each.act for each in acts]
    places = positions(wanted)
    who: dict[UUID, tuple[str, str]] = {
        act: (role, actor)
        for act, role, actor in Outbox.objects.filter(act__in=wanted).values_list("act", "role", "actor")
    }
    for act, data in Entry.objects.filter(act__in=wanted).values_list("act", "data"):
        actor = json.loads(bytes(data))["actor"]
        who[act] = (actor["role"], actor["id"])
    held = {each.act: each for each in Commitment.objects.filter(act__in=wanted)}
    found = []
    for each in acts:
        commitment = held.get(each.act)
        if commitment and not commitment.disclosed_at:
            continue  # said to nobody yet
        role, actor = who.get(each.act, ("", ""))
        one = replace(each, entry=places.get(each.act), role=role, actor=actor)
        if commitment and commitment.erased_at:
            one = replace(one, **ERASED)
        found.append(one)
    # The reason of a correction stands behind the commitment of its preparation, where it can be erased.
    reasons = {each.number: each.reason for each in found if each.what == PREPARED}
    found = [
        replace(each, reason=reasons.get(each.number, "")) if each.what == CORRECTED else each
        for each in found
    ]
    return sorted(found, key=_order)


def _order(each: Happening) -> tuple[bool, int, datetime, int]:
    """Order by place in the log; what waits for one stands last, by its time."""
    return each.entry is None, each.entry or 0, each.at, ORDER.index(each.what)


def _about(told: list[Happening], code: str, organisation: str) -> Iterator[Happening]:
    """Yield what touches one organisation's figure."""
    results = {each.number: each.results for each in releases(code)}
    touched = {
        number
        for number, digest in results.items()
        if number - 1 not in results
        or any(each.organisation == organisation for each in changes(results[number - 1], digest))
    }
    for each in told:
        if each.organisation:
            if each.organisation == organisation:
                yield each
        elif each.number in touched and each.what != WITHDRAWN:
            row = row_of(results[each.number], organisation) if each.number in results else None
            yield replace(each, index=(row["index"]["printed"] or "") if row else "")
