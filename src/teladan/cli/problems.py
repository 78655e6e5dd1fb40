"""What stops the command, said as file:row:column with a way out."""

from __future__ import annotations

import difflib
import functools
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

P = ParamSpec("P")

SHOWN = 100  # problems named, before the rest is counted
DONE, WRONG_DATA, CANNOT_RUN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file of answers: spreadsheet row (0: the file), column, what and why."""

    row: int
    column: str
    message: str

    def line(self, file: str) -> str:
        """Return file:row:column: message, without the parts that are not known."""
        place = [file, *([str(self.row)] if self.row else []), *([self.column] if self.column else [])]
        return f"{':'.join(place)}: {self.message}"


class Stop(Exception):  # noqa: N818  (a way to end, not a fault of the program)
    """The verb ends here: lines for stderr and the exit status."""

    status = CANNOT_RUN

    def __init__(self, lines: Iterable[str]) -> None:
        """Keep the lines."""
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


class CannotRun(Stop):
    """The command could not run: no such file, instrument, edition, option. Status 2."""

    def __init__(self, *lines: str) -> None:
        """Keep the lines."""
        super().__init__(lines)


class WrongData(Stop):
    """Something is wrong in the data. Status 1."""

    status = WRONG_DATA

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        """Put the problems in the order of the file."""
        super().__init__(lines_of(file, problems))

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> WrongData:
        """Return the stop for the problems of several files."""
        stop = cls("", [])
        stop.lines = list(lines)
        return stop


class Refusal(Stop):
    """A rule refused the action, and nothing was changed. Status 1."""

    status = WRONG_DATA


def lines_of(file: str, problems: Sequence[Problem]) -> list[str]:
    """Return one line per problem in file order, at most `SHOWN`, then how many more there are."""
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.row)
    lines = [problem.line(file) for problem in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        lines.append(f"… and {len(ordered) - SHOWN:,} more")
    return lines


def wrong(file: str, message: str, row: int = 0, column: str = "") -> WrongData:
    """Return the stop for one problem."""
    return WrongData(file, [Problem(row, column, message)])


CODES = 0.45  # likeness from which a short code is meant by another: D9 is like I9
WORDS = 0.6


def near(name: str, known: Iterable[str], likeness: float = WORDS) -> str | None:
    """Return the known name nearest to one that is not known, or None.

    >>> near("i7", ["I7", "I8"])
    'I7'
    """
    names = list(known)
    folded = [candidate for candidate in names if candidate.casefold() == name.casefold()]
    return next(iter(folded or difflib.get_close_matches(name, names, 1, likeness)), None)


def nearest(name: str, known: Iterable[str], likeness: float = WORDS) -> str:
    """Return '; did you mean …?' for the nearest known name, or an empty text."""
    meant = near(name, known, likeness)
    return f"; did you mean {meant!r}?" if meant else ""


def say(*lines: str) -> None:
    """Write lines to stderr; what a file holds cannot steer the terminal."""
    for line in lines:
        shown = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in line)
        print(shown, file=sys.stderr)


def reported(verb: Callable[P, int | None]) -> Callable[P, None]:
    """Return a verb that writes a `Stop` to stderr and exits with its status, or with the returned one."""

    @functools.wraps(verb)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        import typer

        try:
            status = verb(*args, **kwargs)
        except Stop as stop:
            say(*stop.lines)
            status = stop.status
        if status:
            raise typer.Exit(status)

    return command
