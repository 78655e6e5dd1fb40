"""The record from its public files, and the API: what no page links to."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.answers.masks import Masks
from tests.answers.node import Node
from tests.answers.pages import FEW, Put
from tests.answers.shelf import Shelf

DIGEST = re.compile(r'"([0-9a-f]{64})"')


def record(node: Node, shelf: Shelf, about: dict[str, Any], *, quick: bool) -> None:
    """Store every entry of the log, and its files; tell `about` which digests are of steady bytes."""
    size = int(node.ask("/record/checkpoint").body.split(b"\n")[1])
    digests: dict[str, str] = {}
    for position, entry in enumerate(_entries(node, size)):
        shelf.put("record", f"entry {position:06}", 200, {}, json.dumps(json.loads(entry), indent=1).encode())
        for number, digest in enumerate(DIGEST.findall(entry.decode())):
            digests.setdefault(digest, f"{number} of entry {position:06}")
    for name in ("checkpoint", "checkpoints", "key", "verify.py", "no-such", f"tile/0/000.p/{size}"):
        _keep(node, shelf, f"/record/{name}", "" if "tile" not in name else "hashes")
    for position in range(size)[:: size // FEW if quick else 1]:
        _keep(node, shelf, f"/record/proof/{position}", "proof")
    masks, steady = Masks(about), []
    for digest, place in digests.items():
        reply = node.ask(f"/record/object/{digest}")
        text = reply.body.decode("utf-8", "replace")
        if reply.status == 200:
            shelf.put("record", f"object {place}", reply.status, reply.headers, reply.body)
            steady += [digest] if masks.put_on(text) == text else []
    about["steady"] = sorted(steady)


def api(node: Node, put: Put, *, quick: bool, addresses: list[str]) -> None:
    """Store the answers of the open data interface for whatever the pages name."""
    described = node.ask("/api/v1/openapi.json")
    put("api", "/api/v1/openapi.json", described.status, described.headers, described.body)
    ways = list(json.loads(described.body)["paths"])
    asked = [
        "/api/",
        "/api/v1/",
        "/api/v1/search?q=complaints",
        "/api/v1/search?q=",
        "/api/v1/publications/x",
    ]
    for way in ways:
        shape = re.escape(way.replace("/api/v1/publications", "/en/results").replace("/api/v1", "/en"))
        page = re.compile(re.sub(r"\\{\w+\\}", "([A-Za-z0-9-]+)", shape) + "$")
        found = [match for one in addresses if (match := page.match(one))]
        for match in found[: FEW if quick else None] if "{" in way else []:
            values = iter(match.groups())
            asked.append(re.sub(r"\{\w+\}", lambda _, values=values: next(values), way))
        asked += [way] if "{" not in way else []
    for address in asked:
        reply = node.ask(address)
        put("api", address, reply.status, reply.headers, reply.body)


def _keep(node: Node, shelf: Shelf, address: str, opaque: str) -> None:
    """Store a file; of one that is all digests only that it is there, and how long a tile is."""
    reply = node.ask(address)
    body = reply.body
    if opaque == "proof":
        body = b"\n".join(re.sub(rb"^(extra|index) .*", rb"\1", line) for line in body.split(b"\n"))
    elif opaque:
        body = f"{len(body)} bytes of {opaque}".encode()
    shelf.put("record", re.sub(r"\.p/\d+$", ".p", address), reply.status, reply.headers, body)


def _entries(node: Node, size: int) -> list[bytes]:
    """Return the entries of the log from its bundles (C2SP tlog-tiles: two bytes of length before each)."""
    found: list[bytes] = []
    for index in range(-(-size // 256)):
        width = min(256, size - index * 256)
        name = f"{index:03}" + (f".p/{width}" if width < 256 else "")
        data = node.ask(f"/record/tile/entries/{name}").body
        while data:
            end = 2 + int.from_bytes(data[:2], "big")
            found.append(data[2:end])
            data = data[end:]
    return found
