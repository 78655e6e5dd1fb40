"""The interface's translations: texts out of the code, into .po files, compiled to .mo.

Messages are English; Indonesian and Korean are kept in locale/<language>/LC_MESSAGES/django.po.
Babel does all of it, so no system gettext is needed.

    python -m teladan.web.catalogues update     read the texts into the .po files
    python -m teladan.web.catalogues compile    write the .mo files
"""

import io
import sys
from datetime import UTC, datetime
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

HEADER = """# Interface of Teladan in {language}. `make messages` brings it up to the texts in the code."""
# What Babel writes into the head of a file and git knows better.
UNKEPT = tuple(
    f'"{name}:'.encode()
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
        "Generated-By",
        "Project-Id-Version",
    )
)


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
        # Neither Indonesian nor Korean changes a noun for number: one form.
        new = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
        return read_po(io.StringIO(new), locale=language, charset="utf-8")
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
        catalog.header_comment = HEADER.format(language=language)
        path = po_file(language, locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
        lines = written.getvalue().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if not line.startswith(UNKEPT)))
        missing = sum(not message.string for message in catalog if message.id)
        sys.stderr.write(f"{path}: {len(catalog)} texts, {missing} to translate\n")


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo beside every .po; return what was written."""
    written = []
    for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3], charset="utf-8")
        # Without a date in the .po Babel takes the clock's, and no two builds would be alike.
        catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        written.append(path.with_suffix(".mo"))
    return written


if __name__ == "__main__":
    {"update": update, "compile": compile_all}[sys.argv[1]]()
