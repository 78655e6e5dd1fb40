"""What every verb of a node stands on: Django at hand, and its errors as lines with a way out."""

from __future__ import annotations

import importlib.util
from contextlib import contextmanager
from typing import TYPE_CHECKING

from teladan.cli.problems import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDS = ("django", "granian", "psycopg", "ninja", "jinja2")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@contextmanager
def platform() -> Iterator[None]:
    """Turn what a person can mend (settings, database, files) into lines with a way out."""
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

    try:
        yield
    except DocumentError as error:
        raise CannotRun(*error.lines()) from error
    except (AnswersError, LibraryError) as error:
        raise CannotRun(*str(error).splitlines()) from error
    except (SettingError, ImproperlyConfigured) as error:
        raise CannotRun(str(error)) from error
    except DatabaseError as error:
        raise CannotRun(f"the database: {' '.join(str(error).split())}", "see: teladan doctor") from error
    except OSError as error:
        raise CannotRun(f"{error.filename or 'a file'}: {error.strerror or error}") from error
