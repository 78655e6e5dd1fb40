"""The practices that ship: all of the facts, nothing lost, loaded once and the same way each time."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teladan.core.document import DocumentError
from teladan.exchange import documents, files, queries
from teladan.exchange.models import Adoption, AdoptionStage, Claim, Evidence, Observation, Practice
from teladan.exchange.rows import content_of
from teladan.exchange.services import load_exchange
from teladan.record import objects
from teladan.record.models import Outbox
from teladan.registry.services import load_registry
from tests.exchange.conftest import AT, ROOT

PUBLISHED = ROOT / "published"
FACTS = ROOT.parent / "shared" / "facts" / "practices.json"
LATER = AT + timedelta(days=400)


@pytest.fixture
def nothing(db: None) -> None:
    """Look away from what other tests of the run have loaded."""
    Observation.objects.all().delete()
    Adoption.objects.all().delete()
    Practice.objects.all().delete()


@pytest.fixture
def loaded(nothing: None) -> None:
    """The shipped registry and exchange."""
    load_registry(PUBLISHED / "organisations")
    load_exchange(at=AT)


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not here")
    found: list[dict[str, Any]] = json.loads(FACTS.read_text("utf-8"))
    return found


def test_everything_is_there(published: None) -> None:
    assert Practice.objects.count() == 55
    assert Adoption.objects.count() == 31  # the 30 adoptions, and a derivation that is none of them
    assert Adoption.objects.filter(becomes__isnull=False).count() == 7
    assert Observation.objects.count() == 119  # the 118 figures, and the one that a caveat names
    assert not Observation.objects.filter(evidence__isnull=True).exists()
    assert Counter(row.status for row in queries.practices("en")) == {
        "operating": 51,
        "rolling out": 1,
        "started": 1,
        "regressed": 1,
        "planned": 1,
    }


def test_nothing_of_the_facts_is_lost(published: None, facts: list[dict[str, Any]]) -> None:
    rows = {row.code: row for row in queries.practices("en")}
    assert set(rows) == {fact["id"] for fact in facts}
    figures = Counter[tuple[str, ...]]()
    for fact in facts:
        view = queries.practice(fact["id"], "en")
        assert view is not None
        row = view.row
        assert (row.name, row.name_language) == (fact["name_original"], fact["language"])
        assert row.title.text == fact["name_en"]
        assert (row.country, row.agency, row.since) == (
            fact["iso3"],
            fact["agency"],
            str(fact["year_launched"] or ""),
        )
        assert (row.problem.text, row.does.text) == (fact["problem"], fact["what_it_does"])
        assert (row.theme, row.track, view.source) == (
            fact["theme"],
            fact["kacpe_track"],
            fact["source_url"],
        )
        assert (fact["caveats"] or "").startswith(view.caveats.text.rstrip("."))
        assert bool(view.caveats.text) == bool(fact["caveats"])
        assert len(view.unverified) == len({said.split(" ")[0] for said in fact["unverified_fields"]})
        for claim in view.claims:
            for one in claim.observations:
                target = f"target was {one.target} {one.unit} by {one.target_by}" if one.target else ""
                figures[
                    fact["id"],
                    claim.statement.text,
                    one.value,
                    one.unit,
                    one.baseline or target,
                    one.period,
                    one.evidence[0].described,
                    one.evidence[0].address,
                    one.note,
                ] += 1
    given = Counter(
        (
            fact["id"],
            seen["metric"],
            str(seen["value"]),
            seen["unit"],
            seen["baseline"] or "",
            seen["period"] or "",
            seen["evidence_type"].replace(", J. Moon", ""),
            seen["source_url"],
            seen["note"] or "",
        )
        for fact in facts
        for seen in fact["outcomes"]
    )
    assert given.total() == 118
    assert given - figures == Counter()
    assert [(key[0], key[2], key[5]) for key in figures - given] == [("idn-edat", "5", "2016")]


def test_no_adoption_and_no_derivation_is_lost(published: None, facts: list[dict[str, Any]]) -> None:
    edges = queries.network()
    told = Counter(
        (each.parents[0].practice, each.adopter, each.name, each.country, each.words, each.source, each.note)
        for each in edges
    )
    given = Counter(
        (
            fact["id"],
            each["adopter_country"],
            each["adopted_as"],
            each["iso3"] or "",
            each["status"],
            each["source_url"],
            each["note"] or "",
        )
        for fact in facts
        for each in fact["adoptions"]
    )
    assert given.total() == 30
    assert given - told == Counter()
    degrees = {(each.parents[0].practice, each.name): each.degree_words or each.degree for each in edges}
    words = {"copying": "copy", "hybridisation": "hybrid"}
    for fact in facts:
        for each in fact["adoptions"]:
            said = degrees[fact["id"], each["adopted_as"]]
            assert words.get(said, said) == words.get(each["transfer_degree"], each["transfer_degree"])
    derived = {
        (each.becomes, each.parents[0].practice, each.derivation_note) for each in edges if each.becomes
    }
    assert derived == {
        (fact["id"], fact["derived_from"]["practice_id"], fact["derived_from"]["note"])
        for fact in facts
        if fact["derived_from"]
    }


def test_each_practice_and_each_stage_is_in_the_record_and_names_its_document(loaded: None) -> None:
    said = {row.act: json.loads(bytes(row.body)) for row in Outbox.objects.filter(kind="practice")}
    for practice in Practice.objects.all():
        body = said[practice.act]
        assert (body["what"], body["code"], body["document"]) == ("version", practice.code, practice.document)
        content = content_of(practice)
        assert objects.get(practice.document) == documents.of_practice(content)
        assert documents.read_practice(objects.get(practice.document)) == content
    acts = {row.act: row for row in Outbox.objects.filter(kind="adoption")}
    for stage in AdoptionStage.objects.select_related("adoption"):
        body = json.loads(bytes(acts[stage.act].body))
        assert (body["code"], body["stage"], body["date"]) == (
            stage.adoption_id,
            stage.stage,
            stage.date or None,
        )
        parent = body["parents"][0]
        assert said_version(parent["act"]) == (parent["practice"], parent["version"])


def said_version(act: str) -> tuple[str, int]:
    """Return which version an act in the outbox recorded."""
    body = json.loads(bytes(Outbox.objects.get(act=act).body))
    return body["code"], body["version"]


def test_the_same_files_again_change_nothing(loaded: None) -> None:
    acts = Outbox.objects.count()
    assert load_exchange(at=LATER) == 0
    assert Outbox.objects.count() == acts
    assert not Practice.objects.filter(changed_at=LATER).exists()


def test_loading_asks_the_database_less_than_ten_times_for_each_practice_and_adoption(
    nothing: None, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    load_registry(PUBLISHED / "organisations")
    with django_assert_max_num_queries(800):  # 5 of them for the pseudonym of each subject
        load_exchange(at=AT)


def copied(tmp_path: Path) -> Path:
    for name in ("practices", "adoptions"):
        shutil.copytree(PUBLISHED / name, tmp_path / name)
    return tmp_path


def test_a_changed_file_is_a_new_version_and_takes_no_observation_back(loaded: None, tmp_path: Path) -> None:
    root = copied(tmp_path)
    file = root / "practices" / "kor-koneps.yaml"
    text = (
        file.read_text("utf-8")
        .replace('value: "73"', 'value: "74"')
        .replace("status: operating", "status: stopped")
    )
    file.write_text(text, encoding="utf-8")

    assert load_exchange(at=LATER, root=root) == 1

    view = queries.practice("kor-koneps", "en")
    assert view is not None
    assert (view.row.status, [each.number for each in view.versions]) == ("stopped", [1, 2])
    assert [each.value for each in view.claims[0].observations] == ["73", "74"]
    assert [len(group) for _claim, group in view.conflicts] == [2]
    assert load_exchange(at=LATER, root=root) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("practices/kor-koneps.yaml", "type: self-report", "type: rumour", "‘rumour’ is no type of evidence"),
        ("practices/kor-koneps.yaml", 'unit: "%"', 'unit: ""', "An observation needs a unit"),
        (
            "practices/kor-koneps.yaml",
            "format: teladan-practice/1",
            "format: other/1",
            "not 'teladan-practice/1'",
        ),
        ("practices/kor-koneps.yaml", "status: operating", "status: fine", "‘fine’ is no status"),
        ("practices/kor-koneps.yaml", "country: KOR", "country: XXX", "no organisation 'XXX'"),
        ("practices/kor-koneps.yaml", "core: []", "core: []\nhow: []", "the key 'how' is not known"),
        ("adoptions/kor-koneps-vnm.yaml", 'date: "2009"', 'date: "1999"', "before-its-parent"),
        ("adoptions/kor-koneps-vnm.yaml", "stage: adapted", "stage: sustained", "stage-order"),
        ("adoptions/kor-koneps-vnm.yaml", "stage: adapted", "stage: dreamt", "no stage"),
        ("adoptions/kor-koneps-vnm.yaml", "degree: emulation", "degree: theft", "‘theft’ is no degree"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_loaded(
    nothing: None, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    load_registry(PUBLISHED / "organisations")
    root = copied(tmp_path)
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        load_exchange(at=AT, root=root)

    assert said in str(caught.value)
    assert name in str(caught.value)
    assert not Practice.objects.exists()


def test_two_parents_that_are_ones_own_descendants_are_a_cycle(nothing: None, tmp_path: Path) -> None:
    load_registry(PUBLISHED / "organisations")
    root = copied(tmp_path)
    text = (root / "adoptions" / "est-xroad-khm.yaml").read_text("utf-8")
    text = text.replace("code: est-xroad-khm", "code: khm-camdx-est").replace('"2020"', "not seen")
    text = text.replace("{practice: est-xroad,", "{practice: X,").replace("khm-camdx, v", "est-xroad, v")
    (root / "adoptions" / "khm-camdx-est.yaml").write_text(text.replace(": X,", ": khm-camdx,"), "utf-8")

    with pytest.raises(DocumentError, match="est-xroad 1 → khm-camdx 1 → est-xroad 1|cycle"):
        load_exchange(at=AT, root=root)


def test_evidence_keeps_to_its_types(published: None) -> None:
    assert Counter(Evidence.objects.values_list("type", flat=True)).keys() <= set(Evidence.Type.values)
    assert Claim.objects.exclude(level__in=("output", "outcome")).count() == 0


def test_every_file_names_itself() -> None:
    for file in files.practices(PUBLISHED):
        assert files.read_practice(file).content.code == file.stem
    for file in files.adoptions(PUBLISHED):
        assert files.read_adoption(file).code == file.stem
