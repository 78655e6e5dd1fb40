"""Build step: compile the translations, so that every wheel holds them.

The stylesheet and the fonts come from `make assets` and are taken along when they are there:
building or installing Teladan never needs Node.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before hatchling collects the files of a wheel, an editable install or an sdist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every .po of the interface to the .mo beside it."""
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from teladan.web.catalogues import compile_all

            compile_all(source / "teladan" / "web" / "locale")
        finally:
            sys.path.remove(str(source))
