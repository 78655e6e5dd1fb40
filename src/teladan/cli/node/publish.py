"""The verbs of publishing by two persons: draft, prepare, release, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teladan.cli.examples import example
from teladan.cli.node.acting import acting
from teladan.cli.node.platform import now
from teladan.cli.options import By, Code, Reason, Script
from teladan.cli.output import NOTHING, count, table, write
from teladan.cli.problems import CannotRun, reported

if TYPE_CHECKING:
    from teladan.publication.models import Preparation
    from teladan.registry.models import Person

verbs = typer.Typer()

SHOWN = 60  # differences printed; the desk shows them all
HEADER = ("organisation", "name", "element", "was", "becomes")


@verbs.command(epilog=example("teladan draft published/spbe/2024 --by publisher@example.org"))
@reported
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
    if not folder.is_dir():
        raise CannotRun(f"{folder}: there is no such folder")
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication import services
        from teladan.publication.documents.source import read

        preparation = services.draft(by=person, source=read(folder), at=now(), reason=reason)
        write(described(preparation))
        print(f"Nothing is in the record yet. Next: teladan prepare {preparation.code} --by EMAIL")


@verbs.command(epilog=example("teladan prepare spbe-2024 --by publisher@example.org"))
@reported
def prepare(code: Code, *, by: By, password_stdin: Script = False) -> None:
    """Prepare a draft: its figures are final, another person can release it."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication import services

        preparation = services.prepare(by=person, preparation=_under_way(person, code), at=now())
        print(
            f"Prepared {preparation.code} {preparation.number}: "
            f"it rests on the first {preparation.prefix:,} entries of the log."
        )
        print(f"Another person releases it: teladan release {preparation.code} --by EMAIL")


@verbs.command(epilog=example("teladan release spbe-2024 --by second@example.org"))
@reported
def release(code: Code, *, by: By, password_stdin: Script = False) -> None:
    """Release what another person prepared."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication import services

        preparation = services.release(by=person, preparation=_under_way(person, code), at=now())
        print(
            f"Released {preparation.code} {preparation.number}. "
            "Its proof is pending until it has its place in the log."
        )


@verbs.command(
    epilog=example("teladan withdraw spbe-2024 --by second@example.org --reason 'A table is missing'")
)
@reported
def withdraw(code: Code, *, by: By, reason: Reason, password_stdin: Script = False) -> None:
    """Take back what is not released yet."""
    with acting(by, stdin=password_stdin) as person:
        from teladan.publication import services

        preparation = services.withdraw(
            by=person, preparation=_under_way(person, code), reason=reason, at=now()
        )
        print(f"Withdrawn: {preparation.code} {preparation.number}.")


def described(preparation: Preparation) -> str:
    """Return what a dry run shows: how complete it is, its verdicts, what differs from before."""
    from teladan.publication.documents.differences import wrong_rows
    from teladan.publication.projection import documents_of

    completeness, differences = preparation.completeness, preparation.differences
    verdicts = ", ".join(f"{number:,} {verdict}" for verdict, number in completeness["verdicts"].items())
    rows = [tuple(_plain(change[key]) or NOTHING for key in HEADER) for change in differences["changed"]]
    parts = [
        f"{preparation.code} {preparation.number} ({preparation.state}, {preparation.kind})",
        f"  listed           {completeness['listed']:,}" + _of(completeness["evaluated"]),
        f"  left out         {completeness['left_out']:,}",
        f"  not scored       {completeness['unscored']:,}",
        f"  without an index {completeness['without_index']:,}",
        f"  verdicts         {verdicts or NOTHING}",
        f"  results          sha256 {preparation.results_sha256}",
        "",
        *_wrong(wrong_rows(documents_of(preparation)[0])),
    ]
    if differences["against"] is None:
        return "\n".join([*parts, "There is nothing before it to compare with.", ""])
    parts.append(
        f"Compared with {differences['against']}: {count(differences['same'], 'row')} the same, "
        f"{count(rows, 'figure')} changed, {len(differences['added']):,} new, "
        f"{len(differences['gone']):,} gone."
    )
    parts += [f"  new   {_named(organisation)}" for organisation in differences["added"][:SHOWN]]
    parts += [f"  gone  {_named(organisation)}" for organisation in differences["gone"][:SHOWN]]
    text = "\n".join([*parts, ""])
    if rows:
        text += "\n" + table("", HEADER, rows[:SHOWN], right=(3, 4))
    if len(rows) > SHOWN:
        text += f"… and {len(rows) - SHOWN:,} more: the desk shows them all.\n"
    return text


def _wrong(rows: list[dict[str, Any]]) -> list[str]:
    """Return the lines that name the rows which cannot be right; none where there are none."""
    if not rows:
        return []
    lines = [f"  {_named(row)}: {row['verdict']}: {_plain(row['reason'] or '')}" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"  … and {len(rows) - SHOWN:,} more: the desk shows them all.")
    return [f"Printed figures that cannot be right ({count(rows, 'row')}):", *lines, ""]


def _under_way(person: Person, code: str) -> Preparation:
    """Return what is under way for a code, where the person may see it; else the last one."""
    from teladan.publication import rules
    from teladan.publication.models import Preparation

    visible = Preparation.objects.filter(rules.visible_to(person, at=now()), code=code)
    under_way = visible.filter(state__in=("draft", "prepared")).first()
    preparation = under_way or visible.order_by("-pk").first()
    if preparation is None:
        raise CannotRun(f"nothing is under way for {code!r}; begin with: teladan draft FOLDER --by EMAIL")
    return preparation


def _of(evaluated: int | None) -> str:
    return "" if evaluated is None else f" of {evaluated:,} evaluated"


def _named(row: dict[str, Any]) -> str:
    return f"{row['organisation']}  {_plain(row['name'])}"


def _plain(text: str) -> str:
    """Return a text that cannot steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
