"""Persons: added, given roles, named by chance in the record, and how they sign in."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from teladan.registry import second_factor
from teladan.registry.models import OF_THE_EXCHANGE, Organisation, Person, Pseudonym, Role
from teladan.registry.scope import ALL, EXCHANGE, ORGANISATION, SERIES, Scope

# No letters or digits that are taken for one another: 5 groups of 5 of these 32 are 125 bits.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class PersonError(Exception):
    """A person cannot be written so; the message says why, and what to do instead."""


@transaction.atomic
def add_person(
    *, email: str, name: str, at: datetime, password: str | None = None, is_sample: bool = False
) -> Person:
    """Add a person. Without a password nobody signs in as them. Raises PersonError."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise PersonError(f"{email!r} is not an e-mail address: write one like name@example.org") from error
    if not name.strip():
        raise PersonError("a person needs a name")
    if Person.objects.filter(email=address).exists():
        raise PersonError(f"there is a person with the address {address} already")
    return Person.objects.create_user(address, password, name=name.strip(), is_sample=is_sample, joined_at=at)


@transaction.atomic
def give_role(*, person: Person, kind: str, at: datetime, scope: Scope = ALL) -> Role:
    """Give a role. Who has it keeps it as it is. Raises PersonError."""
    if kind not in Role.Kind.values:
        raise PersonError(f"there is no role {kind!r}; there are: {', '.join(Role.Kind.values)}")
    if kind in OF_THE_EXCHANGE:
        _refuse_no_organisation(kind, scope)
    elif scope.kind not in {ALL.kind, SERIES}:
        raise PersonError(f"{kind} is a role for publications: give it for a series, or for all")
    if not person.is_active:
        raise PersonError(f"{person.email} is inactive: an inactive person is given no role")
    role, _ = Role.objects.get_or_create(
        person=person,
        kind=kind,
        scope_kind=scope.kind,
        scope_code=scope.code,
        until=None,
        defaults={"since": at},
    )
    return role


def _refuse_no_organisation(kind: str, scope: Scope) -> None:
    """Refuse a role of the exchange that is for no organisation there is, nor for the whole exchange."""
    of_one = scope.kind == ORGANISATION and scope.code
    if scope != EXCHANGE and not (of_one and Organisation.objects.filter(code=scope.code).exists()):
        for_what = (
            f"there is no organisation {scope.code!r}" if of_one else f"{kind} is a role of the exchange"
        )
        raise PersonError(
            f"{for_what}: give it for an organisation by its code, or for all: {EXCHANGE.name!r}"
        )


@transaction.atomic
def end_role(*, person: Person, kind: str, at: datetime, scope: Scope = ALL) -> Role:
    """End a role that a person has; what they did in it stays. Raises PersonError."""
    role = (
        Role.objects.select_for_update()
        .filter(person=person, kind=kind, scope_kind=scope.kind, scope_code=scope.code, until__isnull=True)
        .first()
    )
    if role is None:
        where = f" for the series {scope.name}" if scope.name else " for all series"
        raise PersonError(f"{person.email} has no role {kind!r}{where}")
    role.until = at
    role.save(update_fields=["until"])
    return role


@transaction.atomic
def end_person(*, person: Person, at: datetime) -> None:
    """End all roles of a person and let them sign in no more; their sessions end at once."""
    person.roles.filter(until__isnull=True).update(until=at)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user=person).delete()


def pseudonym(person: Person, edition: str) -> str:
    """Return what a person is called in the record of one edition: 16 random hex digits.

    The same each time for the same person and edition, also where two ask at once.
    """
    found, _ = Pseudonym.objects.get_or_create(
        person=person, edition=edition, defaults={"code": secrets.token_hex(8)}
    )
    return found.code


def new_password() -> str:
    """Return a password that nobody guesses and anyone can type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(5))


@transaction.atomic
def give_second_factor(*, person: Person, secret: str) -> None:
    """Let a person's app with this secret be their second factor; an older one and its codes end."""
    Authenticator.objects.filter(user=person).delete()
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": second_factor.seal(secret)}
    )


def has_second_factor(person: Person, secret: str) -> bool:
    """Say whether this secret is the person's second factor."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    return kept is not None and second_factor.unseal(kept.data["secret"]) == secret


@transaction.atomic
def reset_sign_in(*, person: Person) -> tuple[str, str]:
    """Give a person a new password and second factor; their sessions end. Return both, shown once.

    Raises PersonError for an inactive person.
    """
    if not person.is_active:
        raise PersonError(f"{person.email} is inactive and signs in no more")
    password, secret = new_password(), second_factor.new_secret()
    person.set_password(password)
    person.save(update_fields=["password"])
    give_second_factor(person=person, secret=secret)
    return password, secret
