"""Two stores held against each other, each answer in one form and with its masks on."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff

from tests.answers.canonical import html_lines
from tests.answers.masks import Masks
from tests.answers.shelf import Answer, Shelf

# They follow from body and moment, and those are looked at themselves.
FREE = frozenset(("date", "etag", "content-length", "last-modified", "expires", "connection", "keep-alive"))
SHOWN = 12  # lines of a difference


def lines_of(answer: Answer, port: int) -> list[str]:
    """Return an answer in one form, with everything in it but the port."""
    head = [f"status {answer.status}"]
    head += [f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name not in FREE]
    sort = answer.headers.get("content-type", "") or answer.address
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        tile = "record/tile/" in answer.address  # hashes and entries of this run, looked at one by one
        text = (
            "a tile" if tile else f"{len(answer.body)} bytes {hashlib.sha256(answer.body).hexdigest()[:32]}"
        )
    body = html_lines(text) if sort.startswith("text/html") or sort.endswith(".html") else text.split("\n")
    site = re.compile(rf"(?:localhost|127\.0\.0\.1):{port}\b")
    return site.sub("‹site›", "\n".join([*head, "", *body])).split("\n")


def masked(lines: list[str], masks: Masks, ignored: list[re.Pattern[str]]) -> list[str]:
    """Return the lines that must be the same."""
    text = masks.put_on("\n".join(lines))
    for pattern in ignored:
        text = pattern.sub("‹ignored›", text)
    return text.split("\n")


def differences(
    before: Shelf, after: Shelf, ignored: list[re.Pattern[str]]
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield kind, address and a short difference of each answer that is not the same."""
    shelves = [(shelf, shelf.about()["port"], Masks(shelf.about())) for shelf in (before, after)]
    one, two = before.names(), after.names()
    for kind, address in sorted(one | two):
        if (kind, address) not in two:
            yield kind, address, ["- is there before, not after"]
        elif (kind, address) not in one:
            yield kind, address, ["+ is there after, not before"]
        else:
            plain = [lines_of(shelf.get(kind, address), port) for shelf, port, _ in shelves]
            if plain[0] == plain[1]:
                continue
            lines = [masked(each, shelf[2], ignored) for each, shelf in zip(plain, shelves, strict=True)]
            if lines[0] != lines[1]:
                yield kind, address, list(unified_diff(*lines, n=1, lineterm=""))[2:]


def report(before: Shelf, after: Shelf, ignored: list[re.Pattern[str]], *, most: int) -> int:
    """Print the differences, at most `most`, and how many there are of each kind; return how many."""
    count: Counter[str] = Counter()
    for kind, address, lines in differences(before, after, ignored):
        count[kind] += 1
        if count.total() <= most:
            print(f"{kind} {address}")
            print(*(f"    {line[:200]}" for line in lines[:SHOWN]), sep="\n")
            if len(lines) > SHOWN:
                print(f"    … {len(lines) - SHOWN} lines more")
    held = Counter(kind for kind, _ in before.names() | after.names())
    for kind, total in sorted(held.items()):
        print(f"{kind}: {count[kind]:,} of {total:,} differ")
    return count.total()
