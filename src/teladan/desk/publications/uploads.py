"""Files that a person sends: bounded, read in a folder of their own, gone when they are read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from teladan.core.document import DocumentError
from teladan.core.index import AnswersError
from teladan.desk.refusal_page import refused
from teladan.publication.documents.source import FILE, PublicationFile, read
from teladan.registry.refusals import Reason

MIB = 1024 * 1024
# field of the form -> (the name it gets here, the most bytes); the sender's own file names are not used
FILES: Mapping[str, tuple[str, int]] = {
    "publication": (FILE, MIB // 4),
    "results": ("results.csv", 4 * MIB),
    "scores": ("scores.csv", 16 * MIB),
    "answers": ("answers.csv", 16 * MIB),
}
MOST = sum(most for _name, most in FILES.values()) + MIB  # of a whole request, before any of it is read
SHOWN = 50  # problems
View = Callable[..., HttpResponse]
Made = TypeVar("Made")


class UploadError(Exception):
    """Files that cannot become a publication; `lines` say file, line and what is wrong."""

    def __init__(self, lines: list[str]) -> None:
        more = len(lines) - SHOWN
        self.lines = lines[:SHOWN]
        if more > 0:
            self.lines.append(_("… and %(n)s more") % {"n": more})
        super().__init__("\n".join(self.lines))


def bounded(view: View) -> View:
    """Turn away a request that says it is larger than all files together may be, unread."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # By its length first: Python reads no number of thousands of digits.
        if not length.isdecimal() or len(length) > len(str(MOST)) or int(length) > MOST:
            reason = Reason(
                "too-large",
                N_("The files are larger than %(most)s MiB together."),
                {"most": MOST // MIB},
            )
            # The rest of the body is not read: the connection cannot be used for another request.
            response = refused(request, reason)
            response.status_code = 413
            return response
        return view(request, *args, **kwargs)

    return answer


def with_source(files: Mapping[str, UploadedFile], use: Callable[[PublicationFile], Made]) -> Made:
    """Read the files as a publication's folder and return what `use`, which may find more wrong, makes of it.

    Raises UploadError with a line for each thing that is wrong; what was sent is deleted in any case.
    """
    with tempfile.TemporaryDirectory(prefix="teladan-upload-") as name:
        folder = Path(name)
        for field, (kept, most) in FILES.items():
            if files.get(field):
                _write(folder / kept, files[field], most)
        try:
            return use(read(folder))
        except DocumentError as error:
            raise UploadError([_without(line, name) for line in error.lines()]) from error
        except AnswersError as error:
            raise UploadError(str(error).splitlines()) from error


def _write(file: Path, sent: UploadedFile, most: int) -> None:
    """Write what was sent, no more of it than may be."""
    size = 0
    with file.open("xb") as stream:
        for chunk in sent.chunks():
            size += len(chunk)
            if size > most:
                text = _("%(file)s has more than %(most)s KiB.") % {"file": file.name, "most": most // 1024}
                raise UploadError([text])
            stream.write(chunk)


def _without(line: str, folder: str) -> str:
    return line.replace(f"{folder}/", "")
