"""Reading the registry: which roles a person has, and who there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from teladan.registry.models import Person, Role
from teladan.registry.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One role that a person has."""

    kind: str
    scope: Scope


def roles_of(person: Person, at: datetime) -> list[Held]:
    """Return the roles a person has at a time, in the order of the roles; none where they are inactive."""
    if not person.is_active:
        return []
    order = [kind.value for kind in Role.Kind]
    found = [Held(kind=role.kind, scope=role.scope) for role in _held(person.roles.all(), at)]
    return sorted(found, key=lambda held: (order.index(held.kind), held.scope.name))


def current(at: datetime) -> Q:
    """Return which roles have not ended at a time: the same as `is_current`, as a filter."""
    return Q(until__isnull=True) | Q(until__gt=at)


def is_current(role: Role, at: datetime) -> bool:
    """Say whether a role has not ended at a time."""
    return role.until is None or role.until > at


def person_at(address: str) -> Person | None:
    """Return the person with an e-mail address, whatever its case, or None."""
    return Person.objects.filter(email=address.strip().lower()).first()


def persons(at: datetime) -> list[tuple[Person, list[Held]]]:
    """Return everyone with the roles they have at a time, by address. One query each for both."""
    everyone = list(Person.objects.prefetch_related("roles"))
    return [
        (
            person,
            [
                Held(kind=role.kind, scope=role.scope)
                for role in person.roles.all()
                if person.is_active and role.since <= at and is_current(role, at)
            ],
        )
        for person in everyone
    ]


def _held(roles: QuerySet[Role], at: datetime) -> QuerySet[Role]:
    return roles.filter(current(at), since__lte=at)
