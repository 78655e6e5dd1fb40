"""Practices on the desk: added, revised, observed, checked in on, translated; and who may do what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from teladan.desk import fields
from teladan.desk.practices.sheet import Sheet, changes
from teladan.exchange import files, services
from teladan.exchange.models import (
    CheckIn,
    Claim,
    FocalPoint,
    Observation,
    Practice,
    PracticeVersion,
    Translation,
)
from teladan.record.models import Outbox
from teladan.registry.scope import Scope
from tests.desk.exchange_people import PEOPLE, come
from tests.desk.reading import page_of, rule_of, text_of
from tests.exchange.conftest import ROOT, registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
DESK = "/en/desk"
ONE = f"{DESK}/practices/smp-window"


@pytest.fixture
def people(registry):  # noqa: F811
    return come()


@pytest.fixture
def practice(people):
    return services.record_practice(by=people["officer"], content=sample(), at=AT)


def errors_of(response) -> list[tuple[str, str]]:
    """Return the summary of errors: [(where it leads, text)]; each must lead to something on the page."""
    page = page_of(response)
    summary = page.partition('class="govuk-error-summary"')[2].partition("</div>")[0]
    found = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert all(f'id="{place}"' in page for place, _text in found)
    return found


def sent_back(response) -> dict[str, str]:
    """Return the lines of a form as the page shows them."""
    page = page_of(response)
    lines = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    return lines | dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page))


PRACTICE = {
    "code": "smp-new",
    "owner": "KOR",
    "agency": "Sample Agency",
    "name": "새 창구",
    "name_language": "ko",
    "title_en": "New window",
    "language": "en",
    "theme": "procurement",
    "track": "KASI solidarity",
    "since": "2020-05",
    "status": "operating",
    "problem": "Paper.\r\nMuch paper.",
    "does": "No paper.",
    "costs": "KRW 5 billion\r\n\r\nten persons",
    "core-count": "2",
    "core-0-text": "One counter",
    "core-0-weight": "must keep",
    "core-0-reason": "It is the point.",
    "pre-count": "1",
    "pre-0-kind": "legal",
    "pre-0-text": "Powers can be delegated.",
    "unv-count": "0",
}
OBSERVATION = {
    "measure": "share/m1",
    "value": "80",
    "unit": "%",
    "period": "2012",
    "nature": "result",
    "evidence-type": "audit",
    "evidence-title": "Audit 2013",
    "evidence-seen": "2026-11-01",
}

# --- who may do what --------------------------------------------------------------------------

OFFICERS = {"officer", "officer-kor"}
KEEPERS = OFFICERS | {"owner-kor"}
SPEAKERS = KEEPERS | {"officer-idn", "adopter-idn", "adopter-regency", "adopter-vnm"}
MATRIX = {  # what is done -> who may; everyone else is refused by the rule of roles
    "add": OFFICERS,
    "open the new form": OFFICERS | {"officer-idn"},
    "revise": KEEPERS,
    "observe": KEEPERS,
    "ask for a check-in": KEEPERS,
    "answer a check-in": KEEPERS,
    "translate": SPEAKERS,
    "name a focal point": KEEPERS,
    "consent": {"owner-kor"},
}


def do(what, client, people):
    """Do one thing of the matrix; return the answer."""
    match what:
        case "add":
            return client.post(f"{DESK}/practices/new", PRACTICE)
        case "open the new form":
            return client.get(f"{DESK}/practices/new")
        case "revise":
            return client.get(f"{ONE}/revise")
        case "observe":
            return client.post(f"{ONE}/observe", OBSERVATION)
        case "ask for a check-in":
            CheckIn.objects.all().delete()
            return client.post(f"{ONE}/check-in", {"due": "2030-01-31"})
        case "answer a check-in":
            CheckIn.objects.get_or_create(practice_id="smp-window", due=date(2030, 1, 31), answered_at=None)
            return client.post(f"{ONE}/check-in", {"status": "operating"})
        case "translate":
            # Each the first: what another person translated is theirs.
            Translation.objects.filter(version__practice="smp-window").delete()
            return client.post(
                f"{ONE}/translate/problem?language=ko", {"text": "돌아다녔다.", "made_by": "person"}
            )
        case "name a focal point":
            return client.post(f"{ONE}/focal-point", {"office": "Unit", "languages": ["ko", "en"]})
        case "consent":
            FocalPoint.objects.filter(practice="smp-window").delete()
            FocalPoint.objects.create(practice_id="smp-window", office="Unit", languages=["ko"], since=AT)
            return client.post(f"{ONE}/focal-point/consent")


@pytest.mark.parametrize("what", MATRIX)
def test_who_may_do_what(what, practice, people, client_of):
    for name in PEOPLE:
        before = Outbox.objects.count()
        answer = do(what, client_of(name), people)
        if name in MATRIX[what]:
            assert answer.status_code in {200, 302}, (name, text_of(answer))
        else:
            assert (name, answer.status_code, rule_of(answer)) == (name, 403, "role-exchange")
            assert "you do not have it" in text_of(answer)
            assert Outbox.objects.count() == before
        Practice.objects.filter(pk="smp-new").delete()


@pytest.mark.parametrize(
    "address",
    ["practices/", "practices/smp-window", "requests/", "adoptions/", "practices/smp-window/focal-point"],
)
def test_everyone_who_signed_in_reads_and_is_told_what_they_may_not(address, practice, client_of):
    for name in ("officer", "nobody"):
        assert client_of(name).get(f"{DESK}/{address}").status_code == 200
    assert "This needs the role" in text_of(client_of("nobody").get(f"{DESK}/{address}"))


def test_nobody_who_is_not_signed_in_reads(practice, client):
    answer = client.get(ONE)
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/en/account/login/")


@pytest.mark.parametrize("address", ["practices/none", "practices/none/revise", "adoptions/none"])
def test_what_is_not_there_is_not_found(address, people, client_of):
    assert client_of("officer").get(f"{DESK}/{address}").status_code == 404


def test_who_is_signed_in_is_told_so_at_the_foot_and_the_public_pages_stay_the_same(
    people, client_of, client
):
    foot = page_of(client_of("officer").get(f"{DESK}/")).partition("<footer")[2]
    assert "Signed in as Sdr. officer" in foot
    assert "Sign in<" not in foot
    assert "Sign in<" in page_of(client.get("/en/account/login/")).partition("<footer")[2]
    public = "/en/method"
    assert page_of(client_of("officer").get(public)) == page_of(client.get(public))


# --- adding and revising --------------------------------------------------------------------------


def test_an_officer_adds_a_practice(people, client_of):
    answer = client_of("officer-kor").post(f"{DESK}/practices/new", PRACTICE, follow=True)

    assert "The practice is kept." in text_of(answer)
    assert "Proof pending" in text_of(answer)
    version = PracticeVersion.objects.get(practice="smp-new")
    assert version.problem == "Paper.\nMuch paper."
    assert version.costs == ["KRW 5 billion", "ten persons"]
    assert [each.code for each in version.core.all()] == ["e1"]
    assert version.preconditions == [{"kind": "legal", "text": "Powers can be delegated."}]
    assert Outbox.objects.filter(act=version.act).exists()


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"problem": ""}, "id_problem", "‘Which problem it solves’ is empty: fill it in."),
        ({"title_en": ""}, "id_title_en", "Write the title in one of the three languages at least."),
        ({"theme": "magic"}, "id_theme", "‘Theme’: choose one of the list."),
        ({"since": "last year"}, "id_since", "write 2002, 2002-05 or 2002-05-17"),
        ({"source": "javascript:alert(1)"}, "id_source", "begin it with https:// or http://"),
        ({"code": "Not A Code"}, "id_code", "small letters, digits and single hyphens"),
        ({"code": "smp-window"}, "id_code", "There is a practice ‘smp-window’ already."),
        ({"owner": "Atlantis"}, "id_owner", "No organisation of the registry has this name or code."),
        ({"core-0-reason": ""}, "id_core-0-reason", "‘Why it matters’ is empty: fill it in."),
        ({"pre-0-kind": ""}, "id_pre-0-kind", "‘Kind of precondition’: choose one of the list."),
        ({"does": "ក" * 20_001}, "id_does", "‘What it does’ is too long: at most 20000 characters."),
        ({"agency": "a\x00b"}, "id_agency", "holds a character that cannot be kept"),
    ],
)
def test_bad_input_names_the_field_and_the_way_out_and_loses_nothing(
    change, place, said, practice, client_of
):
    typed = PRACTICE | change
    answer = client_of("officer").post(f"{DESK}/practices/new", typed)

    assert answer.status_code == 400
    assert [where for where, text in errors_of(answer) if said in text] == [place], errors_of(answer)
    assert "<title>Error: " in page_of(answer).replace("\n", "")
    shown = sent_back(answer)
    for name in ("agency", "name", "does", "core-0-text", "costs"):
        if name not in change:
            assert shown[name].replace("\r", "") == typed[name].replace("\r", "")
    assert not Practice.objects.filter(pk="smp-new").exists()


def test_more_rows_judge_nothing_and_keep_what_is_typed(people, client_of):
    answer = client_of("officer").post(f"{DESK}/practices/new", {**PRACTICE, "problem": "", "more": "core"})

    assert answer.status_code == 200
    assert errors_of(answer) == []
    shown = sent_back(answer)
    assert shown["core-0-text"] == "One counter"
    assert shown["core-count"] == "5"
    assert shown["agency"] == "Sample Agency"


def sheet_of(client) -> dict[str, str]:
    """Return the open form of the practice as a browser would send it."""
    page = page_of(client.get(f"{ONE}/revise"))
    chosen = {
        name: (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
        for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    }
    lines = sent_back(client.get(f"{ONE}/revise"))
    return {name: value for name, value in (lines | chosen).items() if name != "csrfmiddlewaretoken"}


def test_what_differs_is_shown_before_a_version_is_kept(practice, client_of):
    client = client_of("owner-kor")
    typed = sheet_of(client) | {
        "problem": "People went from door to door.",
        "core-2-text": "",
        "core-2-reason": "",
    }
    typed["core-2-weight"] = ""
    first = client.post(f"{ONE}/revise", typed)

    assert first.status_code == 200
    said = text_of(first)
    assert "What differs in version 2" in said
    assert "People went from office to office." in said
    assert "Tea is served (Optional): It is kind." in said
    assert PracticeVersion.objects.filter(practice=practice).count() == 1

    seen = sent_back(first)["seen"]
    other = client.post(f"{ONE}/revise", {**typed, "does": "Something else.", "seen": seen})
    assert "Something was changed after it was shown" in text_of(other)
    assert PracticeVersion.objects.filter(practice=practice).count() == 1

    kept = client.post(f"{ONE}/revise", {**typed, "seen": seen}, follow=True)
    assert "Version 2 is kept." in text_of(kept)
    version = PracticeVersion.objects.get(practice=practice, number=2)
    assert version.problem == "People went from door to door."
    assert [each.code for each in version.core.all()] == ["counter", "hours"]


def test_a_version_that_another_one_overtook_is_shown_anew(practice, people, client_of):
    client = client_of("owner-kor")
    typed = sheet_of(client) | {"status_note": "Slower."}
    seen = sent_back(client.post(f"{ONE}/revise", typed))["seen"]
    services.revise(by=people["officer"], practice=practice, content=sample(problem="Other words."), at=AT)

    answer = client.post(f"{ONE}/revise", {**typed, "seen": seen})

    assert "What differs in version 3" in text_of(answer)
    assert "Other words." in text_of(answer)
    assert PracticeVersion.objects.filter(practice=practice).count() == 2


def test_a_version_without_a_difference_is_refused(practice, client_of):
    answer = client_of("owner-kor").post(f"{ONE}/revise", sheet_of(client_of("owner-kor")))
    assert answer.status_code == 400
    assert [text for _place, text in errors_of(answer)] == ["Nothing differs from the version that there is."]


def test_a_practice_carried_from_elsewhere_is_only_read(practice, client_of):
    Practice.objects.update(origin="kr.example/record", carried="a" * 64, carried_position=7)
    for address in ("revise", "observe", "check-in", "translate"):
        answer = client_of("officer").get(f"{ONE}/{address}")
        assert (answer.status_code, rule_of(answer)) == (403, "carried")


@pytest.mark.parametrize("file", files.practices(ROOT / "published"), ids=lambda file: file.stem)
def test_a_practice_that_ships_comes_through_its_form_as_it_was(file):
    content = files.read_practice(file).content
    shown = Sheet(content)
    sent = {
        name: field.value() or "" for name, field in ((name, shown.form[name]) for name in shown.form.fields)
    }
    for rows in shown.rows:
        sent[f"{rows.prefix}-count"] = str(len(rows.forms))
        sent |= {each.html_name: each.value() or "" for form in rows.forms for each in form}

    sheet = Sheet(content, {name: text.replace("\n", "\r\n") for name, text in sent.items()})

    assert all(form.is_valid() for form in sheet.forms), fields.errors_of(*sheet.forms)
    assert sheet.content() == content
    assert changes(content, sheet.content()) == []


# --- observing ---------------------------------------------------------------------------------


def test_an_observation_is_kept_with_its_evidence(practice, client_of):
    answer = client_of("owner-kor").post(f"{ONE}/observe", OBSERVATION, follow=True)

    assert "The observation is kept." in text_of(answer)
    row = Observation.objects.get(value="80")
    assert [(each.type, each.title, each.seen) for each in row.evidence.all()] == [
        ("audit", "Audit 2013", "2026-11-01")
    ]
    assert Outbox.objects.filter(act=row.act).exists()


def test_a_conflict_is_shown_first_and_both_are_kept(practice, client_of):
    client = client_of("owner-kor")
    typed = OBSERVATION | {"period": "2010"}
    first = client.post(f"{ONE}/observe", typed)
    assert "It conflicts with what is on record" in text_of(first)
    assert Observation.objects.count() == 1
    assert sent_back(first)["evidence-title"] == "Audit 2013"

    beside = re.search(r'name="beside" value="([^"]+)"', page_of(first))[1]
    other = client.post(f"{ONE}/observe", {**typed, "value": "90", "beside": beside})
    assert "It conflicts with what is on record" in text_of(other)
    assert Observation.objects.count() == 1

    client.post(f"{ONE}/observe", {**typed, "beside": beside})

    assert sorted(Observation.objects.values_list("value", flat=True)) == ["73", "80"]
    assert page_of(client.get(ONE)).count(">Conflicts<") == 2


def test_the_same_figure_written_otherwise_is_no_conflict(practice, client_of):
    client_of("owner-kor").post(f"{ONE}/observe", OBSERVATION | {"period": "2010", "value": "73.0"})
    assert Observation.objects.count() == 2


def test_a_new_claim_comes_with_its_first_figure(practice, client_of):
    typed = OBSERVATION | {"measure": "new", "statement": "days until a permit", "level": "outcome"}
    client_of("owner-kor").post(f"{ONE}/observe", typed)
    claim = Claim.objects.get(practice=practice, code="c1")
    assert (claim.statement, claim.level) == ("days until a permit", "outcome")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"unit": ""}, "id_unit"),
        ({"value": ""}, "id_value"),
        ({"evidence-title": ""}, "id_evidence-title"),
        ({"evidence-type": "hearsay"}, "id_evidence-type"),
        ({"evidence-address": "ftp://example.org"}, "id_evidence-address"),
        ({"evidence-seen": "yesterday"}, "id_evidence-seen"),
        ({"measure": "new"}, "id_statement"),
        ({"measure": "share/m9"}, "id_measure"),
    ],
)
def test_an_observation_that_lacks_something_is_sent_back(change, place, practice, client_of):
    answer = client_of("owner-kor").post(f"{ONE}/observe", OBSERVATION | change)
    assert answer.status_code == 400
    assert place in [where for where, _text in errors_of(answer)]
    assert Observation.objects.count() == 1


# --- check-ins and translations ---------------------------------------------------------------------


def test_a_check_in_is_asked_waits_and_is_answered(practice, client_of):
    client_of("officer").post(f"{ONE}/check-in", {"due": "2030-01-31"})
    CheckIn.objects.update(due=date(2026, 11, 1))
    owner = client_of("owner-kor")
    assert "Does One window smp-window still run?" in text_of(owner.get(f"{DESK}/"))
    assert "Does One window smp-window still run?" not in text_of(client_of("officer-idn").get(f"{DESK}/"))

    answer = owner.post(f"{ONE}/check-in", {"status": "stopped", "note": "The law changed."}, follow=True)

    assert "The check-in is answered." in text_of(answer)
    newest = PracticeVersion.objects.get(practice=practice, number=2)
    assert (newest.status, newest.status_note) == ("stopped", "The law changed.")
    assert "Does One window smp-window still run?" not in text_of(owner.get(f"{DESK}/"))


@pytest.mark.parametrize("due", ["", "soon", "2020-01-01"])
def test_a_check_in_needs_a_day_to_come(due, practice, client_of):
    answer = client_of("officer").post(f"{ONE}/check-in", {"due": due})
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == ["id_due"]


def test_translations_say_who_made_them(practice, client_of):
    client = client_of("adopter-idn")
    there = f"{ONE}/translate/does?language=id"
    client.post(there, {"text": "Satu loket.", "made_by": "machine", "model": "sample-1"})
    assert "Translated by a machine: sample-1" in text_of(client.get(f"{ONE}/translate?language=id"))
    client.post(there, {"text": "Semua layanan di satu loket.", "made_by": "person"})
    assert "Translated by a person" in text_of(client.get(f"{ONE}/translate?language=id"))
    assert list(Translation.objects.values_list("model", "text").order_by("model")) == [
        ("", "Semua layanan di satu loket."),
        ("sample-1", "Satu loket."),
    ]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"text": "", "made_by": "person"}, "id_text"),
        ({"text": "Satu.", "made_by": "machine"}, "id_model"),
        ({"text": "Satu.", "made_by": "person", "model": "x"}, "id_made_by"),
        ({"text": "Satu.", "made_by": "spirit"}, "id_made_by"),
    ],
)
def test_a_translation_that_lacks_something_is_sent_back(typed, place, practice, client_of):
    answer = client_of("owner-kor").post(f"{ONE}/translate/does?language=id", typed)
    assert answer.status_code == 400
    assert [where for where, _text in errors_of(answer)] == [place]
    assert not Translation.objects.exists()


def test_a_script_in_a_text_is_only_text(practice, client_of):
    client = client_of("owner-kor")
    client.post(f"{ONE}/observe", OBSERVATION | {"evidence-title": "<script>alert(1)</script>"})
    page = page_of(client.get(ONE))
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_head_of_the_desk_links_what_a_person_has_a_role_for(people, client_of):
    from teladan.registry.services import give_role

    def linked(name):
        page = page_of(client_of(name).get(f"{DESK}/"))
        return re.findall(r"<li><a [^>]*>([^<]+)</a>", page.partition("<nav")[2].partition("</nav>")[0])

    assert linked("publisher") == ["What waits", "Publications", "Corrections", "Archives", "Audits"]
    assert linked("officer") == ["What waits", "Practices", "Adoptions", "Requests"]
    give_role(person=people["publisher"], kind="adopter", scope=Scope("organisation", "IDN"), at=AT)
    assert linked("publisher") == [
        *("What waits", "Publications", "Corrections", "Archives", "Audits"),
        *("Practices", "Adoptions", "Requests"),
    ]


def test_practices_are_found_by_their_words(practice, client_of):
    client = client_of("officer")
    assert "One window" in text_of(client.get(f"{DESK}/practices/?q=WINDOW+office"))
    assert "No practice has these words." in text_of(client.get(f"{DESK}/practices/?q=window+zebra"))
