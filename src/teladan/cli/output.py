"""What the command prints: aligned tables, JSON, CSV; and progress on stderr."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from teladan.cli.problems import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Sized

NOTHING = "–"  # a cell that has no value
PATIENCE = 0.7  # seconds of silence before progress is shown
LARGE = 400_000  # bytes of input that take about a second
CHUNK = 65_536  # bytes written at once, so that a reader that went away is noticed
CLOSED = 141  # 128 + SIGPIPE, as shells say it
NARROWEST = 16  # a folded column keeps at least this width
GAP = "  "
MINUS = r"(?<![\w-])-(?=[\d.])|(?<=\de)-(?=\d)"
NO_ZERO = r"(?<![\w-])-(?=0(?:\.0+)?(?![\d.]))"  # the sign of a figure rounded to nothing


def write(text: bytes | str) -> None:
    """Write to stdout: text is UTF-8 whatever the terminal's language.

    Where the reader has gone away (`| head`), the command ends quietly.
    """
    data = memoryview(text.encode("utf-8") if isinstance(text, str) else text)
    try:
        sys.stdout.flush()
        for start in range(0, len(data), CHUNK):
            sys.stdout.buffer.write(data[start : start + CHUNK])
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # What is still buffered must go somewhere, or Python complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED)


def json_text(value: object) -> bytes:
    """Return a value's canonical JSON and a new line."""
    from teladan.core import canonical

    return canonical.encode(value) + b"\n"


def json_line(value: object, *, spaces: bool = False, sort_keys: bool = False) -> str:
    """Return JSON in one line and a new line; floats are the shortest texts that read back the same."""
    import json

    separators = None if spaces else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=separators, sort_keys=sort_keys)
    return text + "\n"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows separated by commas, figures with points: what `check` reads again."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Iterable[int] = (),
    notes: Iterable[str] = (),
) -> str:
    """Return an aligned table; the first column is folded where a terminal is too narrow.

    `right` are the columns of figures, whose hyphens before digits are printed as minus signs. Korean
    letters take two places of a terminal.
    """
    from rich.cells import cell_len

    at_right = set(right)
    rows = [[minus(c) if i in at_right else c for i, c in enumerate(row)] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(header, *rows, strict=True)]
    room = _terminal_width()
    if room:
        others = sum(widths[1:]) + len(GAP) * (len(widths) - 1)
        widths[0] = min(widths[0], max(NARROWEST, room - others))
    bold = ("\x1b[1m", "\x1b[0m") if room and "NO_COLOR" not in os.environ else ("", "")
    lines = [f"{bold[0]}{title}{bold[1]}", ""] if title else []
    lines += [f"{bold[0]}{line}{bold[1]}" for line in _lines(header, widths, at_right)]
    lines.append(GAP.join("─" * width for width in widths))
    for row in rows:
        lines += _lines(row, widths, at_right)
    notes = list(notes)
    lines += ["", *notes] if notes else []
    return "\n".join(lines) + "\n"


def minus(text: str) -> str:
    """Return a figure for people, with minus signs; JSON and CSV keep the hyphen that programs read.

    >>> minus("-0.41"), minus("-0.00 … 0.01"), minus("1e-05"), minus("2024-11")
    ('−0.41', '0.00 … 0.01', '1e−05', '2024-11')
    """
    return re.sub(MINUS, "−", re.sub(NO_ZERO, "", text))


def _lines(row: Sequence[str], widths: Sequence[int], at_right: set[int]) -> Iterator[str]:
    from rich.cells import cell_len

    folded = _folded(row[0], widths[0])
    for number, first in enumerate(folded):
        cells = [first, *row[1:]] if number == 0 else [first]
        padded = []
        for position, cell in enumerate(cells):
            space = " " * (widths[position] - cell_len(cell))
            padded.append(space + cell if position in at_right else cell + space)
        yield GAP.join(padded).rstrip()


def _folded(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` places, parted at spaces where there are any."""
    from rich.cells import cell_len, chop_cells

    if cell_len(text) <= width:
        return [text]
    indent = " " * (len(text) - len(text.lstrip()))
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else indent + word
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(word, width - len(indent))
            lines[-1] = indent + lines[-1]
    return [line for line in lines if line] or [""]


def _terminal_width() -> int:
    """Return the terminal's width, 0 where stdout is none."""
    if not sys.stdout.isatty():
        return 0
    return os.get_terminal_size(sys.stdout.fileno()).columns


@contextmanager
def working(what: str, size: int = LARGE) -> Iterator[None]:
    """Show on a terminal that large input is worked on."""
    if size < LARGE or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def watched(items: Sequence[Any], what: str) -> Iterator[Any]:
    """Yield the items, with a progress bar on a terminal once it takes longer than a moment."""
    if not sys.stderr.isatty():
        yield from items
        return
    started = time.monotonic()
    for number, item in enumerate(items):
        if time.monotonic() - started > PATIENCE:
            yield from _with_bar(items, number, what)
            return
        yield item


def _with_bar(items: Sequence[Any], done: int, what: str) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=len(items), completed=done)
        for item in items[done:]:
            yield item
            progress.advance(task)


def note(*lines: str) -> None:
    """Write what a person should know beside the result, to stderr."""
    say(*(line for line in lines if line))


def count(things: Sized | int, singular: str, plural: str = "") -> str:
    """Return "1 row" or "2 rows".

    >>> count(1, "row"), count(1200, "row")
    ('1 row', '1,200 rows')
    """
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
