"""`teladan person`: people added, given roles, ended, let in anew by the administrator of the site."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.platform import node, now, platform
from teladan.cli.output import NOTHING, table, write
from teladan.cli.problems import CannotRun, nearest, reported, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teladan.registry.models import Person
    from teladan.registry.queries import Held
    from teladan.registry.scope import Scope
    from teladan.registry.services import SignIn

verbs = typer.Typer(
    name="person",
    no_args_is_help=True,
    help="""Add people who sign in, give and end their roles.

    Whoever can run this on the server is its administrator.
    """,
    epilog=example("teladan person list"),
)

FILE = "demo-sign-ins.txt"

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address, as they sign in.")]
ROLE_HELP = "publisher, second-publisher, coordinator or observer."
Series = Annotated[
    str, typer.Option("--series", metavar="SERIES", help="Series of publications; without it all.")
]
InFull = Annotated[
    str,
    typer.Option(
        "--scope",
        metavar="KIND:CODE",
        help="What the role is for: all, series:CODE, organisation:CODE or exchange.",
    ),
]


@verbs.command(
    epilog=example("teladan person add ani@example.org --name 'Ani Rahma' --role publisher --series spbe")
)
@reported
def add(
    email: Email,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name, as the desk shows it.")],
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help=f"First role: {ROLE_HELP}")
    ] = None,
    series: Series = "",
    scope: InFull = "",
) -> None:
    """Add a person.

    Prints a password and the secret of the second factor, once.
    """
    with _registry():
        from teladan.registry import services

        kind = _kind(role) if role else None
        given = _scope(kind or "", series, scope)
        person = services.add_person(email=email, name=name, at=now())
        if kind:
            services.give_role(person=person, kind=kind, scope=given, at=now())
        _show(person, *services.reset_sign_in(person=person))
    if kind:
        _note_series(given)


@verbs.command(epilog=example("teladan person role ani@example.org second-publisher --series egdi"))
@reported
def role(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"Role: {ROLE_HELP}")],
    *,
    series: Series = "",
    scope: InFull = "",
) -> None:
    """Give a person a role."""
    with _registry():
        from teladan.registry import services

        kind = _kind(role)
        given = _scope(kind, series, scope)
        services.give_role(person=_find(email), kind=kind, scope=given, at=now())
    _note_series(given)
    print(f"{email} is {kind} for {_for(given)}.")


@verbs.command(
    epilog=example(
        "teladan person end ani@example.org publisher --series spbe", "teladan person end ani@example.org"
    )
)
@reported
def end(
    email: Email,
    role: Annotated[
        str | None,
        typer.Argument(metavar="ROLE", help="Role to end; without it all of them, and the sign-in."),
    ] = None,
    *,
    series: Series = "",
    scope: InFull = "",
) -> None:
    """End a role of a person, or all of it.

    What they did stays in the record, under their pseudonym.
    """
    with _registry():
        from teladan.registry import services

        person = _find(email)
        if role is None:
            services.end_person(person=person, at=now())
            print(f"{email} has no role any more and signs in no more. What they did stays.")
            return
        kind = _kind(role)
        given = _scope(kind, series, scope)
        services.end_role(person=person, kind=kind, scope=given, at=now())
    print(f"{email} is no longer {kind} for {_for(given)}.")


@verbs.command("list", epilog=example("teladan person list"))
@reported
def list_() -> None:
    """List everyone with their roles."""
    with _registry():
        from teladan.registry.queries import persons

        rows = [(person.email, person.name, _roles(held), _state(person)) for person, held in persons(now())]
    write(table("", ("address", "name", "roles", "state"), rows))


@verbs.command(epilog=example("teladan person reset ani@example.org"))
@reported
def reset(email: Email) -> None:
    """Give a person a new password and second factor.

    Prints them, once. Their old ones and their sessions end.
    """
    with _registry():
        from teladan.registry import services

        person = _find(email)
        if person.is_sample:
            raise CannotRun(f"{email} is a sample person: teladan demo prints what it signs in with")
        _show(person, *services.reset_sign_in(person=person))


@verbs.command(epilog=example("teladan person code publisher@sample.invalid"))
@reported
def code(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Address of a sample person of the demo.")],
) -> None:
    """Show the code of a sample person now.

    Only for those that teladan demo made on this machine.
    """
    with _registry():
        from teladan.config.clock import unmoved
        from teladan.config.env import home
        from teladan.registry.second_factor import code_at
        from teladan.registry.services.samples import read_sign_ins

        samples = read_sign_ins(home() / FILE)
    address = email.strip().lower()
    if address not in samples:
        raise CannotRun(
            f"{email} is no sample person of this machine's demo"
            + (nearest(address, samples) if samples else ": teladan demo makes them"),
        )
    print(code_at(samples[address].secret, unmoved().timestamp()))


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
    file = home() / FILE
    samples: list[SignIn] = demo_sign_ins(file, at=now())
    seconds = unmoved().timestamp()
    lines = ["Sample persons, who sign in on this machine only (Sign in, at the foot of every page):"]
    for sample in samples:
        lines += [
            f"  {sample.address}",
            f"    password {sample.password}   code now {code_at(sample.secret, seconds)}",
            f"    secret of the second factor, for an authenticator app: {sample.secret}",
        ]
    return [
        *lines,
        f"  A code lasts {PERIOD} seconds; the next one: teladan person code {samples[0].address}",
        f"  They are kept for the next start in {file}",
    ]


@contextmanager
def _registry() -> Iterator[None]:
    """Set the node up; say in a line what a person cannot be."""
    with node():
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


def _note_series(scope: Scope) -> None:
    """Say where a series is new: it may be a typing mistake."""
    with platform():
        from teladan.publication.models import Publication

        known = set(Publication.objects.values_list("series", flat=True))
    if scope.kind == "series" and scope.code not in known:
        say(f"note: no publication has the series {scope.code!r} yet{nearest(scope.code, known)}")


def _scope(kind: str, series: str, scope: str) -> Scope:
    """Return what a role is for: as --scope says in full, or by the name alone that --series gives."""
    from teladan.registry.models import scope_named
    from teladan.registry.scope import Scope

    if not scope:
        return scope_named(kind, series)
    if series:
        raise CannotRun("say what the role is for once: --scope or --series")
    try:
        return Scope.parse(scope)
    except ValueError as error:
        raise CannotRun(str(error)) from error


def _for(scope: Scope) -> str:
    return f"the series {scope.name}" if scope.name else "all series"


def _roles(held: list[Held]) -> str:
    roles = [f"{role.kind} ({role.scope.name})" if role.scope.name else role.kind for role in held]
    return ", ".join(roles) or NOTHING


def _state(person: Person) -> str:
    return "inactive" if not person.is_active else "sample" if person.is_sample else "active"
