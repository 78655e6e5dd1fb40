"""Adoptions on the desk: begun, weighed, decided, changed, observed, judged; who may; what is sent back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from teladan.exchange import queries, services
from teladan.exchange.models import Adoption, AdoptionStage, Appraisal, Modification, Observation
from teladan.exchange.services import Beginning
from teladan.record.models import Outbox
from tests.desk.exchange_people import PEOPLE, come
from tests.desk.reading import page_of, rule_of, text_of
from tests.desk.test_exchange import DESK, errors_of, sent_back
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
CODE = "smp-window-idn"
ONE = f"{DESK}/adoptions/{CODE}"


@pytest.fixture
def people(registry):  # noqa: F811
    return come()


@pytest.fixture
def practice(people):
    return services.record_practice(by=people["officer"], content=sample(), at=AT)


@pytest.fixture
def adoption(practice, people):
    return begun(people["adopter-idn"], "IDN")


def begun(by, organisation):
    from teladan.registry.models import Organisation

    return services.begin_adoption(
        by=by,
        organisation=Organisation.objects.select_related("country").get(pk=organisation),
        beginning=Beginning(
            adopter="Indonesia", name="Satu loket", language="id", parents=(("smp-window", 1, ""),)
        ),
        at=AT,
    )


def weighed(people):
    services.weigh(
        by=people["adopter-idn"],
        adoption=Adoption.objects.get(pk=CODE),
        rows=[{"kind": "legal", "precondition": "Powers", "adopter": "A decree."}],
        conclusion="It would.",
        at=AT,
    )


def moved(people, *stages):
    for stage in stages:
        services.move(
            by=people["adopter-idn"],
            adoption=Adoption.objects.get(pk=CODE),
            stage=stage,
            words="Because.",
            at=AT,
        )


BEGIN = {
    "organisation": "IDN",
    "name": "Satu loket",
    "language": "id",
    "degree": "emulation",
    "motive": "voluntary",
    "channel": "visit",
    "date": "2026-11-20",
    "parent-count": "1",
    "parent-0-practice": "smp-window",
}
WEIGH = {
    "conclusion": "It would, with a decree.",
    "row-count": "1",
    "row-0-kind": "legal",
    "row-0-precondition": "Powers can be delegated.",
    "row-0-parent": "A law.",
    "row-0-adopter": "A presidential regulation.",
    "row-0-missing": "A decree of the regent.",
    "row-0-takes": "Three months.",
}
MODIFY = {
    "element": "smp-window/hours",
    "treatment": "changed",
    "what": "Office hours only.",
    "decided_by": "Bagian Organisasi",
    "planned": "yes",
    "faithful": "",
    "reason": "Overtime is not paid.",
}
OUTCOME = {
    "measure": "smp-window/share/m1",
    "moment": "after",
    "value": "41",
    "unit": "%",
    "period": "2027",
    "nature": "result",
    "evidence-type": "survey",
    "evidence-title": "Survey of visitors 2027",
}
APPRAISE = {
    "completion": "substantial",
    "fidelity": "adapted",
    "results": "marginal",
    "text": "Two of three counters work.",
    "language": "en",
}

# --- who may do what --------------------------------------------------------------------------

FOLLOWERS = {"officer", "officer-idn", "adopter-idn"}
MATRIX = {
    "begin": FOLLOWERS,
    "move": FOLLOWERS,
    "weigh": FOLLOWERS,
    "modify": FOLLOWERS,
    "observe": FOLLOWERS,
    "become": FOLLOWERS,
    "appraise": {"appraiser"},
    "reply": FOLLOWERS | {"owner-kor"},
}


def do(what, client):
    """Do one thing of the matrix; return the answer."""
    match what:
        case "begin":
            return client.post(f"{DESK}/adoptions/new", BEGIN)
        case "move":
            return client.post(ONE, {"stage": "assessed", "date": "2026-11-24"})
        case "weigh":
            return client.post(f"{ONE}/weigh", WEIGH)
        case "modify":
            return client.post(f"{ONE}/modify", MODIFY)
        case "observe":
            return client.post(f"{ONE}/outcome", OUTCOME)
        case "become":
            return client.get(f"{ONE}/become")
        case "appraise":
            return client.post(f"{ONE}/appraise", APPRAISE)
        case "reply":
            return client.get(f"{ONE}/appraisals/{Appraisal.objects.get().pk}/reply")


@pytest.mark.parametrize("what", MATRIX)
def test_who_may_do_what(what, adoption, people, client_of):
    from django.db import transaction

    if what == "reply":
        services.appraise(by=people["appraiser"], adoption=adoption, at=AT, **APPRAISE)
    for name in PEOPLE:
        client = client_of(name)
        point = transaction.savepoint()
        before = Outbox.objects.count()
        answer = do(what, client)
        if name in MATRIX[what]:
            assert answer.status_code in {200, 302}, (name, text_of(answer))
        else:
            own = (what, name) == ("reply", "appraiser")  # of the appraisal there is
            rule = "two-persons-reply" if own else "role-exchange"
            assert (name, answer.status_code, rule_of(answer)) == (name, 403, rule)
            assert own or "you do not have it" in text_of(answer)
            assert Outbox.objects.count() == before
        transaction.savepoint_rollback(point)


def test_an_appraiser_who_wrote_of_it_is_refused(adoption, people, client_of):
    AdoptionStage.objects.update(by=people["appraiser"])
    answer = client_of("appraiser").get(f"{ONE}/appraise")
    assert (answer.status_code, rule_of(answer)) == (403, "appraiser-apart")


def test_an_appraiser_does_not_reply_to_oneself_and_only_one_reply_is_kept(adoption, people, client_of):
    made = services.appraise(by=people["appraiser"], adoption=adoption, at=AT, **APPRAISE)
    there = f"{ONE}/appraisals/{made.pk}/reply"
    assert rule_of(client_of("appraiser").get(there)) == "two-persons-reply"
    client_of("owner-kor").post(there, {"text": "The third opened in June."})
    assert rule_of(client_of("adopter-idn").get(there)) == "replied"


# --- begun and taken along its stages ----------------------------------------------------------


def test_an_adopter_begins_one_and_it_waits_for_its_decision(practice, client_of):
    client = client_of("adopter-idn")
    form = client.get(f"{DESK}/adoptions/new?practice=smp-window")
    assert sent_back(form)["organisation"] == "IDN"
    assert '<option value="smp-window" selected>' in page_of(form)

    answer = client.post(f"{DESK}/adoptions/new", BEGIN, follow=True)

    assert "The adoption is begun." in text_of(answer)
    assert "Proof pending" in text_of(answer)
    made = Adoption.objects.get(pk=CODE)
    assert (made.adopter, made.degree, made.channel) == ("Indonesia", "emulation", "visit")
    assert [(each.stage, each.date) for each in made.stages.all()] == [("noticed", "2026-11-20")]
    assert "Weigh and decide: Satu loket" in text_of(client.get(f"{DESK}/"))
    assert "Weigh and decide" not in text_of(client_of("adopter-vnm").get(f"{DESK}/"))


def test_it_may_take_from_several_each_with_its_share(practice, people, client_of):
    services.record_practice(by=people["officer"], content=sample("smp-other"), at=AT)
    two = {
        "parent-count": "3",
        "parent-0-share": "2/3",
        "parent-2-practice": "smp-other",
        "parent-2-share": "1/3",
    }
    client_of("adopter-idn").post(f"{DESK}/adoptions/new", BEGIN | two)
    parents = Adoption.objects.get(pk=CODE).parents.values_list("version__practice", "share")
    assert list(parents) == [("smp-window", "2/3"), ("smp-other", "1/3")]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"organisation": "smp-b"}, "id_organisation", "No organisation of the registry"),
        ({"name": ""}, "id_name", "‘What it is called there’ is empty"),
        ({"degree": "theft"}, "id_degree", "choose one of the list"),
        ({"date": "2001"}, "id_date", "before ‘smp-window’ existed"),
        ({"date": "soon"}, "id_date", "write 2002, 2002-05 or 2002-05-17"),
        ({"source": "www.example.org"}, "id_source", "begin it with https://"),
        ({"parent-0-practice": ""}, "id_organisation", "names what it takes from"),
        ({"parent-0-practice": "smp-none"}, "id_parent-0-practice", "choose one of the list"),
        ({"parent-0-share": "3/2"}, "id_organisation", "together not more than the whole"),
    ],
)
def test_a_beginning_that_cannot_be_is_sent_back(change, place, said, practice, client_of):
    answer = client_of("officer").post(f"{DESK}/adoptions/new", BEGIN | change)
    assert answer.status_code == 400
    assert [where for where, text in errors_of(answer) if said in text] == [place], errors_of(answer)
    if "name" not in change:
        assert sent_back(answer)["name"] == "Satu loket"
    assert not Adoption.objects.exists()


def test_no_decision_before_it_was_weighed(adoption, client_of):
    client = client_of("adopter-idn")
    typed = {"stage": "decided", "date": "2026-11-24", "words": "Yes."}
    answer = client.post(ONE, typed)
    assert [where for where, _text in errors_of(answer)] == ["id_stage"]
    assert "hold its preconditions beside your own" in errors_of(answer)[0][1]
    assert sent_back(answer)["words"] == "Yes."

    kept = client.post(f"{ONE}/weigh", WEIGH, follow=True)
    assert "A decree of the regent." in text_of(kept)
    client.post(ONE, typed)
    assert list(adoption.stages.values_list("stage", "date")) == [
        ("noticed", "2026-11-24"),
        ("decided", "2026-11-24"),
    ]
    closed = client.post(f"{ONE}/weigh", WEIGH)
    assert (closed.status_code, rule_of(closed)) == (403, "decided-already")


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"stage": "sustained"}, "id_stage"),
        ({"stage": ""}, "id_stage"),
        ({"stage": "not adopted", "words": ""}, "id_words"),
        ({"stage": "assessed", "date": "2026-13-01"}, "id_date"),
        ({"stage": "assessed", "date": "2020"}, "id_date"),
    ],
)
def test_a_stage_that_cannot_be_is_sent_back(typed, place, adoption, client_of):
    answer = client_of("adopter-idn").post(ONE, {"date": "2026-11-24", "words": "Seen."} | typed)
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    assert adoption.stages.count() == 1


def test_a_decision_not_to_adopt_is_kept_with_its_reason(adoption, client_of):
    client = client_of("adopter-idn")
    client.post(ONE, {"stage": "not adopted", "date": "2026-11-24", "words": "The law forbids it."})
    page = text_of(client.get(ONE))
    assert "Decided not to adopt" in page
    assert "The law forbids it." in page
    assert "It has ended; nothing follows." in page


def test_the_preconditions_and_the_published_figures_stand_side_by_side(
    published, practice, people, client_of
):
    begun(people["adopter-idn"], "IDN")
    page = client_of("adopter-idn").get(f"{ONE}/weigh")

    text = text_of(page)
    assert sent_back(page)["row-0-precondition"] == "Powers can be delegated."
    known = queries.figures(["KOR", "IDN"])
    for country in ("KOR", "IDN"):
        assert known[country]["egdi"].index in text
        for figure in known[country]["egdi"].elements.values():
            assert figure in text
    assert "GTMI 2025" in text
    assert "EGDI 2024" in text


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"conclusion": ""}, "id_conclusion"),
        ({"row-0-adopter": ""}, "id_row-0-adopter"),
        ({"row-0-kind": "cosmic"}, "id_row-0-kind"),
    ],
)
def test_an_evaluation_that_lacks_something_is_sent_back(change, place, adoption, client_of):
    answer = client_of("adopter-idn").post(f"{ONE}/weigh", WEIGH | change)
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    if place != "id_conclusion":
        assert sent_back(answer)["conclusion"] == "It would, with a decree."


# --- what was changed, what came of it ----------------------------------------------------------


def test_what_was_changed_gives_the_computed_degree(adoption, people, client_of):
    weighed(people)
    moved(people, "decided")
    client = client_of("adopter-idn")
    client.post(f"{ONE}/modify", MODIFY)
    for element in ("counter", "tea"):
        client.post(
            f"{ONE}/modify", {"element": f"smp-window/{element}", "treatment": "kept", "what": "As there."}
        )

    row = Modification.objects.get(element__code="hours")
    assert (row.treatment, row.planned, row.faithful) == ("changed", True, None)
    page = text_of(client.get(ONE))
    assert "Emulation" in page
    assert "Overtime is not paid." in page


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"reason": ""}, "id_reason"),
        ({"element": "smp-window/none"}, "id_element"),
        ({"treatment": "lost"}, "id_treatment"),
        ({"what": ""}, "id_what"),
    ],
)
def test_a_modification_that_lacks_something_is_sent_back(change, place, adoption, client_of):
    answer = client_of("adopter-idn").post(f"{ONE}/modify", MODIFY | change)
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    assert not Modification.objects.exists()


def test_before_and_after_stand_at_the_adoption_and_not_at_the_practice(adoption, client_of):
    client = client_of("adopter-idn")
    client.post(f"{ONE}/outcome", OUTCOME | {"moment": "before", "value": "12", "period": "2026"})
    client.post(f"{ONE}/outcome", OUTCOME)
    assert list(Observation.objects.filter(adoption=adoption).values_list("moment", "value")) == [
        ("before", "12"),
        ("after", "41"),
    ]
    view = queries.adoption(CODE)
    assert [each.value for each in view.outcomes[0].after] == ["41"]
    assert "Survey of visitors 2027" in text_of(client.get(ONE))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"unit": ""}, "id_unit"),
        ({"moment": "during"}, "id_moment"),
        ({"measure": "smp-window/share/none"}, "id_measure"),
        ({"evidence-title": ""}, "id_evidence-title"),
    ],
)
def test_an_outcome_that_lacks_something_is_sent_back(change, place, adoption, client_of):
    answer = client_of("adopter-idn").post(f"{ONE}/outcome", OUTCOME | change)
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    assert Observation.objects.filter(adoption=adoption).count() == 0


def test_a_practice_that_would_descend_from_itself_is_refused(practice, people, client_of):
    services.record_practice(
        by=people["officer"], content=sample("smp-idn", country="IDN", owner="IDN", since="2027"), at=AT
    )
    begun(people["adopter-idn"], "IDN")
    client = client_of("officer-idn")
    client.post(f"{ONE}/become", {"practice": "smp-idn"})
    assert Adoption.objects.get(pk=CODE).becomes.practice_id == "smp-idn"
    back = services.begin_adoption(
        by=people["officer"],
        organisation=practice.owner,
        beginning=Beginning(adopter="Korea", name="하나", language="ko", parents=(("smp-idn", 1, ""),)),
        at=AT.replace(year=2028),
    )
    answer = client_of("officer").post(f"{DESK}/adoptions/{back.pk}/become", {"practice": "smp-window"})
    assert answer.status_code == 400
    assert [where for where, text in errors_of(answer) if "descend from itself" in text] == ["id_practice"]


# --- judged and replied to ------------------------------------------------------------------------


def test_an_appraisal_is_kept_once_with_its_reply_beside_it(adoption, client_of):
    appraiser, adopter = client_of("appraiser"), client_of("adopter-idn")
    answer = appraiser.post(f"{ONE}/appraise", APPRAISE, follow=True)
    assert "The appraisal is kept." in text_of(answer)
    assert rule_of(appraiser.post(f"{ONE}/appraise", APPRAISE)) == "appraised"
    assert "Reply to the appraisal of Satu loket" in text_of(adopter.get(f"{DESK}/"))

    made = Appraisal.objects.get()
    adopter.post(f"{ONE}/appraisals/{made.pk}/reply", {"text": "The third opened in June."})

    page = text_of(adopter.get(ONE))
    assert "Two of three counters work." in page
    assert "The third opened in June." in page
    assert "Reply to the appraisal" not in text_of(adopter.get(f"{DESK}/"))


@pytest.mark.parametrize("field", ["completion", "fidelity", "results", "text"])
def test_an_appraisal_that_lacks_something_is_sent_back(field, adoption, client_of):
    answer = client_of("appraiser").post(f"{ONE}/appraise", APPRAISE | {field: ""})
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [f"id_{field}"]
    assert not Appraisal.objects.exists()


def test_an_adoption_in_use_without_outcome_waits_after_a_year(adoption, people, client_of):
    weighed(people)
    moved(people, "decided", "piloted")
    waits = "No outcome yet: Satu loket"
    assert waits not in text_of(client_of("adopter-idn").get(f"{DESK}/"))
    from teladan.desk.home.tasks import waiting_for

    found = waiting_for(people["adopter-idn"], AT.replace(year=2027, month=12))
    titles = [Markup(task.title).striptags() for task in found.mine]
    assert titles == [waits]  # it was decided: nothing is left to decide
