"""The instrument and the edition that a verb is asked for, and what a table is headed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from teladan.cli.problems import CannotRun
from teladan.core import library
from teladan.core.document import DocumentError
from teladan.core.library import LibraryError
from teladan.core.text import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from teladan.core.instrument import Edition, Instrument

LANGUAGE = "en"  # the command speaks English


def resolve(address: str, year: str | None) -> tuple[Instrument, Edition]:
    """Return the instrument at an address and its edition, the newest where none is named."""
    instrument: Instrument = _read(lambda: library.find(address), address)
    try:
        return instrument, instrument.edition(year)
    except KeyError as error:
        raise CannotRun(str(error.args[0])) from error


def is_newest(address: str, year: str | None) -> bool:
    """Say whether a version or edition was left for Teladan to choose."""
    return year is None or not ("@" in address or "/" in address)


def everything() -> list[Instrument]:
    """Return every instrument at hand."""
    instruments: list[Instrument] = _read(library.everything, "the instruments")
    return instruments


def title(instrument: Instrument) -> str:
    """Return the instrument's title in English where there is one."""
    return choose(instrument.titles, LANGUAGE)[0] or instrument.slug


def heading(instrument: Instrument, edition: Edition) -> str:
    """Return what a table is of: address, edition and title."""
    return f"{edition.address} · {title(instrument)}"


def _read(read: Callable[[], Any], address: str) -> Any:
    try:
        return read()
    except LibraryError as error:
        raise CannotRun(str(error)) from error
    except DocumentError as error:
        raise CannotRun(*error.lines()) from error
    except UnicodeDecodeError as error:
        raise CannotRun(f"{address}: the instrument file is not UTF-8 text") from error
    except OSError as error:
        raise CannotRun(f"{error.filename or address}: cannot be read: {error.strerror}") from error
