"""The record's files, at addresses without a language: what anyone needs to check us, without signing in.

Checkpoint, tiles and bundles are files that the sequencer wrote (tlog-tiles); keys, receipts, objects
and manifests are asked of the record. Every answer may be read by pages of other sites (CORS), and what
never changes says so. A wrong address is answered in plain text, at .json as JSON.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from teladan import verify
from teladan.core.log import tiles
from teladan.publication import serializers
from teladan.publication.queries import record as publications
from teladan.record import objects, places
from teladan.record import queries as log
from teladan.record.stops import Stopped
from teladan.web.page_cache import choose_encoding

LOG = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
HOUR = "public, max-age=3600"  # seconds
MOMENTS = "public, max-age=3"  # seconds: the log grows
MOST_RUNGS = 1000  # checkpoints of one answer
DIGEST = re.compile(r"[0-9a-f]{64}")
POSITION = re.compile(r"0|[1-9][0-9]{0,15}")


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Send the newest signed checkpoint."""
    content = _file("checkpoint")
    if content is None:
        return _missing(request, "There is no checkpoint yet: nothing was signed here so far.")
    return _open(HttpResponse(content, PLAIN), MOMENTS)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Send a tile of hashes or a bundle of entries. Only the one way to write its address is known."""
    address = f"tile/{path}"
    try:
        level, index, width = tiles.parse_path(address)
    except ValueError as error:  # TileError, or more digits than Python reads
        return _missing(request, f"This is not the address of a tile: {str(error)[:200]}.")
    end = (index * tiles.WIDTH + width) * tiles.WIDTH ** (level or 0)
    # A tile that nothing signed yet may still change, and would be kept for ever under its address.
    content = _file(address) if end <= _signed_size() else None
    if content is None:
        return _missing(request, "There is no such tile: look at /record/checkpoint for the size of the log.")
    response = HttpResponse(content, BYTES)
    if path.startswith("entries/"):  # text; hashes cannot be made smaller
        patch_vary_headers(response, ["Accept-Encoding"])
        if choose_encoding(request.headers.get("Accept-Encoding", ""), {"gzip"}) == "gzip":
            response.content = gzip.compress(content, 6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    return _open(response, FOR_EVER)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """Send the public keys that sign the log, newest first, one a line."""
    lines = [str(each) for each in log.vkeys()]
    if not lines:
        return _missing(request, "There is no key yet: nothing was signed here so far.")
    return _open(HttpResponse("".join(f"{line}\n" for line in lines), PLAIN), MOMENTS)


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Send the newest 1,000 checkpoints, or those below the size `?before=`, oldest first."""
    asked = request.GET.get("before")
    if asked is not None and not POSITION.fullmatch(asked):
        return _refused(request, 400, "before is a size: a whole number without zeros before it.")
    rungs = log.ladder(MOST_RUNGS, before=None if asked is None else int(asked))
    return _open(_json([serializers.checkpoint_value(each) for each in reversed(rungs)]), MOMENTS)


@require_safe
def proof(request: HttpRequest, position: str) -> HttpResponse:
    """Send the receipt of an entry: a tlog-proof that carries the entry itself.

    A restored database may have lost checkpoints: the receipt stands on a later one then.
    """
    if not POSITION.fullmatch(position):
        return _missing(request, "A position is a whole number without zeros before it.")
    try:
        receipt = log.receipt_at(int(position))
    except (OSError, ValueError, Stopped):
        LOG.exception("The receipt of entry %s cannot be made", position)
        return _broken("The files of the log are damaged here: the receipt cannot be made.")
    if receipt is None:
        return _missing(request, "There is no proof for this position: no signed checkpoint covers it yet.")
    etag = f'"{hashlib.sha256(receipt).hexdigest()[:24]}"'
    response = HttpResponse(receipt, PLAIN)
    response.headers["ETag"] = etag
    response.headers["Content-Disposition"] = f'attachment; filename="record-{position}.tlog-proof"'
    return get_conditional_response(request, etag, None, _open(response, HOUR)) or response


@require_safe
def object_(request: HttpRequest, digest: str) -> HttpResponse:
    """Send the bytes of a published object; what is kept but not released yet is not there."""
    if not DIGEST.fullmatch(digest):
        return _missing(request, "An object has the 64 hexadecimal digits of its SHA-256 as its name.")
    if not publications.is_published(digest):
        return _missing(request, "No released publication names an object of this digest.")
    try:
        content = objects.get(digest)
    except FileNotFoundError:
        LOG.exception("The object %s is published and not kept", digest)
        return _broken("This object is published, but its bytes are missing here.")
    etag = f'"{digest}"'
    response = HttpResponse(content, BYTES)
    response.headers["ETag"] = etag
    response.headers["Content-Disposition"] = f'attachment; filename="{digest}.json"'
    return get_conditional_response(request, etag, None, _open(response, FOR_EVER)) or response


@require_safe
def manifest(request: HttpRequest, code: str) -> HttpResponse:
    """Send the manifest of a publication: its entries and digests, oldest first."""
    value = publications.bundle(code)
    if value is None:
        return _missing(request, f"Nothing was published under {code!r}.")
    return _open(_json(value), MOMENTS)


@require_safe
def disclosures(request: HttpRequest, code: str) -> HttpResponse:
    """Send salts and contents of the acts that were disclosed with a publication."""
    value = publications.disclosures(code)
    if value is None:
        return _missing(request, f"Nothing was published under {code!r}.")
    return _open(_json(value), MOMENTS)


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """Send the verifier itself: one file for Python 3.11 or later."""
    content, etag = _verifier()
    response = HttpResponse(content, "text/x-python; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return get_conditional_response(request, etag, None, _open(response, "public, max-age=300")) or response


@require_safe
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address below /record/ that leads nowhere with those that lead somewhere."""
    return _missing(
        request,
        "There is nothing here. The record's addresses: " + ", ".join(serializers.RECORD_ADDRESSES.values()),
    )


@lru_cache(maxsize=1)
def _verifier() -> tuple[bytes, str]:
    content = Path(verify.__file__).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:24]}"'


def _signed_size() -> int:
    """Return the size that the served checkpoint says; 0 where there is none to read."""
    lines = (_file("checkpoint") or b"").split(b"\n")
    return int(lines[1]) if len(lines) > 2 and lines[1][:16].isdigit() and len(lines[1]) <= 16 else 0


def _file(address: str) -> bytes | None:
    """Return a file of the log; None where there is none."""
    try:
        return (places.places().log / address).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _json(value: Any) -> HttpResponse:
    return HttpResponse(json.dumps(value, ensure_ascii=False, indent=1) + "\n", JSON)


def _open(response: HttpResponse, caching: str) -> HttpResponse:
    """Let pages of other sites read the answer, and say for how long it holds."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = caching
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _broken(detail: str) -> HttpResponse:
    return _open(HttpResponse(f"{detail}\n", PLAIN, 503), "no-store")


def _missing(request: HttpRequest, detail: str) -> HttpResponse:
    return _refused(request, 404, detail)


def _refused(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    response = (
        _json({"detail": detail}) if request.path.endswith(".json") else HttpResponse(f"{detail}\n", PLAIN)
    )
    response.status_code = status
    return _open(response, "no-cache")
