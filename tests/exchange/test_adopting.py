"""An adoption from notice to outcome: weighed, decided, changed, observed, appraised, answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from teladan.exchange import queries
from teladan.exchange.files import StagePart
from teladan.exchange.models import Adoption, AdoptionParent, AdoptionStage, Appraisal, Modification, Practice
from teladan.exchange.services import (
    Beginning,
    appraise,
    become,
    begin_adoption,
    modify,
    move,
    observe_outcome,
    record_practice,
    reply,
    revise,
    weigh,
)
from teladan.publication.models import Publication, Result
from teladan.record import objects
from teladan.record.models import Outbox
from teladan.registry.models import Organisation
from tests.exchange.conftest import AT, SEEN, People, refusal, sample

CODE = "smp-window-idn"
DAY = timedelta(days=1)
YEAR = timedelta(days=400)
BEGINNING = Beginning(
    adopter="Indonesia",
    name="Satu loket",
    language="id",
    parents=(("smp-window", 1, "1/2"),),
    degree="copy",
    motive="voluntary",
    channel="symposium",
)
ROW = {
    "kind": "legal",
    "precondition": "Powers can be delegated.",
    "parent": "By law since 2001",
    "adopter": "Not yet",
    "missing": "A decree",
    "takes": "A year",
}


@pytest.fixture
def idn(people: People) -> Organisation:
    return Organisation.objects.get(code="IDN")


@pytest.fixture
def adoption(people: People, practice: Practice, idn: Organisation) -> Adoption:
    return begin_adoption(by=people.adopter_idn, organisation=idn, beginning=BEGINNING, at=AT)


def acts(code: str = CODE) -> list[dict[str, Any]]:
    rows = Outbox.objects.filter(subject=f"adoption/{code}").order_by("id")
    return [json.loads(bytes(row.body)) for row in rows]


def view(code: str = CODE) -> queries.AdoptionView:
    found = queries.adoption(code)
    assert found is not None
    return found


def through(people: People, adoption: Adoption, *stages: str) -> None:
    """Take an adoption through stages, a day each."""
    for number, stage in enumerate(stages, 1):
        if stage == "decided":
            weigh(by=people.adopter_idn, adoption=adoption, rows=[ROW], conclusion="It can.", at=AT)
        move(by=people.adopter_idn, adoption=adoption, stage=stage, at=AT + number * DAY, words="A reason.")


def test_a_beginning_is_in_the_record_and_cites_its_parents_entry(
    practice: Practice, adoption: Adoption
) -> None:
    (act,) = acts()
    assert (act["what"], act["stage"], act["date"], act["country"]) == (
        "stage",
        "noticed",
        "2026-11-24",
        "IDN",
    )
    assert act["parents"] == [
        {
            "practice": "smp-window",
            "version": 1,
            "share": "1/2",
            "act": str(practice.act),
            "node": None,
            "position": None,
            "entry": None,
        }
    ]
    document = json.loads(objects.get(act["document"]))
    assert (document["name"], document["adopter"]) == ("Satu loket", "Indonesia")
    assert "Satu loket" not in json.dumps(act)  # words stand behind the digest only
    assert view().row.stage == "noticed"


def test_every_stage_has_its_entry(people: People, adoption: Adoption) -> None:
    through(people, adoption, "assessed", "decided", "adapted", "piloted", "scaled", "sustained")
    assert [act["stage"] for act in acts()] == [
        "noticed",
        "assessed",
        "decided",
        "adapted",
        "piloted",
        "scaled",
        "sustained",
    ]
    assert [each.act for each in view().stages] == [
        row.act for row in Outbox.objects.filter(subject=f"adoption/{CODE}").order_by("id")
    ]


def test_what_is_followed_is_weighed_before_it_is_decided(people: People, adoption: Adoption) -> None:
    given = {"by": people.adopter_idn, "adoption": adoption, "at": AT}
    assert refusal(move, stage="decided", **given) == "weigh-first"
    weigh(rows=[ROW], conclusion="It can.", **given)
    move(stage="decided", **given)
    prospect = view().prospect
    assert prospect is not None
    assert prospect.rows == (ROW,)
    decided = json.loads(objects.get(acts()[-1]["document"]))
    assert decided["details"]["weighed"]["rows"] == [ROW]  # what it was decided on is in the record with it
    assert decided["details"]["weighed"]["conclusion"] == "It can."
    assert refusal(weigh, rows=[ROW], conclusion="Too late.", **given) == "decided-already"


def test_weighing_keeps_the_figures_of_both_countries_as_they_are_now(
    people: People, adoption: Adoption
) -> None:
    Result.objects.all().delete()
    Publication.objects.all().delete()
    for series, band in (("egdi", ""), ("gtmi", "A")):
        publication = Publication.objects.create(
            code=f"{series}-2024",
            series=series,
            edition="2024",
            kind="reported",
            titles={},
            source={},
            listed=2,
            verdicts={},
            engine="e",
            sha256="0" * 64,
            made_from="0" * 64,
            loaded_at=AT,
        )
        for place, (country, index) in enumerate((("KOR", "0.9679"), ("IDN", "0.7991"))):
            Result.objects.create(
                publication=publication,
                organisation_id=country,
                printed_name=country,
                position=place,
                index=index,
                band=band,
                elements={"OSI": {"printed": index}},
                beside={"EPI": "0.5"},
            )
    weigh(by=people.adopter_idn, adoption=adoption, rows=[], conclusion="Maybe.", at=AT)
    Result.objects.all().delete()
    prospect = view().prospect
    assert prospect is not None
    assert [(each["country"], each["series"], each["index"], each["band"]) for each in prospect.context] == [
        ("KOR", "egdi", "0.9679", ""),
        ("KOR", "gtmi", "0.9679", "A"),
        ("IDN", "egdi", "0.7991", ""),
        ("IDN", "gtmi", "0.7991", "A"),
    ]
    assert prospect.context[0]["elements"] == {"OSI": "0.9679", "EPI": "0.5"}


def test_a_decision_not_to_adopt_is_kept_with_its_reason(people: People, adoption: Adoption) -> None:
    given = {"by": people.adopter_idn, "adoption": adoption, "stage": "not adopted", "at": AT}
    assert refusal(move, **given) == "stage-reason"
    move(words="The law is missing.", **given)
    assert (view().row.stage, view().row.words, view().row.ended) == (
        "not adopted",
        "The law is missing.",
        True,
    )
    assert acts()[-1]["stage"] == "not adopted"
    assert refusal(move, by=people.adopter_idn, adoption=adoption, stage="assessed", at=AT) == "stage-order"


@pytest.mark.parametrize(
    ("stage", "more", "rule"),
    [
        ("dreamt", {}, "stage"),
        ("noticed", {}, "stage-order"),
        ("piloted", {}, "stage-order"),
        ("reversed", {"words": "x"}, "stage-order"),
        ("assessed", {"date": "soon"}, "date"),
        ("assessed", {"date": "2020"}, "stage-date"),
        ("assessed", {"date": "2098"}, "stage-not-yet"),
        ("assessed", {"date": "2026-11-26"}, "stage-not-yet"),
        ("assessed", {"words": "x" * 20_001}, "too-long"),
        ("assessed", {"words": "a\0"}, "not-text"),
    ],
)
def test_a_stage_out_of_order_is_refused(
    people: People, adoption: Adoption, stage: str, more: dict[str, str], rule: str
) -> None:
    assert refusal(move, by=people.adopter_idn, adoption=adoption, stage=stage, at=AT, **more) == rule
    assert len(acts()) == 1


def test_what_is_told_afterwards_may_begin_anywhere(
    people: People, practice: Practice, idn: Organisation
) -> None:
    made = begin_adoption(
        by=people.adopter_idn,
        organisation=idn,
        beginning=BEGINNING,
        at=AT,
        stage=StagePart(stage="scaled", date="2014", words="running"),
    )
    assert (view(made.code).row.stage, view(made.code).row.begins) == ("scaled", "2014")


def test_codes_are_found_that_are_free(people: People, adoption: Adoption, idn: Organisation) -> None:
    made = begin_adoption(by=people.adopter_idn, organisation=idn, beginning=BEGINNING, at=AT)
    assert (adoption.code, made.code) == (CODE, f"{CODE}-2")
    given = {"by": people.adopter_idn, "organisation": idn, "beginning": BEGINNING, "at": AT}
    assert refusal(begin_adoption, code=CODE, **given) == "adoption-code"
    assert refusal(begin_adoption, code="Two Words", **given) == "adoption-code"


BAD_BEGINNINGS = {
    "no-parent": {"parents": ()},
    "no-such-version": {"parents": (("smp-window", 2, ""),)},
    "parent-twice": {"parents": (("smp-window", 1, ""),) * 2},
    "share": {"parents": (("smp-window", 1, "3/2"),)},
    "practice-empty": {"name": " "},
    "choice": {"degree": "theft"},
    "too-long": {"adopter": "x" * 251},
    "not-text": {"note": "a\0"},
    "language": {"language": "Bahasa Indonesia"},
}


@pytest.mark.parametrize(
    "share", ["1e-9", "0.5e-999999", "1_0/20", "１/2", "+1/2", "0", "1/0", "3/2", "-1/2"]
)
def test_a_share_is_a_plain_fraction_or_decimal(
    people: People, practice: Practice, idn: Organisation, share: str
) -> None:
    given = {"by": people.adopter_idn, "organisation": idn, "at": AT}
    wrong = replace(BEGINNING, parents=(("smp-window", 1, share),))
    assert refusal(begin_adoption, beginning=wrong, **given) == "share"
    right = replace(BEGINNING, parents=(("smp-window", 1, "0.5"),))
    assert begin_adoption(beginning=right, **given).parents.get().share == "0.5"


@pytest.mark.parametrize("rule", BAD_BEGINNINGS)
def test_a_beginning_that_is_none_is_refused(
    people: People, practice: Practice, idn: Organisation, rule: str
) -> None:
    given = replace(BEGINNING, **BAD_BEGINNINGS[rule])
    assert refusal(begin_adoption, by=people.adopter_idn, organisation=idn, beginning=given, at=AT) == rule
    assert not Adoption.objects.filter(code=CODE).exists()
    assert acts() == []


def test_no_adoption_before_its_parent_existed(people: People, practice: Practice, idn: Organisation) -> None:
    given = {"by": people.adopter_idn, "organisation": idn, "beginning": BEGINNING, "at": AT}
    early = StagePart(stage="scaled", date="2001-12")
    assert refusal(begin_adoption, stage=early, **given) == "before-its-parent"
    begin_adoption(stage=StagePart(stage="scaled", date="2002"), **given)  # the year it began: possible


def test_no_adoption_begins_in_the_future(people: People, practice: Practice, idn: Organisation) -> None:
    given = {"by": people.adopter_idn, "organisation": idn, "beginning": BEGINNING, "at": AT + DAY * 0.75}
    late = StagePart(stage="noticed", date="2026-11-26")
    assert refusal(begin_adoption, stage=late, **given) == "stage-not-yet"
    # At 18:00 UTC it is the day after in Jakarta, where the act is done.
    begin_adoption(stage=StagePart(stage="noticed", date="2026-11-25"), **given)


# --- the lineage ----------------------------------------------------------------------------------


def test_nothing_descends_from_itself(people: People, adoption: Adoption, idn: Organisation) -> None:
    ours = record_practice(by=people.officer, content=sample("smp-loket", country="IDN", owner="IDN"), at=AT)
    become(by=people.officer, adoption=adoption, practice=ours, at=AT)
    back = begin_adoption(
        by=people.officer,
        organisation=Organisation.objects.get(code="KOR"),
        beginning=replace(BEGINNING, parents=(("smp-loket", 1, ""),)),
        at=AT,
    )
    parent = Practice.objects.get(code="smp-window")
    assert refusal(become, by=people.officer, adoption=back, practice=parent, at=AT) == "cycle"

    # A later version may learn from its own child: that is no cycle.
    revise(by=people.officer, practice=parent, content=sample(does="Learned from its child."), at=AT)
    become(by=people.officer, adoption=back, practice=parent, at=AT)

    found = queries.lineage_of("smp-window", 1)
    assert found is not None
    assert found.descendants == {("smp-loket", 1): 1, ("smp-window", 2): 1}
    newest = queries.lineage_of("smp-window")
    assert newest is not None
    assert newest.ancestors == {("smp-loket", 1): 1, ("smp-window", 1): 1}
    assert acts()[-1]["becomes"] == {"practice": "smp-loket", "version": 1}


def test_two_parents_that_are_ones_own_descendants_are_refused(people: People, practice: Practice) -> None:
    """grandchild ← child ← smp-window; smp-window cannot come of both."""
    kor = Organisation.objects.get(code="KOR")
    for child, parent in (("smp-child", "smp-window"), ("smp-grandchild", "smp-child")):
        made = record_practice(by=people.officer, content=sample(child), at=AT)
        link = begin_adoption(
            by=people.officer,
            organisation=kor,
            beginning=replace(BEGINNING, parents=((parent, 1, ""),)),
            at=AT,
        )
        become(by=people.officer, adoption=link, practice=made, at=AT)
    both = begin_adoption(
        by=people.officer,
        organisation=kor,
        beginning=replace(BEGINNING, parents=(("smp-child", 1, "1/2"), ("smp-grandchild", 1, "1/2"))),
        at=AT,
    )
    assert refusal(become, by=people.officer, adoption=both, practice=practice, at=AT) == "cycle"


# --- what was changed -----------------------------------------------------------------------------


def test_the_computed_degree_stands_beside_the_declared_one(people: People, adoption: Adoption) -> None:
    given = {"by": people.adopter_idn, "adoption": adoption, "practice": "smp-window", "at": AT}
    assert view().computed.degree is None
    assert view().computed.unsaid == 3
    modify(element="counter", treatment="dropped", what="Two counters", reason="No room", **given)
    modify(element="hours", treatment="kept", what="Long hours", **given)
    modify(element="tea", treatment="changed", what="Coffee", reason="Taste", planned=True, **given)

    found = view()
    assert (found.row.degree, found.computed.degree) == ("copy", "inspiration")
    assert (found.computed.kept, found.computed.changed, found.computed.dropped) == (1, 1, 1)
    assert [(each.code, each.treatment, each.reason) for each in found.elements] == [
        ("counter", "dropped", "No room"),
        ("hours", "kept", ""),
        ("tea", "changed", "Taste"),
    ]
    assert [act["what"] for act in acts()] == ["stage", "modification", "modification", "modification"]


def test_modifications_that_cannot_be_are_refused(people: People, adoption: Adoption) -> None:
    given = {"by": people.adopter_idn, "adoption": adoption, "practice": "smp-window", "what": "w", "at": AT}
    assert refusal(modify, element="counter", treatment="eaten", **given) == "choice"
    assert refusal(modify, element="counter", treatment="dropped", **given) == "modification-why"
    assert refusal(modify, element="roof", treatment="kept", **given) == "core-element"
    modify(element="counter", treatment="kept", **given)
    assert refusal(modify, element="counter", treatment="kept", **given) == "element-said"
    assert refusal(modify, treatment="kept", decided_by="x" * 201, **given) == "too-long"
    modify(treatment="changed", reason="It rains", decided_by="An office", **given)
    assert [each.reason for each in view().others] == ["It rains"]


def test_the_element_most_often_dropped_is_found_with_what_followed(
    people: People, adoption: Adoption, idn: Organisation
) -> None:
    other = begin_adoption(by=people.adopter_idn, organisation=idn, beginning=BEGINNING, at=AT)
    for one, element, treatment in (
        (adoption, "counter", "dropped"),
        (other, "counter", "dropped"),
        (adoption, "tea", "dropped"),
        (other, "tea", "kept"),
    ):
        modify(
            by=people.adopter_idn,
            adoption=one,
            practice="smp-window",
            element=element,
            treatment=treatment,
            what="w",
            reason="r",
            at=AT,
        )
    through(people, other, "decided", "stopped")
    found = queries.most_dropped()
    assert [(each.element, each.dropped, each.said) for each in found] == [("counter", 2, 2), ("tea", 1, 2)]
    assert [each.stage for each in found[0].followed] == ["noticed", "stopped"]
    practice = queries.practice("smp-window", "en")
    assert practice is not None
    assert [dict(each.treatments) for each in practice.core] == [
        {"dropped": 2},
        {},
        {"dropped": 1, "kept": 1},
    ]


# --- what came of it ------------------------------------------------------------------------------


def outcome(people: People, adoption: Adoption, moment: str, value: str, **more: Any) -> Any:
    given = {
        "by": people.adopter_idn, "adoption": adoption, "practice": "smp-window", "claim": "share",
        "measure": "m1", "moment": moment, "observation": replace(SEEN, value=value), "at": AT + YEAR,
    }  # fmt: skip
    return observe_outcome(**given | more)


def test_the_outcome_shows_on_both_sides_and_not_among_the_parents_own_figures(
    people: People, adoption: Adoption
) -> None:
    through(people, adoption, "decided", "scaled")
    assert [each.code for each in queries.without_outcome(12, AT + YEAR)] == [CODE]
    assert queries.without_outcome(24, AT + YEAR) == []
    outcome(people, adoption, "before", "10")
    assert [each.code for each in queries.without_outcome(12, AT + YEAR)] == [CODE]  # nothing after yet
    outcome(people, adoption, "after", "60")

    assert queries.without_outcome(12, AT + YEAR) == []
    (compared,) = view().outcomes
    assert ([each.value for each in compared.before], [each.value for each in compared.after]) == (
        ["10"],
        ["60"],
    )
    parent = queries.practice("smp-window", "en")
    assert parent is not None
    assert [each.outcome for each in parent.adopted_by] == [True]
    assert parent.row.standing.figures == 1
    assert parent.conflicts == ()


def test_an_outcome_is_observed_by_a_measure_of_a_parent(people: People, adoption: Adoption) -> None:
    assert refusal(outcome, people=people, adoption=adoption, moment="then", value="1") == "choice"
    for more in ({"measure": "m9"}, {"claim": "none"}, {"practice": "none-such"}):
        given = {"people": people, "adoption": adoption, "moment": "after", "value": "1", **more}
        assert refusal(outcome, **given) == "measure-of-parent"
    assert refusal(outcome, people=people, adoption=adoption, moment="after", value="") == "observation-value"
    assert not adoption.observations.exists()


def test_what_stopped_while_its_children_live_is_found(people: People, adoption: Adoption) -> None:
    assert "smp-window" not in [each.parent.code for each in queries.orphans("en")]
    practice = Practice.objects.get(code="smp-window")
    revise(by=people.officer, practice=practice, content=sample(status="stopped"), at=AT)
    found = [each for each in queries.orphans("en") if each.parent.code == "smp-window"]
    assert [[child.code for child in each.children] for each in found] == [[CODE]]
    through(people, adoption, "decided", "stopped")
    assert [each for each in queries.orphans("en") if each.parent.code == "smp-window"] == []


# --- appraised ------------------------------------------------------------------------------------


def judged(people: People, adoption: Adoption, **more: Any) -> Appraisal:
    given = {
        "by": people.appraiser, "adoption": adoption, "completion": "limited", "fidelity": "lost",
        "results": "marginal", "text": "Two counters are not one.", "language": "en", "at": AT,
    }  # fmt: skip
    return appraise(**given | more)


def test_an_appraisal_and_its_reply_stand_side_by_side(people: People, adoption: Adoption) -> None:
    made = judged(people, adoption)
    reply(by=people.adopter_idn, appraisal=made, text="There was no room.", at=AT + DAY)
    (found,) = view().appraisals
    assert (found.results, found.text, found.reply, found.replied_at) == (
        "marginal",
        "Two counters are not one.",
        "There was no room.",
        AT + DAY,
    )
    assert [act["what"] for act in acts()] == ["stage", "appraisal", "reply"]
    roles = Outbox.objects.filter(subject=f"adoption/{CODE}").order_by("id").values_list("role", flat=True)
    assert list(roles) == ["adopter", "appraiser", "adopter"]
    given = {"by": people.adopter_idn, "appraisal": made, "text": "More.", "at": AT}
    assert refusal(reply, **given) == "replied"


def test_appraisals_that_cannot_be_are_refused(people: People, adoption: Adoption) -> None:
    given = {"people": people, "adoption": adoption}
    assert refusal(judged, by=people.adopter_idn, **given) == "role-exchange"
    assert refusal(judged, by=people.appraiser_and_adopter, **given) == "appraiser-apart"
    assert refusal(judged, results="fine", **given) == "choice"
    assert refusal(judged, text=" ", **given) == "practice-empty"
    assert refusal(judged, language="x", **given) == "language"
    made = judged(**given)
    assert refusal(judged, **given) == "appraised"
    assert refusal(reply, by=people.appraiser, appraisal=made, text="x", at=AT) == "two-persons-reply"
    assert refusal(reply, by=people.adopter_vnm, appraisal=made, text="x", at=AT) == "role-exchange"
    assert refusal(reply, by=people.adopter_idn, appraisal=made, text="", at=AT) == "practice-empty"


# --- who may, and what the database refuses -------------------------------------------------------


def test_another_countrys_adopter_and_officer_touch_nothing(people: People, adoption: Adoption) -> None:
    for by in (people.adopter_vnm, people.officer_kor, people.owner_kor, people.publisher, people.nobody):
        given = {"by": by, "adoption": adoption, "at": AT}
        assert refusal(move, stage="assessed", **given) == "role-exchange"
        assert refusal(weigh, rows=[], conclusion="x", **given) == "role-exchange"
        assert refusal(modify, treatment="kept", what="x", **given) == "role-exchange"
        assert refusal(outcome, people=people, adoption=adoption, moment="after", value="1", by=by) == (
            "role-exchange"
        )
    assert len(acts()) == 1


def test_the_database_refuses_nonsense(people: People, adoption: Adoption) -> None:
    stage = {"adoption": adoption, "recorded_at": AT, "by": people.officer}
    first = adoption.stages.get()
    modification = {"adoption": adoption, "what": "w", "at": AT, "by": people.officer}
    element = adoption.parents.get().version.core.first()
    made = judged(people, adoption)
    for name, write in {
        "adoption_degree_is_known": lambda: Adoption.objects.update(degree="theft"),
        "adoption_motive_is_known": lambda: Adoption.objects.update(motive="greed"),
        "adoption_channel_is_known": lambda: Adoption.objects.update(channel="dream"),
        "adoption_parent_once": lambda: AdoptionParent.objects.create(
            adoption=adoption, version=adoption.parents.get().version
        ),
        "adoption_stage_in_order": lambda: AdoptionStage.objects.create(
            number=1, stage="assessed", act=practice_act(), **stage
        ),
        "adoption_stage_once": lambda: AdoptionStage.objects.create(
            number=2, stage="noticed", act=practice_act(), **stage
        ),
        "adoption_stage_is_known": lambda: AdoptionStage.objects.update(stage="dreamt"),
        "adoption_stage_has_a_date": lambda: AdoptionStage.objects.update(date="soon"),
        "an_end_has_its_reason": lambda: AdoptionStage.objects.create(
            number=2, stage="stopped", act=practice_act(), **stage
        ),
        "exchange_adoptionstage_act": lambda: AdoptionStage.objects.create(
            number=2, stage="assessed", act=first.act, **stage
        ),
        "one_treatment_of_an_element": lambda: [
            Modification.objects.create(element=element, treatment="kept", **modification) for _ in "12"
        ],
        "modification_says_why": lambda: Modification.objects.create(treatment="dropped", **modification),
        "modification_is_a_treatment": lambda: Modification.objects.create(
            treatment="eaten", reason="r", **modification
        ),
        "one_appraisal_of_a_person": lambda: Appraisal.objects.create(
            adoption=adoption, completion="limited", fidelity="lost", results="none", text="t",
            language="en", at=AT, by=people.appraiser, act=practice_act(),
        ),
        "reply_is_whole": lambda: Appraisal.objects.update(reply="x"),
        "replied_by_another_person": lambda: Appraisal.objects.filter(pk=made.pk).update(
            reply="x", replied_at=AT, replied_by=people.appraiser, reply_act=practice_act()
        ),
    }.items():  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()


def practice_act() -> Any:
    """Return a new identifier."""
    from uuid import uuid4

    return uuid4()


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_the_record_does_not_depend_on_the_language_of_the_officer(
    people: People, practice: Practice, language: str
) -> None:
    regency = Organisation.objects.get(code="smp-a")
    beginning = Beginning(name="Loket", language="id", parents=((practice.code, 1, ""),))
    with override(language):
        adoption = begin_adoption(by=people.adopter_regency, organisation=regency, beginning=beginning, at=AT)
    assert adoption.adopter == "Kab. Sample A"
    row = Outbox.objects.get(subject=f"adoption/{adoption.code}")
    document = json.loads(objects.get(json.loads(bytes(row.body))["document"]))
    assert (row.role, document["adopter"]) == ("adopter", "Kab. Sample A")


def test_what_came_of_an_adoption_is_recorded_as_that(people: People, practice: Practice) -> None:
    idn = Organisation.objects.get(code="IDN")
    beginning = Beginning(name="Loket", language="id", parents=((practice.code, 1, ""),))
    adoption = begin_adoption(by=people.officer, organisation=idn, beginning=beginning, at=AT)
    own = record_practice(by=people.officer, content=sample("smp-loket", country="IDN", owner="IDN"), at=AT)
    become(by=people.officer, adoption=adoption, practice=own, at=AT)
    acts = [json.loads(bytes(row.body)) for row in Outbox.objects.filter(subject=f"adoption/{adoption.code}")]
    assert [(each["what"], each["becomes"]) for each in acts] == [
        ("stage", None),
        ("became", {"practice": "smp-loket", "version": 1}),
    ]
