"""Every figure leads to its proof: what is recorded, how to check it, what happened to it, what changed."""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from teladan.publication.models import Preparation
from teladan.publication.queries import record
from teladan.record import objects
from tests.recorded import CODE, REASON, Recorded, recorded

PAGES = (
    f"results/{CODE}/proof",
    f"results/{CODE}/proof?organisation=smp-a",
    f"results/{CODE}/history",
    f"results/{CODE}/history?organisation=smp-b",
    f"results/{CODE}/corrections/2",
    "verify",
    "record",
)


@pytest.fixture
def sample(node: Callable[[], None], tmp_path: Path) -> Recorded:
    """A publication whose proof is pending."""
    made = recorded(node, tmp_path)
    made.release()
    return made


@pytest.fixture
def corrected(sample: Recorded) -> Recorded:
    """The same, signed and corrected, the correction signed too."""
    sample.sequence()
    sample.correct()
    sample.sequence()
    return sample


def words(client: Client, address: str, language: str = "en") -> str:
    """Return a page's text, its markup taken out."""
    response = client.get(f"/{language}/{address}")
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# --- proof ------------------------------------------------------------------------------------


def test_a_proof_is_pending_and_then_there_without_a_restart(client: Client, sample: Recorded) -> None:
    assert "The proof of SPBE 2024 is pending" in words(client, f"results/{CODE}/proof")
    assert "Proof pending" in words(client, f"results/{CODE}")
    assert client.get(f"/en/results/{CODE}.json").json()["proof"] == {
        "entry": None,
        "receipt": None,
        "manifest": f"/record/publication/{CODE}.json",
        "pending": True,
    }

    sample.sequence()

    assert "SPBE 2024 is in the record as entry 2" in words(client, f"results/{CODE}/proof")
    assert "In the record: entry 2" in words(client, f"results/{CODE}")
    proof = client.get(f"/en/results/{CODE}.json").json()["proof"]
    assert (proof["entry"], proof["receipt"], proof["pending"]) == (2, "/record/proof/2", False)
    assert client.get(proof["receipt"]).status_code == 200
    assert client.get(proof["manifest"]).status_code == 200


def test_the_page_names_what_the_entry_names(client: Client, corrected: Recorded) -> None:
    page = client.get(f"/en/results/{CODE}/proof").content.decode()
    (one, two) = record.releases(CODE)

    for release in (one, two):
        for _what, digest in release.objects:
            assert digest in page
            assert hashlib.sha256(objects.get(digest)).hexdigest() == digest
    for address in set(re.findall(r'href="(/record/[^"]*)"', page)):
        assert client.get(address).status_code == 200, address
    assert "Reported: these are a source’s printed figures" in page
    assert "Not that an entry is true" in page


def test_one_organisations_row_is_shown_as_the_recorded_bytes_have_it(
    client: Client, corrected: Recorded
) -> None:
    text = words(client, f"results/{CODE}/proof?organisation=smp-a")
    value = client.get(f"/en/results/{CODE}/proof.json?organisation=smp-a").json()

    assert "Kab. Sample A in SPBE 2024" in text
    assert "3.19" in text
    results = json.loads(objects.get(value["manifest"]["publications"][-1]["results"]))
    assert value["organisation"] == results["rows"][0]


def test_the_printed_commands_do_what_the_page_says(
    client: Client, corrected: Recorded, live_node: Callable[[str], bytes], tmp_path: Path
) -> None:
    """Every command of the page is run as it stands; curl takes from this site."""
    page = html.unescape(client.get(f"/en/results/{CODE}/proof?organisation=smp-b").content.decode())
    blocks = re.findall(r"<code lang=\"en\">(.*?)</code>", page, re.DOTALL)
    said = ["\n".join(run(line, tmp_path, live_node) for line in block.splitlines()) for block in blocks[1:]]

    newest = record.releases(CODE)[-1]
    assert json.loads(said[1])["body"]["results"] == newest.results
    assert said[2].strip() == newest.results
    assert json.loads(said[3])["organisation"] == "smp-b"
    assert said[0].strip()


@pytest.fixture
def live_node(client: Client) -> Callable[[str], bytes]:
    """Return what stands at an address of this site: curl, without a network."""

    def get(address: str) -> bytes:
        response = client.get(address.removeprefix("http://testserver"))
        assert response.status_code == 200, address
        return response.content

    return get


def run(line: str, folder: Path, get: Callable[[str], bytes]) -> str:
    """Run one printed line in a folder and return what it prints."""
    taken = re.fullmatch(r"curl (?:-O|-o (\S+)) (http://testserver/\S+)", line)
    if taken:
        name = taken[1] or taken[2].rpartition("/")[2]
        (folder / name).write_bytes(get(taken[2]))
        return ""
    if "verify.py" in line:
        (folder / "verify.py").write_bytes(get("/record/verify.py"))
    line = line.replace("python3", sys.executable)
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


# --- history ----------------------------------------------------------------------------------


def test_a_history_is_told_by_date_with_role_act_and_reason(client: Client, corrected: Recorded) -> None:
    text = words(client, f"results/{CODE}/history")

    told = [
        "Publication 1 prepared",
        "Publication 1 released by another person",
        "Correction asked for Kota Sample B",
        "0.30 should be 3.30",
        f"Reason: {REASON}",
        "Correction accepted for Kota Sample B",
        "Publication 2 prepared",
        "Publication 2 released as a correction of publication 1",
    ]
    places = [text.index(each) for each in told]
    assert places == sorted(places)
    for role in ("Publisher", "Second publisher", "Coordinator"):
        assert role in text
    for person in vars(corrected.people).values():
        assert person.email not in text


def test_the_history_as_data(client: Client, corrected: Recorded) -> None:
    acts = client.get(f"/ko/results/{CODE}/history.json").json()["acts"]
    rows = client.get(f"/en/results/{CODE}/history.csv").content.decode("utf-8-sig").splitlines()

    assert [(each["what"], each["role"]) for each in acts] == [
        ("prepared", "publisher"),
        ("released", "second publisher"),
        ("asked", "publisher"),
        ("accepted", "coordinator"),
        ("prepared", "publisher"),
        ("corrected", "second publisher"),
    ]
    assert len(rows) - 1 == len(acts)
    assert all(each["entry"] is not None for each in acts)
    actors = {each["actor"] for each in acts}
    assert len(actors) == 3  # publisher, second publisher, coordinator: one pseudonym each


def test_the_story_of_one_figure_gives_it_in_each_publication(corrected: Recorded) -> None:
    touched = record.story(CODE, "smp-b")
    spared = record.story(CODE, "smp-a")

    assert [(each.what, each.index) for each in touched] == [
        ("prepared", "3.06"),
        ("released", "3.06"),
        ("asked", ""),
        ("accepted", ""),
        ("prepared", "3.06"),
        ("corrected", "3.06"),
    ]
    assert [each.what for each in spared] == ["prepared", "released"]


def test_what_is_under_way_stays_sealed(client: Client, sample: Recorded) -> None:
    from teladan.publication.models import Publication
    from teladan.publication.services import ask_correction
    from tests.recorded import LATER

    sample.sequence()
    before = client.get(f"/en/results/{CODE}/history.json").json()
    ask_correction(
        by=sample.people.publisher,
        publication=Publication.objects.get(code=CODE),
        organisation="smp-b",
        element="D4",
        becomes="3.30",
        reason="A secret reason.",
        at=LATER,
    )
    sample.sequence()

    assert client.get(f"/en/results/{CODE}/history.json").json() == before
    for address in (*PAGES[:4], "record", f"results/{CODE}", "organisations/smp-b"):
        assert b"secret" not in client.get(f"/en/{address}").content


def test_an_erased_act_keeps_its_place_and_loses_its_words(client: Client, corrected: Recorded) -> None:
    from django.db import transaction

    from teladan.publication.models import Correction
    from teladan.record.services import erase
    from tests.recorded import LATER

    acts = [Correction.objects.get().asked_act, Preparation.objects.get(number=2).prepared_act]
    with transaction.atomic():
        for act in acts:
            assert act is not None
            erase(act, LATER)

    for address in (f"results/{CODE}/history", f"results/{CODE}/corrections/2"):
        text = words(client, address)
        assert REASON not in text
        assert "What this act said was erased" in text


# --- corrections --------------------------------------------------------------------------------


def test_old_and_new_stand_side_by_side(client: Client, corrected: Recorded) -> None:
    text = words(client, f"results/{CODE}/corrections/2")
    value = client.get(f"/en/results/{CODE}/corrections/2.json").json()

    assert "figures of Kota Sample B" in text
    assert REASON in text
    assert {each["element"]: (each["was"], each["becomes"]) for each in value["changes"]}["D4"] == (
        "0.30",
        "3.30",
    )
    assert {each["organisation"] for each in value["changes"]} == {"smp-b"}
    assert [each["what"] for each in value["acts"]] == ["asked", "accepted", "prepared", "corrected"]
    rows = client.get(f"/en/results/{CODE}/corrections/2.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) - 1 == len(value["changes"])


def test_pages_of_a_corrected_edition_lead_to_both_versions(client: Client, corrected: Recorded) -> None:
    for address in (f"results/{CODE}", "organisations/smp-b", f"results/{CODE}/proof"):
        page = client.get(f"/en/{address}").content.decode()
        assert f'href="/en/results/{CODE}/corrections/2"' in page, address
    page = client.get(f"/en/results/{CODE}/corrections/2").content.decode()
    for release in record.releases(CODE):
        assert f"/record/object/{release.results}" in page
        assert f"/record/proof/{release.entry}" in page


# --- what leads there, and what is not there -------------------------------------------------------


def test_every_page_of_a_figure_links_its_proof(client: Client, corrected: Recorded) -> None:
    edition, organisation = (
        client.get(f"/en/{address}").content.decode()
        for address in (f"results/{CODE}", "organisations/smp-a")
    )
    assert f'href="/en/results/{CODE}/proof"' in edition
    assert f'href="/en/results/{CODE}/history"' in edition
    assert f'href="/en/results/{CODE}/proof?organisation=smp-a"' in organisation
    assert f'href="/en/results/{CODE}/history?organisation=smp-a"' in organisation
    results = client.get("/en/organisations/smp-a.json").json()["results"]
    assert results[0]["proof"]["pending"] is False
    for address in (f"results/{CODE}.csv", "organisations/smp-a.csv"):
        link = client.get(f"/en/{address}").headers["Link"]
        assert link == f'</record/publication/{CODE}.json>; rel="describedby"'
    for address in ("", "method", "data"):
        page = client.get(f"/en/{address}").content.decode()
        assert 'href="/en/verify"' in page
        assert 'href="/en/record"' in page


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_in_every_language(client: Client, corrected: Recorded, language: str) -> None:
    for address in PAGES:
        response = client.get(f"/{language}/{address}")
        assert response.status_code == 200, address
        assert f'lang="{language}"' in response.content.decode()
        assert len(response.content) < 100_000
        assert b"<script" not in response.content


def test_what_is_not_there_is_not_found(client: Client, corrected: Recorded) -> None:
    for address in (
        "results/nothing/proof",
        "results/nothing/history",
        f"results/{CODE}/corrections/1",
        f"results/{CODE}/corrections/3",
        f"results/{CODE}/corrections/0",
        f"results/{CODE}/proof?organisation=nobody",
        f"results/{CODE}/history?organisation=%00",
        f"results/{CODE}/proof.csv",
        "record.csv",
    ):
        assert client.get(f"/en/{address}").status_code == 404, address


def test_an_empty_site_says_that_nothing_was_signed(client: Client, node: Callable[[], None]) -> None:
    assert "nothing was signed here yet" in words(client, "record")
    assert "Nothing is published here yet" in words(client, "verify")


def test_acts_that_wait_too_long_for_their_receipt_are_said_on_the_page_of_the_record(
    client: Client, corrected: Recorded
) -> None:
    from teladan.record.models import Outbox
    from tests.record.acts import append

    append()
    assert "acts have been waiting" not in words(client, "record")
    Outbox.objects.update(at=datetime.now(UTC) - timedelta(seconds=90))
    assert "acts have been waiting for their receipt" in words(client, "record")
    corrected.sequence()
    assert "acts have been waiting" not in words(client, "record")


def test_the_ladder_shows_size_date_root_signers_and_the_last_audit(
    client: Client, corrected: Recorded
) -> None:
    from teladan.record.models import Audit
    from tests.recorded import LATER

    before = words(client, "record")
    assert "No audit has been run here yet" in before
    rung = client.get("/en/record.json").json()["checkpoints"][0]
    assert rung["root"] in before
    assert "Signed by localhost/record" in before
    Audit.objects.create(started_at=LATER, finished_at=LATER, size=8, findings=[])
    assert "no difference" in words(client, "record")
    Audit.objects.create(
        started_at=LATER + timedelta(hours=1),
        finished_at=LATER + timedelta(hours=1),
        size=8,
        findings=[{"place": "entry 3", "message": "changed"}],
    )
    assert "entry 3: changed" in words(client, "record")


def test_the_verify_page_prints_commands_with_this_sites_own_address(
    client: Client, corrected: Recorded, settings: Any
) -> None:
    assert "curl -O http://testserver/record/verify.py" in words(client, "verify")
    settings.TELADAN_ORIGIN = "https://teladan.example"
    assert "curl -O https://teladan.example/record/verify.py" in words(client, "verify")
