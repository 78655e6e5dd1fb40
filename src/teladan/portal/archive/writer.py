"""Writing an archive: everything about one edition in one folder or ZIP file, checkable with Python alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection, transaction

from teladan import verify
from teladan.core import canonical, library
from teladan.portal.archive import texts
from teladan.portal.archive.folder import Folder, refuse
from teladan.portal.archive.package import package
from teladan.portal.archive.pages import Pages, site_address
from teladan.portal.archive.problems import CannotArchive
from teladan.portal.archive.record_files import Record, object_of, record_files, record_of
from teladan.publication import queries
from teladan.publication.documents.build import instrument_document
from teladan.publication.queries import EditionView
from teladan.record import queries as log
from teladan.web.page import LANGUAGES

STATIC = {
    "teladan.css": "teladan.css",
    "favicon.svg": "favicon.svg",
    "built/govuk.css": "govuk.css",
    "built/fonts.css": "fonts.css",
    "built/fonts-ko.css": "fonts-ko.css",
    "built/LICENCES.txt": "LICENCES.txt",
}
FONTS = "built/fonts"
Files = Iterator[tuple[str, bytes]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What was written."""

    path: Path
    number: int
    files: int


def name_of(code: str, number: int) -> str:
    """Return how an archive's folder is called: each publication of a code has its own."""
    return f"{code}-{number}"


def write(
    code: str,
    out: Path | None = None,
    *,
    languages: Sequence[str] = (),
    zipped: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Archive:
    """Write the archive of the newest publication of a code; without `out` beside the caller.

    Languages are those given, in the site's order; all of them where none is. `progress(done, all)` counts
    files. Raises CannotArchive where there is no such publication, its proof is pending, or something is
    in the way, OSError where the disk does not take it; then nothing is left behind.
    """
    with _as_of_one_moment():
        return _write(code, out, languages, zipped=zipped, progress=progress)


def _write(
    code: str, out: Path | None, languages: Sequence[str], *, zipped: bool, progress: Progress
) -> Archive:
    view = queries.edition(code)
    if view is None:
        raise CannotArchive(_unknown(code))
    of = record_of(code)
    number: int = of.newest["number"]
    target = _target(out, name_of(code, number), zipped=zipped)
    refuse(target, zipped=zipped)
    chosen = [language for language in LANGUAGES if not languages or language in languages]
    with Folder(target, zipped=zipped) as folder:
        for path, content in _data(view, of):
            folder.write(path, content)
        about = _about(view, of, folder.paths)
        pages = Pages(view, about, chosen, [each["number"] for each in of.manifest["publications"][1:]])
        total = folder.files + pages.count
        for path, content in pages.render():
            folder.write(path, content)
            progress(folder.files, total)
        folder.write("README.txt", texts.readme(about, chosen))
    return Archive(path=target, number=number, files=folder.files)


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """Read the database as it is now, whatever is published meanwhile; write nothing."""
    if connection.in_atomic_block:  # the caller's own moment
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _data(view: EditionView, of: Record) -> Files:
    """Yield everything but the pages."""
    yield from record_files(of)
    yield "verify.py", Path(verify.__file__).read_bytes()
    address = f"{site_address()}/en/results/{of.code}" if site_address() else ""
    made = package(view, publications=of.manifest["publications"], address=address)
    yield from made.files.items()
    yield "data/results.json", object_of(of.newest["results"])
    if of.newest["inputs"]:
        yield "data/inputs.json", object_of(of.newest["inputs"])
    yield from _method(view, of)
    yield from _static()


def _method(view: EditionView, of: Record) -> Files:
    """Yield the method as published, and the file it was made from while that still says the same."""
    if not of.newest["instrument"]:
        return
    published = object_of(of.newest["instrument"])
    yield "method/instrument.json", published
    if view.instrument is None or view.edition is None:
        return
    if canonical.encode(instrument_document(view.instrument, view.edition)) == published:
        file = library.files()[view.instrument.slug][view.instrument.version]
        yield "method/instrument.yaml", file.read_bytes()


def _static() -> Files:
    """Yield stylesheets, icon and fonts: their addresses inside one another are relative already."""
    for source, name in STATIC.items():
        found = finders.find(source)
        if not found:
            raise CannotArchive(f"the file {source} of the site is missing: run make assets")
        yield f"static/{name}", Path(found).read_bytes()
    fonts = finders.find(FONTS)
    for font in sorted(Path(str(fonts)).iterdir()):
        yield f"static/fonts/{font.name}", font.read_bytes()


def _about(view: EditionView, of: Record, paths: frozenset[str]) -> texts.About:
    return texts.About(
        code=of.code,
        titles=view.publication.titles,
        number=of.newest["number"],
        kind=of.newest["computed_or_reported"],
        released_at=of.newest["released_at"],
        vkeys=tuple(str(vkey) for vkey in log.vkeys()),
        site=site_address(),
        paths=paths,
    )


def _target(out: Path | None, name: str, *, zipped: bool) -> Path:
    target = (out or Path(name)).absolute()
    if zipped and target.suffix != ".zip":
        target = target.with_name(f"{target.name}.zip")
    return target


def _unknown(code: str) -> str:
    known = [each.code for each in queries.publications()]
    if not known:
        return f"there is no publication {code!r}: nothing is loaded yet; run teladan load"
    return f"there is no publication {code!r}; there are: {', '.join(sorted(known))}"
