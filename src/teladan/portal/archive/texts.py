"""What an archive says of itself: on its page "How to check this archive" and in README.txt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from teladan.web.formats import date, plain

VERIFY = "python3 -I verify.py"
LANGUAGE_NAMES = {"en": "English", "id": "Bahasa Indonesia", "ko": "한국어"}
WIDTH = 78


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to check: the question, the command, what it says."""

    question: str
    command: str
    answer: str


@dataclass(frozen=True, slots=True)
class FileNote:
    """One file or folder of the archive. `path` is a file a reader can open."""

    path: str
    shown: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is archived."""

    code: str
    titles: dict[str, str]
    number: int
    kind: str
    released_at: str
    vkeys: Sequence[str]
    site: str  # the site's own address, "" where it is not known
    paths: frozenset[str]  # of the files that are there

    def title(self) -> str:
        """Return the publication's title in the reader's language."""
        return plain(self.titles)

    def sentence(self) -> str:
        """Return what this is, in one sentence."""
        values: dict[str, Any] = {
            "title": self.title(),
            "number": self.number,
            "date": date(datetime.fromisoformat(self.released_at)),
        }
        if self.kind == "computed":
            return (
                _(
                    "An archive of ‘%(title)s’: publication %(number)s, released on %(date)s, computed. "
                    "It needs no network and no server."
                )
                % values
            )
        return (
            _(
                "An archive of ‘%(title)s’: publication %(number)s, released on %(date)s, reported as "
                "printed. It needs no network and no server."
            )
            % values
        )


def check_title() -> str:
    """Return the title of the page."""
    return _("How to check this archive")


def lede() -> str:
    """Return what is needed."""
    return _(
        "All that is needed is in this folder and on any computer with Python 3.11 or newer. Nothing is "
        "installed, and the network may be cut."
    )


def where() -> str:
    """Return where to type the commands."""
    return _("Open a terminal in the top folder of the archive, where verify.py lies, and type:")


def steps(about: About) -> list[Step]:
    """Return the commands, in the order in which they make sense."""
    recomputed = (
        _(
            "The entry, its receipt and the signature hold, and every figure is computed again from the "
            "inputs."
        )
        if about.kind == "computed"
        else _(
            "The entry, its receipt and the signature hold. The figures are those a source printed: they are "
            "consistent with the record, and cannot be computed again."
        )
    )
    found = [
        Step(
            _("Is every file the one that was archived?"),
            "sha256sum -c manifest.sha256",
            _("Each line ends with OK. On macOS: shasum -a 256 -c manifest.sha256"),
        ),
        Step(_("Was exactly this published?"), f"{VERIFY} publication .", recomputed),
        Step(
            _("Is the log whole?"),
            f"{VERIFY} log .",
            _("Every entry is hashed again, and the root is the one that was signed."),
        ),
        Step(
            _("Is it the key that others know?"),
            f"{VERIFY} publication . --key @key.txt",
            _(
                "Put the key from another place into key.txt, one line: from the site, a newspaper, an older "
                "archive. Without it the archive only vouches for itself."
            ),
        ),
    ]
    if about.site:
        found.append(
            Step(
                _("Is it the log that the site shows today?"),
                f"{VERIFY} log {about.site} --remember seen.json",
                _("This one needs the network. Ask again later: the log must still begin with what you saw."),
            )
        )
    return found


def limits() -> list[str]:
    """Return what none of it proves."""
    return [
        _(
            "That the evidence behind a score is true: it proves what was published, by whose key and in "
            "which order."
        ),
        _(
            "That something was never handed in: whoever handed it in has a receipt, and can prove that it "
            "is missing."
        ),
        _(
            "That everyone was shown the same log: compare the checkpoint with one that somebody else has "
            "kept."
        ),
    ]


def key_note() -> str:
    """Return what the key is for."""
    return _("The public key that signed this log, newest first. Compare it with a copy from elsewhere.")


def files(about: About) -> list[FileNote]:
    """Return what lies where, of what is there."""
    every = [
        FileNote("README.txt", "README.txt", _("What this is and how to check it, as plain text")),
        FileNote("manifest.sha256", "manifest.sha256", _("The SHA-256 of every other file")),
        FileNote("verify.py", "verify.py", _("The verifier: one file, nothing but Python")),
        FileNote(
            "datapackage.json",
            "datapackage.json",
            _("What every column means, its type and unit; licence and source"),
        ),
        FileNote(
            "data/results.csv", "data/", _("The figures as tables (CSV), and the published bytes (JSON)")
        ),
        FileNote(
            "method/instrument.json", "method/", _("The method: canonical bytes as published, and its file")
        ),
        FileNote(
            "record/checkpoint",
            "record/",
            _("The signed checkpoint, the log, receipts, objects and the public key"),
        ),
    ]
    return [each for each in every if each.path in about.paths or each.path == "README.txt"]


def readme(about: About, languages: Iterable[str]) -> bytes:
    """Return README.txt in each language."""
    parts = []
    for language in languages:
        width = WIDTH // 2 if language == "ko" else WIDTH  # a Korean letter is two columns wide
        with override(language):
            lines = [LANGUAGE_NAMES.get(language, language), "=" * WIDTH, ""]
            lines += [*wrap(about.sentence(), width), "", check_title(), "-" * WIDTH]
            lines += [*wrap(f"{lede()} {where()}", width), ""]
            for step in steps(about):
                lines += [step.question, f"    {step.command}", *wrap(step.answer, width), ""]
            lines += [_("What this does not prove"), "-" * WIDTH]
            for sentence in limits():
                lines += wrap(f"* {sentence}", width, subsequent_indent="  ")
            lines += ["", *wrap(key_note(), width), *(f"    {vkey}" for vkey in about.vkeys), ""]
            lines += [_("What lies where"), "-" * WIDTH]
            lines += [f"    {each.shown:<18} {each.what}" for each in files(about)]
            first, pages = f"{language}/index.html", _("The pages with the figures, for any browser")
            lines += [f"    {first:<18} {pages}", "", ""]
            parts.append("\n".join(lines))
    return "\n".join(parts).encode()
