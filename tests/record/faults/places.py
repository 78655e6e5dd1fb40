"""THE TABLE: every place where something can be changed, and who catches it.

docs/methodology/what-catches-what.md shows it; a test holds the two together, and every row against what
happens. A new place is a new row here.
"""

from __future__ import annotations

from tests.record.faults.damage import (
    AUDIT,
    CATCHERS,
    LOG,
    PAGE,
    PUBLICATION,
    START,
    WORK,
    Place,
    flip,
    published,
    sql,
)
from tests.record.faults.office import CODE
from tests.record.faults.places_in_record import RECORD

PAGES = [
    Place(
        "publication_result.index",
        sql("UPDATE publication_result SET index = '9.99'"),
        {
            AUDIT: "table publication_result, spbe-2021-denpasar, idn-kota-denpasar, index",
            PAGE: "for idn-kota-denpasar index",
        },
    ),
    Place(
        "publication_result.elements",
        sql("""UPDATE publication_result SET elements = jsonb_set(elements, '{D1,printed}', '"9.99"')"""),
        {
            AUDIT: "table publication_result, spbe-2021-denpasar, idn-kota-denpasar, elements",
            PAGE: "for idn-kota-denpasar D1",
        },
    ),
    Place(
        "publication_result.standing",
        sql("""UPDATE publication_result SET standing = '{"rank": {"nominal": 1}}'"""),
        {AUDIT: "table publication_result, spbe-2021-denpasar, idn-kota-denpasar, standing"},
    ),
    Place(
        "publication_result, a row deleted",
        sql("DELETE FROM publication_result"),
        {
            AUDIT: "table publication_result, spbe-2021-denpasar, idn-kota-denpasar",
            PAGE: "another number of rows",
        },
    ),
    Place(
        "publication_publication.titles",
        sql("""UPDATE publication_publication SET titles = '{"en": "Other"}'"""),
        {AUDIT: "table publication_publication, spbe-2021-denpasar, titles", PAGE: "another title"},
    ),
    Place(
        "publication_publication.uncertainty",
        sql("UPDATE publication_publication SET uncertainty = jsonb_set(uncertainty, '{draws}', '9')"),
        {AUDIT: "table publication_publication, spbe-2021-denpasar, uncertainty.draws"},
    ),
    Place(
        "publication_publication, a row deleted",
        sql("DELETE FROM publication_publication"),
        {
            AUDIT: "table publication_publication, spbe-2021-denpasar: the row is missing",
            PAGE: "the page is gone",
        },
    ),
    *(
        Place(
            f"publication_preparation.{column}_sha256",
            sql(
                f"UPDATE publication_preparation SET {column}_sha256 ="
                f" translate({column}_sha256, '0123456789', '1032547698')"
                f" WHERE code = '{CODE}' AND number = 2"
            ),
            {
                AUDIT: f"table publication_preparation, {CODE} 2, {column}_sha256",
                PUBLICATION: f"publication 2: entry 6 says {column}",
            }
            | ({PAGE: "the document is not there"} if column == "results" else {}),
        )
        for column in ("results", "inputs", "instrument", "uncertainty")
    ),
    Place(
        "publication_preparation.prefix",
        sql(f"UPDATE publication_preparation SET prefix = prefix - 1 WHERE code = '{CODE}' AND number = 2"),
        {AUDIT: "table publication_preparation, spbe-2021-denpasar 2, prefix"},
    ),
    Place(
        "publication_preparation.released_at",
        sql(
            "UPDATE publication_preparation SET released_at = released_at + interval '1 day'"
            f" WHERE code = '{CODE}'"
        ),
        {
            AUDIT: "table publication_preparation, spbe-2021-denpasar 2, released_at",
            PUBLICATION: "publication 1: entry 2 was released at",
        },
    ),
    Place(
        "publication_preparation.reason",
        sql(f"UPDATE publication_preparation SET reason = 'Another.' WHERE code = '{CODE}' AND number = 2"),
        {AUDIT: "table publication_preparation, spbe-2021-denpasar 2, reason"},
    ),
    Place(
        "publication_preparation.completeness",
        sql(
            "UPDATE publication_preparation SET completeness = jsonb_set(completeness, '{listed}', '9')"
            f" WHERE code = '{CODE}' AND number = 2"
        ),
        {AUDIT: "table publication_preparation, spbe-2021-denpasar 2, completeness.listed"},
    ),
    Place(
        "publication_preparation.differences",
        sql(
            "UPDATE publication_preparation SET differences ="
            """ jsonb_set(differences, '{changed,0,was}', '"9"')"""
            f" WHERE code = '{CODE}' AND number = 2"
        ),
        {AUDIT: "table publication_preparation, spbe-2021-denpasar 2, differences.changed.0.was"},
    ),
    Place(
        "publication_preparation.released_by",
        sql(
            "UPDATE publication_preparation SET released_by_id = (SELECT id FROM registry_person"
            " WHERE id NOT IN (released_by_id, prepared_by_id) LIMIT 1)"
            f" WHERE code = '{CODE}' AND number = 2"
        ),
        {AUDIT: "table publication_preparation, spbe-2021-denpasar 2, released_by"},
    ),
    Place(
        "publication_preparation, what only the draft says",
        sql(
            "UPDATE publication_preparation SET drafted_at = drafted_at - interval '1 day',"
            f" made_from = repeat('0', 64) WHERE code = '{CODE}' AND number = 2"
        ),
        {},
        "a draft is before the record; the desk alone shows who drafted it and when, and the reason for which"
        " something was withdrawn",
    ),
    Place(
        "publication_preparation, a released row deleted",
        sql(f"DELETE FROM publication_preparation WHERE code = '{CODE}' AND number = 2"),
        {
            AUDIT: "table publication_preparation: no row released what entry 6",
            PUBLICATION: "entry 6 is a correction that is not listed",
            PAGE: "for idn-kota-denpasar index",
        },
    ),
    Place(
        "publication_correction.becomes",
        sql("UPDATE publication_correction SET becomes = '4'"),
        {AUDIT: "table publication_correction, spbe-2021-denpasar idn-kota-denpasar I1, becomes"},
    ),
    Place(
        "publication_correction.decision",
        sql("UPDATE publication_correction SET decision = 'No.'"),
        {AUDIT: "table publication_correction, spbe-2021-denpasar idn-kota-denpasar I1, decision"},
    ),
    Place(
        "publication_correction.decided_by",
        sql(
            "UPDATE publication_correction SET decided_by_id = (SELECT id FROM registry_person"
            " WHERE id NOT IN (asked_by_id, decided_by_id) LIMIT 1)"
        ),
        {AUDIT: "table publication_correction, spbe-2021-denpasar idn-kota-denpasar I1, decided_by"},
    ),
    Place(
        "publication_correction, a row deleted",
        sql("DELETE FROM publication_correction"),
        {AUDIT: "table publication_correction: no row holds the act "},
    ),
    Place(
        "registry_organisation.name",
        sql("UPDATE registry_organisation SET name = 'Kota Dempasar' WHERE code = 'idn-kota-denpasar'"),
        {},
        "the register of organisations is not in the record; a published document carries the name it had",
    ),
]
DISK = [
    Place(
        "record/checkpoint",
        flip("home/record/checkpoint"),
        {
            AUDIT: "home/record/checkpoint",
            START: "home/record/checkpoint",
            LOG: "the checkpoint",
            PUBLICATION: "the checkpoint",
        },
    ),
    Place(
        "record/tile/0/000, full",
        flip("home/record/tile/0/000"),
        {
            AUDIT: "home/record/tile/0/000",
            START: "Entry 128 in the table record_entry, or its hash in the tiles",
            LOG: "tile/0/000",
            PUBLICATION: "tile/0/000",
        },
    ),
    Place(
        "record/tile/0/001.p/4, newest",
        flip("home/record/tile/0/001.p/4"),
        {
            AUDIT: "tile/0/001.p/4",
            START: "tile/0/001.p/4",
            LOG: "tile/0/001.p/4",
            PUBLICATION: "tile/0/001.p/4",
        },
    ),
    Place(
        "record/tile/0/001.p/1, of an older checkpoint",
        flip("home/record/tile/0/001.p/1"),
        {AUDIT: "tile/0/001.p/1"},
    ),
    Place(
        "record/tile/1/000.p/1, above",
        flip("home/record/tile/1/000.p/1"),
        {
            AUDIT: "tile/1/000.p/1",
            START: "tile/1/000.p/1",
            LOG: "tile/1/000.p/1",
            PUBLICATION: "tile/1/000.p/1",
            WORK: "The files of ",
        },
    ),
    Place(
        "record/tile/entries/000, full",
        flip("home/record/tile/entries/000"),
        {AUDIT: "tile/entries/000", START: "tile/entries/000", LOG: "entry 125", PUBLICATION: "entry 125"},
    ),
    Place(
        "record/tile/entries/001.p/4, newest",
        flip("home/record/tile/entries/001.p/4"),
        {
            AUDIT: "tile/entries/001.p/4",
            START: "tile/entries/001.p/4",
            LOG: "entry 258",
            PUBLICATION: "entry 258",
        },
    ),
    Place(
        "record/tile/entries/001.p/1, of an older checkpoint",
        flip("home/record/tile/entries/001.p/1"),
        {AUDIT: "tile/entries/001.p/1"},
    ),
    Place(
        "objects, results",
        published("results", 2),
        {
            AUDIT: "home/objects/",
            PUBLICATION: "the results of spbe-2021-denpasar publication 2",
            PAGE: "for idn-kota-denpasar",
        },
    ),
    Place(
        "objects, results of the corrected publication",
        published("results", 1),
        {AUDIT: "home/objects/", PUBLICATION: "the results of spbe-2021-denpasar publication 1"},
    ),
    Place(
        "objects, inputs",
        published("inputs", 2),
        {AUDIT: "home/objects/", PUBLICATION: "the inputs of spbe-2021-denpasar publication 2"},
    ),
    Place(
        "objects, instrument",
        published("instrument", 2),
        {AUDIT: "home/objects/", PUBLICATION: "the instrument of spbe-2021-denpasar publication 1"},
    ),
    Place(
        "objects, uncertainty",
        published("uncertainty", 2),
        {AUDIT: "home/objects/", PUBLICATION: "the uncertainty of spbe-2021-denpasar publication 1"},
    ),
    Place(
        "signed/checkpoint, kept apart",
        flip("apart/checkpoint"),
        {AUDIT: "apart/checkpoint", START: "apart/checkpoint"},
    ),
    Place(
        "keys/record.vkeys",
        flip("keys/record.vkeys"),
        {AUDIT: "keys/record.vkeys", START: "keys/record.vkeys"},
    ),
    Place(
        "keys/record.key",
        flip("keys/record.key"),
        {START: "keys/record.key", WORK: "keys/record.key"},
    ),
]
GROUPS = {"Tables of the record": RECORD, "Tables that pages read": PAGES, "Files": DISK}
PLACES = [place for group in GROUPS.values() for place in group]


def as_text() -> str:
    """Return the table as docs/methodology/what-catches-what.md shows it."""
    lines = []
    for heading, places in GROUPS.items():
        lines += [f"## {heading}", "", "| what is changed | " + " | ".join(CATCHERS) + " |"]
        lines.append("|---" * (len(CATCHERS) + 1) + "|")
        for place in places:
            cells = ["caught" if catcher in place.caught else "" for catcher in CATCHERS]
            lines.append("| " + " | ".join([place.name, *cells]) + " |")
        lines.append("")
    lines += ["## Caught by nobody", ""]
    lines += [f"- **{place.name}**: {place.why}." for place in PLACES if not place.caught]
    return "\n".join(lines) + "\n"
