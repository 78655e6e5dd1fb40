"""The arguments and the help of the verbs about persons. What they do stands in cli/person.py."""

from __future__ import annotations

from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported

person = typer.Typer(
    name="person",
    no_args_is_help=True,
    help="""Add people who sign in, give and end their roles.

    Whoever can run this on the server is its administrator.
    """,
    epilog=example("teladan person list"),
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address, as they sign in.")]
ROLE_HELP = "publisher, second-publisher, coordinator or observer."
Series = Annotated[
    str, typer.Option("--series", metavar="SERIES", help="Series of publications; without it all.")
]


@person.command(
    epilog=example("teladan person add ani@example.org --name 'Ani Rahma' --role publisher --series spbe")
)
def add(
    email: Email,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name, as the desk shows it.")],
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help=f"First role: {ROLE_HELP}")
    ] = None,
    series: Series = "",
) -> None:
    """Add a person.

    Prints a password and the secret of the second factor, once.
    """
    with reported():
        from teladan.cli.node import person as verbs

        verbs.add(email, name, role, series)


@person.command(epilog=example("teladan person role ani@example.org second-publisher --series egdi"))
def role(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"Role: {ROLE_HELP}")],
    *,
    series: Series = "",
) -> None:
    """Give a person a role."""
    with reported():
        from teladan.cli.node import person as verbs

        verbs.role(email, role, series)


@person.command(
    epilog=example(
        "teladan person end ani@example.org publisher --series spbe", "teladan person end ani@example.org"
    )
)
def end(
    email: Email,
    role: Annotated[
        str | None,
        typer.Argument(metavar="ROLE", help="Role to end; without it all of them, and the sign-in."),
    ] = None,
    *,
    series: Series = "",
) -> None:
    """End a role of a person, or all of it.

    What they did stays in the record, under their pseudonym.
    """
    with reported():
        from teladan.cli.node import person as verbs

        verbs.end(email, role, series)


@person.command("list", epilog=example("teladan person list"))
def list_() -> None:
    """List everyone with their roles."""
    with reported():
        from teladan.cli.node import person as verbs

        verbs.listed()


@person.command(epilog=example("teladan person reset ani@example.org"))
def reset(email: Email) -> None:
    """Give a person a new password and second factor.

    Prints them, once. Their old ones and their sessions end.
    """
    with reported():
        from teladan.cli.node import person as verbs

        verbs.reset(email)


@person.command(epilog=example("teladan person code publisher@sample.invalid"))
def code(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Address of a sample person of the demo.")],
) -> None:
    """Show the code of a sample person now.

    Only for those that teladan demo made on this machine.
    """
    with reported():
        from teladan.cli.node import person as verbs

        verbs.code(email)
