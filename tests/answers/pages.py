"""Every page that links lead to, public and signed in, with what forms say to nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urljoin

from tests.answers.links import Page, inside, pattern
from tests.answers.node import PATIENCE, Node, Reply

FEW, SOME = 4, 12
# Of a pattern, where all are followed: with a query (a page has one for each row); in a second language.
QUERIES, HALF, ALL = 24, 60, 100_000
LANGUAGES = ("en", "id", "ko")
IN_RECORD = ("/record/object/", "/record/proof/", "/record/tile/")  # under their digests: see recorded.py
HASHED = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
Put = Callable[[str, str, int, dict[str, str], bytes], None]


def crawl(
    node: Node, starts: Iterable[str], seen: Callable[[str, Reply], object], *,
    most: int | None, within: Callable[[str], bool], cookies: str = "",
) -> list[Page]:  # fmt: skip
    """Follow links level by level, at most `most` of each pattern; return the pages with forms.

    Indonesian and Korean, whose templates are the same, have half of a few, and at most HALF of all.
    """
    known: set[str] = set()
    count: Counter[str] = Counter()
    forms: list[Page] = []

    def wanted(address: str) -> bool:
        if address in known or not within(address) or address.count("&") > 1:
            return False
        known.add(address)
        count[pattern(address)] += 1
        top = most or (QUERIES if "?" in address else ALL)
        if address.startswith(("/id/", "/ko/")):
            top = min(top, HALF) if most is None and top == ALL else top // 2
        return count[pattern(address)] <= top

    level = [address for address in starts if wanted(address)]
    with ThreadPoolExecutor(2) as several:
        while level:
            found = several.map(lambda address: node.ask(address, cookies=cookies), level)
            following: list[str] = []
            for address, reply in zip(level, found, strict=True):
                seen(address, reply)
                following += _leads(node, address, reply, forms)
            level = [address for address in following if wanted(address)]
    return forms


def _leads(node: Node, address: str, reply: Reply, forms: list[Page]) -> list[str]:
    links = [urljoin(node.site + address, reply.headers["location"])] if "location" in reply.headers else []
    if reply.headers.get("content-type", "").startswith("text/html"):
        page = Page(node.site + address, reply.body.decode())
        links += page.links
        if any(form.method == "post" for form in page.forms):
            forms.append(page)
    return [found for link in links if (found := inside(link, node.site))]


def public(node: Node, put: Put, *, quick: bool) -> None:
    """Store what everyone can read; style sheets and pictures under their name without its digest."""

    def seen(address: str, reply: Reply) -> None:
        put("public", HASHED.sub("", address), reply.status, reply.headers, reply.body)

    def within(address: str) -> bool:
        return not _signed_in(address) and not address.startswith(IN_RECORD)

    starts = [f"/{code}/{path}" for code in LANGUAGES for path in ("", "no-such-page", "results/no-such")]
    starts += ["/", "/favicon.ico", "/robots.txt", "/en/results/no-such.json", "/en/results/no-such.csv"]
    crawl(node, starts, seen, most=FEW if quick else None, within=within)


def desk(node: Node, put: Put, *, quick: bool) -> None:
    """Store the desk as each sample person sees it; then what its forms answer when nothing is filled in."""
    _begin(node, put)
    waiting: list[tuple[str, str, list[Page]]] = []
    for email, password, secret in node.persons:
        who, cookies = email.partition("@")[0], _sign_in(node, email, password, secret)
        for code in LANGUAGES[: 1 if quick else 3]:

            def seen(address: str, reply: Reply, who: str = who) -> None:
                put("desk", f"{who} {address}", reply.status, reply.headers, reply.body)

            def within(address: str, start: str = f"/{code}/") -> bool:
                return address.startswith(start) and _signed_in(address) and "/logout" not in address

            most = SOME if code == "en" and not quick else FEW
            pages = crawl(node, [f"/{code}/desk/"], seen, most=most, within=within, cookies=cookies)
            waiting.append((who, cookies, pages))
    for who, cookies, pages in waiting:
        _refusals(node, put, who, cookies, pages)


def _begin(node: Node, put: Put) -> None:
    """Begin a draft and ask for a correction by command, so that the desk has something under way."""
    signed = node.ask("/record/checkpoint").body
    sign_in = {email.partition("@")[0]: (email, password, secret) for email, password, secret in node.persons}
    draft = max(node.checkout.glob("published/pemdi/*"))
    figure = ("spbe-2023", "idn-kab-banyuasin", "D4", "3.30")
    for who, words in (
        ("publisher", ("draft", str(draft), "--reason", "To see a draft")),
        ("coordinator", ("correct", "ask", *figure, "--reason", "To see a correction")),
    ):
        email, password, secret = sign_in[who]
        told = f"{password}\n{_code(secret)}\n"
        done = node.run(*words, "--by", email, "--password-stdin", told=told)
        put("command", f"teladan {words[0]} by {who}", done.returncode, {}, done.stdout + done.stderr)
    until = time.monotonic() + PATIENCE
    while node.ask("/record/checkpoint").body == signed and time.monotonic() < until:
        time.sleep(0.5)


def _refusals(node: Node, put: Put, who: str, cookies: str, pages: list[Page]) -> None:
    """Send every form of the desk that a person fills in, empty; one of each pattern."""
    sent: set[str] = set()
    for page in pages:
        for form in page.forms:
            address = inside(urljoin(page.address, form.action or page.address), node.site) or ""
            name = f"{pattern(address)} {sorted(name for name, _ in form.fields)}"
            if form.method != "post" or not form.seen or "/desk/" not in address or name in sent:
                continue
            sent.add(name)
            reply = node.ask(address, cookies=cookies, method="POST", form=urlencode(form.fields).encode())
            put("refusal", f"{who} {name}", reply.status, reply.headers, reply.body)


def _signed_in(address: str) -> bool:
    return address.split("/")[2:3] in (["desk"], ["account"])


def _sign_in(node: Node, email: str, password: str, secret: str) -> str:
    """Sign in with password and code; return the cookies."""
    jar: dict[str, str] = {}

    def send(address: str, **form: str) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        body = urlencode(form | {"csrfmiddlewaretoken": jar.get("teladan-form", "")}).encode()
        reply = node.ask(
            address, cookies=cookies, method="POST" if form else "GET", form=body if form else None
        )
        for line in reply.headers.get("set-cookie", "").split("\n"):
            name, _, value = line.partition(";")[0].partition("=")
            jar[name] = value
        return reply.headers.get("location", "")

    send("/en/account/login/")
    code_at = send("/en/account/login/", login=email, password=password)
    send(code_at)
    for pause in (0, 31):  # a code is good once: whoever acted by command waits for the next
        time.sleep(pause)
        if send(code_at, code=_code(secret)).endswith("/desk/"):
            break
    else:
        raise SystemExit(f"{email} was not let in")
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _code(secret: str) -> str:
    """Return the code of this moment (RFC 6238)."""
    mark = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    at = mark[-1] & 15
    return f"{(struct.unpack('>I', mark[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
