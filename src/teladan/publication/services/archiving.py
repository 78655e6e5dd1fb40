"""Asking for the archive of a publication: a job for the worker, in the transaction of the asking."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as N_
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from teladan.publication import rules
from teladan.publication.models import Publication
from teladan.publication.queries import archives
from teladan.publication.queries.proofs import proof_of
from teladan.registry.models import Person
from teladan.registry.refusals import Reason, Refused, demand


@transaction.atomic
def ask_archive(*, by: Person, publication: Publication, at: datetime) -> archives.ArchiveView:
    """Have the archive of a publication made; where it is made or under way already, nothing is added.

    Raises Refused. Making an archive changes no figure: it is no act of the record.
    """
    demand(rules.may_archive(by, publication, at=at))
    if proof_of(publication).pending:
        raise Refused(
            Reason(
                "proof-pending-archive",
                N_("Its proof is pending: an archive without it would prove nothing."),
            )
        )
    found = archives.archive(publication)
    if found.state == "made" or found.under_way:
        return found
    code, number = publication.code, publication.number
    one_at_a_time = archives.lock(code, number)
    archives.note_path(code, number).unlink(missing_ok=True)
    try:
        with transaction.atomic():
            job = app.configure_task(archives.TASK, queueing_lock=one_at_a_time, lock=one_at_a_time)
            job.defer(code=code, number=number)
    except AlreadyEnqueued:
        pass  # somebody else asked in the same moment
    return archives.archive(publication)
