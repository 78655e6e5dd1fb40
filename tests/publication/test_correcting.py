"""A published figure changes only when one asks, another decides, and two more acts publish it."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from teladan.core.log.entry import parse
from teladan.publication import queries
from teladan.publication.documents.source import read
from teladan.publication.models import Correction, Preparation, Publication, Result
from teladan.publication.projection import documents_of
from teladan.publication.queries.audit_acts import act_differences
from teladan.publication.queries.history import story
from teladan.publication.services import (
    ask_correction,
    decide_correction,
    draft,
    load_all,
    prepare,
    release,
    take_back_correction,
)
from teladan.record import queries as record
from teladan.record.models import Commitment, Outbox
from teladan.registry.refusals import Refused
from teladan.registry.services import load_registry
from tests.publication.conftest import AT, Persons, make_persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

LATER = AT + timedelta(days=1)
ASKED = {
    "organisation": "smp-b",
    "element": "D4",
    "becomes": "3.30",
    "reason": "The decree prints 3.30.",
}


@pytest.fixture
def people(node: Callable[[], None]) -> Persons:
    """The persons, in a node of its own: its sequencer really runs."""
    return make_persons()


@pytest.fixture
def publication(node: Callable[[], None], people: Persons, root: Path) -> Publication:
    """A released publication with an impossible figure (as Banyuasin 2023), and its proof."""
    load_registry(root / "organisations")
    source = read(publish(root, SPBE + GOOD + OFF_SCALE.replace("1.71", "3.06").replace("Kurang", "Baik")))
    made = draft(by=people.publisher, source=source, at=AT)
    publication = release(
        by=people.second, preparation=prepare(by=people.publisher, preparation=made, at=AT), at=AT
    )
    node()
    return publication


def refusal(action: Callable[..., object], **given: object) -> str:
    """Return the rule that refused."""
    with pytest.raises(Refused) as caught:
        action(**given)
    return caught.value.rule


def test_a_correction_goes_the_whole_way_and_both_versions_stay(
    node: Callable[[], None], people: Persons, publication: Publication
) -> None:
    before = Result.objects.get(publication=publication, organisation="smp-b")
    assert (before.verdict, before.elements["D4"]["printed"]) == ("impossible", "0.30")
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)

    decided = decide_correction(
        by=people.coordinator, correction=asked, accept=True, reason="Seen.", at=LATER
    )

    made = decided.preparation
    assert made is not None
    changed = {each["element"]: (each["was"], each["becomes"]) for each in made.differences["changed"]}
    assert changed["D4"] == ("0.30", "3.30")
    assert changed["verdict"][0] == "impossible"
    node()
    prepared = prepare(by=people.publisher, preparation=made, at=LATER)
    corrected = release(by=people.second, preparation=prepared, at=LATER)
    node()
    assert (corrected.number, made.number) == (2, 2)
    assert Result.objects.get(publication=corrected, organisation="smp-b").elements["D4"]["printed"] == "3.30"
    kinds = [entry.kind for entry in record.entries("publication/smp-2024")]
    assert kinds == ["preparation", "publication", "request", "decision", "preparation", "correction"]
    first, second = Preparation.objects.filter(code="smp-2024").order_by("number")
    old, _ = documents_of(first)
    new, _ = documents_of(second)
    assert [row["elements"]["D4"]["printed"] for row in old["rows"]] == ["3.55", "0.30"]
    assert [row["elements"]["D4"]["printed"] for row in new["rows"]] == ["3.55", "3.30"]
    entry = record.entries("publication/smp-2024")[-1]
    assert record.digest(first.released_act).encode() in bytes(entry.data)


def test_reloading_changed_files_does_not_undo_a_correction(
    node: Callable[[], None], people: Persons, publication: Publication, root: Path
) -> None:
    test_a_correction_goes_the_whole_way_and_both_versions_stay(node, people, publication)
    publish(root, SPBE + GOOD + OFF_SCALE)
    said: list[str] = []

    assert load_all(at=LATER, root=root, by=(people.publisher, people.second), report=said.append) == 0

    assert said == ["smp-2024 stays as it was corrected (number 2); its files were changed since"]
    assert Publication.objects.get(code="smp-2024").number == 2


def test_declining_changes_nothing(people: Persons, publication: Publication) -> None:
    asked = ask_correction(by=people.coordinator, publication=publication, at=LATER, **ASKED)

    decided = decide_correction(
        by=people.second, correction=asked, accept=False, reason="Not shown.", at=LATER
    )

    assert (decided.accepted, decided.preparation) == (False, None)
    assert Preparation.objects.count() == 1
    again = {"by": people.coordinator, "correction": asked, "accept": True, "reason": "Yes.", "at": LATER}
    assert refusal(decide_correction, **again) == "decided"


def test_who_asked_does_not_decide(people: Persons, publication: Publication) -> None:
    asked = ask_correction(by=people.coordinator, publication=publication, at=LATER, **ASKED)
    own = {"by": people.coordinator, "correction": asked, "accept": True, "reason": "Yes.", "at": LATER}

    assert refusal(decide_correction, **own) == "two-persons-decide"

    with pytest.raises(IntegrityError, match="decided_by_another_person"), transaction.atomic():
        Correction.objects.update(
            accepted=True, decided_by=people.coordinator, decided_at=LATER, decided_act=asked.asked_act
        )


@pytest.mark.parametrize("who", ["publisher", "observer", "elsewhere", "nobody"])
def test_only_coordinator_and_second_publisher_of_the_series_decide(
    people: Persons, publication: Publication, who: str
) -> None:
    asked = ask_correction(by=people.coordinator, publication=publication, at=LATER, **ASKED)
    given = {"correction": asked, "accept": True, "reason": "Yes.", "at": LATER}

    assert refusal(decide_correction, by=getattr(people, who), **given) == "role"


def test_who_asked_takes_it_back_under_seal_and_the_record_looks_as_if_it_were_decided(
    node: Callable[[], None], people: Persons, publication: Publication
) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)

    taken = take_back_correction(by=people.publisher, correction=asked, reason=" Misread. ", at=LATER)

    assert (taken.is_open, taken.accepted, taken.withdrawn_reason) == (False, None, "Misread.")
    node()
    request, decision = record.entries("publication/smp-2024")[-2:]
    assert (request.kind, decision.kind) == ("request", "decision")
    assert decision.act == taken.withdrawn_act
    body = parse(bytes(decision.data)).body
    assert list(body) == ["commitment"]
    kept = Commitment.objects.get(act=taken.withdrawn_act)
    assert kept.disclosed_at is None
    assert json.loads(kept.content) == {
        "request": str(asked.asked_act),
        "withdrawn": True,
        "reason": "Misread.",
        "at": LATER.isoformat(),
    }
    assert parse(bytes(decision.data)).actor == parse(bytes(request.data)).actor
    assert [each.what for each in story("smp-2024")] == ["prepared", "released"]
    assert list(act_differences()) == []


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        ("second", "who-asked"),
        ("coordinator", "who-asked"),
        ("observer", "role"),
        ("elsewhere", "role"),
        ("nobody", "role"),
    ],
)
def test_only_who_asked_takes_it_back(people: Persons, publication: Publication, who: str, rule: str) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    given = {"correction": asked, "reason": "No.", "at": LATER}
    acts = Outbox.objects.count()

    assert refusal(take_back_correction, by=getattr(people, who), **given) == rule

    asked.refresh_from_db()
    assert (asked.is_open, Outbox.objects.count()) == (True, acts)


def test_what_was_decided_is_not_taken_back_nor_what_was_taken_back_decided(
    people: Persons, publication: Publication
) -> None:
    first = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    back = {"by": people.publisher, "reason": "No.", "at": LATER}
    decide = {"by": people.coordinator, "accept": False, "reason": "No.", "at": LATER}
    decide_correction(correction=first, **decide)
    assert refusal(take_back_correction, correction=first, **back) == "decided"

    second = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    assert refusal(take_back_correction, correction=second, **(back | {"reason": " "})) == "reason-withdraw"
    take_back_correction(correction=second, **back)
    assert refusal(take_back_correction, correction=second, **back) == "taken-back"
    assert refusal(decide_correction, correction=second, **decide) == "taken-back"
    with pytest.raises(IntegrityError, match="withdrawn_whole_and_undecided"), transaction.atomic():
        Correction.objects.filter(pk=second.pk).update(
            accepted=True, decided_by=people.coordinator, decided_at=LATER, decided_act=first.asked_act
        )


def test_of_taking_back_and_deciding_at_the_same_time_one_comes_first(
    people: Persons, publication: Publication
) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)

    def decide() -> str:
        given = {"by": people.coordinator, "accept": True, "reason": "Yes.", "at": LATER}
        try:
            return refusal(decide_correction, correction=asked, **given)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            take_back_correction(by=people.publisher, correction=asked, reason="No.", at=LATER)
            deciding = other.submit(decide)
            wait_for_a_lock()
        assert deciding.result() == "taken-back"
    assert Preparation.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"withdrawn_reason": "Told to."}, "withdrawn_reason"),
        ({"withdrawn_at": LATER + timedelta(hours=1)}, "withdrawn_at"),
        ({"withdrawn_at": None, "withdrawn_act": None}, "no row holds the act"),
    ],
)
def test_a_changed_row_of_what_was_taken_back_is_named(
    node: Callable[[], None], people: Persons, publication: Publication, change: dict[str, object], named: str
) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    take_back_correction(by=people.publisher, correction=asked, reason="No.", at=LATER)
    node()
    Correction.objects.filter(pk=asked.pk).update(**change)

    (found,) = act_differences()

    assert named in " ".join(found)


@pytest.mark.parametrize("who", ["observer", "elsewhere", "nobody"])
def test_who_observes_or_works_elsewhere_does_not_ask(
    people: Persons, publication: Publication, who: str
) -> None:
    assert (
        refusal(ask_correction, by=getattr(people, who), publication=publication, at=LATER, **ASKED) == "role"
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"becomes": "0.30"}, "same-figure"),
        ({"becomes": "about three"}, "figure"),
        ({"becomes": "=1+1"}, "figure"),
        ({"element": "D9"}, "element"),
        ({"organisation": "nobody"}, "organisation"),
        ({"element": "band", "becomes": "Splendid"}, "band"),
        ({"becomes": "9.00"}, "off-scale"),
        ({"becomes": "0.99"}, "off-scale"),
        ({"element": "index", "becomes": "5.01"}, "off-scale"),
        ({"becomes": "3.3"}, "digits"),
        ({"becomes": "3.300"}, "digits"),
        ({"reason": "  "}, "reason-correction"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    people: Persons, publication: Publication, change: dict[str, str], rule: str
) -> None:
    given = ASKED | change

    assert refusal(ask_correction, by=people.publisher, publication=publication, at=LATER, **given) == rule

    assert not Correction.objects.exists()


def test_a_refused_figure_names_the_scale_and_the_digits_in_the_readers_language(
    people: Persons, publication: Publication
) -> None:
    def said(becomes: str) -> str:
        given = ASKED | {"becomes": becomes}
        with pytest.raises(Refused) as caught:
            ask_correction(by=people.publisher, publication=publication, at=LATER, **given)
        with translation.override("id"):
            return caught.value.reason.said()

    assert re.findall(r"[0-9]+,?[0-9]*", said("9.00").replace("D4", "")) == ["9,00", "1", "5"]
    assert "3.30" in said("3.3")  # to be typed: with a point
    assert "0,30" in said("0.30")


def test_a_correction_waits_for_the_proof_of_what_it_corrects(
    node: Callable[[], None], people: Persons, root: Path
) -> None:
    load_registry(root / "organisations")
    made = draft(by=people.publisher, source=read(publish(root, SPBE + GOOD)), at=AT)
    release(by=people.second, preparation=prepare(by=people.publisher, preparation=made, at=AT), at=AT)
    changed = draft(
        by=people.publisher,
        source=read(publish(root, SPBE + GOOD.replace("3.30", "3.31"))),
        at=LATER,
        reason="D2 was typed wrong.",
    )

    assert refusal(prepare, by=people.publisher, preparation=changed, at=LATER) == "record-behind"


def test_a_computed_figure_is_corrected_at_its_score_and_computed_again(
    node: Callable[[], None], people: Persons, root: Path
) -> None:
    load_registry(root / "organisations")
    levels = "".join(f"smp-a,I{i},3\n" for i in range(1, 48))
    folder = publish(root, scores="organisation,indicator,value\n" + levels, kind="computed")
    made = draft(by=people.publisher, source=read(folder), at=AT)
    prepared = prepare(by=people.publisher, preparation=made, at=AT)
    publication = release(by=people.second, preparation=prepared, at=AT)
    node()
    given = {"organisation": "smp-a", "element": "I1", "becomes": "4", "reason": "Minutes of 3 May."}
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **given)

    decided = decide_correction(by=people.second, correction=asked, accept=True, reason="Seen.", at=LATER)

    assert decided.preparation is not None
    results, inputs = documents_of(decided.preparation)
    assert inputs is not None
    assert inputs["rows"][0]["scores"]["I1"] == "4"
    assert results["rows"][0]["elements"]["I1"]["exact"] == "4"
    assert results["rows"][0]["index"]["exact"] != "3"
    for becomes, rule in (("6", "off-scale"), ("3.5", "off-scale"), ("4.0", "digits")):
        asks = {"by": people.publisher, "publication": publication, "at": LATER}
        assert refusal(ask_correction, **asks, **(given | {"element": "I2", "becomes": becomes})) == rule
    wrong = given | {"element": "index", "becomes": "4.00"}
    assert (
        refusal(ask_correction, by=people.publisher, publication=publication, at=LATER, **wrong) == "element"
    )


def test_a_changed_file_is_loaded_as_a_correction_and_changes_the_state_of_all_pages(
    node: Callable[[], None], root: Path
) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    node()
    state = queries.state()
    publish(root, SPBE + GOOD + OFF_SCALE)

    assert load_all(at=LATER, root=root) == 1

    publication = Publication.objects.get(code="smp-2024")
    assert (publication.listed, publication.number) == (2, 2)
    assert queries.state() != state
    node()
    assert [entry.kind for entry in record.entries("publication/smp-2024")][-1] == "correction"


def test_a_changed_file_waits_for_the_proof_of_what_it_changes(node: Callable[[], None], root: Path) -> None:
    publish(root, SPBE + GOOD)
    load_all(at=AT, root=root)
    publish(root, SPBE + GOOD + OFF_SCALE)

    assert refusal(load_all, at=LATER, root=root) == "record-behind"

    assert Publication.objects.get(code="smp-2024").listed == 1


def test_the_same_figure_is_asked_for_once_at_a_time(people: Persons, publication: Publication) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    again = {"by": people.coordinator, "publication": publication, "at": LATER, **ASKED}

    assert refusal(ask_correction, **again) == "asked-already"

    decide_correction(by=people.second, correction=asked, accept=False, reason="Not shown.", at=LATER)
    assert ask_correction(**again).pk > asked.pk


def test_no_draft_takes_the_place_of_an_accepted_correction(
    people: Persons, publication: Publication, root: Path
) -> None:
    first = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    other = ASKED | {"element": "D3", "becomes": "2.20"}
    second = ask_correction(by=people.publisher, publication=publication, at=LATER, **other)
    seen = {"by": people.coordinator, "accept": True, "reason": "Seen.", "at": LATER}
    accepted = decide_correction(correction=first, **seen)

    assert refusal(decide_correction, correction=second, **seen) == "correction-under-way"

    changed = read(publish(root, SPBE + GOOD))
    assert refusal(draft, by=people.publisher, source=changed, at=LATER, reason="New.") == (
        "correction-under-way"
    )
    first.refresh_from_db()
    assert first.preparation == accepted.preparation
    second.refresh_from_db()
    assert second.accepted is None


def corrected(people: Persons, publication: Publication, root: Path, text: str) -> Preparation:
    """Prepare new files of the publication, in which the impossible figure is another."""
    row = OFF_SCALE.replace("1.71", "3.06").replace("Kurang", "Baik").replace("0.30", text)
    source = read(publish(root, SPBE + GOOD + row))
    made = draft(by=people.publisher, source=source, at=LATER, reason="Read again.")
    return prepare(by=people.publisher, preparation=made, at=LATER)


def test_a_figure_that_was_corrected_since_is_not_corrected_from_what_it_was(
    node: Callable[[], None], people: Persons, publication: Publication, root: Path
) -> None:
    asked = ask_correction(by=people.publisher, publication=publication, at=LATER, **ASKED)
    node()
    release(by=people.second, preparation=corrected(people, publication, root, "3.40"), at=LATER)
    seen = {"by": people.coordinator, "correction": asked, "reason": "Seen.", "at": LATER}

    assert refusal(decide_correction, accept=True, **seen) == "figure-changed"

    assert decide_correction(accept=False, **seen).accepted is False


def test_who_asks_while_it_is_released_asks_about_the_figure_that_is_published_then(
    node: Callable[[], None], people: Persons, publication: Publication, root: Path
) -> None:
    prepared = corrected(people, publication, root, "3.40")

    def ask() -> Correction:
        try:
            return ask_correction(by=people.coordinator, publication=publication, at=LATER, **ASKED)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            release(by=people.second, preparation=prepared, at=LATER)
            asking = other.submit(ask)
            wait_for_a_lock()
        asked = asking.result()

    assert (asked.was, asked.becomes) == ("3.40", "3.30")


def test_a_release_waits_for_who_asks_and_counts_what_they_asked(
    node: Callable[[], None], people: Persons, publication: Publication, root: Path
) -> None:
    prepared = corrected(people, publication, root, "3.40")
    node()

    def publish_it() -> str:
        try:
            return refusal(release, by=people.second, preparation=prepared, at=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            ask_correction(by=people.coordinator, publication=publication, at=LATER, **ASKED)
            releasing = other.submit(publish_it)
            wait_for_a_lock()
        assert releasing.result() == "acts-since-prepared"

    assert Outbox.objects.filter(kind="request").count() == 1


def wait_for_a_lock() -> None:
    """Wait until another session of this database waits for a lock of this one."""
    for _try in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()")
    raise AssertionError("nobody waits")
