"""The desk's pages of publishing: who sees and does what, object by object; forms that lack something."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teladan.publication import services
from teladan.publication.documents.source import read
from teladan.publication.models import Correction, Preparation, Publication
from teladan.record.models import Outbox
from teladan.registry.models import Person, scope_named
from teladan.registry.scope import Scope
from teladan.registry.services import add_person, give_role, give_second_factor, load_registry
from tests.desk.conftest import PASSWORD, SECRET
from tests.desk.publishing_people import PEOPLE
from tests.desk.reading import page_of, rule_of, text_of
from tests.publication.conftest import root  # noqa: F401
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish
from tests.tables import table_of

AT = datetime(2026, 11, 24, tzinfo=UTC)
CODE = "smp-2024"


@pytest.fixture
def people(db):
    """Add everyone who works on publications, and two who do not work on this one."""
    found = {}
    for name, roles in PEOPLE.items():
        person = add_person(email=f"{name}@node.example", name=f"Sdr. {name}", at=AT, password=PASSWORD)
        give_second_factor(person=person, secret=SECRET)
        for kind, series in roles:
            give_role(person=person, kind=kind, scope=scope_named(kind, series), at=AT)
        found[name] = person
    return found


@pytest.fixture
def folder(root, people):  # noqa: F811
    load_registry(root / "organisations")
    return publish(root, SPBE + GOOD + OFF_SCALE)


@pytest.fixture
def drafted(folder, people):
    return services.draft(by=people["publisher"], source=read(folder), at=AT)


@pytest.fixture
def prepared(drafted, people):
    return services.prepare(by=people["publisher"], preparation=drafted, at=AT)


@pytest.fixture
def released(prepared, people):
    services.release(by=people["second"], preparation=prepared, at=AT)
    return Preparation.objects.get(pk=prepared.pk)


@pytest.fixture
def asked(released, people):
    return services.ask_correction(
        by=people["publisher"],
        publication=Publication.objects.get(code=CODE),
        organisation="smp-b",
        element="D4",
        becomes="3.30",
        reason="Annex, p. 9",
        at=AT,
    )


def files_of(folder, **change):
    """Return the files of a folder as a form sends them, some replaced."""
    sent = {}
    for field, name in {"publication": "publication.yaml", "results": "results.csv"}.items():
        content = change[field] if field in change else (folder / name).read_bytes()
        if content is not None:
            sent[field] = SimpleUploadedFile(f"../../{name}", content)
    return sent


# --- who may do what --------------------------------------------------------------------------

SEE = {"publisher", "second", "coordinator", "observer", "both"}
DRAFT = {"publisher", "both"}
MATRIX = {  # what is done -> who may (others who see it are refused by a rule, the rest find nothing)
    "draft": DRAFT,
    "prepare": DRAFT,
    "withdraw a draft": {"publisher", "second", "both"},
    "withdraw a prepared one": {"publisher", "second", "both"},
    "open the release": {"second", "both"},
    "release": {"second", "both"},
    "ask": {"publisher", "second", "coordinator", "both"},
    "decide": {"second", "coordinator", "both"},
    "take back": {"publisher"},  # who asked
}
# Another rule than that of the role refuses these.
REFUSED = {("take back", who): "who-asked" for who in ("second", "coordinator", "both")}


def do(what, client, request):
    """Do one thing of the matrix; return the answer."""
    at = lambda name: request.getfixturevalue(name).pk  # noqa: E731
    match what:
        case "draft":
            return client.post("/en/desk/publications/new", files_of(request.getfixturevalue("folder")))
        case "prepare":
            return client.post(f"/en/desk/publications/{at('drafted')}/prepare")
        case "withdraw a draft":
            return client.post(f"/en/desk/publications/{at('drafted')}/withdraw", {"reason": "No."})
        case "withdraw a prepared one":
            return client.post(f"/en/desk/publications/{at('prepared')}/withdraw", {"reason": "No."})
        case "open the release":
            return client.get(f"/en/desk/publications/{at('prepared')}/release")
        case "release":
            return client.post(f"/en/desk/publications/{at('prepared')}/release", {"confirmed": "yes"})
        case "ask":
            request.getfixturevalue("released")
            return client.post(
                f"/en/desk/corrections/new?publication={CODE}&organisation=smp-b",
                {"element": "D4", "becomes": "3.30", "reason": "Annex."},
            )
        case "decide":
            return client.post(
                f"/en/desk/corrections/{at('asked')}/decide", {"decision": "decline", "reason": "No."}
            )
        case "take back":
            return client.post(f"/en/desk/corrections/{at('asked')}/take-back", {"reason": "Misread."})
    raise AssertionError(what)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("what", MATRIX)
def test_everyone_does_what_the_rules_let_them_and_nothing_else(client_of, request, people, who, what):
    answer = do(what, client_of(who), request)
    if who in MATRIX[what]:
        assert answer.status_code == (200 if what == "open the release" else 302)
    elif what == "draft" and who == "elsewhere":
        assert (answer.status_code, rule_of(answer)) == (403, "role")
        assert not Preparation.objects.filter(code=CODE).exists()
    elif who in SEE or what == "draft":
        assert (answer.status_code, rule_of(answer)) == (403, REFUSED.get((what, who), "role"))
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("what", MATRIX)
def test_who_is_not_signed_in_does_nothing(client, request, people, what):
    answer = do(what, client, request)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/en/account/login/")
    assert not Publication.objects.filter(code=CODE, number=2).exists()


@pytest.mark.parametrize("who", [*PEOPLE, None])
def test_every_page_is_there_only_for_who_may_see_it(client, client_of, asked, released, who):
    asker = client if who is None else client_of(who)
    for address in (
        f"/en/desk/publications/{released.pk}",
        f"/en/desk/corrections/{asked.pk}",
    ):
        expected = 302 if who is None else 200 if who in SEE else 404
        assert asker.get(address).status_code == expected
    for address in ("/en/desk/", "/en/desk/publications/", "/en/desk/corrections/"):
        answer = asker.get(address)
        assert answer.status_code == (302 if who is None else 200)
        assert (CODE in answer.content.decode()) is (who in SEE)


@pytest.mark.parametrize("address", ["publications/{}", "publications/{}/release", "corrections/{}"])
@pytest.mark.parametrize("number", ["0", "99999999", "9" * 40])
def test_a_number_that_nothing_has(client_of, people, address, number):
    assert client_of("both").get("/en/desk/" + address.format(number)).status_code == 404


def test_what_changes_something_is_no_link(client_of, drafted):
    for verb in ("prepare", "withdraw"):
        assert client_of("publisher").get(f"/en/desk/publications/{drafted.pk}/{verb}").status_code == 405


def test_no_form_is_taken_from_another_site(people, drafted, sign_in):
    strict = sign_in("publisher@node.example")
    strict.handler.enforce_csrf_checks = True
    for address in (f"{drafted.pk}/prepare", f"{drafted.pk}/withdraw", "new"):
        assert strict.post(f"/en/desk/publications/{address}", {"reason": "No."}).status_code == 403
    drafted.refresh_from_db()
    assert drafted.state == "draft"


# --- the dry run ------------------------------------------------------------------------------


def test_an_upload_becomes_a_dry_run_and_nothing_is_in_the_record(client_of, folder):
    answer = client_of("publisher").post("/en/desk/publications/new", files_of(folder), follow=True)
    made = Preparation.objects.get(code=CODE)
    assert answer.redirect_chain == [(f"/en/desk/publications/{made.pk}", 302)]
    said = text_of(answer)
    assert "The dry run is made. Nothing is in the record." in said
    assert "Impossible 1" in said
    assert made.results_sha256 in said
    assert "Sdr. publisher" in said
    assert not Outbox.objects.filter(subject=f"publication/{CODE}").exists()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"results": (SPBE + GOOD.replace("3.30", "=1+1")).encode()}, "results.csv:2: D2: "),
        ({"results": (SPBE + GOOD.replace("smp-a", "nobody")).encode()}, "results.csv:2: organisation: "),
        ({"results": (SPBE + GOOD.replace("3.30", "9" * 5000)).encode()}, "results.csv:2: D2: "),
        ({"results": (SPBE + GOOD.replace("Sample A", "A" * 300)).encode()}, "results.csv:2: name: "),
        ({"results": (SPBE + GOOD.replace("Sample A", "A\0")).encode()}, "results.csv:2: "),
        ({"results": b"\xff\xfe"}, "results.csv:1: is not UTF-8 text"),
        ({"results": b'organisation,"name'}, "results.csv:1: is not CSV"),
        ({"results": None}, "results.csv:1: a reported result needs rows"),
        ({"publication": b"- a list"}, "publication.yaml:1: must be keys with values"),
        ({"publication": b"[" * 5000}, "publication.yaml:1: "),
        ({"publication": b"a: &x 1\nb: *x"}, "publication.yaml:2: anchors and aliases"),
        ({"publication": b"\xff"}, "publication.yaml:1: is not UTF-8 text"),
    ],
)
def test_files_that_cannot_be_published_are_named_by_line_and_nothing_is_kept(
    client_of, folder, change, line
):
    answer = client_of("publisher").post("/en/desk/publications/new", files_of(folder, **change))
    assert answer.status_code == 400
    assert line in answer.content.decode().replace("&#39;", "'").replace("&#34;", '"')
    assert "/tmp" not in answer.content.decode()
    assert not Preparation.objects.filter(code=CODE).exists()


@pytest.mark.parametrize(
    "key",
    [
        "titles: [a]",
        "titles: {en: [a]}",
        "source: a",
        "source: {title: A, address: 'javascript:alert(1)'}",
        "source: {title: A, publisher: [a]}",
        "beside: [a]",
        "beside: [{titles: {en: a}}]",
        "elements: [{code: [a], titles: {en: a}}]",
        "notes: [a]",
        "left_out: {a: b}",
        "national: [a]",
        "national: {index: [a]}",
        "national: {index: '1', note: a}",
        "left_out: [{row: [a]}]",
        "left_out: [{row: '1', text: a, reason: [a]}]",
        "notes: [{en: [a]}]",
        "source: {title: A, licence_note: [a]}",
        "country: {a: b}",
        "edition: [a]",
        "edition: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "instrument: [a]",
        "instrument: no@such",
        "instrument: ../../etc/passwd",
        "evaluated: ²",
        "code: [a]",
        "code: " + "a" * 200,
        "kind: [a]",
    ],
)
def test_a_key_of_another_shape_is_named(client_of, folder, key):
    name = key.partition(":")[0]
    whole = (folder / "publication.yaml").read_text().splitlines()
    lines = [line for line in whole if not line.startswith(name)]
    sent = files_of(folder, publication="\n".join([*lines, key]).encode())
    answer = client_of("publisher").post("/en/desk/publications/new", sent)
    assert answer.status_code == 400
    assert f"publication.yaml:{len(lines) + 1}: {name}: " in answer.content.decode()


def test_files_are_bounded(client_of, folder, monkeypatch):
    from teladan.desk.publications import uploads

    monkeypatch.setitem(uploads.FILES, "results", ("results.csv", 60))
    answer = client_of("publisher").post("/en/desk/publications/new", files_of(folder))
    assert (answer.status_code, "results.csv has more than" in answer.content.decode()) == (400, True)


def test_a_request_larger_than_all_files_is_turned_away_unread(client_of, folder):
    from teladan.desk.publications.uploads import MOST

    answer = client_of("publisher").post(
        "/en/desk/publications/new", files_of(folder), CONTENT_LENGTH=str(MOST + 1)
    )
    assert (answer.status_code, rule_of(answer)) == (413, "too-large")


def test_a_form_without_its_file_says_so_at_the_top_and_at_the_field(client_of, people):
    answer = client_of("publisher").post("/en/desk/publications/new", {})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#id_publication">Choose the file publication.yaml.' in html
    assert 'aria-describedby="id_publication-hint id_publication-error" aria-invalid="true"' in html
    assert "<title>Error: New publication" in html


def test_another_code_s_publisher_is_refused_although_they_publish_elsewhere(client_of, folder):
    answer = client_of("elsewhere").post("/en/desk/publications/new", files_of(folder))
    assert (answer.status_code, rule_of(answer)) == (403, "role")
    assert "publisher" in text_of(answer)


def test_publishing_again_asks_for_a_reason_at_its_field(client_of, folder, released):
    changed = files_of(folder, results=(SPBE + GOOD).encode())
    answer = client_of("publisher").post("/en/desk/publications/new", changed)
    assert answer.status_code == 400
    assert 'href="#id_reason"' in answer.content.decode()


def test_many_differences_are_paged_and_asked_for_in_few_queries(
    client_of, drafted, django_assert_max_num_queries
):
    def change(number):
        figures = {"element": "D1", "was": "1", "becomes": f"{number}"}
        return {"organisation": "smp-a", "name": "Sample A", **figures}

    client = client_of("publisher")
    counts = {}
    for many in (1, 230):
        changed = [change(number) for number in range(many)]
        drafted.differences = {"against": "smp-2023", "same": 0, "changed": changed, "added": [], "gone": []}
        drafted.save()
        with django_assert_max_num_queries(14) as caught:
            first = client.get(f"/en/desk/publications/{drafted.pk}")
        counts[many] = len(caught)
    assert counts[1] == counts[230]
    assert len(table_of(page_of(first), "Figures that change")) == 100
    assert len(table_of(page_of(first), "Rows that cannot be right")) == 1
    assert "Page 1 of 3" in text_of(first)
    last = page_of(client.get(f"/en/desk/publications/{drafted.pk}?page=3"))
    assert len(table_of(last, "Figures that change")) == 30
    assert "Rows that cannot be right" not in last
    for wrong in ("4", "0", "-1", "x", "1.5", "9" * 30):
        assert client.get(f"/en/desk/publications/{drafted.pk}?page={wrong}").status_code == 404


# --- prepare, release, withdraw ---------------------------------------------------------------


def test_two_persons_publish_and_the_page_follows(client_of, drafted):
    publisher, second = client_of("publisher"), client_of("second")
    page = f"/en/desk/publications/{drafted.pk}"
    said = text_of(publisher.post(f"{page}/prepare", follow=True))
    assert "It is prepared. Another person releases it." in said
    assert "This needs the role second publisher" in said
    opened = text_of(second.get(f"{page}/release"))
    drafted.refresh_from_db()
    assert drafted.results_sha256 in opened
    assert "Rests on the log’s first entries" in opened
    assert "Impossible 1" in opened
    done = text_of(second.post(f"{page}/release", {"confirmed": "yes"}, follow=True))
    assert "It is released." in done
    assert "Proof pending" in done
    assert Publication.objects.get(code=CODE).number == 1


def test_a_release_is_confirmed_first(client_of, prepared):
    answer = client_of("second").post(f"/en/desk/publications/{prepared.pk}/release", {})
    assert answer.status_code == 400
    assert 'href="#id_confirmed"' in answer.content.decode()
    assert not Publication.objects.filter(code=CODE).exists()


def test_who_prepared_it_is_refused_the_release_by_name(client_of, people, drafted):
    services.prepare(by=people["both"], preparation=drafted, at=AT)
    client = client_of("both")
    page = f"/en/desk/publications/{drafted.pk}"
    assert "another person has to release it" in text_of(client.get(page))
    for answer in (client.get(f"{page}/release"), client.post(f"{page}/release", {"confirmed": "yes"})):
        assert (answer.status_code, rule_of(answer)) == (403, "two-persons")
    assert not Publication.objects.filter(code=CODE).exists()


@pytest.mark.parametrize(
    ("who", "what", "data", "rule"),
    [
        ("publisher", "prepare", {}, "not-a-draft"),
        ("second", "release", {"confirmed": "yes"}, "not-prepared"),
        ("second", "withdraw", {"reason": "No."}, "not-under-way"),
    ],
)
def test_a_second_click_does_nothing_and_names_the_rule(client_of, drafted, people, who, what, data, rule):
    if what != "prepare":
        services.prepare(by=people["publisher"], preparation=drafted, at=AT)
    address = f"/en/desk/publications/{drafted.pk}/{what}"
    assert client_of(who).post(address, data).status_code == 302
    before = Preparation.objects.filter(pk=drafted.pk).values().get()
    again = client_of(who).post(address, data)
    assert (again.status_code, rule_of(again)) == (403, rule)
    assert Preparation.objects.filter(pk=drafted.pk).values().get() == before


def test_withdrawing_needs_its_reason(client_of, prepared):
    answer = client_of("publisher").post(f"/en/desk/publications/{prepared.pk}/withdraw", {"reason": " "})
    assert (answer.status_code, 'href="#id_reason"' in answer.content.decode()) == (400, True)


def test_a_second_upload_takes_the_place_of_the_draft(client_of, folder):
    client = client_of("publisher")
    for _ in range(2):
        assert client.post("/en/desk/publications/new", files_of(folder)).status_code == 302
    assert Preparation.objects.filter(code=CODE).count() == 1


# --- corrections ------------------------------------------------------------------------------

ASK = f"/en/desk/corrections/new?publication={CODE}&organisation=smp-b"
GIVEN = {"element": "D4", "becomes": "3.30", "reason": "Annex, p. 9"}


def test_a_correction_is_asked_decided_and_becomes_a_draft(client_of, released):
    publisher, coordinator = client_of("publisher"), client_of("coordinator")
    form = publisher.get(ASK).content.decode()
    assert '<option value="D4">' in form
    answer = publisher.post(ASK, GIVEN, follow=True)
    asked = Correction.objects.get()
    assert answer.redirect_chain == [(f"/en/desk/corrections/{asked.pk}", 302)]
    assert "You asked for it yourself: another person has to decide." not in text_of(answer)
    assert "This needs the role coordinator / second publisher" in text_of(answer)
    decide = f"/en/desk/corrections/{asked.pk}/decide"
    lacking = coordinator.post(decide, {"decision": "accept", "reason": ""})
    assert (lacking.status_code, 'href="#id_reason"' in lacking.content.decode()) == (400, True)
    done = coordinator.post(decide, {"decision": "accept", "reason": "Seen."}, follow=True)
    assert "It is accepted: its draft can be prepared." in text_of(done)
    asked.refresh_from_db()
    dry_run = text_of(publisher.get(f"/en/desk/publications/{asked.preparation.pk}"))
    assert "0.30 3.30" in dry_run
    assert "Annex, p. 9" in dry_run
    again = coordinator.post(decide, {"decision": "decline", "reason": "No."})
    assert (again.status_code, rule_of(again)) == (403, "decided")


def test_who_asked_takes_it_back_and_nobody_decides_it_then(client_of, asked):
    publisher, coordinator = client_of("publisher"), client_of("coordinator")
    page = f"/en/desk/corrections/{asked.pk}"
    assert f'action="{page}/take-back"' in publisher.get(page).content.decode()
    assert f'action="{page}/take-back"' not in coordinator.get(page).content.decode()
    assert "Decide the correction" in text_of(coordinator.get("/en/desk/"))
    lacking = publisher.post(f"{page}/take-back", {"reason": " "})
    assert (lacking.status_code, 'href="#id_reason"' in lacking.content.decode()) == (400, True)

    done = publisher.post(f"{page}/take-back", {"reason": "I misread the annex."}, follow=True)

    assert done.redirect_chain == [(page, 302)]
    said = text_of(done)
    assert "It is taken back." in said
    assert "Taken back Sdr. publisher," in said
    assert "I misread the annex." in said
    assert "Nothing: it was taken back." in said
    assert "take-back" not in done.content.decode()
    assert "Decide the correction" not in text_of(coordinator.get("/en/desk/"))
    assert "Taken back" in text_of(coordinator.get("/en/desk/corrections/"))
    for client, verb, data in (
        (publisher, "take-back", {"reason": "Again."}),
        (coordinator, "decide", {"decision": "decline", "reason": "No."}),
    ):
        again = client.post(f"{page}/{verb}", data)
        assert (again.status_code, rule_of(again)) == (403, "taken-back")
    asked.refresh_from_db()
    assert (asked.accepted, asked.withdrawn_reason) == (None, "I misread the annex.")
    assert publisher.post(ASK, GIVEN).status_code == 302  # the figure can be asked for again


def test_taking_back_is_no_link_and_is_not_taken_from_another_site(client_of, asked, sign_in):
    page = f"/en/desk/corrections/{asked.pk}/take-back"
    assert client_of("publisher").get(page).status_code == 405
    strict = sign_in("publisher@node.example")
    strict.handler.enforce_csrf_checks = True
    assert strict.post(page, {"reason": "No."}).status_code == 403
    asked.refresh_from_db()
    assert asked.is_open


def test_who_asked_is_refused_the_decision_by_name(client_of, people, released):
    client = client_of("both")
    client.post(ASK, GIVEN)
    page = f"/en/desk/corrections/{Correction.objects.get().pk}"
    assert "another person has to decide" in text_of(client.get(page))
    answer = client.post(f"{page}/decide", {"decision": "accept", "reason": "Seen."})
    assert (answer.status_code, rule_of(answer)) == (403, "two-persons-decide")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"element": ""}, "element"),
        ({"element": "D9"}, "element"),
        ({"becomes": ""}, "becomes"),
        ({"becomes": "0.30"}, "becomes"),
        ({"becomes": "about three"}, "becomes"),
        ({"becomes": "3" * 61}, "becomes"),
        ({"becomes": "9" * 59}, "becomes"),
        ({"becomes": "3\0"}, "becomes"),
        ({"element": "band", "becomes": "Splendid"}, "becomes"),
        ({"reason": " "}, "reason"),
        ({"reason": "a" * 2001}, "reason"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(client_of, released, change, field):
    answer = client_of("publisher").post(ASK, GIVEN | change)
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_second_click_asks_once(client_of, released):
    client = client_of("publisher")
    assert client.post(ASK, GIVEN).status_code == 302
    again = client.post(ASK, GIVEN)
    assert (again.status_code, rule_of(again)) == (403, "asked-already")
    assert Correction.objects.count() == 1


def test_a_row_is_found_by_the_name_of_its_organisation(client_of, released):
    response = client_of("publisher").get(
        "/en/desk/corrections/new?publication=smp-2024&organisation=kota+sample"
    )
    assert response.status_code == 200
    assert "?publication=smp-2024&amp;organisation=smp-b" in response.content.decode()
    assert "organisation=smp-a" not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?publication=smp-2024", 200),
        ("?publication=smp-2024&organisation=nobody", 404),
        ("?publication=no-such&organisation=smp-b", 404),
        ("?publication=%00&organisation=%00", 200),
        ("?publication=smp-2024&organisation=" + "a" * 500, 200),
    ],
)
def test_the_way_to_a_row(client_of, released, query, status):
    assert client_of("publisher").get("/en/desk/corrections/new" + query).status_code == status


# --- the home page ----------------------------------------------------------------------------


def test_the_desk_says_what_waits_for_whom(client_of, drafted, people):
    assert "Prepare smp-2024" in text_of(client_of("publisher").get("/en/desk/"))
    second = text_of(client_of("second").get("/en/desk/"))
    assert "Nothing waits for you now." in second
    assert "This needs the role publisher for" in second
    services.prepare(by=people["publisher"], preparation=drafted, at=AT)
    assert "Release smp-2024" in text_of(client_of("second").get("/en/desk/"))
    assert "Nothing waits for you now." in text_of(client_of("publisher").get("/en/desk/"))
    services.release(by=people["second"], preparation=drafted, at=AT)
    assert "Proofs pending" in text_of(client_of("observer").get("/en/desk/"))
    assert "Nothing waits for you now. Begin" in text_of(client_of("nobody").get("/en/desk/"))


def test_the_desk_asks_as_little_of_many_as_of_few(client_of, people, folder, django_assert_max_num_queries):
    client = client_of("publisher")
    counts = []
    for number in range(3):
        text = (folder / "publication.yaml").read_text().replace("smp-2024", f"smp{number}-2024")
        other = folder.with_name(f"smp{number}-2024")
        other.mkdir()
        (other / "publication.yaml").write_text(text.replace("2024\nkind", "2024\nkind"))
        (other / "results.csv").write_bytes((folder / "results.csv").read_bytes())
        services.draft(by=people["publisher"], source=read(other), at=AT)
        if number != 1:
            with django_assert_max_num_queries(20) as caught:
                client.get("/en/desk/")
                client.get("/en/desk/publications/")
            counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_every_page_in_every_language(client_of, asked, released, language):
    for who in ("publisher", "coordinator"):
        for address in (
            "",
            "publications/",
            f"publications/{released.pk}",
            "corrections/",
            "corrections/new",
            f"corrections/new?publication={CODE}&organisation=smp-b",
            f"corrections/{asked.pk}",
        ):
            answer = client_of(who).get(f"/{language}/desk/{address}")
            assert answer.status_code == 200, address
            assert f'<html class="govuk-template" lang="{language}"' in answer.content.decode()


def test_no_name_of_a_person_is_in_the_record(client_of, asked):
    names = [name for pair in Person.objects.values_list("name", "email") for name in pair]
    said = b"".join(bytes(body) for body in Outbox.objects.values_list("body", flat=True))
    assert not [name for name in names if name.encode() in said]


def test_files_under_a_code_of_another_series_are_refused_and_its_draft_stays(
    client_of, people, folder, drafted
):
    give_role(person=people["elsewhere"], kind="publisher", scope=Scope("series", "smp"), at=AT)
    meta = (folder / "publication.yaml").read_bytes().replace(b"spbe@2020", b"not seen")
    answer = client_of("elsewhere").post(
        "/en/desk/publications/new", files_of(folder, publication=meta) | {"reason": "Ours."}
    )
    assert (answer.status_code, rule_of(answer)) == (403, "other-series")
    assert list(Preparation.objects.filter(code=CODE)) == [drafted]


def test_what_is_off_the_scale_is_said_at_its_field_in_the_readers_language(client_of, released):
    address = f"/id/desk/corrections/new?publication={CODE}&organisation=smp-b"
    for becomes, named in (("9.00", "9,00"), ("3.3", "3.30"), ("0.30", "0,30")):
        answer = client_of("publisher").post(
            address, {"element": "D4", "becomes": becomes, "reason": "Annex."}
        )
        assert answer.status_code == 400
        error = re.search(r'id="id_becomes-error">([^<]+)<', answer.content.decode())
        assert named in error[1]


def test_the_dry_run_names_the_rows_that_cannot_be_right_with_the_reason(client_of, drafted):
    page = f"/id/desk/publications/{drafted.pk}"
    table = re.search(
        r"Baris yang tidak mungkin benar.*?</table>",
        client_of("publisher").get(page).content.decode(),
        re.DOTALL,
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", table[0]).split())
    assert "Sample B" in text
    assert "Sample A" not in text
    assert "D4" in text
    assert "0,30" in text


def test_a_dry_run_of_many_rows_asks_the_database_as_often_as_one_of_two(
    client_of, people, published, drafted
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    many = Preparation.objects.get(code="spbe-2024", state="released")
    client = client_of("publisher")
    asked = []
    for each in (drafted, many, drafted, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/desk/publications/{each.pk}")
        asked.append(len(queries))
    assert asked[3] <= asked[2] + 2  # of a released one, its place in the record


@pytest.mark.parametrize("length", ["9" * 5000, "9" * 30, "-1", "1e3"])
def test_a_request_that_says_an_absurd_length_is_turned_away(client_of, people, length):
    answer = client_of("publisher").post("/en/desk/publications/new", CONTENT_LENGTH=length)
    assert answer.status_code == 413


def test_every_page_of_a_correction_says_the_printed_name(client_of, asked):
    second = client_of("second")
    for address in ("", "corrections/", f"corrections/{asked.pk}"):
        said = text_of(second.get(f"/en/desk/{address}"))
        assert "Sample B" in said
        assert "Kota Sample B" not in said
    for organisation in ("smp-b", "Kota Sample"):
        answer = second.get("/en/desk/corrections/new", {"publication": CODE, "organisation": organisation})
        said = text_of(answer)
        assert "Sample B" in said
        assert "Kota Sample B" not in said
