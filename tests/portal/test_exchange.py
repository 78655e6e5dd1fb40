"""Adoptions, the network, questions, changes and cooperation as the public sees them; pages that change."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from teladan.config import clock
from teladan.cooperation.models import Meeting
from teladan.exchange import queries, services
from teladan.exchange.content import (
    CorePart,
    EvidencePart,
    ObservationPart,
    PreconditionPart,
    TranslationPart,
)
from teladan.exchange.models import Adoption, Practice
from teladan.exchange.rows import content_of
from teladan.registry.models import Organisation, Person
from tests.exchange.conftest import person
from tests.portal.test_organisations import heading, words
from tests.portal.test_practices import get

pytestmark = pytest.mark.usefixtures("exchanged")

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def officer() -> Person:
    return person("officer", ("exchange officer", "exchange"))


def koneps() -> Practice:
    return Practice.objects.get(code="kor-koneps")


# --- adoptions ----------------------------------------------------------------------------------


def test_an_adoption_says_from_whom_how_much_how_far_and_what_is_not_known(client: Client):
    html = get(client, "/en/adoptions/kor-koneps-vnm")
    text = words(html)
    assert heading(html) == "national e-GP system (Ministry of Planning and Investment)"
    for said in (
        "Viet Nam took from: KONEPS" if "Viet Nam took" in text else "Vietnam took from: KONEPS",
        "It is a practice of its own now",
        "Degree as declared Emulation",
        "Degree as computed Not computed: no core element of the parents is on record.",
        "How it was learned not seen",
        "Adapted · 2009 entry",
        "Scaled · 2012 built and running by 2012 entry",
        "No outcome is on record, neither before nor after.",
        "Nobody has appraised it here yet.",
    ):
        assert said in text, said
    receipts = re.findall(r'href="(/record/proof/\d+)"', html)
    assert len(receipts) == 2
    assert client.get(receipts[0]).status_code == 200


def test_who_only_looked_did_not_take(client: Client):
    text = words(get(client, "/en/adoptions/jpn-naccs-khm"))
    assert "Cambodia looked at: " in text
    assert "No decision is on record." in text
    assert "Cambodia took from" not in text


def test_an_adoption_followed_to_its_end_shows_every_part(client: Client, officer: Person):
    assert "Lao window" not in words(get(client, "/en/countries/LAO"))
    content = replace(
        content_of(koneps()),
        core=(
            CorePart(code="window", text="One window", weight="must keep", reason="Suppliers see all."),
            CorePart(code="links", text="Links to registers", weight="adaptable", reason="They differ."),
        ),
        preconditions=(PreconditionPart(kind="legal", text="The law makes it compulsory."),),
    )
    services.revise(by=officer, practice=koneps(), content=content, at=AT)
    adoption = services.begin_adoption(
        by=officer,
        organisation=Organisation.objects.get(code="LAO"),
        beginning=services.Beginning(
            adopter="Ministry of Finance",
            name="Lao window",
            language="en",
            parents=(("kor-koneps", 2, "2/3"), ("vnm-egp", 1, "1/3")),
            degree="copy",
        ),
        at=AT,
        code="smp-lao",
    )
    row = {
        "kind": "legal",
        "precondition": "The law makes it compulsory.",
        "parent": "Act of 2002",
        "adopter": "a decree",
        "missing": "a law",
        "takes": "two years",
    }
    services.weigh(by=officer, adoption=adoption, rows=[row], conclusion="Worth a pilot.", at=AT)
    services.move(by=officer, adoption=adoption, stage="decided", at=AT)
    services.modify(
        by=officer,
        adoption=adoption,
        treatment="kept",
        what="",
        at=AT,
        practice="kor-koneps",
        element="window",
    )
    services.modify(
        by=officer,
        adoption=adoption,
        treatment="dropped",
        what="No links yet",
        reason="No registers",
        decided_by="Procurement Office",
        planned=False,
        faithful=True,
        at=AT,
        practice="kor-koneps",
        element="links",
    )
    services.move(by=officer, adoption=adoption, stage="piloted", at=AT)
    claim = content.claims[0]
    seen = ObservationPart(
        value="12", unit="%", period="2027", evidence=(EvidencePart(type="audit", title="Audit Office"),)
    )
    for moment, value in (("before", "3"), ("after", "12")):
        services.observe_outcome(
            by=officer,
            adoption=adoption,
            practice="kor-koneps",
            claim=claim.code,
            measure=claim.measures[0].code,
            moment=moment,
            observation=replace(seen, value=value),
            at=AT,
        )
    judge = person("judge", ("appraiser", "exchange"))
    appraisal = services.appraise(
        by=judge,
        adoption=adoption,
        completion="limited",
        fidelity="adapted",
        results="marginal",
        text="The pilot is small.",
        language="en",
        at=AT,
    )
    services.reply(by=officer, appraisal=appraisal, text="It grows.", at=AT)

    text = words(get(client, "/en/adoptions/smp-lao"))
    for said in (
        "2/3",
        "Degree as declared Copy",
        "Degree as computed Emulation. Computed from the core elements: 1 kept, 0 changed, 1 dropped.",
        "Links to registers May be adapted Dropped: No links yet No registers Procurement Office, a reaction",
        "The law makes it compulsory. Legal Act of 2002 a decree a law. two years",
        "Worth a pilot.",
        "3% 2027 Audit Office 12% 2027 Audit Office",
        "Results so far Marginal",
        "The pilot is small.",
        "It grows.",
        "proof pending",
    ):
        assert said in text, said
    parent = words(get(client, "/en/practices/kor-koneps"))
    line = words(
        get(client, "/en/practices/kor-koneps").split('id="lineage-caption"')[1].split("</table>")[0]
    )
    assert "TUNEPS" in line  # of the first version
    assert "Lao window" in line  # of the second
    first = words(get(client, "/en/exchange/questions/descendants?practice=kor-koneps"))
    assert "5 adoptions come down from it" in first
    second = words(get(client, "/en/exchange/questions/descendants?practice=kor-koneps&version=2"))
    assert "1 adoption comes down from it" in second
    assert "5 adoptions on record; 1 says what changed" in parent
    assert "One window Suppliers see all. Must be kept Kept: 1" in parent
    assert "Lao window" in words(get(client, "/en/countries/LAO"))
    asked = words(get(client, "/en/exchange/questions/dropped"))
    assert "Links to registers May be adapted kor-koneps 1 of 1 Laos : Piloted, outcome observed" in asked
    strip = get(client, "/en/practices/vnm-egp")
    assert "Lao window" in words(strip)


# --- pages change with what they show -----------------------------------------------------------


def test_an_older_version_stays_and_says_that_there_is_a_newer_one(client: Client, officer: Person):
    assert "There is a newer one" not in get(client, "/en/practices/kor-koneps/1")
    services.revise(
        by=officer, practice=koneps(), content=replace(content_of(koneps()), status="stopped"), at=AT
    )
    newest = get(client, "/en/practices/kor-koneps")
    assert "t-status--bad" in newest.split("<section")[0]
    assert "Stopped" in words(newest.split("<section")[0])
    old = get(client, "/en/practices/kor-koneps/1")
    assert "This is version 1. There is a newer one." in words(old)
    assert "Operating" in words(old)
    assert "KONEPS" in words(get(client, "/en/practices").split("<table")[0])
    assert "1 source stopped or regressed" in words(get(client, "/en/exchange/questions/orphans"))


@pytest.mark.parametrize(
    ("model", "mark"), [("", "Diterjemahkan orang"), ("m-1", "Diterjemahkan mesin: m-1")]
)
def test_a_translation_is_marked_with_who_made_it(client: Client, officer: Person, model: str, mark: str):
    before = get(client, "/id/practices/kor-koneps")
    assert mark not in before
    services.translate(
        by=officer,
        practice=koneps(),
        translation=TranslationPart(place="does", language="id", text="Satu jendela nasional.", model=model),
        at=AT,
    )
    after = get(client, "/id/practices/kor-koneps")
    assert f'Satu jendela nasional. <span class="t-sample">{mark}</span>' in after
    assert "Satu jendela" not in get(client, "/ko/practices/kor-koneps")


def test_an_unanswered_question_whether_it_runs_shows(client: Client, officer: Person):
    first = services.ask_check_in(by=officer, practice=koneps(), due=date(2026, 12, 1), at=AT)
    services.answer_check_in(by=officer, check_in=first, status="operating", at=AT)
    services.ask_check_in(by=officer, practice=koneps(), due=date(2026, 12, 31), at=AT)

    def head(at: datetime) -> str:
        with clock.moved(to=at):
            return get(client, "/en/practices/kor-koneps").split("<section")[0]

    now = head(AT)
    assert "Confirmed on 24 November 2026. The owner is asked to answer by 31 December 2026." in words(now)
    assert "t-status--yes" in now
    listed = get(client, "/en/practices?country=KOR&theme=procurement")
    assert "Not confirmed since" not in listed
    later = head(AT + timedelta(days=60))
    assert "Not confirmed since 24 November 2026." in words(later)
    assert "t-status--part" in later
    with clock.moved(to=AT + timedelta(days=60)):
        listed = get(client, "/en/practices?country=KOR&theme=procurement")
    assert "Not confirmed since 24 November 2026." in words(listed)


def test_a_question_that_was_never_answered_is_told_too(client: Client, officer: Person):
    services.ask_check_in(by=officer, practice=koneps(), due=date(2026, 12, 31), at=AT)
    with clock.moved(to=AT + timedelta(days=60)):
        text = words(get(client, "/en/practices/kor-koneps").split("<section")[0])
    assert "Never confirmed here: its owner was asked to answer by 31 December 2026 and did not." in text
    assert "is asked to answer" not in text


# --- network, country, changes ------------------------------------------------------------------


def test_the_network_holds_every_adoption_once_in_each_line_it_belongs_to(client: Client):
    html = get(client, "/en/exchange/network")
    table = html.split("</table>")[0]
    drawn = re.findall(r'<span class="t-sub r"><a href="/en/adoptions/([^"]+)"', table)
    assert sorted(drawn) == sorted(row.code for row in queries.network())
    rows = list(csv.DictReader(io.StringIO(get(client, "/en/exchange/network.csv").lstrip("\ufeff"))))
    assert sorted(row["adoption"] for row in rows) == sorted(drawn)
    of_one = json.loads(get(client, "/en/exchange/network.json?country=TUN"))["rows"]
    assert [row["code"] for row in of_one] == ["kor-epeople-tun", "kor-koneps-tun"]
    assert "TUNEPS" in get(client, "/en/exchange/network?country=TUN")
    for wrong in ("XXX", "FRA", "%00", "T'"):
        get(client, f"/en/exchange/network?country={wrong}", status=404)
    taught = words(html.split('id="countries-caption"')[1])
    assert re.search(r"South Korea 13 0 0", taught)


def test_a_country_says_what_it_learned_and_taught(client: Client):
    text = words(get(client, "/en/countries/IDN").split('id="exchange"')[1])
    assert (
        text.index("Learned from")
        < text.index("SP4N-LAPOR! master plan and upgrade")
        < text.index("Spread inside")
    )
    assert "Taught to" not in text
    korea = words(get(client, "/en/countries/KOR").split('id="exchange"')[1])
    assert "13 adoptions on record; none says what changed" in korea
    assert 'id="exchange"' not in get(client, "/en/countries/FRA")
    brunei = words(get(client, "/en/countries/BRN").split('id="exchange"')[1])
    assert "What it learned and taught 3 practices ·" in brunei


def test_the_feed_is_atom_and_holds_what_the_page_holds(client: Client):
    page = get(client, "/en/exchange/changes")
    response = client.get("/en/exchange/changes.atom")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == page.count("<li><time") == 50
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    times = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert feed.findtext(f"{ATOM}updated") == max(filter(None, times))
    for entry in entries[:5]:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert client.get(link.attrib["href"].removeprefix("http://testserver")).status_code == 200
    assert 'type="application/atom+xml"' in page


def test_the_newest_change_is_first(client: Client, officer: Person):
    services.move(
        by=officer,
        adoption=Adoption.objects.get(code="kor-koneps-tun"),
        stage="sustained",
        at=AT,
        date="2026",
    )
    page = words(get(client, "/en/exchange/changes"))
    assert "24 November 2026 TUNEPS An adoption reached the stage: Sustained" in page
    assert page.index("TUNEPS") < page.index("Version 1 of a practice")


def test_the_figures_that_were_weighed_stand_side_by_side(client: Client, officer: Person):
    idn = Organisation.objects.select_related("country").get(pk="IDN")
    beginning = services.Beginning(
        adopter="Indonesia", name="Satu jendela", language="id", parents=(("kor-koneps", 1, ""),)
    )
    made = services.begin_adoption(by=officer, organisation=idn, beginning=beginning, at=AT)
    address = f"/en/adoptions/{made.code}"
    assert "Published figures that were weighed" not in get(client, address)
    services.weigh(by=officer, adoption=made, rows=[], conclusion="It would.", at=AT)
    # Until it is decided what was weighed may still change, and no entry of the record holds it.
    assert "It would." not in get(client, address)
    assert client.get(f"{address}.json").json()["prospect"] is None
    services.move(by=officer, adoption=made, stage="decided", at=AT)
    text = words(get(client, address))
    assert "Published figures that were weighed As they stood on 24 November 2026" in text
    assert "Condition South Korea Indonesia EGDI 2024 Index 0.97 0.80" in text
    assert "Online services OSI, EGDI 2024 1.00 0.80" in text
    assert "Group of the GTMI 2025, A the highest to D A A" in text


# --- questions ----------------------------------------------------------------------------------


def test_what_came_of_a_practice(client: Client):
    html = get(client, "/en/exchange/questions/descendants?practice=est-xroad")
    assert "2 adoptions come down from it" in words(html)
    assert "Choose a practice." in words(get(client, "/en/exchange/questions/descendants"))
    for wrong in ("practice=nothing", "practice=kor-koneps&version=9", "practice=kor-koneps&version=x"):
        html = get(client, f"/en/exchange/questions/descendants?{wrong}", status=404)
        assert "There is no such practice or version." in html
        get(client, f"/en/exchange/questions/descendants.csv?{wrong}", status=404)


def test_adoptions_that_say_nothing_of_their_outcome(client: Client):
    rows = json.loads(get(client, "/en/exchange/questions/no-outcome.json"))["rows"]
    expected = [row.code for row in queries.without_outcome(12, AT)]
    assert [row["code"] for row in rows] == expected
    assert len(expected) > 20
    get(client, "/en/exchange/questions/no-outcome?months=60")
    assert "Choose a number of months" in get(
        client, "/en/exchange/questions/no-outcome?months=7", status=404
    )


def test_claims_on_self_report_alone_are_counted_against_all(client: Client):
    found = queries.on_self_report("en")
    total = sum(
        any(not one.adoption for one in claim.observations)
        for row in queries.practices("en")
        if (view := queries.practice(row.code, "en"))
        for claim in view.claims
    )
    text = words(get(client, "/en/exchange/questions/self-report"))
    assert f"{len(found)} of {total} claims rest on self-report alone" in text


def test_nothing_is_concluded_where_no_source_states_core_elements(client: Client):
    assert "nothing can be concluded from this" in words(get(client, "/en/exchange/questions/dropped"))


def test_practices_by_how_near_their_conditions_are(client: Client):
    html = get(client, "/en/exchange/questions/fit?country=IDN&theme=&legal=1")
    assert "Least lacking first; being ahead counts for nothing." in words(html)
    text = words(html)
    assert "Preconditions it states that you lack" in text
    assert "it states none" in text
    assert "/en/practices/idn-" not in html.split("<tbody")[1]
    assert "Choose your country above." in words(get(client, "/en/exchange/questions/fit"))
    for wrong in ("country=XXX", "country=IDN&theme=astrology"):
        get(client, f"/en/exchange/questions/fit?{wrong}", status=404)
        get(client, f"/en/exchange/questions/fit.csv?{wrong}", status=404)


# --- cooperation --------------------------------------------------------------------------------


def test_what_is_credited_to_the_centre_leads_to_the_instrument_and_the_practice(client: Client):
    html = get(client, "/en/cooperation")
    text = words(html)
    assert "Instrument for the evaluation of SPBE" in text
    assert re.search(r'href="/en/instruments/spbe/\d{4}"', html)
    assert 'href="/en/practices/idn-spbe"' in html
    assert "It is a contribution, not a proof" in text
    assert "2 March 2016 – 2019" in text
    assert "1,000,000 USD" in text
    rows = list(csv.DictReader(io.StringIO(get(client, "/en/cooperation.csv").lstrip("\ufeff"))))
    assert {row["agreement"] for row in rows} == {"egcc-2016", "dgcc-2021"}


def test_the_symposium_says_that_no_follow_up_is_on_record(client: Client):
    html = get(client, "/en/meetings/kacpe-2023")
    text = words(html)
    assert text.count("No follow-up is on record.") == 2
    assert "Looked for proceedings" in text
    for track in ("kasi-solidarity", "institutional-and-economic-reform"):
        assert f'href="/en/tracks/{track}"' in html
    assert 'href="/en/meetings/hanoi-2022"' in html
    assert "Supporters not seen" in text
    assert "BPKP not seen Indonesia not seen" in text


@pytest.mark.parametrize(
    ("promise", "state"),
    [
        ({"due": date(2024, 6, 30)}, "Due 30 June 2024"),
        ({"due": date(2024, 6, 30), "done_at": AT}, "Done on 24 November 2026"),  # not the day it was due
        ({"done_at": AT}, "Done on 24 November 2026"),
        ({}, "no date"),
    ],
)
def test_a_follow_up_says_when_it_is_due_until_it_says_when_it_was_done(client: Client, promise, state):
    at = Meeting.objects.get(code="kacpe-2023")
    at.follow_ups.create(promise="A study visit.", owner="An office", confirmed_at=AT, **promise)
    said = words(get(client, "/en/meetings/kacpe-2023")).partition("A study visit.")[2]
    assert said.startswith(f" An office · {state} ")


def test_the_home_page_and_the_menu_lead_to_the_exchange(client: Client):
    html = get(client, "/en/")
    assert 'href="/en/practices"' in html.split("</header>")[0]
    assert "2 of them stopped, regressed or stay below their own target." in words(html)


def test_a_practice_leads_to_the_cooperation_that_names_it(client: Client):
    html = get(client, "/en/practices/idn-spbe")
    assert 'href="/en/cooperation#egcc-2016"' in html
    assert "Credited to the agreement" in words(html)
    assert 'href="/en/meetings/kacpe-2023"' in get(client, "/en/practices/idn-rbtematik")
    assert "In cooperation" not in get(client, "/en/practices/tls-idu")


# --- what may come -------------------------------------------------------------------------------


def test_nothing_on_record_is_said_on_every_page(client: Client):
    from teladan.cooperation.models import CooperationAgreement, Meeting
    from teladan.exchange.models import Observation

    Meeting.objects.update(follows=None)
    CooperationAgreement.objects.update(follows=None)
    for each in (Observation, Adoption, Meeting, CooperationAgreement, Practice):
        each.objects.all().delete()
    for address, said in (
        ("/practices", "0 practices from 0 countries"),
        ("/exchange/network", "No adoption is on record yet."),
        ("/exchange/changes", "Nothing has been recorded yet."),
        ("/exchange/questions/self-report", "There is none."),
        ("/exchange/questions/fit?country=IDN", "No practice of another country"),
        ("/cooperation", "No agreement is on record."),
        ("/countries/IDN", "Indonesia"),
        ("/", "See how every public body"),
    ):
        assert said in words(get(client, f"/en{address}")), address
    assert ET.fromstring(client.get("/en/exchange/changes.atom").content).findall(f"{ATOM}entry") == []


def test_the_data_of_a_practice_does_not_say_when_its_owner_was_asked(client: Client, officer: Person):
    idn = Organisation.objects.get(code="IDN")
    owner = person("owner", ("practice owner", "KOR"))
    named = {"office": "Window desk", "languages": ["ko"], "person": owner}
    services.name_focal_point(by=owner, practice=koneps(), at=AT, **named)
    services.ask_owner(by=officer, practice=koneps(), organisation=idn, text="How long?", at=AT)
    said = client.get("/en/practices/kor-koneps.json").json()["focal_point"]
    assert said == {"office": "Window desk", "languages": ["ko"], "asked": True}


def test_what_others_write_is_text_and_never_markup(client: Client, officer: Person):
    bad = "<script>alert(1)</script>"
    services.observe(
        by=officer,
        practice=koneps(),
        claim="smp",
        measure="m1",
        statement=bad,
        level="outcome",
        name=bad,
        observation=ObservationPart(
            value=f"{bad} 5",
            unit="=1+1",
            note='"><img src=x>',
            evidence=(EvidencePart(type="news", title=bad),),
        ),
        at=AT,
    )
    html = get(client, "/en/practices/kor-koneps")
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 3
    feed = client.get("/en/exchange/changes.atom").content.decode()
    assert "<script" not in feed
    rows = list(csv.DictReader(io.StringIO(get(client, "/en/practices/kor-koneps.csv").lstrip("\ufeff"))))
    assert rows[-1]["unit"] == "'=1+1"


def test_what_comes_of_two_origins_stands_in_the_line_of_both(client: Client, officer: Person):
    services.begin_adoption(
        by=officer,
        organisation=Organisation.objects.get(code="KHM"),
        beginning=services.Beginning(
            adopter="Cambodia",
            name="Joined up",
            language="en",
            parents=(("kor-koneps", 1, "1/2"), ("tha-promptpay", 1, "1/2")),
        ),
        at=AT,
        code="smp-two",
    )
    table = get(client, "/en/exchange/network").split("</table>")[0]
    assert table.count("/en/adoptions/smp-two") == 2
    strip = get(client, "/en/adoptions/smp-two").split('id="lineage-caption"')[1].split("</table>")[0]
    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", strip.split("<tbody")[1], re.DOTALL)]
    assert [row.split(" ")[0] for row in rows] == ["Thailand", "South", "Cambodia"]
    korea = words(get(client, "/en/countries/KOR").split('id="exchange"')[1])
    assert "Joined up" in korea
    learned = words(get(client, "/en/countries/KHM").split('id="exchange"')[1])
    assert "Joined up South Korea, Thailand" in learned
