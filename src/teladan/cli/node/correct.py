"""`teladan correct`: published figures corrected; one person asks, another decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from teladan.cli.examples import example
from teladan.cli.node.acting import acting
from teladan.cli.node.platform import now
from teladan.cli.node.publish import described
from teladan.cli.options import By, Code, Reason, Script
from teladan.cli.output import NOTHING, table, write
from teladan.cli.problems import CannotRun, reported

if TYPE_CHECKING:
    from teladan.publication.models import Correction
    from teladan.registry.models import Person

verbs = typer.Typer(
    name="correct",
    no_args_is_help=True,
    help="Correct published figures: one person asks, another decides.",
    epilog=example("teladan correct list --by coordinator@example.org"),
)


@verbs.command(
    epilog=example(
        "teladan correct ask spbe-2023 idn-kab-banyuasin D4 3.30 --by a@example.org --reason 'Annex, p. 9'"
    )
)
@reported
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
    reason: Reason,
    password_stdin: Script = False,
) -> None:
    """Ask for the correction of a published figure."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication.models import Publication
        from teladan.publication.services import ask_correction

        publication = Publication.objects.filter(code=code).first()
        if publication is None:
            raise CannotRun(f"there is no publication {code!r}")
        correction = ask_correction(
            by=person,
            publication=publication,
            organisation=organisation,
            element=element,
            becomes=becomes,
            reason=reason,
            at=now(),
        )
        print(f"Asked: correction {correction.pk}, {_change(correction)}.")
        print(
            f"Another person decides: teladan correct decide {correction.pk} --accept --by EMAIL --reason …"
        )


@verbs.command(
    epilog=example("teladan correct decide 7 --accept --by b@example.org --reason 'Seen in the annex'")
)
@reported
def decide(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the correction.")],
    *,
    accept: Annotated[
        bool, typer.Option("--accept/--decline", help="Whether it is accepted.", show_default=False)
    ],
    by: By,
    reason: Reason,
    password_stdin: Script = False,
) -> None:
    """Decide a correction that another person asked for.

    An accepted one is a draft then, to be prepared and released.
    """
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication.services import decide_correction

        correction = decide_correction(
            by=person, correction=_correction(person, number), accept=accept, reason=reason, at=now()
        )
        print(f"{'Accepted' if accept else 'Declined'}: correction {correction.pk}, {_change(correction)}.")
        if correction.preparation:
            write(described(correction.preparation))
            print(f"Next: teladan prepare {correction.publication} --by EMAIL")


@verbs.command(
    "take-back",
    epilog=example("teladan correct take-back 7 --by a@example.org --reason 'I misread the annex'"),
)
@reported
def take_back(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the correction.")],
    *,
    by: By,
    reason: Reason,
    password_stdin: Script = False,
) -> None:
    """Take back a correction that you asked for and that is not decided yet."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication.services import take_back_correction

        correction = take_back_correction(
            by=person, correction=_correction(person, number), reason=reason, at=now()
        )
        print(f"Taken back: correction {correction.pk}, {_change(correction)}.")


@verbs.command("list", epilog=example("teladan correct list --by coordinator@example.org"))
@reported
def list_(*, by: By, password_stdin: Script = False) -> None:
    """List the corrections of your series, with how far each is."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication import rules
        from teladan.publication.models import Correction

        visible = Correction.objects.filter(rules.corrections_visible_to(person, at=now()))
        corrections = visible.select_related("preparation").defer("preparation__differences").order_by("pk")
        rows = [
            (
                str(correction.pk),
                correction.publication,
                correction.organisation_id,
                correction.element,
                f"{correction.was or NOTHING} → {correction.becomes}",
                _state(correction),
            )
            for correction in corrections
        ]
        header = ("number", "publication", "organisation", "element", "figure", "state")
        write(table("", header, rows) if rows else "No correction was asked for.\n")


def _correction(person: Person, number: int) -> Correction:
    """Return a correction that the person may see; others do not exist for them."""
    from teladan.publication import rules
    from teladan.publication.models import Correction

    correction = Correction.objects.filter(rules.corrections_visible_to(person, at=now()), pk=number).first()
    if correction is None:
        raise CannotRun(f"there is no correction {number}; see: teladan correct list --by EMAIL")
    return correction


def _change(correction: Correction) -> str:
    was = correction.was or NOTHING
    return f"{correction.organisation_id} {correction.element}: {was} → {correction.becomes}"


def _state(correction: Correction) -> str:
    if correction.withdrawn_act:
        return "taken back"
    if correction.accepted is None:
        return "asked"
    if not correction.accepted:
        return "declined"
    return f"accepted, {correction.preparation.state}" if correction.preparation else "accepted"
