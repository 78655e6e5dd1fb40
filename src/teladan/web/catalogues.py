"""The interface's translations: texts out of the code, into .po files, compiled to .mo.

Messages are English; Indonesian and Korean are kept in locale/<language>/LC_MESSAGES/django.po.
Babel does all of it, so no system gettext is needed.

    python -m teladan.web.catalogues update     read the texts into the .po files
    python -m teladan.web.catalogues compile    write the .mo files
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1]
LOCALE = Path(__file__).parent / "locale"
TRANSLATED = ("id", "ko")

METHODS = [("**/jinja2/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {
    "**/jinja2/**.html": {
        "encoding": "utf-8",
        "newstyle_gettext": "true",
        "trimmed": "true",
        "silent": "false",
    },
}
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def extract(package: Path = PACKAGE) -> Catalog:
    """Read every marked text of the package's Python and templates."""
    catalog = Catalog(project="Teladan", charset="utf-8")
    found = extract_from_dir(
        package,
        method_map=METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,  # type: ignore[arg-type]
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for file, _line, message, comments, context in found:
        catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalog


def po_file(language: str, locale: Path = LOCALE) -> Path:
    """Name the file that holds a language's translations."""
    return locale / language / "LC_MESSAGES" / "django.po"


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """Read a language's translations; a new language starts empty."""
    path = po_file(language, locale)
    if not path.is_file():
        return Catalog(locale=language, project="Teladan", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def update(locale: Path = LOCALE) -> None:
    """Bring the .po files up to the texts in the code, without guessing (no fuzzy matches)."""
    template = extract()
    for language in TRANSLATED:
        catalog = read(language, locale)
        catalog.fuzzy = False
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        # The dates Babel keeps in the header change on every run and say nothing: git knows.
        catalog.creation_date = catalog.revision_date = "not kept"  # type: ignore[assignment]
        path = po_file(language, locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
        missing = sum(not message.string for message in catalog if message.id)
        sys.stderr.write(f"{path}: {len(catalog)} texts, {missing} to translate\n")


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo beside every .po; return what was written."""
    written = []
    for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3], charset="utf-8")
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        written.append(path.with_suffix(".mo"))
    return written


if __name__ == "__main__":
    {"update": update, "compile": compile_all}[sys.argv[1]]()
