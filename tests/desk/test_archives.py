"""The desk's pages of archives and audits: who sees and asks, each state in words, nothing per row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teladan.publication import services
from teladan.publication.documents.source import read
from teladan.publication.models import Publication
from teladan.publication.queries import archives
from teladan.record.models import Audit, Checkpoint, Entry
from teladan.registry.models import scope_named
from teladan.registry.services import add_person, give_role, give_second_factor, load_registry
from tests.desk.conftest import PASSWORD, SECRET
from tests.desk.publishing_people import PEOPLE
from tests.publication.conftest import root  # noqa: F401
from tests.publication.sample import GOOD, SPBE, publish

AT = datetime(2026, 11, 24, tzinfo=UTC)
CODE = "smp-2024"
STATIC = Path(__file__).parents[2] / "src/teladan/web/static"


@pytest.fixture(autouse=True)
def home(settings, tmp_path, db):
    """Keep the archives of a test to itself, beside no publication whose objects lie elsewhere."""
    settings.TELADAN_HOME = tmp_path
    Publication.objects.all().delete()


@pytest.fixture
def people(db):
    found = {}
    for name, roles in PEOPLE.items():
        person = add_person(email=f"{name}@node.example", name=f"Sdr. {name}", at=AT, password=PASSWORD)
        give_second_factor(person=person, secret=SECRET)
        for kind, series in roles:
            give_role(person=person, kind=kind, scope=scope_named(kind, series), at=AT)
        found[name] = person
    return found


@pytest.fixture
def release(root, people):  # noqa: F811
    """Return release(code): a publication whose proof is pending until `sign`."""
    load_registry(root / "organisations")

    def made(code=CODE):
        source = read(publish(root, SPBE + GOOD, code=code, edition=code.rpartition("-")[2]))
        draft = services.draft(by=people["publisher"], source=source, at=AT)
        prepared = services.prepare(by=people["publisher"], preparation=draft, at=AT)
        return services.release(by=people["second"], preparation=prepared, at=AT)

    return made


def sign(*publications):
    """Cover the entries of publications by a checkpoint, as far as pages ask."""
    first = Entry.objects.count()
    for position, each in enumerate(publications, first):
        Entry.objects.create(
            position=position, act=each.act, kind="publication", subject=f"publication/{each.code}",
            data=b'{"actor":{"id":"","role":"second publisher"}}', leaf=bytes(32), time=AT,
        )  # fmt: skip
    Checkpoint.objects.create(size=first + len(publications), root=bytes(32), note="", signed_at=AT)


def job(status, **note):
    """Put the one job into a state, as a worker would."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])
    if note:
        archives.folder().mkdir(exist_ok=True)
        archives.note_path(CODE, 1).write_text(json.dumps(note), encoding="utf-8")


def text(client, address=f"/en/desk/archives/{CODE}"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_an_archive_from_asking_to_the_file(release, sign_in):
    publication = release()
    client = sign_in("publisher@node.example", secret=SECRET)
    assert "Its proof is pending" in text(client)
    assert "<form" not in text(client)
    sign(publication)
    assert "Make the archive" in text(client)

    answer = client.post(f"/en/desk/archives/{CODE}/make", follow=True)

    assert answer.redirect_chain == [(f"/en/desk/archives/{CODE}", 302)]
    assert "Waits for the worker" in text(client)
    job("doing", done=40, total=160)
    assert "40 of 160 files" in text(client)
    assert '<progress id="progress" value="40" max="160">' in text(client)
    job("todo", problem="no space left")
    assert "no space left" in text(client)
    job("failed", problem="no space left")
    assert "Make it again" in text(client)
    archives.path(CODE, 1).write_bytes(b"zip")
    shown = text(client)
    assert f'href="/record/archive/{CODE}/1.zip"' in shown
    assert archives.archive_of(CODE, 1).sha256 in shown
    assert "3 bytes" in shown


@pytest.mark.parametrize(
    ("name", "seen", "made"),
    [
        ("publisher", 200, 302),
        ("second", 200, 302),
        ("coordinator", 200, 302),
        ("observer", 200, 403),
        ("elsewhere", 404, 404),
        ("nobody", 404, 404),
    ],
)
def test_who_sees_and_who_asks(release, sign_in, name, seen, made):
    sign(release())
    client = sign_in(f"{name}@node.example", secret=SECRET)
    assert client.get(f"/en/desk/archives/{CODE}").status_code == seen
    assert client.post(f"/en/desk/archives/{CODE}/make").status_code == made
    assert (CODE in text(client, "/en/desk/archives/")) == (seen == 200)
    assert client.get(f"/en/desk/archives/{CODE}/make").status_code == 405


def test_nobody_comes_without_signing_in(release, client):
    release()
    for address in ("/en/desk/archives/", f"/en/desk/archives/{CODE}", "/en/desk/audits/"):
        assert client.get(address).status_code == 302


def test_the_list_asks_no_more_for_three_than_for_one(release, sign_in):
    publications = [release()]
    client = sign_in("publisher@node.example", secret=SECRET)
    text(client, "/en/desk/archives/")  # what is asked once only

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown = text(client, "/en/desk/archives/")
        return len(queries), shown.count("Proof pending")

    one, first = asked()
    publications += [release("smp-2023"), release("smp-2022")]
    assert first == 1
    assert asked() == (one, 3)
    assert Publication.objects.count() == 3


@pytest.mark.parametrize("name", ["elsewhere", "nobody"])
def test_what_audits_quote_of_others_is_not_shown_to_those_who_may_not_see_it(people, sign_in, name):
    finding = {"place": "table publication_correction, smp-2024", "message": "holds '3.30'"}
    Audit.objects.create(started_at=AT, finished_at=AT, size=3, findings=[finding])
    shown = text(sign_in(f"{name}@node.example", secret=SECRET), "/en/desk/audits/")
    assert "1 difference" in shown
    assert "What was found may quote what is not public yet." in shown
    assert "3.30" not in shown
    assert "smp-2024" not in shown


def test_audits_and_what_they_found(people, sign_in):
    client = sign_in("observer@node.example", secret=SECRET)
    assert "There was no audit yet" in text(client, "/en/desk/audits/")
    Audit.objects.create(started_at=AT, finished_at=AT, size=3)
    finding = {"place": "record_entry 2", "message": "its hash is another"}
    Audit.objects.create(started_at=AT, finished_at=AT, size=3, findings=[finding])
    Audit.objects.create(started_at=AT, size=0)
    shown = text(client, "/en/desk/audits/")
    for words in ("Nothing differs", "1 difference", "record_entry 2", "its hash is another", "Not finished"):
        assert words in shown


@pytest.mark.parametrize(
    "language", ["en", pytest.param("id", marks=pytest.mark.more), pytest.param("ko", marks=pytest.mark.more)]
)
def test_the_pages_are_accessible(release, sign_in, browser, axe, language):
    sign(release())
    client = sign_in("publisher@node.example", secret=SECRET)
    client.post(f"/en/desk/archives/{CODE}/make")
    job("doing", done=1, total=2)
    Audit.objects.create(started_at=AT, finished_at=AT, size=3, findings=[{"place": "a", "message": "b"}])
    page = browser.new_page(viewport={"width": 320, "height": 800})
    for address in ("archives/", f"archives/{CODE}", "audits/"):
        html = client.get(f"/{language}/desk/{address}").content.decode()
        page.set_content(html.replace('<link rel="stylesheet"', '<link rel="x"'))
        for sheet in ("built/govuk.css", "teladan.css"):
            page.add_style_tag(content=(STATIC / sheet).read_text("utf-8"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert axe(page) == [], address
    page.close()
