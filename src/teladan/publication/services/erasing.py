"""Erasing what an act about a publication said: what persons wrote, and what the log commits to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.publication.models import Correction, Erasure, Preparation
from teladan.publication.queries import archives
from teladan.publication.services.publishing import locked
from teladan.record import services as recorder
from teladan.registry.refusals import Reason, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: of which publication, which acts, and how many kept archives went with them."""

    code: str
    acts: tuple[UUID, ...]
    archives: int


@transaction.atomic
def erase(*, act: UUID, reason: str, at: datetime) -> Erased:
    """Erase what an act said, and the same text wherever else it stands; the log stays as it is.

    The reason of a correction stands in its request, in its decision and in the preparation that was made
    of it: whichever of them is named, all are erased. Archives that are kept of the publication hold the
    text too and are deleted once the rest is. For the node's owner, at a shell: nobody can undo it. Raises
    Refused for an act that says nothing, or nothing any more, and while an archive is being made.
    """
    if not reason.strip():
        raise Refused(Reason("reason-erase", N_("Give the reason for which it is erased.")))
    code = _code_of(act)
    locked(code)
    preparations, corrections = _said_with(act)
    if archives.under_way(code):
        raise Refused(
            Reason(
                "archive-under-way",
                N_("An archive of ‘%(code)s’ is being made: wait until it is done."),
                {"code": code},
            )
        )
    erased = tuple(each for each in _committed(preparations, corrections) if recorder.erase(each, at))
    texts = [row.reason + row.withdrawn_reason for row in preparations]
    texts += [row.reason + row.decision + row.withdrawn_reason for row in corrections]
    if not erased and not any(texts):
        raise Refused(Reason("erased-already", N_("What this act said was erased already.")))
    Preparation.objects.filter(pk__in=[each.pk for each in preparations]).update(
        reason="", withdrawn_reason=""
    )
    Correction.objects.filter(pk__in=[each.pk for each in corrections]).update(
        reason="", decision="", withdrawn_reason=""
    )
    Erasure.objects.bulk_create(
        [Erasure(act=each, code=code, reason=reason.strip(), at=at) for each in erased or (act,)],
        ignore_conflicts=True,
    )
    kept = archives.kept(code)
    transaction.on_commit(partial(archives.forget, code))
    return Erased(code=code, acts=erased, archives=len(kept))


def _code_of(act: UUID) -> str:
    """Return the code of the publication that an act is about."""
    for code in Preparation.objects.filter(_of_preparation(act)).values_list("code", flat=True):
        return code
    for code in Correction.objects.filter(_of_correction(act)).values_list("publication", flat=True):
        return code
    raise Refused(
        Reason(
            "nothing-to-erase",
            N_("‘%(act)s’ is no act that prepared, asked for or decided anything about a publication."),
            {"act": act},
        )
    )


def _said_with(act: UUID) -> tuple[list[Preparation], list[Correction]]:
    """Lock and return the rows that hold what the act said: a correction's with what was prepared of it."""
    named = Q(_of_correction(act)) | Q(preparation__in=Preparation.objects.filter(_of_preparation(act)))
    corrections = list(Correction.objects.select_for_update().filter(named).order_by("pk"))
    made = [each.preparation_id for each in corrections if each.preparation_id]
    preparations = Preparation.objects.select_for_update().filter(_of_preparation(act) | Q(pk__in=made))
    return list(preparations.order_by("pk")), corrections


def _of_preparation(act: UUID) -> Q:
    return Q(prepared_act=act) | Q(withdrawn_act=act) | Q(released_act=act)


def _of_correction(act: UUID) -> Q:
    return Q(asked_act=act) | Q(decided_act=act) | Q(withdrawn_act=act)


def _committed(preparations: list[Preparation], corrections: list[Correction]) -> Iterator[UUID]:
    """Yield the acts behind commitments."""
    for preparation in preparations:
        if preparation.prepared_act:
            yield preparation.prepared_act
    for correction in corrections:
        yield correction.asked_act
        if correction.decided_act:
            yield correction.decided_act
        if correction.withdrawn_act:
            yield correction.withdrawn_act
