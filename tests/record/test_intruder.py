"""What a broken-into web server could write must not reach the log, the signature or the key."""

from uuid import uuid4

import psycopg
import pytest

from teladan.core.log.note import Signer
from teladan.record import objects
from teladan.record.models import Entry, Outbox
from teladan.record.stops import Stopped
from tests.record.acts import append

BODIES = (b'{"a":1.5}', b'{},"kind":"publication","z":{}', b'{"b":1,"a":2}', b"{}}")


def slip_in(url, body, kind="practice"):
    """Write a row into the outbox as the web role can: past our services."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO record_outbox (act, kind, subject, role, actor, replaces, body, at)"
            " VALUES (%s, %s, 'x', 'x', '', '', %s, now())",
            [uuid4(), kind, body],
        )


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("before", [0, 1])
def test_a_body_that_is_no_entry_is_never_placed(own_log, body, before):
    sequencer = own_log.sequencer()
    sequencer.drain()
    if before:
        append(before)
    slip_in(own_log.url, body)
    append(1)
    placed = Entry.objects.count()

    with pytest.raises(Stopped, match="in the outbox is not an entry"):
        sequencer.drain()

    assert Entry.objects.count() == placed
    assert Outbox.objects.count() == before + 2


def test_a_key_act_that_only_mentions_the_coming_key_is_refused(own_log):
    sequencer = own_log.sequencer()
    sequencer.drain()
    coming = Signer.generate("localhost/record").verifier.vkey
    slip_in(own_log.url, f'{{"reason":"{coming}","vkey":"evil"}}'.encode(), kind="key")

    with pytest.raises(Stopped, match="names a key that is not in"):
        sequencer.drain()


def test_a_key_that_the_log_never_named_does_not_sign(own_log):
    sequencer = own_log.sequencer()
    sequencer.drain()
    (own_log.keys / "record.key").write_text(Signer.generate("localhost/record").skey + "\n")
    append(1)

    with pytest.raises(Stopped, match="put that key back"):
        sequencer.drain()


@pytest.mark.parametrize("digest", ["./../keys/record.key", "", "A" * 64, "a" * 63])
def test_only_digests_lead_into_the_object_store(digest):
    with pytest.raises(FileNotFoundError):
        objects.get(digest)
