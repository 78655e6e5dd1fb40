"""Practices written by the verbs: what is kept, what is recorded, what is refused and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from teladan.exchange import documents, queries
from teladan.exchange.content import (
    ClaimPart,
    CorePart,
    EvidencePart,
    MeasurePart,
    ObservationPart,
    PreconditionPart,
    TranslationPart,
    UnverifiedPart,
    of_address,
)
from teladan.exchange.models import (
    CheckIn,
    Claim,
    CoreElement,
    Evidence,
    Measure,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.exchange.rows import content_of
from teladan.exchange.services import (
    answer_check_in,
    ask_check_in,
    observe,
    record_practice,
    revise,
    translate,
)
from teladan.record import objects
from teladan.record.models import Outbox
from tests.exchange.conftest import AT, SEEN, People, refusal, sample

LATER = AT + timedelta(days=30)
KHMER = "ក" * 10_000
SCRIPT = "<script>alert(1)</script>"


def acts(code: str = "smp-window") -> list[dict[str, Any]]:
    rows = Outbox.objects.filter(subject=f"practice/{code}").order_by("id")
    return [json.loads(bytes(row.body)) for row in rows]


def view(code: str = "smp-window", language: str = "en", **asked: Any) -> queries.PracticeView:
    found = queries.practice(code, language, **asked)
    assert found is not None
    return found


def test_a_practice_is_kept_as_it_was_written_and_recorded_by_its_document(practice: Practice) -> None:
    assert content_of(practice) == sample()
    (act,) = acts()
    assert (act["what"], act["version"], act["document"], act["before"]) == (
        "version",
        1,
        practice.document,
        None,
    )
    assert documents.read_practice(objects.get(practice.document)) == sample()
    assert str(practice.act) == str(Outbox.objects.get(subject="practice/smp-window").act)


def test_the_record_holds_no_name_and_no_text_of_the_practice(people: People, practice: Practice) -> None:
    row = Outbox.objects.get(subject="practice/smp-window")
    body = bytes(row.body).decode()
    for text in (people.officer.name, people.officer.email, "counter", "Sample Agency"):
        assert text not in body + row.actor
    assert row.role == "exchange officer"


def test_a_revision_is_a_version_with_the_claims_that_there_are(people: People, practice: Practice) -> None:
    revise(by=people.owner_kor, practice=practice, content=sample(status="regressed", claims=()), at=LATER)
    practice.refresh_from_db()
    assert [each.number for each in view().versions] == [1, 2]
    assert (view().row.status, view().row.flags) == ("regressed", ("regressed",))
    assert view(number=1).row.status == "operating"
    assert len(view().claims) == 1
    first, second = acts()
    assert (second["version"], second["before"], second["document"]) == (
        2,
        first["document"],
        practice.document,
    )


def test_a_revision_that_changes_nothing_is_refused(people: People, practice: Practice) -> None:
    assert refusal(revise, by=people.officer, practice=practice, content=sample(), at=LATER) == "no-change"
    assert len(acts()) == 1


def test_conflicting_observations_stand_side_by_side(people: People, practice: Practice) -> None:
    other = replace(SEEN, value="70", evidence=(EvidencePart(type="audit", title="Board of audit, 2011"),))
    observe(
        by=people.officer_kor, practice=practice, claim="share", measure="m1", observation=other, at=LATER
    )

    found = view()
    assert [[each.value for each in group] for _claim, group in found.conflicts] == [["73", "70"]]
    assert (found.row.standing.figures, found.row.standing.self_report_alone) == (2, 1)
    assert list(found.row.standing.by_type) == ["audit", "self-report"]
    assert found.claims[0].types == ("audit", "self-report")
    assert [act["what"] for act in acts()] == ["version", "observation"]
    assert acts()[0]["document"] != acts()[1]["document"]


def test_the_same_figure_told_twice_or_of_another_period_is_no_conflict(
    people: People, practice: Practice
) -> None:
    for observation in (
        replace(SEEN, value="73.0"),
        replace(SEEN, value="80", period="2020"),
        replace(SEEN, value="80", nature="target"),
        replace(SEEN, value="80", population="regencies only"),
    ):
        observe(
            by=people.officer,
            practice=practice,
            claim="share",
            measure="m1",
            observation=observation,
            at=LATER,
        )
    assert view().conflicts == ()


def test_a_new_claim_comes_with_its_statement(people: People, practice: Practice) -> None:
    given = {"by": people.officer, "practice": practice, "claim": "time", "measure": "m1", "at": LATER}
    assert refusal(observe, observation=SEEN, **given) == "choice"
    assert refusal(observe, observation=SEEN, level="outcome", **given) == "practice-empty"
    observe(observation=SEEN, level="outcome", statement="time to be served", **given)
    assert [(each.statement.text, each.level) for each in view().claims] == [
        ("share of cases handled", "output"),
        ("time to be served", "outcome"),
    ]


def test_a_claim_without_a_code_gets_one_that_is_free(people: People, practice: Practice) -> None:
    given = {"by": people.officer, "practice": practice, "claim": "", "measure": "m1", "at": LATER}
    for statement in ("time to be served", "offices visited"):
        observe(observation=SEEN, level="outcome", statement=statement, **given)
    assert [(each.code, each.statement.text, len(each.observations)) for each in view().claims] == [
        ("share", "share of cases handled", 1),
        ("c1", "time to be served", 1),
        ("c2", "offices visited", 1),
    ]


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        ("1", ("below target",)),
        ("9.9", ("below target",)),
        ("10", ()),  # reached to the digit
        ("10.0", ()),
        ("11", ()),
        ("more than one", ()),  # no figure, therefore not compared
    ],
)
def test_below_its_target_is_said_and_who_reached_it_is_not(
    people: People, practice: Practice, value: str, flags: tuple[str, ...]
) -> None:
    seen = replace(SEEN, value=value, unit="million", target="10", target_by="Q1 2024")
    observe(by=people.officer, practice=practice, claim="share", measure="m1", observation=seen, at=LATER)
    assert view().row.flags == flags


BAD_OBSERVATIONS = {
    "observation-unit": replace(SEEN, unit=" "),
    "observation-value": replace(SEEN, value=""),
    "observation-source": replace(SEEN, evidence=()),
    "evidence-type": replace(SEEN, evidence=(EvidencePart(type="rumour", title="x"),)),
    "choice": replace(SEEN, nature="dream"),
    "too-long": replace(SEEN, value="9" * 201),
    "not-text": replace(SEEN, note="a\0b"),
    "address": replace(SEEN, evidence=(EvidencePart(type="news", address="javascript:alert(1)"),)),
    "date": replace(SEEN, evidence=(EvidencePart(type="news", title="x", seen="yesterday"),)),
}


@pytest.mark.parametrize("rule", BAD_OBSERVATIONS)
def test_an_observation_that_is_none_is_refused(people: People, practice: Practice, rule: str) -> None:
    given = BAD_OBSERVATIONS[rule]
    said = refusal(
        observe,
        by=people.officer,
        practice=practice,
        claim="share",
        measure="m1",
        observation=given,
        at=LATER,
    )
    assert said == rule
    assert Observation.objects.filter(measure__claim__practice=practice).count() == 1
    assert len(acts()) == 1


HOSTS = (
    "[x",
    "x]",
    "a\u2100b",
    "user@example.org",
    "a:b@example.org",
    "example.org:x",
    "",
    "a\\b",
    "a\uff0fb",
)
LINKS = (
    "https://example.org",
    "http://xn--3e0b707e.example:8080/a_b/?q=[1]&r=@#c:d",
    "https://정부24.한국/포털?a=／",
    "https://ที่.ไทย/ก",
)


def test_an_address_is_one_that_a_page_can_take_apart() -> None:
    refused = [f"https://{host}{rest}" for host in HOSTS for rest in ("", "/a")]
    assert [text for text in refused if not list(of_address("source", text))] == []
    assert [reason for text in LINKS for reason in of_address("source", text)] == []
    assert all(urlsplit(text).hostname for text in LINKS)


@given(st.text(alphabet=st.characters() | st.sampled_from("[]@:/?#.％℀"), min_size=1, max_size=12))
def test_what_passes_as_an_address_is_taken_apart_without_an_error(text: str) -> None:
    address = f"https://{text}"
    if not list(of_address("source", address)):
        assert urlsplit(address).hostname


@pytest.mark.parametrize("digest", ["0" * 63, "0" * 65, "A" * 64, "g" * 64, "sha256:" + "0" * 57, "٠" * 64])
def test_a_digest_of_evidence_is_one_wherever_it_comes_from(
    people: People, practice: Practice, digest: str
) -> None:
    """Typed, of a new practice, in a document that was carried, or past all verbs."""
    seen = replace(SEEN, evidence=(EvidencePart(type="news", title="x", sha256=digest),))
    given = {"by": people.officer, "practice": practice, "claim": "share", "measure": "m1", "at": LATER}
    measure = MeasurePart(code="m1", name="m", observations=(seen,))
    claim = ClaimPart(code="share", statement="s", level="output", measures=(measure,))
    content = sample("smp-other", claims=(claim,))
    rules = {"evidence-sha256"} if len(digest) <= 64 else {"too-long", "evidence-sha256"}
    assert refusal(observe, observation=seen, **given) in rules
    assert refusal(record_practice, by=people.officer, content=content, at=LATER) in rules
    assert refusal(documents.read_practice, data=documents.of_practice(content)) in rules
    if len(digest) <= 64:
        with pytest.raises(IntegrityError, match="evidence_sha256_is_a_digest"), transaction.atomic():
            Evidence.objects.update(sha256=digest)


def test_an_evidence_without_title_or_address_is_no_source(people: People, practice: Practice) -> None:
    seen = replace(SEEN, evidence=(EvidencePart(type="news", described="somebody"),))
    given = {"by": people.officer, "practice": practice, "claim": "share", "measure": "m1", "at": LATER}
    assert refusal(observe, observation=seen, **given) == "observation-source"


BAD_CONTENTS = {
    "practice-code": {"code": "Two Words"},
    "owner": {"owner": "IDN"},
    "choice": {"status": "fine"},
    "language": {"language": "Bahasa Indonesia"},
    "date": {"since": "2002-13"},
    "address": {"source": "ftp://x"},
    "practice-empty": {"problem": "  "},
    "too-long": {"does": "x" * 20_001},
    "core-element-why": {"core": (CorePart(code="a", text="A", weight="must keep", reason=""),)},
    "code-twice": {"core": (CorePart(code="a", text="A", weight="optional", reason="b"),) * 2},
    "not-text": {"caveats": "bell \x07"},
}


@pytest.mark.parametrize("rule", BAD_CONTENTS)
def test_a_practice_that_is_none_is_refused(people: People, rule: str) -> None:
    said = refusal(
        record_practice,
        by=people.officer,
        content=sample(**{"code": "smp-bad", **BAD_CONTENTS[rule]}),
        at=AT,
    )
    assert said == rule
    assert not Practice.objects.filter(code="smp-bad").exists()
    assert acts("smp-bad") == []


def test_codes_have_sixty_letters_and_no_more(people: People) -> None:
    long = "a" * 60
    part = CorePart(code=long, text="A", weight="optional", reason="b")
    made = record_practice(by=people.officer, content=sample(long, core=(part,)), at=AT)
    given = {"by": people.officer, "practice": made, "observation": SEEN, "measure": long, "at": AT}
    observe(claim=long, statement="s", level="output", **given)
    translation = TranslationPart(place=f"claim/{long}", language="id", text="x")
    translate(by=people.officer, practice=made, translation=translation, at=AT)
    assert refusal(observe, claim=f"{long}a", statement="s", level="output", **given) == "too-long"
    assert refusal(record_practice, by=people.officer, content=sample(f"{long}a"), at=AT) == "too-long"


def test_a_code_is_given_once(people: People, practice: Practice) -> None:
    assert refusal(record_practice, by=people.officer, content=sample(), at=AT) == "practice-there"


def test_other_kinds_of_precondition_and_unverified_fields_are_refused(people: People) -> None:
    for changes in (
        {"preconditions": (PreconditionPart(kind="luck", text="x"),)},
        {"unverified": (UnverifiedPart(field="mood"),)},
        {"core": (CorePart(code="a", text="A", weight="sacred", reason="b"),)},
        {"theme": "magic"},
        {"track": "fourth"},
    ):
        assert refusal(record_practice, by=people.officer, content=sample(**changes), at=AT) == "choice"


def test_ten_thousand_characters_of_khmer_and_a_script_are_kept_as_text(people: People) -> None:
    content = sample(language="km", titles={"km": "បង្អួចមួយ"}, problem=KHMER, does=SCRIPT)
    made = record_practice(by=people.officer, content=content, at=AT)
    assert content_of(made) == content
    found = view(language="km")
    assert (found.row.problem.text, found.row.does.text) == (KHMER, SCRIPT)


def test_text_is_kept_in_one_normal_form(people: People) -> None:
    made = record_practice(by=people.officer, content=sample(agency=" Cafe\u0301 "), at=AT)
    assert made.agency == "Caf\u00e9"


# --- does it still run? -----------------------------------------------------------------------------


def test_an_unanswered_check_in_is_not_confirmed_since(people: People, practice: Practice) -> None:
    check_in = ask_check_in(by=people.officer, practice=practice, due=date(2026, 12, 1), at=AT)
    assert view(at=AT).row.check == queries.Check(confirmed_at=None, due=date(2026, 12, 1), overdue=False)
    assert view(at=LATER).row.check.overdue

    answer_check_in(by=people.owner_kor, check_in=check_in, status="operating", at=LATER)

    check = view(at=LATER).row.check
    assert (check.confirmed_at, check.due, check.overdue) == (LATER, None, False)
    assert [act["what"] for act in acts()] == ["version", "check-in"]
    assert acts()[1]["status"] == "operating"


def test_an_answer_with_another_status_is_a_version(people: People, practice: Practice) -> None:
    check_in = ask_check_in(by=people.officer, practice=practice, due=date(2026, 12, 1), at=AT)
    answer_check_in(by=people.owner_kor, check_in=check_in, status="stopped", note="Money ran out.", at=LATER)
    assert (view().row.status, view().row.flags, view().status_note.text) == (
        "stopped",
        ("stopped",),
        "Money ran out.",
    )
    assert [act["what"] for act in acts()] == ["version", "version", "check-in"]


def test_check_ins_that_cannot_be_are_refused(people: People, practice: Practice) -> None:
    given = {"by": people.officer, "practice": practice, "at": AT}
    assert refusal(ask_check_in, due=date(2026, 1, 1), **given) == "due-past"
    check_in = ask_check_in(due=date(2026, 12, 1), **given)
    assert refusal(ask_check_in, due=date(2026, 12, 2), **given) == "check-in-open"
    assert refusal(answer_check_in, by=people.officer, check_in=check_in, status="fine", at=AT) == "choice"
    answer_check_in(by=people.officer, check_in=check_in, status="operating", at=AT)
    again = refusal(answer_check_in, by=people.officer, check_in=check_in, status="operating", at=AT)
    assert again == "checked-in"


# --- in other languages --------------------------------------------------------------------------------


def test_a_translation_is_marked_and_a_persons_comes_before_a_machines(
    people: People, practice: Practice
) -> None:
    given = {"by": people.adopter_idn, "practice": practice, "at": LATER}
    machine = TranslationPart(place="problem", language="id", text="Orang pergi.", model="some-model 1")
    translate(translation=machine, **given)
    said = view(language="id").row.problem
    assert (said.text, said.by, said.model) == ("Orang pergi.", "machine", "some-model 1")

    translate(translation=replace(machine, text="Warga berpindah kantor.", model=""), **given)

    said = view(language="id").row.problem
    assert (said.text, said.language, said.by) == ("Warga berpindah kantor.", "id", "person")
    assert (view(language="ko").row.problem.language, view(language="en").row.problem.by) == ("en", "")
    assert [act["what"] for act in acts()] == ["version", "translation", "translation"]
    assert Outbox.objects.filter(subject="practice/smp-window").order_by("id").last().role == "adopter"
    officer = replace(machine, place="does", model="")
    translate(by=people.officer_idn, practice=practice, translation=officer, at=LATER)


def test_a_persons_translation_is_changed_by_them_or_by_who_revises(
    people: People, practice: Practice
) -> None:
    first = TranslationPart(place="problem", language="id", text="Warga berpindah kantor.")
    translate(by=people.owner_kor, practice=practice, translation=first, at=LATER)
    other = {"practice": practice, "translation": replace(first, text="Salah."), "at": LATER}

    assert refusal(translate, by=people.adopter_idn, **other) == "translation-of-another"
    assert view(language="id").row.problem.text == "Warga berpindah kantor."

    translate(by=people.owner_kor, **other | {"translation": replace(first, text="Warga mondar-mandir.")})
    translate(by=people.officer, **other | {"translation": replace(first, text="Warga keliling.")})
    assert view(language="id").row.problem.text == "Warga keliling."


def test_a_change_made_from_an_older_version_is_refused(people: People, practice: Practice) -> None:
    given = {"by": people.officer, "practice": practice, "at": LATER}
    revise(content=sample(status="stopped"), seen=1, **given)
    assert refusal(revise, content=sample(caveats="Old."), seen=1, **given) == "changed-meanwhile"
    assert practice.versions.count() == 2
    revise(content=sample(caveats="New."), seen=2, **given)


def test_a_source_is_not_seen_before_its_day(people: People, practice: Practice) -> None:
    (evidence,) = SEEN.evidence
    given = {"by": people.officer, "practice": practice, "claim": "share", "measure": "m1", "at": LATER}
    then = replace(SEEN, value="61", evidence=(replace(evidence, seen="2099-01-01"),))
    assert refusal(observe, observation=then, **given) == "evidence-not-yet"
    observe(observation=replace(then, evidence=(replace(evidence, seen=f"{LATER:%Y-%m-%d}"),)), **given)
    assert Outbox.objects.filter(subject="practice/smp-window").order_by("id").last().role == (
        "exchange officer"
    )


def test_a_text_that_was_changed_loses_its_translation_and_others_keep_theirs(
    people: People, practice: Practice
) -> None:
    for place in ("problem", "core/counter", "claim/share"):
        part = TranslationPart(place=place, language="id", text=f"{place} dalam bahasa Indonesia")
        translate(by=people.officer, practice=practice, translation=part, at=LATER)
    revise(by=people.officer, practice=practice, content=sample(problem="Other words."), at=LATER)
    found = view(language="id")
    assert (found.row.problem.text, found.row.problem.by) == ("Other words.", "")
    assert found.core[0].text.by == "person"
    assert found.claims[0].statement.text == "claim/share dalam bahasa Indonesia"


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (TranslationPart(place="nowhere", language="id", text="x"), "translation-place"),
        (TranslationPart(place="caveats", language="id", text="x"), "translation-place"),  # it is empty
        (TranslationPart(place="problem", language="en", text="x"), "translation-language"),
        (TranslationPart(place="problem", language="??", text="x"), "language"),
        (TranslationPart(place="problem", language="id", text=" "), "practice-empty"),
        (TranslationPart(place="problem", language="id", text="a\0"), "not-text"),
    ],
)
def test_a_translation_of_nothing_is_refused(
    people: People, practice: Practice, part: TranslationPart, rule: str
) -> None:
    assert refusal(translate, by=people.officer, practice=practice, translation=part, at=LATER) == rule
    assert not Translation.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------


def test_another_countrys_officer_writes_nothing_here(people: People, practice: Practice) -> None:
    by = people.officer_idn
    assert refusal(record_practice, by=by, content=sample("smp-x"), at=AT) == "role-exchange"
    assert refusal(revise, by=by, practice=practice, content=sample(since="2003"), at=AT) == "role-exchange"
    given = {"practice": practice, "claim": "share", "measure": "m1", "observation": SEEN, "at": AT}
    assert refusal(observe, by=by, **given) == "role-exchange"
    assert refusal(ask_check_in, by=by, practice=practice, due=date(2027, 1, 1), at=AT) == "role-exchange"
    assert len(acts()) == 1


# --- the database itself ------------------------------------------------------------------------------------


def nonsense(practice: Practice, people: People) -> dict[str, Any]:
    """Return writes that a constraint must refuse, by its name."""
    version = practice.versions.get()
    claim = practice.claims.get()
    measure = claim.measures.get()
    seen = measure.observations.get()
    check_in = {"practice": practice, "due": date(2027, 1, 1)}
    figure = {"measure": measure, "value": "1", "unit": "%", "nature": "result", "recorded_at": AT}
    return {
        "practice_code_is_plain": lambda: Practice.objects.filter(pk=practice.pk).update(code="A b"),
        "practice_is_ours_or_carried_whole": lambda: Practice.objects.update(origin="else.example"),
        "practice_version_once": lambda: PracticeVersion.objects.create(
            practice=practice,
            number=1,
            language="en",
            name="n",
            name_language="en",
            titles={},
            status="operating",
            problem="p",
            does="d",
            recorded_at=AT,
        ),
        "practice_versions_count_from_1": lambda: PracticeVersion.objects.update(number=0),
        "practice_since_is_a_date": lambda: PracticeVersion.objects.update(since="long ago"),
        "practice_version_names_one_entry": lambda: PracticeVersion.objects.update(owner_position=1),
        "practice_status_is_known": lambda: PracticeVersion.objects.update(status="fine"),
        "core_element_once": lambda: CoreElement.objects.create(
            version=version, code="tea", text="t", weight="optional", reason="r"
        ),
        "core_element_has_a_weight": lambda: CoreElement.objects.update(weight="sacred"),
        "core_element_says_why": lambda: CoreElement.objects.update(reason=""),
        "one_open_check_in": lambda: [CheckIn.objects.create(**check_in) for _ in "12"],
        "check_in_is_whole": lambda: CheckIn.objects.create(status="operating", **check_in),
        "one_translation_of_a_hand": lambda: [
            Translation.objects.create(version=version, place="problem", language="id", text="x", at=AT)
            for _ in "12"
        ],
        "claim_once": lambda: Claim.objects.create(
            practice=practice, code="share", statement="s", language="en", level="output"
        ),
        "claim_has_a_level": lambda: Claim.objects.update(level="miracle"),
        "measure_once": lambda: Measure.objects.create(claim=claim, code="m1", name="n"),
        "observation_has_a_value": lambda: Observation.objects.create(**figure | {"value": ""}),
        "observation_has_a_unit": lambda: Observation.objects.create(**figure | {"unit": ""}),
        "observation_has_a_nature": lambda: Observation.objects.create(**figure | {"nature": "dream"}),
        "observation_of_an_adopter_has_a_moment": lambda: Observation.objects.create(
            moment="after", **figure
        ),
        "evidence_is_of_a_type": lambda: Evidence.objects.create(observation=seen, type="rumour", title="x"),
        "evidence_names_its_source": lambda: Evidence.objects.create(observation=seen, type="news"),
        "evidence_seen_is_a_date": lambda: Evidence.objects.update(seen="today"),
    }


def test_the_database_refuses_nonsense(people: People, practice: Practice) -> None:
    for name, write in nonsense(practice, people).items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()


def test_an_observation_keeps_its_value_as_the_source_writes_it() -> None:
    given = {"unit": "days", "evidence": SEEN.evidence}
    assert ObservationPart(value="up to 139", **given).exact == ""
    assert ObservationPart(value="0.02", **given).exact == "0.02"
    assert ObservationPart(value="15-23", **given).exact == ""
    assert ObservationPart(value="1,203", **given).exact == ""
