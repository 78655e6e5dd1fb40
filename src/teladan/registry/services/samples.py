"""Sample persons of the demo: one for each role, plainly named, for this machine only.

Their passwords and secrets are random for each installation and kept in one file, readable by its
owner only, so that the demo prints the same ones at its next start.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from teladan.registry import second_factor
from teladan.registry.models import OF_THE_EXCHANGE, Person, Role
from teladan.registry.scope import ALL, EXCHANGE
from teladan.registry.services.persons import (
    PersonError,
    add_person,
    give_role,
    give_second_factor,
    has_second_factor,
    new_password,
)

HEAD = (
    "# Address, password and secret of the second factor of the demo's sample persons.\n"
    "# They sign in on this machine only. Without this file the next demo makes new ones.\n"
)
LINE = re.compile(r"\S+@sample\.invalid \S+ [A-Z2-7]{32}")
# role -> (address, name); .invalid can never be anyone's (RFC 2606)
SAMPLES = {
    Role.Kind.PUBLISHER: ("publisher@sample.invalid", "Sample publisher"),
    Role.Kind.SECOND_PUBLISHER: ("second-publisher@sample.invalid", "Sample second publisher"),
    Role.Kind.COORDINATOR: ("coordinator@sample.invalid", "Sample coordinator"),
    Role.Kind.OBSERVER: ("observer@sample.invalid", "Sample observer"),
    Role.Kind.EXCHANGE_OFFICER: ("exchange-officer@sample.invalid", "Sample exchange officer"),
    Role.Kind.PRACTICE_OWNER: ("practice-owner@sample.invalid", "Sample practice owner"),
    Role.Kind.ADOPTER: ("adopter@sample.invalid", "Sample adopter"),
    Role.Kind.APPRAISER: ("appraiser@sample.invalid", "Sample appraiser"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What one signs in with: address, password, and the secret of the second factor in base32."""

    address: str
    password: str
    secret: str


@transaction.atomic
def sample_person(role: str, *, at: datetime) -> Person:
    """Return the sample person of a role, added with that role and without a password when absent.

    Raises PersonError for a role that there is not.
    """
    if role not in Role.Kind.values:
        raise PersonError(f"there is no role {role!r}; there are: {', '.join(Role.Kind.values)}")
    address, name = SAMPLES[Role.Kind(role)]
    found = Person.objects.filter(email=address).first()
    if found is not None:
        return found
    person = add_person(email=address, name=name, at=at, is_sample=True)
    give_role(person=person, kind=role, at=at, scope=EXCHANGE if role in OF_THE_EXCHANGE else ALL)
    return person


@transaction.atomic
def demo_sign_ins(file: Path, *, at: datetime) -> list[SignIn]:
    """Let the sample persons sign in as `file` says, which is made when absent. Raises OSError.

    Who calls this has made sure that nobody but this machine can reach the site.
    """
    kept = read_sign_ins(file)
    found = []
    for role, (address, _) in SAMPLES.items():
        person = sample_person(role, at=at)
        sign_in = kept.get(address) or SignIn(
            address=address, password=new_password(), secret=second_factor.new_secret()
        )
        if not person.check_password(sign_in.password):
            person.set_password(sign_in.password)
            person.save(update_fields=["password"])
        if not has_second_factor(person, sign_in.secret):
            give_second_factor(person=person, secret=sign_in.secret)
        found.append(sign_in)
    _write(file, found)
    return found


def read_sign_ins(file: Path) -> dict[str, SignIn]:
    """Read the kept sign-ins by address; a line that is none is left out. Raises OSError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        match line.split():
            case [address, password, secret] if LINE.fullmatch(line):
                found[address] = SignIn(address=address, password=password, secret=secret)
    return found


def _write(file: Path, sign_ins: list[SignIn]) -> None:
    """Write the file whole or not at all, readable by its owner from its first byte."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(HEAD)
        stream.writelines(f"{one.address} {one.password} {one.secret}\n" for one in sign_ins)
    new.replace(file)
