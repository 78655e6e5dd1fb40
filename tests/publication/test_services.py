"""Loading a publication: all of it or none, the same again changes nothing, bad files are named."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError

from teladan.core import canonical
from teladan.core.document import DocumentError
from teladan.core.index import AnswersError
from teladan.publication import queries
from teladan.publication.models import Publication, Result
from teladan.publication.services import load_all, load_publication
from teladan.record import objects
from teladan.registry.models import NameMatch, Organisation
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_reported_publication_is_checked_row_by_row(root: Path) -> None:
    publish(root, SPBE + GOOD + OFF_SCALE)

    assert load_all(at=AT, root=root) == 1

    publication = Publication.objects.get(code="smp-2024")
    assert publication.verdicts == {"consistent": 1, "impossible": 1}
    good, off = Result.objects.filter(publication=publication)
    assert (good.verdict, good.index_exact) == ("consistent", "")  # several levels give 3.19
    assert "1277/400" in {candidate["index"] for candidate in good.candidates}
    assert (off.verdict, off.reason_values["element"]) == ("impossible", "D4")


def test_the_canonical_bytes_are_kept_under_their_digest(root: Path) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    publication = Publication.objects.get(code="smp-2024")

    content = queries.canonical_bytes(publication)

    assert hashlib.sha256(content).hexdigest() == publication.sha256
    assert b'"kind":"reported"' in content
    assert content == canonical.encode(json.loads(content))


def test_loading_the_same_files_again_changes_nothing(root: Path) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    before = list(Result.objects.filter(publication="smp-2024").values_list("pk", flat=True))

    assert load_all(at=datetime(2027, 1, 1, tzinfo=UTC), root=root) == 0

    assert list(Result.objects.filter(publication="smp-2024").values_list("pk", flat=True)) == before
    assert Publication.objects.get(code="smp-2024").loaded_at == AT


def test_a_computed_publication_is_exact_down_to_the_indicator(root: Path) -> None:
    levels = "".join(f"smp-a,I{i},{3 if i % 2 else 4}\n" for i in range(1, 48))
    publish(root, scores="organisation,indicator,value\n" + levels, kind="computed")

    load_all(at=AT, root=root)

    result = Result.objects.get(publication="smp-2024")
    from fractions import Fraction

    added = sum(Fraction(result.elements[f"I{i}"]["contribution"]) for i in range(1, 48))
    assert added == Fraction(result.index_exact)
    assert result.printed_name == "Kab. Sample A"
    assert result.scores["I2"] == "4"


def test_printed_figures_that_the_scores_do_not_give_are_said(root: Path) -> None:
    levels = "".join(f"smp-a,I{i},3\n" for i in range(1, 48))
    publish(
        root,
        SPBE + "smp-a,Sample A,regency,smp,3.00,3.00,3.00,3.10,3.00,Baik\n",
        "organisation,indicator,value\n" + levels,
        kind="computed",
    )
    load_all(at=AT, root=root)

    result = Result.objects.get(publication="smp-2024")

    assert result.verdict == "inconsistent"
    assert result.reason == "D4 is printed 3.10; the scores give 3.00"


@pytest.mark.parametrize(
    ("meta", "results", "says"),
    [
        ({"instrument": "spbe@1999"}, SPBE + GOOD, "publication.yaml:3: instrument: .*no version '1999'"),
        ({"edition": "1999"}, SPBE + GOOD, "publication.yaml:4: edition: .*no edition 1999"),
        ({"kind": "guessed"}, SPBE + GOOD, "publication.yaml:5: kind: must be computed or reported"),
        ({"code": "smp/2024"}, SPBE + GOOD, "publication.yaml:2: code: may have letters"),
        ({}, SPBE + GOOD + GOOD, "results.csv:3: smp-a: stands in line 2 already"),
        ({}, SPBE + GOOD.replace("smp-a", "nobody"), "results.csv:2: organisation: there is no .*'nobody'"),
        ({}, SPBE + GOOD.replace("3.30", "about 3"), "results.csv:2: D2: 'about 3' is not a figure"),
        ({}, SPBE + GOOD.replace(",Baik", ""), "results.csv:2: has 9 cells, the header 10"),
        ({}, SPBE.replace("D4", "D9") + GOOD, "results.csv:1: D9: is no element of spbe@2020"),
        ({}, SPBE.replace("index", "Index") + GOOD, "results.csv:1: index: there is no such column"),
        ({}, SPBE, "results.csv:1: a reported result needs rows"),
    ],
)
def test_a_faulty_publication_is_refused_whole_and_named_by_line(
    root: Path, meta: dict[str, str], results: str, says: str
) -> None:
    publish(root, results, **meta)

    with pytest.raises(DocumentError, match=says):
        load_all(at=AT, root=root)

    assert not Publication.objects.filter(code="smp-2024").exists()
    assert not Organisation.objects.filter(code="smp-a").exists()


@pytest.mark.parametrize("name", ["publication.yaml", "results.csv"])
def test_binary_garbage_is_named(root: Path, name: str) -> None:
    folder = publish(root, SPBE + GOOD)
    (folder / name).write_bytes(b"\x00\xff\xfe\x80")

    with pytest.raises(DocumentError, match=rf"{name}:1: is not UTF-8 text"):
        load_all(at=AT, root=root)


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("idn", "smp-c,Kota Sample C,city,nowhere,,,\n", "idn.csv:4: region: there is no region 'nowhere'"),
        ("idn", "smp-a,Kab. Sample A,regency,smp,,,\n", "idn.csv:4: smp-a: stands in line 2"),
        ("matches", "smp-2024,Sample C,smp-c,exact,\n", "matches.csv:4: organisation: there is no"),
    ],
)
def test_a_faulty_registry_is_named_by_line(root: Path, name: str, row: str, says: str) -> None:
    file = root / "organisations" / f"{name}.csv"
    file.write_text(file.read_text(encoding="utf-8") + row, encoding="utf-8")

    with pytest.raises(DocumentError, match=says):
        load_all(at=AT, root=root)

    assert not Organisation.objects.filter(code="smp-a").exists()


def test_another_name_in_the_registry_is_another_state_of_the_pages(root: Path) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    state = queries.state()
    file = root / "organisations" / "idn.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Kab. Sample A", "Kab. Sampel A"), "utf-8")

    assert load_all(at=AT, root=root) == 1

    assert Organisation.objects.get(code="smp-a").name == "Kab. Sampel A"
    assert queries.state() != state


def test_what_a_source_does_not_say_is_not_seen(root: Path) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)

    assert Publication.objects.get(code="smp-2024").source == {
        "title": "Sample",
        "titles": {},
        "publisher": "not seen",
        "date": "not seen",
        "address": "not seen",
        "licence": "not seen",
        "licence_note": {},
    }


def test_a_score_off_its_scale_is_refused_by_name(root: Path) -> None:
    load_all(at=AT, root=root)
    levels = "".join(f"smp-a,I{i},{6 if i == 7 else 3}\n" for i in range(1, 48))
    folder = publish(root, scores="organisation,indicator,value\n" + levels, kind="computed")

    with pytest.raises(AnswersError, match="smp-a: I7: 6 is not between 1 and 5"):
        load_publication(folder, at=AT)


def test_the_registry_keeps_names_regions_and_matches(root: Path) -> None:
    load_all(at=AT, root=root)

    body = Organisation.objects.get(code="smp-a")

    assert (body.name, body.language, body.region_id) == ("Kab. Sample A", "id", "smp")
    assert [o.code for o in queries.search("kabupaten SAMPLE")] == ["smp-a"]
    assert [o.code for o in queries.search("인도네시아")] == ["IDN"]
    match = NameMatch.objects.get(publication="smp-2024", printed="Sample B")
    assert (match.how, match.note) == ("spelling", "a note")


def test_the_database_refuses_nonsense(root: Path) -> None:
    from django.db import transaction

    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    publication = Publication.objects.get(code="smp-2024")
    for change, constraint in (
        ({"kind": "guessed"}, "publication_is_computed_or_reported"),
        ({"kind": "computed", "instrument": ""}, "computed_publication_names_its_instrument"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Publication.objects.filter(pk=publication.pk).update(**change)
    with pytest.raises(IntegrityError, match="verdict_is_one_of_four"), transaction.atomic():
        Result.objects.filter(publication=publication).update(verdict="fine")


def test_objects_are_written_whole_and_once(tmp_path: Path, settings: object) -> None:
    settings.TELADAN_HOME = tmp_path  # type: ignore[attr-defined]

    digest = objects.put(b"bytes")

    assert objects.get(digest) == b"bytes"
    assert objects.put(b"bytes") == digest
    assert [path.name for path in objects.path(digest).parent.iterdir()] == [digest]


def test_a_write_that_fails_leaves_no_half_object(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TELADAN_HOME = tmp_path  # type: ignore[attr-defined]

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        objects.put(b"bytes")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
