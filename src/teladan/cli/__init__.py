"""The `teladan` command: what its verbs are and how they end."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # 128 + SIGINT, as shells say it


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
