"""The archives that were made, at addresses without a language: one ZIP file for each publication."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from teladan.publication.queries import archives

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def archive(request: HttpRequest, code: str, number: int) -> HttpResponse | FileResponse:
    """Send the archive of a publication; a correction has another number and another archive."""
    view = archives.archive_of(code, number)
    if view.state != "made":
        text = "There is no such archive: it was not made yet. It can be asked for at the desk.\n"
        return HttpResponse(text, "text/plain; charset=utf-8", 404, headers={"Cache-Control": "no-cache"})
    etag = f'"{view.sha256}"'
    answer = FileResponse(
        archives.path(code, number).open("rb"),
        as_attachment=True,
        filename=f"{code}-{number}.zip",
        content_type="application/zip",
    )
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Access-Control-Allow-Origin"] = "*"
    unchanged = get_conditional_response(request, etag)
    if unchanged is not None:
        answer.close()
        return unchanged
    return answer
