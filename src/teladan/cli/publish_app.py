"""The arguments and the help of the verbs that publish. What they do stands in cli/publish.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.problems import reported

publishing = typer.Typer()
correct = typer.Typer(
    name="correct",
    no_args_is_help=True,
    help="Correct published figures: one person asks, another decides.",
    epilog=example("teladan correct list --by coordinator@example.org"),
)

By = Annotated[str, typer.Option("--by", metavar="EMAIL", help="Who acts; password and code are asked for.")]
Script = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read password and code from two lines of standard input."),
]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the publication.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, kept with the act.")]


@publishing.command(epilog=example("teladan draft published/spbe/2024 --by publisher@example.org"))
def draft(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of one publication.")],
    *,
    by: By,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Why it is corrected, where it is published already."),
    ] = "",
    password_stdin: Script = False,
) -> None:
    """Make the dry run of a publication; nothing enters the record.

    Prints how complete it is and what differs from what was published before.
    """
    with reported():
        from teladan.cli.node import publish

        publish.draft(folder, by=by, reason=reason, stdin=password_stdin)


@publishing.command(epilog=example("teladan prepare spbe-2024 --by publisher@example.org"))
def prepare(code: Code, *, by: By, password_stdin: Script = False) -> None:
    """Prepare a draft: its figures are final, another person can release it."""
    with reported():
        from teladan.cli.node import publish

        publish.prepare(code, by=by, stdin=password_stdin)


@publishing.command(epilog=example("teladan release spbe-2024 --by second@example.org"))
def release(code: Code, *, by: By, password_stdin: Script = False) -> None:
    """Release what another person prepared."""
    with reported():
        from teladan.cli.node import publish

        publish.release(code, by=by, stdin=password_stdin)


@publishing.command(
    epilog=example("teladan withdraw spbe-2024 --by second@example.org --reason 'A table is missing'")
)
def withdraw(code: Code, *, by: By, reason: Why, password_stdin: Script = False) -> None:
    """Take back what is not released yet."""
    with reported():
        from teladan.cli.node import publish

        publish.withdraw(code, by=by, reason=reason, stdin=password_stdin)


@publishing.command(epilog=example("teladan erase 17 --reason 'The request named a person'"))
def erase(
    act: Annotated[
        str, typer.Argument(metavar="ACT", help="The act, or the position of its entry in the record.")
    ],
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why it is erased; kept, not published.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Erase what a request, decision or preparation said; nobody can undo it.

    Whoever can run this on the server is its administrator. The log stays as it
    is and verifies; archives that others have taken cannot be called back.
    """
    with reported():
        from teladan.cli.node import publish_erase

        publish_erase.erase(act, reason=reason, sure=yes)


@correct.command(
    epilog=example(
        "teladan correct ask spbe-2023 idn-kab-banyuasin D4 3.30 --by a@example.org --reason 'Annex, p. 9'"
    )
)
def ask(
    code: Code,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Code of the organisation.")],
    element: Annotated[
        str,
        typer.Argument(
            metavar="ELEMENT",
            help="Printed element, index or band; of a computed publication an indicator.",
        ),
    ],
    becomes: Annotated[str, typer.Argument(metavar="BECOMES", help="The right figure, or the right band.")],
    *,
    by: By,
    reason: Why,
    password_stdin: Script = False,
) -> None:
    """Ask for the correction of a published figure."""
    with reported():
        from teladan.cli.node import publish

        publish.ask(code, organisation, element, becomes, by=by, reason=reason, stdin=password_stdin)


@correct.command(
    epilog=example("teladan correct decide 7 --accept --by b@example.org --reason 'Seen in the annex'")
)
def decide(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the correction.")],
    *,
    accept: Annotated[
        bool, typer.Option("--accept/--decline", help="Whether it is accepted.", show_default=False)
    ],
    by: By,
    reason: Why,
    password_stdin: Script = False,
) -> None:
    """Decide a correction that another person asked for.

    An accepted one is a draft then, to be prepared and released.
    """
    with reported():
        from teladan.cli.node import publish

        publish.decide(number, accept=accept, by=by, reason=reason, stdin=password_stdin)


@correct.command(
    "take-back",
    epilog=example("teladan correct take-back 7 --by a@example.org --reason 'I misread the annex'"),
)
def take_back(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the correction.")],
    *,
    by: By,
    reason: Why,
    password_stdin: Script = False,
) -> None:
    """Take back a correction that you asked for and that is not decided yet."""
    with reported():
        from teladan.cli.node import publish

        publish.take_back(number, by=by, reason=reason, stdin=password_stdin)


@correct.command("list", epilog=example("teladan correct list --by coordinator@example.org"))
def list_(*, by: By, password_stdin: Script = False) -> None:
    """List the corrections of your series, with how far each is."""
    with reported():
        from teladan.cli.node import publish

        publish.listed(by=by, stdin=password_stdin)
