"""The key: one file, its owner's only; changed by an entry; lost without losing the log."""

from __future__ import annotations

import stat

import pytest
from django.db import connection

from teladan.config import clock
from teladan.core.log import note
from teladan.core.log.checkpoint import open_checkpoint
from teladan.record import queries
from teladan.record.disk import Disk
from teladan.record.keys import Keys
from teladan.record.models import Checkpoint, Entry, Outbox
from teladan.record.rotation import rotate
from teladan.record.sequencer import Stopped
from tests.record.acts import append, audited, verified
from tests.record.conftest import NODE


@pytest.fixture
def keys(own_log):
    return Keys(own_log.keys, NODE, Disk())


def signers_of(text: str) -> list[str]:
    """Return the public keys that signed a note, in the order of its lines."""
    verifiers = [note.Verifier.parse(line) for line in queries.vkeys()]
    return [verifier.vkey for verifier in note.open_note(text, verifiers)[1]]


def test_the_key_is_made_once_for_its_owner_only(own_log, keys):
    own_log.sequencer().step()

    path = own_log.keys / "record.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_log.keys.stat().st_mode) == 0o700
    made = path.read_text()
    assert keys.make().skey == made.strip()
    assert sorted(found.name for found in own_log.keys.iterdir()) == ["record.key", "record.vkeys"]


def test_the_secret_is_not_in_the_database(own_log):
    append()
    own_log.sequencer().drain()

    secret = (own_log.keys / "record.key").read_text().strip().split("+", 4)[4]  # Base64 has a + too
    everything = [bytes(row.data).decode() for row in Entry.objects.all()]
    everything += [row.note for row in Checkpoint.objects.all()]
    assert not any(secret in text for text in everything)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_signs_nothing(own_log, mode):
    own_log.sequencer().step()
    own_log.close()
    (own_log.keys / "record.key").chmod(mode)

    with pytest.raises(Stopped, match=rf"record.key \(mode 0{mode:o}\): chmod 600"):
        own_log.sequencer().step()


def test_a_log_keeps_its_name(own_log):
    own_log.sequencer().step()
    own_log.close()

    with pytest.raises(
        Stopped, match="made for the log localhost/record, but TELADAN_NODE says other/record"
    ):
        own_log.sequencer(node="other/record").step()


def test_a_damaged_key_is_named(own_log):
    own_log.sequencer().step()
    own_log.close()
    path = own_log.keys / "record.key"
    path.write_text(path.read_text().replace("A", "B"))

    with pytest.raises(Stopped, match="record.key is not a key"):
        own_log.sequencer().step()


# --- a new key --------------------------------------------------------------------------------


def test_a_new_key_is_an_entry_and_both_sign_the_checkpoint_that_covers_it(own_log, keys):
    sequencer = own_log.sequencer()
    (first,) = append()
    sequencer.drain()
    old = queries.vkeys()[0]

    new = rotate(keys, "the yearly change", at=clock.now())
    append(3)
    sequencer.drain()
    (last,) = append()
    sequencer.drain()

    assert queries.vkeys() == keys.vkeys() == [new, old]
    notes = [signers_of(row.note) for row in Checkpoint.objects.order_by("size")]
    assert notes == [[old], [old, new], [new], [new]]
    entry = Entry.objects.filter(kind="key").last()
    assert queries.entry(entry.position).parsed.body == {"reason": "the yearly change", "vkey": new}
    assert Checkpoint.objects.order_by("size")[1].size == entry.position + 1
    assert keys.signer().verifier.vkey == new
    assert sorted(found.name for found in own_log.keys.iterdir()) == ["record.key", "record.vkeys"]
    assert (verified(first), verified(last)) == (2, 7)
    assert audited(own_log).findings == []


def test_a_second_rotation_waits_for_the_first(own_log, keys):
    own_log.sequencer().step()
    rotate(keys, "one", at=clock.now())

    with pytest.raises(Stopped, match="on its way already"):
        rotate(keys, "two", at=clock.now())
    assert Outbox.objects.count() == 1


def test_a_rotation_that_broke_off_before_its_entry_is_begun_again_with_the_same_key(own_log, keys):
    own_log.sequencer().step()
    coming = keys.make_coming().verifier.vkey

    assert rotate(keys, "again", at=clock.now()) == coming


@pytest.mark.parametrize(
    "step", ["write vkeys", "write signed", "insert checkpoint", "write checkpoint", "promote key"]
)
def test_a_rotation_that_crashes_goes_on(own_log, keys, step):
    own_log.sequencer().step()
    own_log.close()
    old = queries.vkeys()[0]
    new = rotate(keys, "a crash on the way", at=clock.now())

    def crash(name):
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own_log.sequencer(at_step=crash).drain()
    own_log.close()
    (act,) = append()
    own_log.sequencer().drain()

    assert keys.vkeys() == [new, old]
    assert keys.signer().verifier.vkey == new
    assert keys.coming() is None
    by_size = {row.size: signers_of(row.note) for row in Checkpoint.objects.all()}
    assert by_size == {1: [old], 2: [old, new], 3: [new]}
    assert verified(act) == 3
    assert audited(own_log).findings == []


def test_before_the_first_key_there_is_none_to_change(keys):
    with pytest.raises(Stopped, match="no key to change yet"):
        rotate(keys, "early", at=clock.now())


# --- a lost key -------------------------------------------------------------------------------


def test_without_its_key_a_log_is_not_signed_and_no_other_key_is_made(own_log, keys):
    own_log.sequencer().step()
    own_log.close()
    (own_log.keys / "record.key").unlink()
    append()

    with pytest.raises(
        Stopped, match=r"record.key is missing, and the log is not empty. See docs/howto/keys.md"
    ):
        own_log.sequencer().step()
    assert not (own_log.keys / "record.key").exists()


def test_a_lost_key_is_followed_by_a_new_one_that_signs_alone(own_log, keys):
    sequencer = own_log.sequencer(batch=10)
    sequencer.drain()
    old = queries.vkeys()[0]
    own_log.close()
    (own_log.keys / "record.key").unlink()
    acts = append(35)

    new = rotate(keys, "the old key was lost with its disk", at=clock.now())
    own_log.sequencer(batch=10).drain()

    newest = queries.latest()
    assert open_checkpoint(newest.note, [note.Verifier.parse(new)]).size == newest.size == 37
    assert queries.vkeys() == [new, old]
    assert verified(acts[0]) == 37
    assert audited(own_log).findings == []


def test_lost_public_keys_are_written_again_from_the_log(own_log, keys):
    own_log.sequencer().step()
    own_log.close()
    (own_log.keys / "record.vkeys").unlink()
    append()

    own_log.sequencer().step()

    assert keys.vkeys() == queries.vkeys()


def test_a_strange_public_key_in_the_file_stops_the_signature(own_log, keys):
    own_log.sequencer().step()
    own_log.close()
    strange = note.Signer.generate(NODE).verifier.vkey
    keys.remember([strange, *keys.vkeys()])

    with pytest.raises(Stopped, match="does not hold the keys that the log names"):
        own_log.sequencer().step()
    assert [finding.place for finding in audited(own_log).findings] == [str(own_log.keys / "record.vkeys")]


# --- who must have signed ---------------------------------------------------------------------


def signed_again(log, secret):
    """Let a key sign the newest checkpoint in all three places, as one who holds it and the disks could."""
    newest = Checkpoint.objects.order_by("-size").first()
    text = note.parse(newest.note).text
    made = note.sign(text, [note.Signer.parse(secret)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_checkpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE record_checkpoint SET note = %s WHERE size = %s", [made, newest.size])
    for path in (log.signed, log.record / "checkpoint"):
        path.write_text(made)


@pytest.fixture
def rotated(own_log, keys):
    """Return a log of three entries whose key was changed, with its old secret."""
    own_log.sequencer().step()
    own_log.old = (own_log.keys / "record.key").read_text().strip()
    rotate(keys, "the yearly change", at=clock.now())
    own_log.made[0].drain()
    append()
    own_log.made[0].drain()
    own_log.close()
    return own_log


def test_the_audit_names_a_checkpoint_that_a_replaced_key_signed_alone(rotated):
    assert audited(rotated).findings == []
    signed_again(rotated, rotated.old)

    found = audited(rotated).findings

    assert [each.place for each in found] == [
        str(rotated.record / "checkpoint"),
        str(rotated.signed),
        "table record_checkpoint, size 3",
    ]
    new = queries.vkeys()[0]
    assert all(f"the key that signs at 3 entries, {new}, has not signed it" in each.message for each in found)


def test_nothing_is_signed_on_top_of_what_a_replaced_key_signed(rotated):
    signed_again(rotated, rotated.old)
    append()

    with pytest.raises(Stopped, match=rf"{rotated.signed} does not hold a checkpoint"):
        rotated.sequencer().step()


def test_a_signature_that_does_not_hold_is_written_nowhere(own_log, monkeypatch):
    """A faulty machine has been seen to sign wrongly, and a signature that got out is not taken back."""
    own_log.sequencer().step()
    before = own_log.signed.read_bytes()
    append()
    whole = note.Signer.sign

    def faulty(signer, text):
        return whole(signer, text.replace("2", "3", 1))

    monkeypatch.setattr(note.Signer, "sign", faulty)
    with pytest.raises(Stopped, match="The signature made just now does not hold"):
        own_log.made[0].step()
    assert own_log.signed.read_bytes() == (own_log.record / "checkpoint").read_bytes() == before
    assert Checkpoint.objects.count() == 1

    monkeypatch.undo()
    assert own_log.made[0].step() == 1


# --- a key folder that cannot be read ---------------------------------------------------------


def test_an_audit_that_cannot_read_the_public_keys_says_so_and_stops_nothing(own_log):
    own_log.sequencer().step()
    path = own_log.keys / "record.vkeys"
    content = path.read_bytes()
    path.unlink()
    path.mkdir()  # for root no file is unreadable; a folder in its place is

    (found,) = audited(own_log).findings

    assert (found.place, found.stops) == (str(path), False)
    assert found.message == "It was not looked at: Is a directory."
    path.rmdir()
    path.write_bytes(content)
    append()
    assert own_log.made[0].drain() == 1


def test_public_keys_that_are_no_text_are_named(own_log):
    own_log.sequencer().step()
    path = own_log.keys / "record.vkeys"
    path.write_bytes(path.read_bytes()[:-2] + b"\xff\n")

    (found,) = audited(own_log).findings

    assert (found.place, found.stops) == (str(path), True)
