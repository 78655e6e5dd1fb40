"""`verify publication`: what holds, and that every change is caught with its place."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.verify.conftest import Archive, release, spbe
from tests.verify.test_log import THIRD, rotated

REPORTED = {
    "format": "teladan-results/1",
    "code": "spbe-2023",
    "kind": "reported",
    "rows": [
        {"organisation": "one", "verdict": "consistent"},
        {"organisation": "two", "verdict": "consistent"},
        {"organisation": "three", "verdict": "inconsistent"},
    ],
}


def test_the_figures_of_denpasar_come_out_again(archive, run):
    result = run("publication", archive.folder)
    assert result.status == 0
    assert result.verdict.startswith("Holds: spbe-2023 is in the record as published, and its ")
    assert "come out again from its answers, digit by digit." in result.verdict
    assert "  idn-kota-denpasar: index 3.19 (exactly 1277/400), band Baik" in result.out
    assert "prepared in entry 1, released in entry 2, by two persons" in result.out
    assert "compare it with one got another way" in result.out


@pytest.mark.parametrize("inside", ["", "record", "record/publication/spbe-2023.json"])
def test_an_archive_is_found_from_its_folder_and_from_its_parts(archive, run, inside):
    assert run("publication", archive.folder / inside).status == 0


def test_with_the_log_and_a_key_got_another_way(archive, run):
    key = archive.record.signer.verifier.vkey
    result = run("publication", archive.folder, "--key", key, "--log", archive.folder)
    assert result.status == 0
    assert "holds every receipt and no other release of these codes" in result.out
    assert "same place" not in result.out


def test_reported_figures_are_said_to_be_reported(record, run):
    listed, disclosure = release(record, "spbe-2023", REPORTED)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert result.status == 0
    assert "its figures are reported: recorded and unchanged, not recomputable" in result.verdict
    assert "as recorded: 2 consistent, 1 inconsistent" in result.out


@pytest.mark.parametrize("name", ["exact", "contribution"])
def test_a_figure_that_does_not_come_out_is_named_with_both_numbers(record, run, name):
    results, inputs, instrument = spbe(record)
    right = results["rows"][0]["elements"]["I7"][name]
    results["rows"][0]["elements"]["I7"][name] = "99/7"
    listed, disclosure = release(record, "spbe-2023", results, inputs, instrument)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert result.status == 1
    assert result.verdict == (
        f"Does not hold: row 1, idn-kota-denpasar, I7: {name} is published as 99/7, computed as {right}."
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda row: row["index"].update(printed="3.20"),
            "index: printed is published as 3.20, computed as 3.19",
        ),
        (lambda row: row["index"].update(exact="3"), "index: exact is published as 3, computed as 1277/400"),
        (lambda row: row.update(band="fair"), "index: band is published as fair, computed as Baik"),
        (lambda row: row.update(scored=False), "index: scored is published as False, computed as True"),
        (lambda row: row["elements"].pop("I7"), "element I7 is missing"),
        (lambda row: row["elements"].update(I99={}), "element I99 is published and not computed"),
        (
            lambda row: row["self_assessed"]["I7"].update(exact="4"),
            "self-assessed, I7: exact is published as 4, computed as 3",
        ),
        (lambda row: row.update(organisation="other"), "row other is not in the inputs"),
        (lambda row: row.update(kind="province"), "its kind is province in the results, "),
    ],
)
def test_every_part_of_a_row_is_held_against_the_answers(record, run, change, told):
    results, inputs, instrument = spbe(record)
    change(results["rows"][0])
    listed, disclosure = release(record, "spbe-2023", results, inputs, instrument)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert (result.status, told in result.verdict) == (1, True), result.verdict


def edit(archive, path, old, new):
    file = archive.record.base / path
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))


def test_a_changed_digit_in_a_published_file_is_caught(archive, run):
    for name in ("results", "inputs", "instrument"):
        path = f"object/{archive.listed[0][name]}"
        before = (archive.record.base / path).read_bytes()
        (archive.record.base / path).write_bytes(before.replace(b"3", b"4", 1))
        result = run("publication", archive.folder)
        assert result.status == 1
        verb = "is" if name == "instrument" else "are"
        assert result.verdict == (
            f"Does not hold: the {name} of spbe-2023 publication 1 {verb} not the recorded bytes: "
            f"{path} was changed."
        )
        (archive.record.base / path).write_bytes(before)


def test_a_changed_digit_with_its_digest_changed_too_is_caught_by_the_entry(archive, run):
    results = archive.value(f"object/{archive.listed[0]['results']}")
    results["rows"][0]["index"]["printed"] = "3.99"
    archive.listed[0]["results"] = archive.record.object(results)
    archive.write()
    result = run("publication", archive.folder)
    assert result.status == 1
    assert "entry 2 says results" in result.verdict


def told(*organisations, **change):
    """Return the uncertainty of reported figures, a row for each organisation."""
    rows = [
        {"organisation": each, "rank": None, "bands": {}, "not_distinguishable": None}
        for each in organisations
    ]
    return {
        "format": "teladan-uncertainty/1",
        "code": "spbe-2023",
        "kind": "rounding of print",
        "draws": 1000,
        "seed": 1,
        "reason": None,
        "rows": rows,
    } | change


def with_uncertainty(record, uncertainty):
    listed, disclosure = release(record, "spbe-2023", REPORTED, uncertainty=uncertainty)
    Archive(record, [listed], [disclosure]).write()
    return listed


def test_the_uncertainty_is_said_not_to_be_recomputed(record, run):
    with_uncertainty(record, told("one", "two", "three"))
    result = run("publication", record.folder)
    assert result.status == 0
    assert "uncertainty (rounding of print): 1,000 draws, seed 1, of the same organisations" in result.out
    assert "not recomputed here: the intervals, which are draws; run `teladan rank`" in result.out


def test_why_there_are_no_draws_is_said(record, run):
    reason = {"code": "no-method", "text": "the method was not seen", "values": {}}
    with_uncertainty(record, told(kind=None, draws=0, reason=reason))
    result = run("publication", record.folder)
    assert result.status == 0
    assert "uncertainty: no draws, because: the method was not seen" in result.out


@pytest.mark.parametrize(
    ("uncertainty", "words"),
    [
        (told("one", "two"), "the uncertainty of spbe-2023 publication 1: three is not in its rows"),
        (told("one", "two", "three", "four"), "four is not in the results"),
        (told("one", "two", "two", "three"), "two stands twice"),
        (told("one", "two", "three", code="spbe-2024"), "publication 1 is of spbe-2024"),
        (
            told("one", reason={"code": "x", "text": "x", "values": {}}),
            "says why it has no rows, and has 1 row",
        ),
    ],
)
def test_an_uncertainty_of_other_organisations_is_caught(record, run, uncertainty, words):
    with_uncertainty(record, uncertainty)
    result = run("publication", record.folder)
    assert (result.status, words in result.verdict) == (1, True), result.verdict


def test_a_changed_byte_of_the_uncertainty_is_caught(record, run):
    path = f"object/{with_uncertainty(record, told('one', 'two', 'three'))['uncertainty']}"
    file = record.base / path
    file.write_bytes(file.read_bytes().replace(b"1000", b"1001"))
    result = run("publication", record.folder)
    assert result.status == 1
    assert result.verdict == (
        f"Does not hold: the uncertainty of spbe-2023 publication 1 is not the recorded bytes: {path} was "
        "changed."
    )


def test_an_uncertainty_that_the_entry_does_not_name_is_caught(record, run):
    listed, disclosure = release(record, "spbe-2023", REPORTED)
    listed["uncertainty"] = record.object(told("one", "two", "three"))
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert result.status == 1
    assert "entry 2 says uncertainty None" in result.verdict


def test_an_uncertainty_that_is_hidden_is_caught(record, run):
    listed, disclosure = release(record, "spbe-2023", REPORTED, uncertainty=told("one", "two", "three"))
    listed["uncertainty"] = None
    Archive(record, [listed], [disclosure]).write()
    assert run("publication", record.folder).status == 1


def test_a_receipt_of_another_tree_is_caught(archive, run):
    edit(archive, "proof/2", b"index 2", b"index 1")
    assert run("publication", archive.folder).verdict == "Does not hold: proof/2 is the proof of position 1."


def test_a_disclosure_that_is_not_what_was_committed_to_is_caught(archive, run):
    archive.disclosures[0]["content"]["prefix"] = 0
    archive.write()
    result = run("publication", archive.folder)
    assert result.verdict == (
        "Does not hold: what is disclosed of entry 1 (preparation) is not what was committed to."
    )


def test_an_erased_act_is_said_to_be_erased(archive, run):
    archive.disclosures[0].update(salt=None, content=None, erased=True)
    archive.write()
    result = run("publication", archive.folder)
    assert result.status == 0
    assert "its text was erased; the entry stands" in result.out


def test_a_release_by_the_person_who_prepared_it_is_caught(record, run):
    listed, disclosure = release(record, "spbe-2023", REPORTED, persons=("a", "a"))
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert result.verdict == "Does not hold: entry 2 was prepared and released by the same person."


def test_a_publication_without_its_receipt_is_pending(archive, run):
    archive.listed[0]["entry"] = None
    archive.write()
    result = run("publication", archive.folder)
    assert result.status == 2
    assert result.verdict.startswith(
        "Not yet in the record: the proof of spbe-2023 (publication 1) is pending"
    )


def corrected(record):
    first, opened = release(record, "spbe-2023", REPORTED)
    second = {**REPORTED, "rows": [*REPORTED["rows"][:2], {"organisation": "three", "verdict": "consistent"}]}
    other, opened_too = release(
        record, "spbe-2023", second, corrects=first["entry"], number=2, reason="a slip of the pen"
    )
    return Archive(record, [first, other], [opened, opened_too])


def test_a_correction_names_what_it_corrects(record, run):
    corrected(record).write()
    result = run("publication", record.folder)
    assert result.status == 0
    assert "with 1 correction," in result.verdict
    assert "because: a slip of the pen" in result.out


def test_a_correction_of_another_entry_is_caught(record, run):
    archive = corrected(record)
    third, opened = release(record, "spbe-2023", REPORTED, corrects=1, number=3)
    archive.listed.append(third)
    archive.disclosures.append(opened)
    archive.write()
    result = run("publication", record.folder)
    assert result.verdict == "Does not hold: entry 6 does not correct publication 2 but another entry."


def test_a_correction_that_is_kept_quiet_is_found_in_the_log(record, run):
    archive = corrected(record)
    archive.listed.pop()
    archive.write()
    assert run("publication", record.folder).status == 0
    result = run("publication", record.folder, "--log", record.folder)
    assert result.verdict == "Does not hold: entry 4 is a correction that is not listed."


def test_a_mean_that_is_not_additive_needs_teladan(record, run):
    results, inputs, instrument = spbe(record)
    instrument["elements"][0]["aggregation"] = "geometric"
    listed, disclosure = release(record, "spbe-2023", results, inputs, instrument)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert result.status == 2
    assert result.verdict == (
        "Not recomputed: spbe-2023 is recorded and its bytes are the recorded ones, but element index is a "
        "geometric mean, which needs teladan."
    )


def test_two_ways_to_write_a_value_are_not_published(record, run):
    results, inputs, instrument = spbe(record)
    listed, disclosure = release(record, "spbe-2023", results, inputs, instrument)
    loose = json.dumps(results).encode()
    digest = hashlib.sha256(loose).hexdigest()
    record.put(f"object/{digest}", loose)
    listed["results"] = digest
    record.data[-1] = record.data[-1].replace(record.object(results).encode(), digest.encode())
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert "canonical JSON: its bytes are another way to write the same value" in result.verdict


def test_several_publications_of_a_folder_are_all_checked(record, run):
    one, opened = release(record, "spbe-2023", *spbe(record))
    other, opened_too = release(record, "spbe-2024", {**REPORTED, "code": "spbe-2024"})
    Archive(record, [one], [opened]).write()
    Archive(record, [other], [opened_too], "spbe-2024").write()
    result = run("publication", record.folder)
    assert result.status == 0
    assert result.verdict == (
        "Holds: 2 publications are in the record as published; what each is stands below."
    )
    assert run("publication", record.folder / "record/publication/spbe-2024.json").verdict.startswith(
        "Holds: spbe-2024 is in the record exactly as published"
    )


# --- one row, dates, methods, archives, keys ------------------------------------------------------


@pytest.mark.parametrize("word", ["computed", "reported"])
def test_one_row_is_printed_whole(record, run, word):
    values = spbe(record) if word == "computed" else [{**REPORTED, "rows": spbe(record)[0]["rows"]}]
    values[0]["rows"][0]["rank"] = "5"
    listed, disclosure = release(record, "spbe-2023", *values)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder, "--organisation", "idn-kota-denpasar")
    assert result.status == 0
    assert "  idn-kota-denpasar: index 3.19 (exactly 1277/400), band Baik, rank 5" in result.out
    assert "    I7: 3 (exactly 3)" in result.out or "    I7: not printed (exactly 3)" in result.out
    assert ("not recomputed: the rank" in result.out) == (word == "computed")
    result = run("publication", record.folder, "--organisation", "idn-kota-nowhere")
    assert result.status == 2
    assert result.verdict == "Could not check: spbe-2023 has no organisation idn-kota-nowhere."


def test_a_date_of_release_that_the_entry_does_not_say_is_caught(archive, run):
    archive.listed[0]["released_at"] = "2026-11-23T09:00:00Z"
    archive.write()
    result = run("publication", archive.folder)
    assert result.status == 1
    assert "entry 2 was released at 2026-11-24T16:00:00+07:00, listed as 2026-11-23T09" in result.verdict


@pytest.mark.parametrize(("name", "other"), [("instrument", "spbe@2018"), ("edition", "2022")])
def test_results_of_another_method_are_caught(record, run, name, other):
    results, inputs, instrument = spbe(record)
    results[name] = other
    listed, disclosure = release(record, "spbe-2023", results, inputs, instrument)
    Archive(record, [listed], [disclosure]).write()
    result = run("publication", record.folder)
    assert (result.status, f"are of {name} {other}, its method is of" in result.verdict) == (1, True)


@pytest.fixture
def whole(archive):
    """An archive with pages and data beside its record, and the list of all of them."""
    (archive.folder / "data").mkdir()
    (archive.folder / "data" / "results.csv").write_text("organisation,index\nidn-kota-denpasar,3.19\n")
    (archive.folder / "index.html").write_text("<p>3.19</p>")
    files = sorted(path for path in archive.folder.rglob("*") if path.is_file())
    (archive.folder / "manifest.sha256").write_text(
        "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(archive.folder)}\n"
            for path in files
        )
    )
    return archive


@pytest.mark.parametrize("verb", ["publication", "log"])
def test_every_file_of_an_archive_is_held_against_its_list(whole, run, verb):
    told = "the archive: "
    result = run(verb, whole.folder)
    assert (result.status, result.out.count(told)) == (0, 1)
    assert "nothing signs that list" in result.out
    (whole.folder / "notes.txt").write_text("mine")
    assert "not listed in the archive: 1 file, as notes.txt" in run(verb, whole.folder).out
    (whole.folder / "manifest.sha256").unlink()
    assert told not in run(verb, whole.folder).out


@pytest.mark.parametrize("verb", ["publication", "log"])
@pytest.mark.parametrize("name", ["data/results.csv", "index.html", "record/key", "manifest.sha256"])
def test_a_changed_digit_in_any_file_of_an_archive_is_named(whole, run, verb, name):
    file = whole.folder / name
    data = file.read_bytes()
    place = max(data.rfind(b"3"), data.rfind(b"4"))
    file.write_bytes(data[:place] + b"8" + data[place + 1 :])
    result = run(verb, whole.folder)
    assert result.status in {1, 2}
    assert name.rpartition("/")[2] in result.verdict or name == "record/key"


def test_a_file_that_is_gone_from_an_archive_is_named(whole, run):
    (whole.folder / "data" / "results.csv").unlink()
    result = run("publication", whole.folder)
    assert (result.status, result.verdict) == (
        1,
        "Does not hold: data/results.csv is listed in manifest.sha256 and is not in the archive.",
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not a list",
        "0" * 64,
        "0" * 64 + "  ",
        "0" * 64 + "  /etc/passwd",
        "0" * 64 + "  ../outside",
        "0" * 64 + "  data//results.csv",
        "A" * 64 + "  index.html",
        "0" * 63 + "  index.html",
        "\xff",
    ],
)
def test_a_list_that_is_none_is_refused(whole, run, line):
    (whole.folder / "manifest.sha256").write_text(line + "\n", encoding="latin-1")
    result = run("publication", whole.folder)
    assert result.status == 1
    assert "manifest.sha256" in result.verdict


def test_receipts_of_a_key_that_was_replaced(record, run):
    old = record.signer
    listed, disclosure = release(record, "spbe-2023", REPORTED)
    archive = Archive(record, [listed], [disclosure]).write()
    rotated(record)
    archive.write()
    assert run("publication", record.folder, "--log", record.folder).status == 0
    result = run("publication", record.folder, "--key", old.verifier.vkey)
    assert result.status == 0, result.out
    assert "signed by your key: the new line is" in result.out
    assert run("publication", record.folder, "--key", THIRD.verifier.vkey).status == 1
    (record.base / "tile").rename(record.base / "away")
    result = run("publication", record.folder, "--key", old.verifier.vkey)
    assert (result.status, "add --log with its place" in result.verdict) == (2, True)
    (record.base / "away").rename(record.base / "tile")
    for position in range(len(record.data)):
        record.put(f"proof/{position}", record.proof(position, note=record.note(signer=old)))
    result = run("publication", record.folder, "--log", record.folder)
    assert result.status == 1
    assert "the checkpoint of proof/" in result.verdict
    assert "names in its place" in result.verdict
