"""Persons, for who administers the site: added, given roles, ended, let in anew."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from teladan.cli import output
from teladan.cli.node.platform import platform
from teladan.cli.problems import CannotRun, nearest, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from teladan.registry.models import Person
    from teladan.registry.queries import Held
    from teladan.registry.services import SignIn

FILE = "demo-sign-ins.txt"


def add(email: str, name: str, role: str | None, series: str) -> None:
    """Add a person and show, once, what they sign in with."""
    with _registry():
        from teladan.registry import services

        kind = _kind(role) if role else None
        person = services.add_person(email=email, name=name, at=_now())
        if kind:
            services.give_role(person=person, kind=kind, series=series, at=_now())
        _show(person, *services.reset_sign_in(person=person))
    if kind:
        _note_series(series)


def role(email: str, role: str, series: str) -> None:
    """Give a person a role."""
    with _registry():
        from teladan.registry import services

        kind = _kind(role)
        services.give_role(person=_find(email), kind=kind, series=series, at=_now())
    _note_series(series)
    print(f"{email} is {kind} for {_for(series)}.")


def end(email: str, role: str | None, series: str) -> None:
    """End a role of a person, or all of them and their sign-in."""
    with _registry():
        from teladan.registry import services

        person = _find(email)
        if role is None:
            services.end_person(person=person, at=_now())
            print(f"{email} has no role any more and signs in no more. What they did stays.")
            return
        kind = _kind(role)
        services.end_role(person=person, kind=kind, series=series, at=_now())
    print(f"{email} is no longer {kind} for {_for(series)}.")


def listed() -> None:
    """List everyone with their roles."""
    with _registry():
        from teladan.registry.queries import persons

        rows = [(person.email, person.name, _roles(held), _state(person)) for person, held in persons(_now())]
    output.write(output.table("", ("address", "name", "roles", "state"), rows))


def reset(email: str) -> None:
    """Give a person a new password and second factor; show them once."""
    with _registry():
        from teladan.registry import services

        person = _find(email)
        if person.is_sample:
            raise CannotRun(f"{email} is a sample person: teladan demo prints what it signs in with")
        _show(person, *services.reset_sign_in(person=person))


def code(email: str) -> None:
    """Show the code of a sample person now."""
    from teladan.config.clock import unmoved
    from teladan.config.env import home

    with _registry():
        from teladan.registry.second_factor import code_at
        from teladan.registry.services.samples import read_sign_ins

        found = read_sign_ins(home() / FILE)
    address = email.strip().lower()
    if address not in found:
        raise CannotRun(
            f"{email} is no sample person of this machine's demo"
            + (nearest(address, found) if found else ": teladan demo makes them"),
        )
    print(code_at(found[address].secret, unmoved().timestamp()))


def sign_ins_of_the_demo(host: str) -> list[str]:
    """Return the lines that tell how the sample persons sign in; why not, where others can reach the site.

    Nothing is made and nothing shown unless the server listens on this machine alone and the settings
    name no other host.
    """
    from teladan.cli.node.acting import this_machine_only
    from teladan.config.clock import unmoved
    from teladan.config.env import LOOPBACK, home
    from teladan.registry.second_factor import PERIOD, code_at
    from teladan.registry.services import demo_sign_ins

    if host not in {name.strip("[]") for name in LOOPBACK} or not this_machine_only():
        return ["No sample sign-ins: the site answers to others than this machine (see teladan person add)."]
    file: Path = home() / FILE
    found: list[SignIn] = demo_sign_ins(file, at=_now())
    now = unmoved().timestamp()
    lines = ["Sample persons, who sign in on this machine only (Sign in, at the foot of every page):"]
    for one in found:
        lines += [
            f"  {one.address}",
            f"    password {one.password}   code now {code_at(one.secret, now)}",
            f"    secret of the second factor, for an authenticator app: {one.secret}",
        ]
    return [
        *lines,
        f"  A code lasts {PERIOD} seconds; the next one: teladan person code {found[0].address}",
        f"  They are kept for the next start in {file}",
    ]


@contextmanager
def _registry() -> Iterator[None]:
    """Set the platform up; say in a line what a person cannot be."""
    with platform():
        from teladan.config.server import setup

        setup()
        from teladan.registry.services import PersonError

        try:
            yield
        except PersonError as error:
            raise CannotRun(str(error)) from error


def _find(email: str) -> Person:
    from teladan.registry.models import Person
    from teladan.registry.queries import person_at

    person = person_at(email)
    if person is None:
        known = Person.objects.values_list("email", flat=True)
        raise CannotRun(f"there is no person with the address {email}{nearest(email, known)}")
    return person


def _kind(role: str) -> str:
    """Return the role that is meant; a hyphen may stand for the space of "second publisher"."""
    from teladan.registry.models import Role

    kind = role.strip().lower().replace("-", " ")
    if kind not in Role.Kind.values:
        raise CannotRun(f"there is no role {role!r}; there are: {', '.join(Role.Kind.values)}")
    return kind


def _show(person: Person, password: str, secret: str) -> None:
    from teladan.registry.second_factor import app_address

    print(f"{person.name} signs in with these. They are shown once: hand them over by a safe way.")
    print(f"  address   {person.email}")
    print(f"  password  {password}")
    print(f"  secret    {secret}")
    print(f"  for apps  {app_address(person.email, secret)}")


def _note_series(series: str) -> None:
    """Say where a series is new: it may be a typing mistake."""
    with platform():
        from teladan.publication.models import Publication
        from teladan.registry.models import EXCHANGE, Organisation

        known = set(Publication.objects.values_list("series", flat=True))
        of_the_exchange = series == EXCHANGE or Organisation.objects.filter(code=series).exists()
    if series and series not in known and not of_the_exchange:
        say(f"note: no publication has the series {series!r} yet{nearest(series, known)}")


def _for(series: str) -> str:
    return f"the series {series}" if series else "all series"


def _roles(held: list[Held]) -> str:
    return ", ".join(f"{one.kind} ({one.series})" if one.series else one.kind for one in held) or "–"


def _state(person: Person) -> str:
    return "inactive" if not person.is_active else "sample" if person.is_sample else "active"


def _now() -> datetime:
    from teladan.config.clock import now

    return now()
