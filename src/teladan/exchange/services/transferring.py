"""Carrying a practice in from another node: a copy of its owner's record, only read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from teladan.core.log.note import Verifier
from teladan.exchange import rules
from teladan.exchange.acts import CARRIED
from teladan.exchange.content import Content
from teladan.exchange.models import (
    AcceptedKey,
    Claim,
    CoreElement,
    Evidence,
    Measure,
    Observation,
    Practice,
    PracticeVersion,
)
from teladan.exchange.rows import evidence_of, observation_of, version_of
from teladan.exchange.services.locking import one_at_a_time
from teladan.exchange.services.recording import practice_subject
from teladan.exchange.transfer import Carried, opened
from teladan.record import objects
from teladan.record import services as recorder
from teladan.registry.models import Country, Organisation, Person
from teladan.registry.refusals import Reason, Refused, demand
from teladan.registry.services import pseudonym


@transaction.atomic
def carry_in(
    *, by: Person, data: bytes, verifiers: Iterable[Verifier], at: datetime, accept: str = ""
) -> Practice:
    """Take a practice from the file that its owner's node exported, or bring the copy up to date.

    `verifiers` are the keys of the record that it is said to come from. With its first file a key is
    accepted for the country of that practice; `accept` names a further one (ISO 3166-1 alpha-3). Raises
    Refused where the file is none of ours, a signature or digest fails, the key was accepted for another
    country, the practice is our own, or what is here is newer.
    """
    demand(rules.may_carry_in(by, at=at))
    carried = opened(data, verifiers)
    if carried.origin == settings.TELADAN_NODE:
        raise Refused(Reason("from-here", N_("It was exported here: there is nothing to carry in.")))
    one_at_a_time()
    practice = Practice.objects.select_for_update().filter(code=carried.content.code).first()
    if practice is not None:
        demand(_cannot_replace(practice, carried))
    owner = _owner(carried.content)
    _accept(carried, owner.country, accept, by=by, at=at)
    if practice is not None and practice.carried_position == carried.position:
        return practice
    subject = practice_subject(carried.content.code)
    act = recorder.append(
        kind="practice",
        at=at,
        subject=subject,
        role=str(rules.OFFICER),
        actor=pseudonym(by, subject),
        body={
            "what": CARRIED,
            "code": carried.content.code,
            "version": carried.content.number,
            "document": objects.put(carried.document),
            "origin": carried.origin,
            "position": carried.position,
            "entry": carried.entry_sha256,
            "keys": [each.vkey for each in carried.keys],
            "at": at.isoformat(),
        },
    )
    practice, _new = Practice.objects.update_or_create(
        code=carried.content.code,
        defaults={
            "country": owner.country,
            "owner": owner,
            "agency": carried.content.agency,
            "theme": carried.content.theme,
            "track": carried.content.track,
            "origin": carried.origin,
            "carried": objects.put(data),
            "carried_position": carried.position,
            "document": carried.document_sha256,
            "act": act,
            "changed_at": at,
        },
    )
    _write(practice, carried, at)
    return practice


def spoken_for(origin: str) -> list[str]:
    """Return the countries that the record of another node was accepted for here."""
    found = AcceptedKey.objects.filter(origin=origin).values_list("country", flat=True)
    return sorted(set(found))


def _accept(carried: Carried, country: Country, accept: str, *, by: Person, at: datetime) -> None:
    """Tie the keys that signed to the country of the practice; refuse those tied to others.

    What another key of the same record, or the same key under another name, was accepted for counts too.
    """
    keys = [each.key.hex() for each in carried.keys]
    known = AcceptedKey.objects.filter(Q(key__in=keys) | Q(origin=carried.origin))
    accepted = set(known.values_list("country", flat=True))
    demand(rules.may_speak(carried.origin, accepted, country.pk, accept.upper()))
    for key in keys:
        AcceptedKey.objects.get_or_create(
            key=key, origin=carried.origin, country=country, defaults={"at": at, "by": by}
        )


def _cannot_replace(practice: Practice, carried: Carried) -> Reason | None:
    if practice.origin != carried.origin:
        return Reason(
            "practice-elsewhere",
            N_("‘%(code)s’ is here already, and not from %(origin)s."),
            {"code": practice.code, "origin": carried.origin},
        )
    if practice.carried_position is not None and carried.position < practice.carried_position:
        return Reason(
            "carried-older",
            N_("What is here is newer (entry %(here)s) than the file (entry %(given)s)."),
            {"here": practice.carried_position, "given": carried.position},
        )
    newest = practice.versions.order_by("-number")[0]
    if carried.position == newest.owner_position and carried.entry_sha256 != newest.owner_entry:
        # Two entries at one place: the owner's record says one thing here and another there.
        return Reason(
            "carried-forked",
            N_("The practice in it is not the one that was recorded: it was changed since."),
        )
    return None


def _owner(content: Content) -> Organisation:
    """Return the owner; its country where this registry does not have the body itself."""
    found = Organisation.objects.select_related("country").filter(
        country=content.country, code__in=(content.owner, content.country)
    )
    owners = {each.code: each for each in found}
    owner = owners.get(content.owner) or owners.get(content.country)
    if owner is None:
        raise Refused(
            Reason(
                "owner",
                N_("There is no organisation ‘%(organisation)s’ in the country ‘%(country)s’."),
                {"organisation": content.owner[:60], "country": content.country[:10]},
            )
        )
    return owner


def _write(practice: Practice, carried: Carried, at: datetime) -> None:
    """Write the rows of a copy; what was observed at our adopters stays."""
    content = carried.content
    version = PracticeVersion.objects.filter(practice=practice, number=content.number).first()
    made = version_of(practice, content, by=None, at=at, act=None)
    made.pk = version.pk if version else None
    made.owner_entry, made.owner_position = carried.entry_sha256, carried.position
    made.save()
    for part in content.core:
        CoreElement.objects.update_or_create(version=made, code=part.code, defaults=asdict(part))
    made.translations.all().delete()
    made.translations.model.objects.bulk_create(
        made.translations.model(version=made, at=at, **asdict(each)) for each in content.translations
    )
    Observation.objects.filter(measure__claim__practice=practice, adoption__isnull=True).delete()
    for claim in content.claims:
        row, _ = Claim.objects.update_or_create(
            practice=practice,
            code=claim.code,
            defaults={"statement": claim.statement, "level": claim.level, "language": content.language},
        )
        for measure in claim.measures:
            measured, _ = Measure.objects.update_or_create(
                claim=row, code=measure.code, defaults={"name": measure.name}
            )
            for one in measure.observations:
                observation = observation_of(measured, one, by=None, at=at, act=practice.act)
                observation.save()
                Evidence.objects.bulk_create(evidence_of(observation, one))
