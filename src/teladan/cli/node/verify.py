"""`teladan verify`: the verifier that also stands alone as one file, with the same arguments."""

from __future__ import annotations

from typing import Annotated

import typer

from teladan.cli.examples import example

verbs = typer.Typer()


@verbs.command(
    epilog=example(
        "teladan verify publication http://127.0.0.1:8000/en/results/spbe-2023",
        "teladan verify proof record-12.tlog-proof --key @record.vkeys",
        "teladan verify log archive --remember seen.json",
        "teladan verify evidence decree.pdf --log http://127.0.0.1:8000",
    )
)
def verify(
    verb: Annotated[
        str, typer.Argument(metavar="VERB", help="proof, log, publication or evidence: what is checked.")
    ],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A file, a folder or an address.")],
    *,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="The record's key, or @ and its file; may be given again."),
    ] = None,
    remember: Annotated[
        str | None,
        typer.Option("--remember", metavar="FILE", help="Keep the checkpoint (log); check it next time."),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option("--log", metavar="PLACE", help="Address or folder of the record to hold it against."),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="CODE", help="Print its row whole (publication)."),
    ] = None,
) -> None:
    """Check a record, a proof, a publication or a file from outside.

    The same as python3 verify.py, which needs nothing else of Teladan. Exit
    status 0: it holds; 1: something does not; 2: it could not be checked.
    """
    from teladan import verify as verifier

    arguments = [verb, *(f"--key={key}" for key in keys or ())]
    options = {"remember": remember, "log": log, "organisation": organisation}
    arguments += [f"--{name}={text}" for name, text in options.items() if text is not None]
    raise typer.Exit(verifier.main([*arguments, "--", target], "teladan verify"))
