"""Publishing takes two persons: the dry run writes nothing, preparing fixes, another one releases."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from teladan.config import clock
from teladan.core import canonical
from teladan.publication import rules
from teladan.publication.documents.source import PublicationFile, read
from teladan.publication.models import Preparation, Publication, Result
from teladan.publication.services import draft, prepare, release, withdraw
from teladan.record import objects
from teladan.record import queries as record
from teladan.record.models import Commitment, Outbox
from teladan.registry.models import Person, Role
from teladan.registry.queries import roles_of
from teladan.registry.refusals import Refused
from teladan.registry.services import load_registry
from tests.publication.conftest import AT, Persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_is_published(db: None) -> None:
    """Look away, in this test's transaction, from what other tests of the run have published."""
    Preparation.objects.all().delete()
    Publication.objects.all().delete()


@pytest.fixture
def source(root: Path, db: None) -> PublicationFile:
    """A reported publication of two rows, read from its folder."""
    load_registry(root / "organisations")
    return read(publish(root, SPBE + GOOD + OFF_SCALE))


def refusal(action: object, **given: object) -> str:
    """Return the rule that refused."""
    with pytest.raises(Refused) as caught:
        action(**given)  # type: ignore[operator]
    return caught.value.rule


def test_a_dry_run_writes_nothing_into_the_record_and_publishes_nothing(
    source: PublicationFile, persons: Persons
) -> None:
    made = draft(by=persons.publisher, source=source, at=AT)

    assert (made.state, made.number, made.prefix) == ("draft", 1, None)
    assert made.completeness == {
        "listed": 2,
        "evaluated": 3,
        "left_out": 0,
        "unscored": 0,
        "without_index": 0,
        "verdicts": {"consistent": 1, "impossible": 1},
    }
    assert made.differences["against"] is None
    assert not Outbox.objects.exists()
    assert not Publication.objects.exists()


def test_a_new_dry_run_replaces_the_one_under_way(source: PublicationFile, persons: Persons) -> None:
    draft(by=persons.publisher, source=source, at=AT)

    again = draft(by=persons.publisher, source=source, at=LATER)

    assert list(Preparation.objects.values_list("pk", flat=True)) == [again.pk]


def test_preparing_leaves_only_a_salted_commitment_in_the_record(
    source: PublicationFile, persons: Persons
) -> None:
    made = prepare(by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT)

    latest = record.latest()
    act = Outbox.objects.get()
    committed = Commitment.objects.get(act=act.act)
    assert (made.state, made.prefix, act.kind, act.subject) == (
        "prepared",
        latest.size if latest else 0,
        "preparation",
        "publication/smp-2024",
    )
    assert set(canonical_value(bytes(act.body))) == {"commitment"}
    assert made.results_sha256 in (committed.content or "")
    assert made.results_sha256.encode() not in bytes(act.body)
    assert committed.disclosed_at is None
    assert persons.publisher.name not in act.actor


def canonical_value(content: bytes) -> dict[str, object]:
    """Parse canonical bytes, holding them to be canonical."""
    import json

    value: dict[str, object] = json.loads(content)
    assert canonical.encode(value) == content
    return value


def test_release_by_another_person_publishes_and_discloses(source: PublicationFile, persons: Persons) -> None:
    prepared = prepare(
        by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT
    )

    publication = release(by=persons.second, preparation=prepared, at=LATER)

    entry = Outbox.objects.get(kind="publication")
    body = canonical_value(bytes(entry.body))
    assert publication.act == entry.act
    assert (body["computed_or_reported"], body["results"], body["inputs"]) == (
        "reported",
        publication.sha256,
        None,
    )
    assert body["prepared"] == str(prepared.prepared_act)
    assert objects.get(publication.instrument_sha256).startswith(b'{"abbreviation"')
    assert Result.objects.filter(publication=publication).count() == 2
    assert Commitment.objects.get(act=prepared.prepared_act).disclosed_at == LATER
    first, second = Outbox.objects.values_list("actor", flat=True)
    assert first != second


def test_no_person_releases_what_they_prepared(source: PublicationFile, persons: Persons) -> None:
    prepared = prepare(by=persons.both, preparation=draft(by=persons.both, source=source, at=AT), at=AT)

    assert refusal(release, by=persons.both, preparation=prepared, at=LATER) == "two-persons"

    assert not Publication.objects.exists()
    assert not Outbox.objects.filter(kind="publication").exists()


def test_the_database_too_refuses_one_person_for_both_acts(source: PublicationFile, persons: Persons) -> None:
    prepared = prepare(
        by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT
    )
    release(by=persons.second, preparation=prepared, at=LATER)

    with pytest.raises(IntegrityError, match="released_by_another_person"), transaction.atomic():
        Preparation.objects.update(released_by=persons.publisher)


@pytest.mark.parametrize("who", ["second", "coordinator", "observer", "elsewhere", "nobody"])
def test_only_a_publisher_of_the_series_drafts_and_prepares(
    source: PublicationFile, persons: Persons, who: str
) -> None:
    assert refusal(draft, by=getattr(persons, who), source=source, at=AT) == "role"
    made = draft(by=persons.publisher, source=source, at=AT)

    assert refusal(prepare, by=getattr(persons, who), preparation=made, at=AT) == "role"

    assert not Outbox.objects.exists()


@pytest.mark.parametrize("who", ["publisher", "coordinator", "observer", "elsewhere", "nobody"])
def test_only_the_second_publisher_of_the_series_releases(
    source: PublicationFile, persons: Persons, who: str
) -> None:
    prepared = prepare(by=persons.both, preparation=draft(by=persons.both, source=source, at=AT), at=AT)

    assert refusal(release, by=getattr(persons, who), preparation=prepared, at=LATER) == "role"


def test_an_ended_role_and_a_person_who_left_count_no_more(source: PublicationFile, persons: Persons) -> None:
    persons.publisher.roles.update(until=AT)
    persons.both.is_active = False
    persons.both.save()

    assert refusal(draft, by=persons.publisher, source=source, at=LATER) == "role"
    assert refusal(draft, by=persons.both, source=source, at=LATER) == "role"


def test_a_draft_cannot_be_released_and_a_release_not_repeated(
    source: PublicationFile, persons: Persons
) -> None:
    made = draft(by=persons.publisher, source=source, at=AT)
    assert refusal(release, by=persons.second, preparation=made, at=AT) == "not-prepared"
    prepared = prepare(by=persons.publisher, preparation=made, at=AT)
    assert refusal(draft, by=persons.publisher, source=source, at=AT) == "under-way"
    release(by=persons.second, preparation=prepared, at=LATER)

    assert refusal(release, by=persons.second, preparation=prepared, at=LATER) == "not-prepared"
    assert refusal(withdraw, by=persons.second, preparation=prepared, reason="x", at=LATER) == "not-under-way"
    assert refusal(draft, by=persons.publisher, source=source, at=LATER) == "no-difference"

    assert Outbox.objects.filter(kind="publication").count() == 1


def test_what_is_withdrawn_leaves_an_entry_and_can_be_prepared_again(
    source: PublicationFile, persons: Persons
) -> None:
    made = prepare(by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT)
    assert refusal(withdraw, by=persons.second, preparation=made, reason=" ", at=LATER) == "reason-withdraw"

    gone = withdraw(by=persons.second, preparation=made, reason="A row is missing.", at=LATER)

    assert (gone.state, gone.withdrawn_reason) == ("withdrawn", "A row is missing.")
    assert b"A row is missing" not in b"".join(bytes(each.body) for each in Outbox.objects.all())
    again = draft(by=persons.publisher, source=source, at=LATER)
    assert refusal(prepare, by=persons.publisher, preparation=again, at=LATER) == "record-behind"


def test_acts_after_preparing_stop_the_release(source: PublicationFile, persons: Persons) -> None:
    from teladan.record import services as recorder

    prepared = prepare(
        by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT
    )
    recorder.commit(
        kind="objection",
        subject="publication/smp-2024",
        role="publisher",
        actor="0" * 16,
        content={"about": "D4"},
        at=LATER,
    )

    assert refusal(release, by=persons.second, preparation=prepared, at=LATER) == "acts-since-prepared"


def test_a_release_whose_object_is_gone_writes_nothing(source: PublicationFile, persons: Persons) -> None:
    prepared = prepare(
        by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT
    )
    objects.path(prepared.results_sha256).unlink()

    with pytest.raises(FileNotFoundError):
        release(by=persons.second, preparation=prepared, at=LATER)

    prepared.refresh_from_db()
    assert (prepared.state, prepared.released_act) == ("prepared", None)
    assert not Outbox.objects.filter(kind="publication").exists()


def test_a_dry_run_shows_what_differs_from_the_edition_before(root: Path, persons: Persons) -> None:
    load_registry(root / "organisations")
    earlier = read(publish(root, SPBE + GOOD + OFF_SCALE, code="smp-2023", edition="2023"))
    first = draft(by=persons.publisher, source=earlier, at=AT)
    release(by=persons.second, preparation=prepare(by=persons.publisher, preparation=first, at=AT), at=AT)
    changed = GOOD.replace("3.55,3.19", "3.60,3.22")
    now = read(publish(root, SPBE + changed, code="smp-2024", edition="2024"))

    made = draft(by=persons.publisher, source=now, at=LATER)

    assert made.differences == {
        "against": "smp-2023",
        "same": 0,
        "changed": [
            {"organisation": "smp-a", "name": "Sample A", "element": element, "was": was, "becomes": becomes}
            for element, was, becomes in (("D4", "3.55", "3.60"), ("index", "3.19", "3.22"))
        ],
        "added": [],
        "gone": [{"organisation": "smp-b", "name": "Sample B"}],
    }


@pytest.mark.parametrize(
    "who", ["publisher", "second", "coordinator", "observer", "both", "elsewhere", "nobody"]
)
def test_what_a_person_may_see_is_what_the_filter_finds(
    source: PublicationFile, persons: Persons, who: str
) -> None:
    made = draft(by=persons.publisher, source=source, at=AT)
    person = getattr(persons, who)

    allowed = rules.may_see(person, made.series, at=clock.now()) is None

    assert Preparation.objects.filter(rules.visible_to(person, at=clock.now())).exists() is allowed
    assert allowed is (who not in {"elsewhere", "nobody"})


def other_series(source: PublicationFile) -> PublicationFile:
    """Return the same files under the same code, but of no method that was seen: another series."""
    return replace(source, instrument="", kind="reported")


@pytest.mark.parametrize("state", ["draft", "prepared", "released"])
def test_a_code_that_another_series_has_is_refused_before_anything_is_said_or_lost(
    source: PublicationFile, persons: Persons, state: str
) -> None:
    made = draft(by=persons.publisher, source=source, at=AT)
    if state != "draft":
        prepare(by=persons.publisher, preparation=made, at=AT)
    if state == "released":
        release(by=persons.second, preparation=made, at=AT)
    Role.objects.create(
        person=persons.elsewhere, kind="publisher", scope_kind="series", scope_code="smp", since=AT
    )

    foreign = {"by": persons.elsewhere, "source": other_series(source), "at": LATER, "reason": "Ours."}
    assert refusal(draft, **foreign) == "other-series"

    made.refresh_from_db()
    assert (made.state, made.series) == (state, "spbe")


def test_a_release_looks_once_more_whose_code_it_is(source: PublicationFile, persons: Persons) -> None:
    first = prepare(
        by=persons.publisher, preparation=draft(by=persons.publisher, source=source, at=AT), at=AT
    )
    release(by=persons.second, preparation=first, at=AT)
    again = prepare_anew(first)

    assert refusal(release, by=persons.elsewhere, preparation=again, at=LATER) == "other-series"


def prepare_anew(first: Preparation) -> Preparation:
    """Write, past the services, a prepared publication of another series under the same code."""
    first.pk, first.state, first.series = None, Preparation.State.PREPARED, "egdi"
    first.number, first.prepared_act = 2, uuid4()
    first.save(force_insert=True)
    return first


@pytest.mark.parametrize(("ends", "holds"), [(timedelta(days=1), True), (timedelta(days=-1), False)])
def test_a_role_that_ends_holds_until_it_ends_wherever_it_is_asked(
    persons: Persons, ends: timedelta, holds: bool
) -> None:
    now = timezone.now()
    person = persons.publisher
    Role.objects.filter(person=person).update(since=now - timedelta(days=2), until=now + ends)
    person = Person.objects.get(pk=person.pk)

    assert bool(roles_of(person, now)) is holds
    assert bool(rules.roles_in(person, "spbe", at=clock.now())) is holds
    assert (rules.may_draft_any(person, at=clock.now()) is None) is holds
    assert (rules.may_ask_any(person, at=clock.now()) is None) is holds
    assert (rules.visible_to(person, at=clock.now()) == Q()) is holds
