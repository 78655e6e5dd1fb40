"""Published pages do not change: their rendered, compressed bytes are kept and sent again.

    @kept(token=publication_state, params=("kind", "province", "band", "sort"))
    def edition(request, code): ...

`token(request, **kwargs)` names the state of what the page shows, cheaply. A new state is a new
page; nothing has to be told to forget. Kept by address, query, language, state and version of the
code, in memory and in TELADAN_HOME/kept, both bounded.

A request with a query that is not in `params`, or that is not written the one plain way, is rendered
anew each time, so that no one can fill the shelf by inventing queries. Of values that a page does not
offer the view must say so with another status than 200.
"""

import gzip
import hashlib
import hmac
import json
import logging
import re
import shutil
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, wraps
from pathlib import Path
from threading import Lock
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import http_date
from django.utils.translation import get_language

from teladan.web.page import origin

LOG = logging.getLogger(__name__)
PACKAGE = Path(__file__).parents[1]

MAX_AGE = 300  # seconds a browser or a proxy may reuse a page without asking
MOMENTS = 3  # the same, of what changes within seconds
MEMORY = 64 * 2**20  # bytes kept in memory, per process
DISK_BYTES = 512 * 2**20
DISK_FILES = 20_000
SEAL = 32  # bytes before each file: HMAC-SHA256 under the secret of this installation
SEALED = "teladan.web.page_cache"
PRUNE_EVERY = 256  # writes between two looks at the size of the folder
SMALL = 300  # bytes below which compressing only adds
GZIP_LEVEL = 6
BROTLI_QUALITY = 9
BROTLI_NOW = 2  # for a page that is sent once and not kept
COMPRESSIBLE = re.compile(r"text/|application/(json|xml|[a-z.+-]*\+(json|xml)|javascript)|image/svg\+xml")
# What a kept answer says besides its body; everything else is the middleware's.
KEPT_HEADERS = (
    "Content-Type",
    "Content-Language",
    "Content-Disposition",
    "Link",
    "Access-Control-Allow-Origin",
)

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class State:
    """The state of what a page shows: a name for it, and when it became so (for Last-Modified).

    `passing`: it will be another within moments, so a page that shows it is soon asked for again.
    """

    token: str
    changed: datetime | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One page: its headers, the digest of its bytes, when it was last changed, the encoded bodies."""

    headers: dict[str, str]
    digest: str
    modified: int
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all bodies together."""
        return sum(map(len, self.bodies.values()))

    def dump(self) -> bytes:
        """Write a line of JSON and the bodies behind it."""
        head = {
            "headers": self.headers,
            "digest": self.digest,
            "modified": self.modified,
            "sizes": {name: len(body) for name, body in self.bodies.items()},
        }
        return json.dumps(head).encode() + b"\n" + b"".join(self.bodies.values())

    @classmethod
    def load(cls, data: bytes) -> "Kept":
        """Read what `dump` wrote; raise ValueError or KeyError when it is not whole."""
        line, _, rest = data.partition(b"\n")
        head = json.loads(line)
        bodies, start = {}, 0
        for name, size in head["sizes"].items():
            bodies[name] = rest[start : start + size]
            start += size
        if start != len(rest):
            raise ValueError("cut off")
        return cls(head["headers"], head["digest"], head["modified"], bodies)


@dataclass(slots=True)
class Shelf:
    """Kept pages in memory, the last used last, above the same pages in a folder."""

    folder: Path
    memory: int = MEMORY
    disk_bytes: int = DISK_BYTES
    disk_files: int = DISK_FILES
    _pages: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _size: int = 0
    _writes: int = 0
    _lock: Lock = field(default_factory=Lock)
    # One of these is held while a page is rendered, so that many first visitors cost one rendering.
    rendering: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(64)))

    def path(self, key: str) -> Path:
        """Name the file of a page."""
        return self.folder / key[:2] / key

    def get(self, key: str) -> Kept | None:
        """Return a page from memory or from the folder."""
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
                return page
        try:
            page = Kept.load(_unsealed(key, self.path(key).read_bytes()))
        except (OSError, ValueError, KeyError):
            return None
        self.remember(key, page)
        return page

    def remember(self, key: str, page: Kept) -> None:
        """Hold a page in memory; let go of those not used for longest."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._size > self.memory and self._pages:
                self._size -= self._pages.popitem(last=False)[1].size

    def write(self, key: str, page: Kept) -> None:
        """Hold a page in the folder. A full or read-only disk costs speed, not the page."""
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(_sealed(key, page.dump()))
            Path(file.name).replace(path)  # whole or not at all, for whoever reads meanwhile
        except OSError as error:
            LOG.warning("A rendered page cannot be kept in %s: %s", self.folder, error.strerror)
            return
        with self._lock:
            self._writes += 1
            due = self._writes % PRUNE_EVERY == 1
        if due:
            self.prune()

    def prune(self) -> None:
        """Delete the oldest files past the bounds, and what other versions of the code left."""
        for other in self.folder.parent.iterdir():
            # An hour's grace: while servers change over, two versions run side by side.
            if other != self.folder and other.is_dir() and other.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(other, ignore_errors=True)
        files = []
        for path in self.folder.glob("*/*"):
            try:
                state = path.stat()
            except OSError:
                continue  # another process was quicker
            files.append((state.st_mtime, state.st_size, path))
        files.sort(reverse=True)
        total = 0
        for count, (_, size, path) in enumerate(files, start=1):
            total += size
            if total > self.disk_bytes or count > self.disk_files:
                path.unlink(missing_ok=True)


def _sealed(key: str, data: bytes) -> bytes:
    """Put a seal before the bytes of a file: whoever changes or swaps it without our secret is noticed."""
    return _seal(key, data) + data


def _unsealed(key: str, sealed: bytes) -> bytes:
    """Return the bytes behind a seal that fits; ValueError where it does not: the page is rendered again."""
    seal, data = sealed[:SEAL], sealed[SEAL:]
    if not hmac.compare_digest(seal, _seal(key, data)):
        raise ValueError("changed")
    return data


def _seal(key: str, data: bytes) -> bytes:
    # By the digest of the bytes: a large page is hashed once, at the speed of SHA-256.
    return salted_hmac(SEALED, key.encode() + hashlib.sha256(data).digest(), algorithm="sha256").digest()


@cache
def code_version() -> str:
    """Digest everything a page is made by: code, templates, translations, names of static files."""
    digest = hashlib.sha256()
    files = [
        path
        for pattern in ("**/*.py", "**/jinja2/**/*.html", "**/*.mo", "**/static/*.css")
        for path in PACKAGE.glob(pattern)
    ]
    for path in sorted(files):
        digest.update(f"{path.relative_to(PACKAGE)}\0".encode())
        digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()[:16]


@cache
def shelf_in(folder: Path) -> Shelf:
    """Return the one shelf of a folder."""
    return Shelf(folder)


def shelf() -> Shelf:
    """Return the shelf of this version of the code."""
    return shelf_in(Path(settings.TELADAN_KEPT) / code_version())


def kept(
    *,
    token: Callable[..., str | State | None],
    params: Collection[str] = (),
    blank: Collection[str] = (),
    max_age: int = MAX_AGE,
) -> Callable[[View], View]:
    """Keep what a view of a public page returns.

    The view must depend on nothing but address, query, language and the state that `token` names;
    `token` returns None to have this one rendered anew. Only answers 200 are kept. `blank` are the
    parameters that a form sends along empty. The page answers GET and HEAD, nothing else.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            state = token(request, *args, **kwargs)
            if isinstance(state, str):
                state = State(state)
            age = min(max_age, MOMENTS) if state and state.passing else max_age
            plain = _is_plain(request.GET, request.META.get("QUERY_STRING", ""), params, blank)
            if state is None or not settings.TELADAN_KEEP or not plain:
                return _unkept(request, view(request, *args, **kwargs), state, age)
            key = _key(request, state)
            on = shelf()
            page = on.get(key)
            if page is None:
                with on.rendering[int(key[:2], 16) % len(on.rendering)]:
                    page = on.get(key)
                    if page is None:
                        response = _rendered(view(request, *args, **kwargs))
                        if not _may_keep(response):
                            return response
                        page = make(response, state)
                        on.remember(key, page)
                        _finish_later(on, key, page)
            return _send(request, page, age)

        return answer

    return decorate


def _is_plain(asked: QueryDict, written: str, params: Collection[str], blank: Collection[str]) -> bool:
    """Say whether a query names known parameters only, each once, and is written as a form writes it."""
    known = all(name in params or (name in blank and not value) for name, value in asked.items())
    once = all(len(values) == 1 for _name, values in asked.lists())
    return known and once and asked.urlencode() == written


def _key(request: HttpRequest, state: State) -> str:
    """Name a page by all it depends on (the version of the code is the folder's name)."""
    parts = [request.path, request.META.get("QUERY_STRING", ""), get_language(), origin(request), state.token]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _rendered(response: HttpResponse) -> HttpResponse:
    """Render a TemplateResponse, leave any other as it is."""
    render = getattr(response, "render", None)
    return render() if callable(render) else response


def _may_keep(response: HttpResponse) -> bool:
    """Say whether an answer is a whole public page."""
    return response.status_code == 200 and not response.cookies and not response.streaming


def make(response: HttpResponse, state: State, *, brotli_quality: int | None = None) -> Kept:
    """Take the bytes of an answer: as they are, gzipped, and with Brotli where a quality is given."""
    body = response.content
    bodies = {"identity": body}
    if len(body) >= SMALL and COMPRESSIBLE.match(response.headers.get("Content-Type", "")):
        if brotli_quality is None:
            bodies["gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
        else:
            bodies["br"] = brotli.compress(body, quality=brotli_quality)
    return Kept(
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        digest=hashlib.sha256(body).hexdigest()[:24],
        modified=int(state.changed.timestamp() if state.changed else time.time()),
        bodies=bodies,
    )


def _unkept(request: HttpRequest, response: HttpResponse, state: State | None, max_age: int) -> HttpResponse:
    """Send an answer that is not kept: compressed quickly, else as a kept one."""
    response = _rendered(response)
    if not _may_keep(response):
        return response
    wants_brotli = choose_encoding(request.headers.get("Accept-Encoding", ""), {"br"}) == "br"
    page = make(response, state or State(""), brotli_quality=BROTLI_NOW if wants_brotli else None)
    return _send(request, page, max_age, dated=bool(state and state.changed))


def _send(request: HttpRequest, page: Kept, max_age: int, *, dated: bool = True) -> HttpResponse:
    """Answer with a page in the best encoding the browser takes, or with 304 where it has it already."""
    encoding = choose_encoding(request.headers.get("Accept-Encoding", ""), page.bodies)
    body = page.bodies[encoding]
    response = HttpResponse(body, headers=page.headers)
    response.headers["Content-Length"] = str(len(body))
    response.headers["ETag"] = etag = f'"{page.digest}-{encoding}"'
    response.headers["Cache-Control"] = f"public, max-age={max_age}"
    if dated:
        response.headers["Last-Modified"] = http_date(page.modified)
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    conditional = get_conditional_response(request, etag, page.modified if dated else None, response)
    if conditional is None:  # cannot be: a response was given
        return response
    if conditional.status_code == 304:
        # An answer without content has no type; Django gives every response one.
        conditional.headers.pop("Content-Type", None)
    return conditional


def choose_encoding(accepted: str, offered: Collection[str]) -> str:
    """Choose Brotli before gzip before identity, among what the header accepts and there is.

    >>> choose_encoding("gzip, deflate, br", {"br", "gzip", "identity"})
    'br'
    >>> choose_encoding("gzip;q=1.0, br;q=0", {"br", "gzip", "identity"})
    'gzip'
    """
    wanted: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=")
        wanted[name.strip()] = not re.fullmatch(r"0(\.0*)?", quality)
    for encoding in ("br", "gzip"):
        if encoding in offered and wanted.get(encoding, wanted.get("*", False)):
            return encoding
    return "identity"


# --- Brotli takes its time: the first visitor gets gzip, later ones the smaller page -----------


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the one thread that compresses."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="kept")


_waiting: set[Future[None]] = set()


def _finish_later(on: Shelf, key: str, page: Kept) -> None:
    """Compress with Brotli and write to the folder, behind the back of the first visitor."""
    future = _pool().submit(_finish, on, key, page)
    _waiting.add(future)
    future.add_done_callback(_waiting.discard)


def _finish(on: Shelf, key: str, page: Kept) -> None:
    """Add the Brotli body to a page, keep it in memory and in the folder."""
    if "gzip" in page.bodies:
        small = brotli.compress(page.bodies["identity"], quality=BROTLI_QUALITY)
        page = Kept(page.headers, page.digest, page.modified, page.bodies | {"br": small})
        on.remember(key, page)
    on.write(key, page)


def settle() -> None:
    """Wait until everything begun is kept (for tests, benchmarks and warming up)."""
    for future in list(_waiting):
        future.result()
