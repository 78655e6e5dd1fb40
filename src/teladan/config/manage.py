"""Django's own commands for developers, such as makemigrations, with the database started.

python -m teladan.config.manage makemigrations
"""

import sys

from django.core.management import execute_from_command_line

from teladan.config.env import SettingError
from teladan.config.server import setup


def main() -> None:
    """Run one command of Django."""
    try:
        setup()
    except SettingError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
