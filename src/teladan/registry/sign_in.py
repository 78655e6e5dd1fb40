"""Who stands at a shell: the address, password and code that the site would take, checked there too."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from teladan.registry import second_factor
from teladan.registry.models import Person
from teladan.registry.queries import person_at

EARLY_OR_LATE = 1  # periods that a code may be off, as on the site: clocks and fingers differ
STANDS = (2 * EARLY_OR_LATE + 1) * second_factor.PERIOD  # seconds in which one code could be given again
MOST_FAILURES = 5
COUNTED_FOR = timedelta(minutes=5)


class SignInError(Exception):
    """Nobody is let in; the message does not say which of the three was wrong."""


def verify_person(email: str, password: str, code: str, *, at: datetime) -> Person:
    """Return the person whom address, password and code belong to; the code is then used.

    Raises SignInError: also for a code that was used already, here or on the site, and after five failures
    in five minutes. Call it outside of a transaction, so that what is counted stays counted.
    """
    address = email.strip().lower()
    _count(address)
    person = person_at(address)
    if person is None or not person.is_active:
        make_password(password)  # takes as long as for someone who is there
    elif person.check_password(password) and _takes(person, code.replace(" ", ""), at):
        cache.delete_many(_places(address))
        return person
    raise SignInError(
        "address, password and code do not fit together, or the code was used: wait for the next one"
    )


def _count(address: str) -> None:
    """Take one of the places for attempts, before anything is looked at: of many at once five get one."""
    if not any(cache.add(place, "y", COUNTED_FOR.total_seconds()) for place in _places(address)):
        raise SignInError(f"too many attempts for {address}: wait five minutes")


def _places(address: str) -> list[str]:
    return [f"attempt {number} at a shell of {address}" for number in range(MOST_FAILURES)]


def _takes(person: Person, code: str, at: datetime) -> bool:
    """Say whether a code is the person's now and was not used before."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if kept is None:
        return False
    secret = second_factor.unseal(kept.data["secret"])
    moments = (
        at.timestamp() + periods * second_factor.PERIOD
        for periods in range(-EARLY_OR_LATE, EARLY_OR_LATE + 1)
    )
    if not any(constant_time_compare(code, second_factor.code_at(secret, moment)) for moment in moments):
        return False
    # The key that the site counts by: a code used here is used there, and the other way round.
    return bool(cache.add(f"allauth.mfa.totp.used?user={person.pk}&code={code}", "y", timeout=STANDS))
