"""The audit names what differs, and while it does nothing is signed."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from teladan.config import clock
from teladan.record import objects, services
from teladan.record.audit_stretch import Finding
from teladan.record.models import Audit, Commitment
from teladan.record.sequencer import Stopped
from tests.record.acts import append, audited, commit
from tests.record.conftest import BEGINNING


@pytest.fixture
def filled(own_log):
    """Return a log of 303 entries under three checkpoints, one of them committed, naming one object."""
    sequencer = own_log.sequencer()
    append(200)
    sequencer.drain()
    own_log.act = commit()
    digest = objects.put(b'{"results":1}')
    with transaction.atomic():
        services.append(
            kind="publication",
            subject="publication/x",
            role="publisher",
            body={"results": digest},
            at=clock.now(),
        )
    append(98)
    sequencer.drain()
    append(2)
    sequencer.drain()
    own_log.object = objects.path(digest)
    own_log.close()
    return own_log


def change(*statements: str) -> None:
    """Change rows as nobody may: the triggers off."""
    with connection.cursor() as cursor:
        for table in ("record_entry", "record_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def places(log) -> list[str]:
    return list(dict.fromkeys(finding.place for finding in audited(log).findings))


def test_a_whole_log_has_no_findings_and_what_was_read_is_counted(filled):
    found = audited(filled)

    assert (found.findings, found.size) == ([], 303)
    assert found.looked_at == {
        "entries": 303,
        "bundles": 3,
        "tiles": 4,
        "checkpoints": 3,
        "commitments": 1,
        "objects": 1,
    }
    kept = Audit.objects.get()
    assert (kept.size, kept.findings, kept.looked_at) == (303, [], found.looked_at)


PLACE = "table record_entry, position 7"


def flipped(column, at=0):
    return f"{column} = set_byte({column}, {at}, get_byte({column}, {at}) # 1)"


CHANGED_ROWS = [
    (f"UPDATE record_entry SET {flipped('data')} WHERE position = 7", PLACE),
    (f"UPDATE record_entry SET {flipped('data', 90)} WHERE position = 290", PLACE.replace("7", "290")),
    (f"UPDATE record_entry SET {flipped('leaf')} WHERE position = 7", PLACE),
    ("UPDATE record_entry SET subject = 'publication/y' WHERE position = 7", PLACE),
    ("UPDATE record_entry SET kind = 'adoption' WHERE position = 7", PLACE),
    ("UPDATE record_entry SET act = gen_random_uuid() WHERE position = 7", PLACE),
    ("UPDATE record_entry SET time = time + interval '1 microsecond' WHERE position = 7", PLACE),
    ("DELETE FROM record_entry WHERE position = 7", PLACE),
    (
        f"UPDATE record_checkpoint SET {flipped('root')} WHERE size = 201",
        "table record_checkpoint, size 201",
    ),
    (
        "UPDATE record_checkpoint SET note = replace(note, '201', '202') WHERE size = 201",
        "table record_checkpoint, size 201",
    ),
    (
        "UPDATE record_checkpoint SET size = 202 WHERE size = 201",
        "table record_checkpoint, size 202",
    ),
    (
        "UPDATE record_checkpoint SET signed_at = signed_at - interval '1 day' WHERE size = 201",
        "table record_checkpoint, size 201",
    ),
    ("DELETE FROM record_checkpoint WHERE size = 303", "table record_checkpoint"),
]


def test_a_changed_row_is_named(filled):
    change(
        *(f"CREATE TABLE kept_{table} AS TABLE {table}" for table in ("record_entry", "record_checkpoint"))
    )
    for statement, place in CHANGED_ROWS:
        change(statement)
        assert places(filled) == [place], statement
        for table in ("record_entry", "record_checkpoint"):
            change(f"TRUNCATE {table}", f"INSERT INTO {table} SELECT * FROM kept_{table}")
    assert places(filled) == []


@pytest.mark.parametrize("column", ["salt", "content"])
def test_a_changed_commitment_is_named(filled, column):
    Commitment.objects.update(**{column: b"\0" * 32 if column == "salt" else '{"level":"5"}'})

    assert places(filled) == [f"table record_commitment, act {filled.act}"]


def test_an_erased_commitment_is_no_finding_and_a_missing_one_is(filled):
    with transaction.atomic():
        services.erase(filled.act, BEGINNING)
    assert places(filled) == []

    Commitment.objects.all().delete()
    assert places(filled) == [f"table record_commitment, act {filled.act}"]


FILES = [
    "home/record/checkpoint",
    "home/record/tile/0/000",
    "home/record/tile/0/001.p/45",
    "home/record/tile/0/001.p/47",
    "home/record/tile/1/000.p/1",
    "home/record/tile/entries/000",
    "home/record/tile/entries/001.p/45",
    "home/record/tile/entries/001.p/47",
    "keys/record.vkeys",
    "apart/checkpoint",
]


def test_a_flipped_bit_in_any_file_is_named(filled):
    for name in FILES:
        path = filled.folder / name
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        assert places(filled) == [str(path)]
        path.write_bytes(content)
    assert places(filled) == []


def test_a_missing_file_is_named(filled):
    for name in FILES:
        path = filled.folder / name
        content = path.read_bytes()
        path.unlink()
        assert places(filled) == [str(path)]
        path.write_bytes(content)
    assert places(filled) == []


def test_every_file_of_the_log_is_in_the_table_above(filled):
    files = {
        path.relative_to(filled.folder).as_posix() for path in filled.folder.rglob("*") if path.is_file()
    }
    object_ = filled.object.relative_to(filled.folder).as_posix()
    assert files - {object_, "keys/record.key"} - set(FILES) == {"home/record/tile/0/000.p/201"} & files


def test_a_changed_or_missing_object_is_named(filled):
    filled.object.write_bytes(b'{"results":2}')
    assert places(filled) == [str(filled.object)]
    filled.object.unlink()
    assert places(filled) == [str(filled.object)]


@pytest.mark.parametrize("name", ["results", "inputs", "instrument", "uncertainty"])
def test_an_object_of_each_kind_that_a_publication_names_must_be_there(own_log, name):
    digest = objects.put(b'{"kept":1}')
    with transaction.atomic():
        services.append(
            kind="publication", subject="publication/x", role="publisher", body={name: digest}, at=clock.now()
        )
    own_log.sequencer().drain()
    assert places(own_log) == []
    objects.path(digest).unlink()
    assert places(own_log) == [str(objects.path(digest))]


def test_what_other_rooms_compare_is_counted_and_told(filled):
    found = audited(filled, compare=[lambda: (5, [Finding("table x, row 2", "It differs.")])])

    assert found.looked_at["rows"] == 5
    assert found.findings == [Finding("table x, row 2", "It differs.")]


def test_a_log_rewritten_everywhere_but_in_what_was_signed_is_found(filled):
    """Entry, leaf, bundle and tile agree: only the signed root knows better."""
    from teladan.core.log.merkle import leaf_hash
    from teladan.record.models import Entry

    row = Entry.objects.get(position=7)
    old, new = bytes(row.data), bytes(row.data).replace(b'"number":6}', b'"number":9}')
    assert old != new
    data, leaf = f"'\\x{new.hex()}'", f"'\\x{leaf_hash(new).hex()}'"
    change(f"UPDATE record_entry SET data = {data}, leaf = {leaf} WHERE position = 7")
    for name, before, after in [
        ("tile/entries/000", old, new),
        ("tile/0/000", leaf_hash(old), leaf_hash(new)),
    ]:
        path = filled.record / name
        path.write_bytes(path.read_bytes().replace(before, after))

    found = places(filled)
    assert str(filled.record / "tile/1/000.p/1") in found
    assert "table record_checkpoint, size 201" in found


def test_findings_stop_the_signature_until_an_audit_finds_none(filled):
    filled.object.write_bytes(b"changed")
    audited(filled)
    append()

    with pytest.raises(Stopped, match=rf"found 1 difference, the first: {filled.object}: Its bytes"):
        filled.sequencer().step()

    filled.object.write_bytes(b'{"results":1}')
    audited(filled)
    assert filled.made[-1].drain() == 1


def test_entries_that_wait_for_their_signature_are_read_too(filled):
    append(2)

    def crash(step):
        if step == "committed":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.sequencer(at_step=crash).step()
    assert places(filled) == []

    change("UPDATE record_entry SET leaf = data WHERE position = 304")
    assert places(filled) == ["table record_entry, position 304"]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("home/record/tile/0/001.p/47", bytes(32)),
        ("home/record/tile/1/000.p/1", bytes(32)),
        ("home/record/tile/entries/001.p/47", b"\x00\x01x"),
        ("home/record/tile/entries/000", b"\x00\x01x"),
    ],
)
def test_a_file_that_holds_more_than_its_name_says_is_named(filled, name, more):
    path = filled.folder / name
    path.write_bytes(path.read_bytes() + more)

    assert places(filled) == [str(path)]
