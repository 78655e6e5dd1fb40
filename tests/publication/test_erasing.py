"""Erasing erases: no page, row, file or disclosure has the words any more, and the log still verifies."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from teladan.publication import queries
from teladan.publication.models import Correction, Erasure, Preparation, Publication
from teladan.publication.queries import archives
from teladan.publication.queries.audit_acts import act_differences
from teladan.publication.queries.record import disclosures, state_of, story
from teladan.publication.services import (
    ask_correction,
    decide_correction,
    erase,
    prepare,
    release,
    take_back_correction,
    withdraw,
)
from teladan.record import queries as record
from teladan.record.models import Commitment
from teladan.registry.refusals import Refused
from tests.publication.conftest import AT, Persons
from tests.publication.test_correcting import ASKED, LATER, people, publication  # noqa: F401

SECRET = "Ibu Sari told us so"
DECIDED = "Pak Budi agrees"
PAGES = (
    "/en/results/smp-2024/history",
    "/en/results/smp-2024/history.json",
    "/en/results/smp-2024/history?organisation=smp-b",
    "/en/results/smp-2024/corrections/2",
    "/en/results/smp-2024/corrections/2.json",
    "/en/results/smp-2024/proof",
    "/record/publication/smp-2024/disclosures.json",
)


@pytest.fixture
def corrected(
    node: Callable[[], None],
    people: Persons,  # noqa: F811
    publication: Publication,  # noqa: F811
) -> Correction:
    """A released correction whose reasons name persons."""
    asked = ask_correction(
        by=people.publisher, publication=publication, at=LATER, **(ASKED | {"reason": SECRET})
    )
    decided = decide_correction(
        by=people.coordinator, correction=asked, accept=True, reason=DECIDED, at=LATER
    )
    node()
    assert decided.preparation is not None
    prepared = prepare(by=people.publisher, preparation=decided.preparation, at=LATER)
    release(by=people.second, preparation=prepared, at=LATER)
    node()
    decided.refresh_from_db()
    return decided


def test_what_was_taken_back_is_erased_with_its_request(
    node: Callable[[], None],
    people: Persons,  # noqa: F811
    publication: Publication,  # noqa: F811
) -> None:
    asked = ask_correction(
        by=people.publisher, publication=publication, at=LATER, **(ASKED | {"reason": SECRET})
    )
    taken = take_back_correction(by=people.publisher, correction=asked, reason=DECIDED, at=LATER)
    node()
    assert taken.withdrawn_act is not None

    erased = erase(act=taken.withdrawn_act, reason="It names a person.", at=LATER)

    assert set(erased.acts) == {asked.asked_act, taken.withdrawn_act}
    taken.refresh_from_db()
    assert (taken.reason, taken.withdrawn_reason, taken.is_open) == ("", "", False)
    assert not Commitment.objects.filter(act__in=erased.acts, content__isnull=False).exists()
    assert list(act_differences()) == []


def words(client: Client) -> dict[str, set[str]]:
    """Return, for each page, which of the words that shall go it holds."""
    found = {}
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        found[address] = {word for word in (SECRET, DECIDED) if word in text}
    return found


@pytest.mark.parametrize("named", ["asked", "decided", "prepared", "released"])
def test_every_page_has_the_words_before_and_none_after(
    client: Client, corrected: Correction, named: str
) -> None:
    before = words(client)
    assert before["/en/results/smp-2024/history"] == {SECRET, DECIDED}
    assert before["/en/results/smp-2024/corrections/2"] >= {SECRET}
    assert before["/record/publication/smp-2024/disclosures.json"] == {SECRET, DECIDED}
    preparation = corrected.preparation
    assert preparation is not None
    act = {
        "asked": corrected.asked_act,
        "decided": corrected.decided_act,
        "prepared": preparation.prepared_act,
        "released": preparation.released_act,
    }[named]
    tokens = queries.state(), state_of("smp-2024")
    receipt = record.receipt(corrected.asked_act)
    assert act is not None

    erased = erase(act=act, reason="It names a person.", at=LATER)

    assert len(erased.acts) == 3
    assert set().union(*words(client).values()) == set()
    assert queries.state() != tokens[0]
    assert state_of("smp-2024") != tokens[1]
    assert record.receipt(corrected.asked_act) == receipt
    assert list(act_differences()) == []
    corrected.refresh_from_db()
    preparation.refresh_from_db()
    assert (corrected.reason, corrected.decision, preparation.reason) == ("", "", "")
    assert (corrected.was, corrected.becomes) == ("0.30", "3.30")
    assert set(Erasure.objects.values_list("act", "code", "reason")) == {
        (each, "smp-2024", "It names a person.") for each in erased.acts
    }


def test_of_what_was_erased_the_story_says_only_that_it_took_place(
    client: Client, corrected: Correction
) -> None:
    erase(act=corrected.asked_act, reason="It names a person.", at=LATER)

    told = {each.what: each for each in story("smp-2024") if each.erased}
    assert set(told) == {"asked", "accepted", "prepared"}
    asked = told["asked"]
    assert (asked.organisation, asked.organisation_name, asked.element) == ("", "", "")
    assert (asked.was, asked.becomes, asked.reason) == ("", "", "")
    assert asked.entry is not None
    assert "was erased" in client.get("/en/results/smp-2024/history").content.decode()
    given = disclosures("smp-2024")
    assert given is not None
    assert [each["erased"] for each in given["disclosures"]] == [False, True, True, True]


def test_kept_archives_of_that_code_go_and_no_others(corrected: Correction) -> None:
    for name in ("smp-2024-1", "smp-2024-2", "smp-2024-b-1", "smp-1"):
        archives.path(*name.rsplit("-", 1)).parent.mkdir(parents=True, exist_ok=True)  # type: ignore[arg-type]
        (archives.folder() / f"{name}.zip").write_bytes(b"PK")

    assert erase(act=corrected.asked_act, reason="It names a person.", at=LATER).archives == 2

    assert archives.made() == ["smp-1.zip", "smp-2024-b-1.zip"]


def test_what_cannot_be_erased_is_refused_by_name(corrected: Correction) -> None:
    def rule(**given: object) -> str:
        with pytest.raises(Refused) as caught:
            erase(**({"act": corrected.asked_act, "reason": "No.", "at": LATER} | given))  # type: ignore[arg-type]
        return caught.value.rule

    assert rule(reason=" ") == "reason-erase"
    assert rule(act="00000000-0000-4000-8000-000000000000") == "nothing-to-erase"
    corrected.refresh_from_db()
    assert corrected.reason == SECRET
    erase(act=corrected.asked_act, reason="It names a person.", at=LATER)
    assert rule() == "erased-already"


def test_the_reason_of_withdrawing_is_erased_with_what_was_prepared(
    people: Persons,  # noqa: F811
    publication: Publication,  # noqa: F811
    root: Path,
) -> None:
    from tests.publication.test_correcting import corrected as again

    prepared = again(people, publication, root, "3.40")
    gone = withdraw(by=people.second, preparation=prepared, reason=SECRET, at=AT)
    assert gone.withdrawn_act is not None

    erase(act=gone.withdrawn_act, reason="It names a person.", at=LATER)

    left = Preparation.objects.get(pk=gone.pk)
    assert (left.reason, left.withdrawn_reason, left.state) == ("", "", "withdrawn")
