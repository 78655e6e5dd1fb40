"""Before a publication nobody can guess from what is public: not a level, not a figure, not a person.

The guesser knows every possible level, the form of the content, and everything public: log, pages,
files, API. Two things would give a level away: a digest that a guess leads to, or a public answer that
differs with the level. Both are looked for.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from teladan.core import canonical
from teladan.publication.documents.source import read
from teladan.publication.models import Preparation, Publication
from teladan.publication.services import ask_correction, decide_correction, draft, prepare, release
from teladan.record import services as recorder
from teladan.record.models import Entry
from teladan.registry.services import load_registry
from tests.publication.conftest import AT, make_persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

LEVELS = ("1", "2", "3", "4", "5")
FIGURES = ("3.30", "1.31", "4.99")
ADDRESSES = (
    "/record/checkpoint",
    "/record/checkpoints",
    "/record/key",
    "/record/publication/smp-2024.json",
    "/record/publication/smp-2024/disclosures.json",
    "/api/v1/publications",
    "/api/v1/publications/smp-2024",
    "/api/v1/organisations/smp-b",
    "/en/results/smp-2024",
    "/en/results/smp-2024.json",
    "/en/results/smp-2024.csv",
    "/en/results/smp-2024/proof",
    "/en/results/smp-2024/history",
    "/en/results/smp-2024/history.json",
    "/en/results/smp-2024/corrections/2",
    "/en/organisations/smp-b",
    "/en/organisations/smp-b.json",
    "/en/record",
    "/en/",
    "/en/results",
)
# What differs between two runs by chance alone: identifiers, digests, hashes, signatures, times.
CHANCE = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9+/]{40,}={0,2}|[0-9a-f]{8,64}"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?|\d\d?:\d\d(:\d\d)?"
)


def content(level: str) -> dict[str, str]:
    """Return what a score says: all of it is known to the guesser but the level."""
    return {"organisation": "smp-a", "indicator": "I1", "level": level}


def public(client: Client) -> Iterator[tuple[str, bytes]]:
    """Yield everything that anyone can fetch: the files of the log, every address, every proof."""
    log = Path(settings.TELADAN_HOME) / "record"
    for file in sorted(log.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(log)), file.read_bytes()
    proofs = [f"/record/proof/{position}" for position in range(Entry.objects.count())]
    for address in (*ADDRESSES, *proofs):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = repr(sorted(response.headers.items())).encode()
        yield address, f"{response.status_code} ".encode() + headers + body


def guesses(value: dict[str, str], known: bytes) -> Iterator[bytes]:
    """Yield every digest a guesser would look for: plain, or keyed with something that is public."""
    encoded = canonical.encode(value)
    keys = [
        b"",
        bytes(32),
        *re.findall(rb"[0-9a-f]{64}", known)[:200],
        *re.findall(rb"[0-9a-f-]{36}", known)[:200],
    ]
    texts = [encoded, value["level"].encode(), json.dumps(value).encode()]
    digests = [hashlib.sha256(text).digest() for text in texts]
    digests += [hashlib.sha256(b"\x00" + text).digest() for text in texts]
    for key in keys:
        raw = bytes.fromhex(key.decode()) if re.fullmatch(rb"[0-9a-f]{64}", key) else key
        digests += [hmac.digest(form, encoded, "sha256") for form in {key, raw}]
    for digest in digests:
        yield from (digest, digest.hex().encode(), base64.b64encode(digest))


def test_a_recorded_level_cannot_be_guessed(node: Callable[[], None], client: Client) -> None:
    for level in LEVELS:
        with transaction.atomic():
            recorder.commit(
                kind="score",
                subject="edition/sample",
                role="assessor",
                actor="a1",
                content=content(level),
                at=AT,
            )
    node()
    everything = b"".join(body for _name, body in public(client))
    entries = [bytes(row.data) for row in Entry.objects.filter(kind="score").order_by("position")]

    found = [
        guess for level in LEVELS for guess in guesses(content(level), everything) if guess in everything
    ]

    assert found == []
    assert len({len(data) for data in entries}) == 1
    assert len({re.sub(rb'"sequence":\d+', b"", CHANCE.sub(b"?", data)) for data in entries}) == 1
    assert b"smp-a" not in everything


def test_the_test_would_find_a_plain_digest(node: Callable[[], None], client: Client) -> None:
    told = hashlib.sha256(canonical.encode(content("4"))).hexdigest()
    with transaction.atomic():
        recorder.append(
            kind="practice", subject="edition/sample", role="assessor", body={"digest": told}, at=AT
        )
    node()
    everything = b"".join(body for _name, body in public(client))

    found = {
        level for level in LEVELS if any(guess in everything for guess in guesses(content(level), everything))
    }

    assert found == {"4"}


def test_two_commitments_to_the_same_level_have_nothing_in_common(node: Callable[[], None]) -> None:
    for _time in range(2):
        with transaction.atomic():
            recorder.commit(
                kind="score",
                subject="edition/sample",
                role="assessor",
                actor="a1",
                content=content("3"),
                at=AT,
            )
    node()

    one, other = (bytes(row.data) for row in Entry.objects.filter(kind="score"))

    pattern = rb'"commitment":"([0-9a-f]{64})"'
    assert re.search(pattern, one)[1] != re.search(pattern, other)[1]  # type: ignore[index]


@pytest.fixture
def asked(node: Callable[[], None], root: Path) -> Callable[[str], None]:
    """Publish a sample, then have a correction to a figure asked, decided and prepared, not released."""
    people = make_persons()
    load_registry(root / "organisations")
    source = read(publish(root, SPBE + GOOD + OFF_SCALE))
    first = prepare(by=people.publisher, preparation=draft(by=people.publisher, source=source, at=AT), at=AT)
    release(by=people.second, preparation=first, at=AT)
    node()

    def to(becomes: str) -> None:
        publication = Publication.objects.get(code="smp-2024")
        given = {"organisation": "smp-b", "element": "D4", "becomes": becomes, "reason": "Typed wrong."}
        request = ask_correction(by=people.publisher, publication=publication, at=AT, **given)
        decided = decide_correction(
            by=people.coordinator, correction=request, accept=True, reason="Seen in the decree.", at=AT
        )
        node()
        assert decided.preparation is not None
        prepare(by=people.publisher, preparation=decided.preparation, at=AT)
        node()

    return to


@pytest.fixture(scope="module")
def seen() -> dict[str, bytes]:
    """Remember what each run of the next test showed, by address, without what differs by chance."""
    return {}


@pytest.mark.parametrize("becomes", FIGURES)
def test_a_correction_under_way_says_nothing_of_its_figure_or_its_persons(
    asked: Callable[[str], None], client: Client, seen: dict[str, bytes], becomes: str
) -> None:
    asked(becomes)

    view = dict(public(client))

    coming = Preparation.objects.get(state="prepared").results_sha256.encode()  # anyone could compute it
    for told in (b"Typed wrong", b"Seen in the decree", b"@persons.invalid", coming):
        assert [name for name, body in view.items() if told in body] == []
    for name, body in view.items():
        if not name.startswith("tile/0/"):  # nothing but hashes
            shown = CHANCE.sub(b"?", body)
            assert seen.setdefault(name, shown) == shown, name
