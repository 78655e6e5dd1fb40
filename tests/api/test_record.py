"""The record's files: what tlog clients read, what the manifest names, and nothing outside."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan import verify
from teladan.core.log import note, tiles, tlog_proof
from teladan.core.log.entry import commitment
from teladan.core.log.merkle import leaf_hash
from teladan.publication.documents.source import read
from teladan.publication.models import Preparation
from teladan.publication.queries import record
from teladan.publication.services import draft, prepare
from teladan.record import objects
from teladan.record.models import Commitment
from tests.publication.conftest import AT
from tests.publication.sample import GOOD, SPBE, publish
from tests.recorded import CODE, REASON, Recorded, recorded


@pytest.fixture
def node_with_sample(node: Callable[[], None], tmp_path: Path) -> Recorded:
    """A released and signed publication."""
    made = recorded(node, tmp_path)
    made.release()
    node()
    return made


def manifest(client: Client) -> dict[str, Any]:
    return client.get(f"/record/publication/{CODE}.json").json()


# --- the files of the log ---------------------------------------------------------------------


def test_before_anything_is_signed_every_address_says_so(client: Client, node: Callable[[], None]) -> None:
    for address in ("checkpoint", "key", "tile/0/000", "proof/0"):
        response = client.get(f"/record/{address}")
        assert (response.status_code, response.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
        assert response.headers["Cache-Control"] == "no-cache"
    assert client.get("/record/checkpoints").json() == []
    assert client.get("/api/v1/record").json()["size"] == 0


def test_the_checkpoint_is_signed_by_the_key_beside_it(client: Client, node_with_sample: Recorded) -> None:
    response = client.get("/record/checkpoint")
    keys = client.get("/record/key").content.decode().splitlines()

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=3"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    text, by = note.open_note(response.content, [note.Verifier.parse(key) for key in keys])
    origin, size = text.splitlines()[:2]
    assert (origin, int(size)) == (configured.TELADAN_NODE, 3)  # the key, preparation, publication
    assert [each.vkey for each in by] == keys
    rungs = client.get("/record/checkpoints").json()
    assert rungs[-1]["note"].encode() == response.content
    assert [each["size"] for each in rungs] == sorted(each["size"] for each in rungs)


def test_tiles_and_bundles_are_immutable_and_hash_to_each_other(
    client: Client, node_with_sample: Recorded
) -> None:
    tile, bundle = client.get("/record/tile/0/000.p/3"), client.get("/record/tile/entries/000.p/3")
    packed = client.get("/record/tile/entries/000.p/3", headers={"Accept-Encoding": "br, gzip"})

    for response in (tile, bundle, packed):
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(map(leaf_hash, tiles.unbundle(bundle.content))) == tile.content
    assert "Content-Encoding" not in bundle.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content) == bundle.content


NO_ADDRESS = (
    "tile/0/001",
    "tile/0/0",
    "tile/00/000.p/3",
    "tile/0/000.p/03",
    "tile/0/000.p/256",
    "tile/0/000.p/3/",
    "tile/64/000",
    "tile/0/x000/000",
    "tile/0/../entries/000.p/3",
    "tile/../checkpoint",
    "tile/entries/../../../keys/record.key",
    "tile/entries/%2e%2e/%2e%2e/%2e%2e/keys/record.key",
    "tile//etc/passwd",
    "tile/0/000.p",
    "tile/" + "x123/" * 2000 + "123",
    "tile/0/" + "x123/" * 2000 + "123",
    "tile/٠/000",
    "tile",
    "keys/record.key",
    "",
    "checkpoint/",
    "proof/-1",
    "proof/00",
    "proof/99",
    "proof/" + "9" * 400,
    "object/abc",
    "object/" + "A" * 64,
    "object/" + "0" * 64,
    "publication/nothing.json",
    "publication/nothing/disclosures.json",
    "publication/../checkpoint.json",
)


def test_whatever_is_no_address_of_the_record_is_not_there(
    client: Client, node_with_sample: Recorded
) -> None:
    for path in NO_ADDRESS:
        response = client.get(f"/record/{path}")

        assert response.status_code == 404, path
        assert response.headers["Cache-Control"] == "no-cache"
        assert len(response.content) < 700, path
        if path.endswith(".json"):
            assert set(response.json()) == {"detail"}
        else:
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8", path


def test_the_files_only_read(client: Client, node_with_sample: Recorded) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/record/checkpoint").status_code == 405
    full, head = client.get("/record/checkpoint"), client.head("/record/checkpoint")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == full.headers["Content-Type"]


# --- receipts, objects, manifests ---------------------------------------------------------------


def test_a_receipt_proves_the_entry_that_it_carries(client: Client, node_with_sample: Recorded) -> None:
    position = manifest(client)["publications"][0]["entry"]
    response = client.get(f"/record/proof/{position}")
    keys = [note.Verifier.parse(each) for each in client.get("/record/key").content.decode().splitlines()]

    found = tlog_proof.parse(response.content)
    assert found.verify(found.extra, keys).size == 3
    assert json.loads(found.extra)["sequence"] == position
    assert response.headers["Content-Disposition"] == (f'attachment; filename="record-{position}.tlog-proof"')


def test_a_receipt_never_changes_while_the_log_grows(client: Client, node_with_sample: Recorded) -> None:
    before = client.get("/record/proof/2").content
    node_with_sample.release(code="smp-2025", edition="2024")
    node_with_sample.sequence()

    assert client.get("/record/proof/2").content == before


def test_a_receipt_on_another_checkpoint_after_a_restore_is_found_by_whoever_keeps_one(
    client: Client, node_with_sample: Recorded
) -> None:
    """A restored database lacks rungs, so that the receipt comes to rest on a later one."""
    before = client.get("/record/proof/1")
    node_with_sample.release(code="smp-2025", edition="2024")
    node_with_sample.sequence()
    keys = [note.Verifier.parse(each) for each in client.get("/record/key").content.decode().splitlines()]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_checkpoint DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM record_checkpoint WHERE size < (SELECT max(size) FROM record_checkpoint)")

    asked = {"If-None-Match": before.headers["ETag"]}
    after = client.get("/record/proof/1", headers=asked)

    assert "immutable" not in before.headers["Cache-Control"]
    assert (after.status_code, after.content == before.content) == (200, False)
    for response in (before, after):
        found = tlog_proof.parse(response.content)
        assert found.verify(found.extra, keys).size >= 2
    again = client.get("/record/proof/1", headers={"If-None-Match": after.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_checkpoints_come_a_thousand_at_a_time(client: Client, node_with_sample: Recorded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_checkpoint (size, root, note, signed_at)"
            " SELECT c.size + i, c.root, c.note, c.signed_at FROM generate_series(1, 1500) i,"
            " (SELECT * FROM record_checkpoint ORDER BY size DESC LIMIT 1) c"
        )
    newest = client.get("/record/checkpoints").json()
    older = client.get(f"/record/checkpoints?before={newest[0]['size']}").json()

    sizes = [each["size"] for each in older + newest]
    assert (len(newest), sizes[-1]) == (1000, 1503)
    assert sizes == sorted(set(sizes))
    assert len(sizes) == 1500 + 1 + len([size for size in sizes if size < 3])
    assert client.get(f"/record/checkpoints?before={sizes[0]}").json() == []


@pytest.mark.parametrize("before", ["", "-1", "01", "x", "٣", "9" * 30])
def test_a_size_that_is_none_is_refused(client: Client, node: Callable[[], None], before: str) -> None:
    response = client.get("/record/checkpoints", {"before": before})

    assert (response.status_code, response.headers["Cache-Control"]) == (400, "no-cache")
    assert response.content == b"before is a size: a whole number without zeros before it.\n"


def test_the_manifest_leads_to_every_object_by_its_digest(client: Client, node_with_sample: Recorded) -> None:
    value = manifest(client)
    (one,) = value["publications"]

    assert (value["format"], value["code"], value["log"]) == ("teladan-manifest/1", CODE, "../")
    assert (one["number"], one["kind"], one["computed_or_reported"]) == (1, "publication", "reported")
    assert one["inputs"] is None
    for digest in (one["results"], one["instrument"]):
        response = client.get(f"/record/object/{digest}")
        assert hashlib.sha256(response.content).hexdigest() == digest
        assert response.headers["ETag"] == f'"{digest}"'
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        again = client.get(f"/record/object/{digest}", headers={"If-None-Match": f'"{digest}"'})
        assert (again.status_code, again.content) == (304, b"")
    body = json.loads(tlog_proof.parse(client.get(f"/record/proof/{one['entry']}").content).extra)["body"]
    assert (body["results"], body["instrument"]) == (one["results"], one["instrument"])


def test_an_object_is_there_only_once_it_is_released(client: Client, node_with_sample: Recorded) -> None:
    folder = publish(node_with_sample.root, SPBE + GOOD, code="smp-2025")
    made = draft(by=node_with_sample.people.publisher, source=read(folder), at=AT)
    prepare(by=node_with_sample.people.publisher, preparation=made, at=AT)
    node_with_sample.sequence()
    other = objects.put(b"evidence of somebody")

    assert objects.get(made.results_sha256)
    for digest in (made.results_sha256, other):
        assert client.get(f"/record/object/{digest}").status_code == 404
    assert client.get("/record/publication/smp-2025.json").status_code == 404
    assert client.get("/record/publication/smp-2025/disclosures.json").status_code == 404
    named = Preparation.objects.filter(state="released").values_list(
        "results_sha256", "instrument_sha256", "uncertainty_sha256"
    )
    assert record.published_objects() == {digest for digests in named for digest in digests if digest}


def test_a_published_object_that_is_missing_is_our_fault_and_says_so(
    client: Client, node_with_sample: Recorded, caplog: pytest.LogCaptureFixture
) -> None:
    digest = manifest(client)["publications"][0]["results"]
    objects.path(digest).unlink()

    response = client.get(f"/record/object/{digest}")

    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")
    assert b"missing" in response.content
    assert digest in caplog.text


def test_a_manifest_says_pending_until_the_entry_is_signed(client: Client, node: Any, tmp_path: Path) -> None:
    recorded(node, tmp_path).release()

    pending = manifest(client)["publications"][0]
    node()

    assert pending["entry"] is None
    assert manifest(client)["publications"][0] == {**pending, "entry": 2}


def test_a_correction_stands_beside_what_it_corrects(client: Client, node_with_sample: Recorded) -> None:
    first = manifest(client)["publications"][0]
    node_with_sample.correct()
    node_with_sample.sequence()

    one, two = manifest(client)["publications"]
    assert one == first
    assert (two["number"], two["kind"]) == (2, "correction")
    entries = [
        tlog_proof.parse(client.get(f"/record/proof/{each['entry']}").content).extra for each in (one, two)
    ]
    assert json.loads(entries[1])["replaces"] == hashlib.sha256(entries[0]).hexdigest()
    assert client.get(f"/record/object/{one['results']}").status_code == 200


def test_disclosures_open_the_commitments_of_the_log(client: Client, node_with_sample: Recorded) -> None:
    node_with_sample.correct()
    node_with_sample.sequence()

    value = client.get(f"/record/publication/{CODE}/disclosures.json").json()
    assert (value["format"], value["code"]) == ("teladan-disclosures/1", CODE)
    kinds = []
    for each in value["disclosures"]:
        entry = json.loads(tlog_proof.parse(client.get(f"/record/proof/{each['position']}").content).extra)
        kinds.append(entry["kind"])
        assert entry["act"] == each["act"]
        content = json.dumps(each["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert commitment(bytes.fromhex(each["salt"]), content.encode()) == entry["body"]["commitment"]
    assert kinds == ["preparation", "request", "decision", "preparation"]
    assert REASON in json.dumps(value)


def test_a_disclosed_content_that_was_damaged_is_null_with_the_reason_and_the_others_are_told(
    client: Client, node_with_sample: Recorded
) -> None:
    node_with_sample.correct()
    node_with_sample.sequence()
    whole = client.get(f"/record/publication/{CODE}/disclosures.json").json()["disclosures"]
    Commitment.objects.filter(act=whole[1]["act"]).update(content='{"reason":')

    response = client.get(f"/record/publication/{CODE}/disclosures.json")

    assert response.status_code == 200
    told = response.json()["disclosures"]
    assert told[1] == {**whole[1], "content": None, "reason": told[1]["reason"]}
    assert told[1]["reason"].startswith("What is stored of it is not JSON: ")
    assert [*told[:1], *told[2:]] == [*whole[:1], *whole[2:]]


def test_an_erased_act_is_listed_as_erased(client: Client, node_with_sample: Recorded) -> None:
    from django.db import transaction

    from teladan.record.services import erase

    act = Preparation.objects.get(code=CODE).prepared_act
    assert act is not None
    with transaction.atomic():
        erase(act, AT)

    (one,) = client.get(f"/record/publication/{CODE}/disclosures.json").json()["disclosures"]
    assert one == {"position": 1, "act": str(act), "salt": None, "content": None, "erased": True}


def test_the_verifier_is_served_as_it_is(client: Client, node_with_sample: Recorded) -> None:
    response = client.get("/record/verify.py")

    assert response.content == Path(verify.__file__).read_bytes()
    assert response.headers["Content-Type"] == "text/x-python; charset=utf-8"


def test_the_api_says_the_same_as_the_page(client: Client, node_with_sample: Recorded) -> None:
    value = client.get("/api/v1/record").json()

    assert value == client.get("/en/record.json").json()
    assert value["size"] == 3
    assert value["checkpoint"].encode() == client.get("/record/checkpoint").content
    assert base64.b64decode(value["root"])
    assert value["keys"] == client.get("/record/key").content.decode().splitlines()
    assert set(value["addresses"].values()) >= {"/record/checkpoint", "/record/verify.py"}


def test_the_questions_do_not_grow_with_the_publications(
    client: Client, node_with_sample: Recorded, settings: Any
) -> None:
    settings.TELADAN_KEEP = False
    addresses = (f"/record/publication/{CODE}.json", f"/record/publication/{CODE}/disclosures.json")
    addresses += ("/api/v1/publications", f"/en/results/{CODE}/history.json")

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    one = asked()
    node_with_sample.correct()
    node_with_sample.sequence()
    node_with_sample.release(code="smp-2025")
    node_with_sample.sequence()

    assert asked() == one


def test_the_state_changes_when_the_proof_arrives(node: Any, tmp_path: Path) -> None:
    from teladan.publication import queries

    made = recorded(node, tmp_path)
    made.release()
    pending = queries.state()
    node()
    signed = queries.state()
    node()

    assert pending != signed
    assert queries.state() == signed


@pytest.mark.parametrize("face", ["", ".json", ".csv"])
def test_a_pending_proof_is_not_shown_for_minutes(
    node: Any, tmp_path: Path, client: Client, face: str
) -> None:
    recorded(node, tmp_path).release()
    address = f"/en/results/{CODE}{face}"
    pending = client.get(address)
    node()

    signed = client.get(address)

    assert (pending.headers["Cache-Control"], signed.headers["Cache-Control"]) == (
        "public, max-age=3",
        "public, max-age=300",
    )


def test_a_tile_is_not_sent_before_a_checkpoint_covers_it(node: Any, tmp_path: Path, client: Client) -> None:
    recorded(node, tmp_path).release()
    node()
    folder = Path(configured.TELADAN_HOME) / "record" / "tile"
    signed = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    assert signed
    early = folder / "0" / "000.p" / "99"
    early.write_bytes(bytes(99 * 32))

    found = [client.get(f"/record/tile/{file.relative_to(folder)}").status_code for file in signed]

    assert set(found) == {200}
    assert client.get("/record/tile/0/000.p/99").status_code == 404
