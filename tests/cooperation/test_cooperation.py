"""The centre's history and the symposium, from their files: sources for all, names of nobody."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from teladan.cooperation import queries
from teladan.cooperation.models import CooperationAgreement, FollowUp, JointProject, Meeting
from teladan.cooperation.services import load_cooperation
from teladan.core.document import DocumentError
from teladan.record.models import Outbox

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "published"
FACTS = ROOT.parent / "shared" / "facts" / "policy-exchange.md"
AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def loaded(published: None) -> None:
    """All that is published."""


@pytest.fixture
def exchange(published: None) -> None:
    """All that is published but for cooperation."""
    Meeting.objects.update(follows=None)
    CooperationAgreement.objects.update(follows=None)
    Meeting.objects.all().delete()
    CooperationAgreement.objects.all().delete()


def test_the_centre_is_told_year_by_year_with_what_is_credited_to_it(loaded: None) -> None:
    egcc, dgcc = queries.agreements()
    assert (egcc.code, egcc.begins, egcc.ends, egcc.followed_by) == (
        "egcc-2016",
        "2016-03-02",
        "2019",
        ("dgcc-2021",),
    )
    assert {year: len(group) for year, group in egcc.years.items()} == {
        "2013": 1,
        "2014": 1,
        "2015": 1,
        "2016": 5,
        "2017": 4,
        "2018": 1,
        "2019": 1,
    }
    assert [(each["country"], each["amount"]) for each in egcc.money] == [
        ("KOR", "1000000"),
        ("IDN", "1000000"),
    ]
    assert [each.code for each in egcc.outputs] == ["perpres-95-2018", "instrument", "architecture"]
    assert [(each.practice, each.instrument) for each in dgcc.outputs if each.instrument] == [
        ("idn-spbe", "spbe")
    ]
    assert (dgcc.follows, dgcc.practice) == ("egcc-2016", "kor-egcc")
    assert [each.step for each in dgcc.years["2024"]] == ["proposed"] * 4
    assert list(dgcc.years)[-1] == ""  # what has no date comes last
    assert [code for code, _titles in dgcc.meetings] == ["dgcc-forum-2023"]


def test_the_symposium_has_its_tracks_hosts_and_offices_and_no_follow_up(loaded: None) -> None:
    found = queries.meeting("kacpe-2023")
    assert found is not None
    assert (found.row.begins, found.row.ends, found.row.place) == ("2023-09-20", "2023-09-21", "Jakarta")
    assert [each.title for each in found.tracks] == [
        "KASI solidarity",
        "public-sector reform with digital transformation",
        "institutional and economic reform",
    ]
    assert [each["body"] for each in found.hosts] == [
        "Korea Research Initiatives (KRI), UNSW",
        "Ministry of Administrative and Bureaucratic Reform (PANRB)",
    ]
    assert found.supporters == ()  # not seen
    assert len(found.contributions) == 6
    assert (found.follows, found.row.follow_ups, found.follow_ups) == ("hanoi-2022", 0, ())
    assert "None was found" in found.searched


def test_every_part_has_a_source_and_the_sources_are_those_of_the_facts(loaded: None) -> None:
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not here")
    facts = FACTS.read_text("utf-8")
    given: set[str] = set()
    for each in queries.agreements():
        for part in (each, *each.projects, *each.outputs):
            assert part.sources
            given.update(part.sources)
    for row in queries.meetings():
        found = queries.meeting(row.code)
        assert found is not None
        for one in (found, *found.contributions):
            assert one.sources
            given.update(one.sources)
    assert [address for address in given if address not in facts] == []


def test_nobody_is_named(loaded: None) -> None:
    names = ("Anas", "Ateh", "Agus", "Erwan", "Prasojo", "Jang", "Kwon", "Purwanto", "Pramusinto")
    for file in (PUBLISHED / "cooperation").rglob("*.yaml"):
        text = file.read_text("utf-8")
        assert [name for name in names if name in text] == [], file.name
    assert not Outbox.objects.exclude(kind__in=("practice", "adoption")).filter(role="exchange officer")


def test_the_same_files_again_change_nothing_and_a_changed_one_keeps_its_follow_ups(
    loaded: None, tmp_path: Path
) -> None:
    meeting = Meeting.objects.get(code="kacpe-2023")
    FollowUp.objects.create(meeting=meeting, promise="We write.", owner="An office", confirmed_at=AT)
    FollowUp.objects.create(meeting=meeting, promise="We may write.", owner="An office")
    assert load_cooperation() == 0
    root = copied(tmp_path)
    file = root / "cooperation" / "meetings" / "kacpe-2023.yaml"
    file.write_text(file.read_text("utf-8").replace("place: Jakarta", "place: Bogor"), encoding="utf-8")

    assert load_cooperation(root=root) == 1

    found = queries.meeting("kacpe-2023")
    assert found is not None
    assert found.row.place == "Bogor"
    assert [each.promise for each in found.follow_ups] == ["We write."]  # what is not confirmed is not public
    assert len(found.contributions) == 6


def copied(tmp_path: Path) -> Path:
    shutil.copytree(PUBLISHED / "cooperation", tmp_path / "cooperation")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("agreements/egcc-2016.yaml", "practice: idn-spbe", "practice: none-such", "no practice 'none-such'"),
        ("agreements/egcc-2016.yaml", "kind: talks", "kind: dance", "'dance' is none"),
        ("agreements/egcc-2016.yaml", 'date: "2014-12"', 'date: "2014-13"', "'2014-13' is no date"),
        ("agreements/egcc-2016.yaml", "code: talks-2014", "code: mou-2013", "stands twice"),
        ("agreements/egcc-2016.yaml", "authentic:", "secret: yes\nauthentic:", "'secret' is not known"),
        ("agreements/dgcc-2021.yaml", "follows: egcc-2016", "follows: dgcc-2021", "it follows itself"),
        ("meetings/kacpe-2023.yaml", "country: IDN", "country: XXX", "no country 'XXX'"),
        ("meetings/kacpe-2023.yaml", 'begins: "2023-09-20"', "begins: not seen", "needs its date"),
        (
            "meetings/kacpe-2023.yaml",
            '["https://kalbar',
            '["javascript:alert(1)", "https://kalbar',
            "no address",
        ),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_loaded(
    exchange: None, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    file = root / "cooperation" / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        load_cooperation(root=root)

    assert said in str(caught.value)
    assert name in str(caught.value)
    assert not Meeting.objects.exists()


def test_lists_take_the_same_queries_for_one_as_for_all(loaded: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        assert len(queries.agreements()) == 2
    with django_assert_num_queries(1):
        assert len(queries.meetings()) == 3
    JointProject.objects.exclude(agreement="egcc-2016").delete()
    with django_assert_num_queries(5):
        queries.agreements()
    for code in ("kacpe-2023", "hanoi-2022"):  # six contributions, one
        with django_assert_num_queries(5):
            queries.meeting(code)


def test_the_database_refuses_nonsense(loaded: None) -> None:
    meeting = Meeting.objects.get(code="kacpe-2023")
    with pytest.raises(IntegrityError, match="follow_up_is_confirmed_first"), transaction.atomic():
        FollowUp.objects.create(meeting=meeting, promise="p", owner="o", done_at=AT)
    with pytest.raises(IntegrityError, match="meeting_has_dates"), transaction.atomic():
        Meeting.objects.filter(pk="kacpe-2023").update(begins="soon")
    project = JointProject.objects.filter(agreement="egcc-2016")[0]
    with pytest.raises(IntegrityError, match="joint_project_once"), transaction.atomic():
        JointProject.objects.create(
            agreement_id="egcc-2016", code=project.code, kind="project", text="t", sources=[]
        )


def test_a_meeting_that_there_is_not_is_none(db: None) -> None:
    assert queries.meeting("none-such") is None
    assert queries.meeting("a\0b") is None
    assert queries.agreement("none-such") is None
