"""The places in the record's own tables."""

from __future__ import annotations

from tests.record.faults.damage import AUDIT, LOG, PUBLICATION, START, WORK, Place, bit, committed, digit, sql

RECORD = [
    Place(
        "record_entry.data, long signed",
        sql(digit("record_entry", "data", '"number":', "position = 50")),
        {AUDIT: "table record_entry, position 50", START: "Entry 50 in the table record_entry"},
    ),
    Place(
        "record_entry.data, newest tile",
        sql(digit("record_entry", "data", '"number":', "position = 258")),
        {
            AUDIT: "table record_entry, position 258",
            START: "Entry 258 in the table record_entry",
            WORK: "Entry 258 in the table record_entry",
        },
    ),
    Place(
        "record_entry.leaf",
        sql(bit("record_entry", "leaf", "position = 50")),
        {AUDIT: "table record_entry, position 50: Its column leaf"},
    ),
    Place(
        "record_entry.kind",
        sql("UPDATE record_entry SET kind = 'adoption' WHERE position = 50"),
        {AUDIT: "table record_entry, position 50: Its kind"},
    ),
    Place(
        "record_entry.subject",
        sql("UPDATE record_entry SET subject = 'practice/ona' WHERE position = 50"),
        {AUDIT: "table record_entry, position 50: Its subject"},
    ),
    Place(
        "record_entry.act",
        sql("UPDATE record_entry SET act = gen_random_uuid() WHERE position = 50"),
        {AUDIT: "table record_entry, position 50: Its act"},
    ),
    Place(
        "record_entry.time",
        sql("UPDATE record_entry SET time = time + interval '1 microsecond' WHERE position = 50"),
        {AUDIT: "table record_entry, position 50: Its time"},
    ),
    Place(
        "record_entry, a row deleted",
        sql("DELETE FROM record_entry WHERE position = 50"),
        {
            AUDIT: "table record_entry, position 50: The entry is missing",
            START: "The table record_entry has 259 rows",
        },
    ),
    Place(
        "record_entry, the last row deleted",
        sql("DELETE FROM record_entry WHERE position = 259"),
        {
            AUDIT: "table record_entry, position 259: The entry is missing",
            START: "The database holds 259 entries",
            WORK: "Entry 259 is missing in the table record_entry",
        },
    ),
    Place(
        "record_entry, of a publication",
        sql(digit("record_entry", "data", '"prefix":', "position = 6")),
        {
            AUDIT: "table record_entry, position 6",
            START: "Entry 6 in the table record_entry",
            PUBLICATION: "proof/6 does not prove its entry",
        },
    ),
    Place(
        "record_checkpoint.root",
        sql(bit("record_checkpoint", "root", "size = 7")),
        {AUDIT: "table record_checkpoint, size 7"},
    ),
    Place(
        "record_checkpoint.root, newest",
        sql(bit("record_checkpoint", "root", "size = 260")),
        {AUDIT: "table record_checkpoint, size 260", START: "the table record_checkpoint"},
    ),
    Place(
        "record_checkpoint.note",
        sql("UPDATE record_checkpoint SET note = overlay(note placing '8' from 18) WHERE size = 7"),
        {
            AUDIT: "table record_checkpoint, size 7",
            LOG: "the earlier checkpoint of 8 entries",
            PUBLICATION: "the checkpoint of proof/6",
        },
    ),
    Place(
        "record_checkpoint.signed_at, out of order",
        sql("UPDATE record_checkpoint SET signed_at = signed_at - interval '1 hour' WHERE size = 7"),
        {AUDIT: "table record_checkpoint, size 7"},
    ),
    Place(
        "record_checkpoint.signed_at, in order",
        sql("UPDATE record_checkpoint SET signed_at = signed_at + interval '1 millisecond' WHERE size = 7"),
        {},
        "the note does not say when it was signed: its last entry does, to the second",
    ),
    Place(
        "record_checkpoint, a row deleted",
        sql("DELETE FROM record_checkpoint WHERE size = 7"),
        {},
        "earlier checkpoints stand in no other file: receipts then rest on the next one, and those that were"
        " given still verify",
    ),
    Place(
        "record_checkpoint, the newest deleted",
        sql("DELETE FROM record_checkpoint WHERE size = 260"),
        {AUDIT: "table record_checkpoint: Its newest is of 257"},
    ),
    Place(
        "record_commitment.content, not public",
        committed("content", public=False),
        {AUDIT: "table record_commitment, act "},
    ),
    Place(
        "record_commitment.salt, not public",
        committed("salt", public=False),
        {AUDIT: "table record_commitment, act "},
    ),
    Place(
        "record_commitment.content, public",
        committed("content", public=True),
        {AUDIT: "table record_commitment, act ", PUBLICATION: "what is disclosed of entry 3"},
    ),
    Place(
        "record_commitment.salt, public",
        committed("salt", public=True),
        {AUDIT: "table record_commitment, act ", PUBLICATION: "what is disclosed of entry 3"},
    ),
    Place(
        "record_commitment, a row deleted",
        sql("DELETE FROM record_commitment WHERE disclosed_at IS NULL"),
        {AUDIT: "It is lost; entry 256 commits to it"},
    ),
    Place(
        "record_commitment, erased without the right to",
        sql("UPDATE record_commitment SET salt = NULL, content = NULL, erased_at = now()"),
        {},
        "it looks like an erasure, which must leave nothing; verify publication says that it is erased",
    ),
    Place(
        "record_commitment.disclosed_at",
        sql(
            "UPDATE record_commitment SET disclosed_at = now()"
            " WHERE disclosed_at IS NULL AND salt IS NOT NULL"
        ),
        {},
        "what is shown too early is still what was committed",
    ),
    Place(
        "record_outbox.body, of a publication",
        sql(digit("record_outbox", "body", '"results":"', "kind = 'publication'")),
        {AUDIT: "table publication_preparation, smp-2024 1, results_sha256"},
    ),
    Place(
        "record_outbox.body, of a commitment",
        sql(digit("record_outbox", "body", '"commitment":"', "kind = 'preparation'")),
        {AUDIT: "its act in the table record_outbox"},
    ),
    Place(
        "record_outbox.body, of another act in the open",
        sql(digit("record_outbox", "body", '"number":', "subject = 'practice/waits'")),
        {},
        "until it has its place, which takes seconds, there is no second copy of it",
    ),
    Place(
        "record_outbox.subject",
        sql("UPDATE record_outbox SET subject = 'practice/other' WHERE subject = 'practice/waits'"),
        {},
        "as above: its place in the log is given by the row",
    ),
    Place(
        "record_outbox, a row deleted",
        sql("DELETE FROM record_outbox WHERE kind = 'publication'"),
        {AUDIT: "table publication_preparation, smp-2024 1, released_act"},
    ),
]
