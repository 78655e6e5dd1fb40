"""The `teladan` command: what its verbs are and how they end."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130  # 128 + SIGINT, as shells say it
CLOSED = 141  # 128 + SIGPIPE: the reader of our output went away


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 wrong data, 2 could not run."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows its code instead of stopping the work.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        from teladan.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # What is still buffered must go somewhere, or Python complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED)
