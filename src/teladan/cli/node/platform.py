"""What every verb of a node stands on: Django at hand, and its errors as lines with a way out."""

from __future__ import annotations

import importlib.util
from contextlib import contextmanager
from typing import TYPE_CHECKING

from teladan.cli.problems import CannotRun, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

NEEDS = ("django", "granian", "psycopg", "ninja", "jinja2")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@contextmanager
def platform() -> Iterator[None]:
    """Turn what a rule refuses or a person can mend (settings, database, files) into lines with a way out."""
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotRun(
            f"this verb needs the platform ({', '.join(missing)} not installed): "
            "pip install 'teladan[server]'"
        )
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError

    from teladan.config.env import SettingError
    from teladan.core.document import DocumentError
    from teladan.core.index import AnswersError
    from teladan.core.library import LibraryError
    from teladan.registry.refusals import Refused

    try:
        yield
    except Refused as error:
        raise Refusal([f"refused: {error}"]) from error
    except DocumentError as error:
        raise CannotRun(*error.lines()) from error
    except (AnswersError, LibraryError) as error:
        raise CannotRun(*str(error).splitlines()) from error
    except (SettingError, ImproperlyConfigured) as error:
        raise CannotRun(*str(error).splitlines()) from error
    except DatabaseError as error:
        raise CannotRun(f"the database: {' '.join(str(error).split())}", "see: teladan doctor") from error
    except OSError as error:
        raise CannotRun(f"{error.filename or 'a file'}: {error.strerror or error}") from error


@contextmanager
def node() -> Iterator[None]:
    """Set Django up with the settings of this node, for verbs that use what it stores."""
    with platform():
        from teladan.config.server import setup

        setup()
        yield


def refuse_waiting_migrations() -> None:
    """Refuse tables of another version."""
    from teladan.config.server import waiting_migrations

    if waiting_migrations():
        raise CannotRun("the tables of the database are not those of this version: run teladan migrate first")


def now() -> datetime:
    """Return the time of the node's clock, for what is done now."""
    from teladan.config import clock

    return clock.now()
