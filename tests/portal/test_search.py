"""The search with the practices that ship: any language finds any other, and every result says why."""

from __future__ import annotations

import html as markup
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan.search.model import Unavailable, embedder
from tests.portal.test_organisations import heading, words

pytestmark = pytest.mark.usefixtures("exchanged", "indexed")
FIRST_FEW = 5


def get(client: Client, query: dict[str, str], language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/search", query)
    assert response.status_code == status, query
    return response.content.decode()


def data(client: Client, query: dict[str, str], language: str = "en") -> dict[str, Any]:
    response = client.get(f"/{language}/search.json", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def codes(value: dict[str, Any]) -> list[str]:
    return [each["code"] for each in value["results"]]


def items(html: str) -> dict[str, str]:
    """Return {address: words of the item} of what was found."""
    found = re.findall(r"<li><p class=\"t-note\">.*?</li>", html, re.DOTALL)
    return {match[1]: words(item) for item in found if (match := re.search(r'<h3><a href="([^"]+)"', item))}


@pytest.fixture
def meaning() -> None:
    """Skip where the wheel of the model does not exist."""
    try:
        embedder()
    except Unavailable as reason:
        pytest.skip(str(reason))


# --- across languages -----------------------------------------------------------------------------


@pytest.mark.usefixtures("meaning")
@pytest.mark.parametrize(
    ("question", "language", "code"),
    [
        ("pengadaan barang dan jasa pemerintah secara elektronik", "id", "kor-koneps"),
        ("pengaduan masyarakat", "id", "idn-lapor"),
        ("전자조달", "ko", "kor-koneps"),
        ("전자통관 시스템", "ko", "jpn-naccs"),
        ("国家电子采购平台", "zh", "kor-koneps"),
        ("báo cáo tham nhũng", "vi", None),
        ("one number for citizens to complain to any agency", "en", "kor-epeople"),
    ],
)
def test_a_question_in_one_language_finds_what_is_in_another(
    client: Client, question: str, language: str, code: str | None
):
    value = data(client, {"q": question, "kind": "practice"})
    assert value["language"] == language
    assert value["lane"] == "meaning"
    if code:
        assert code in codes(value)[:FIRST_FEW]


@pytest.mark.usefixtures("meaning")
def test_a_result_is_in_its_own_language_with_its_title_and_why(client: Client):
    html = get(client, {"q": "pengadaan barang dan jasa pemerintah secara elektronik"}, "id")
    item = items(html)["/id/practices/kor-koneps"]
    assert '<a href="/id/practices/kor-koneps"><span lang="ko">나라장터</span></a>' in html
    assert "KONEPS" in item
    assert "Pokok bahasannya: pengadaan" in item
    assert "Diadopsi oleh:" in item
    assert "Vietnam" in item
    assert "Dianggap berbahasa: Bahasa Indonesia." in words(html)
    assert "Maknanya mirip" in words(get(client, {"q": "antrean panjang di loket"}, "id"))


@pytest.mark.usefixtures("meaning")
def test_what_is_filed_under_the_subject_asked_for_is_not_called_far(client: Client):
    html = get(client, {"q": "pengaduan masyarakat"}, "id")
    near = html.partition("mungkin membahas hal lain")[0]
    assert "mungkin membahas hal lain" in html
    assert {"/id/practices/idn-lapor", "/id/practices/kor-epeople", "/id/practices/tha-traffy"} <= set(
        items(near)
    )


@pytest.mark.parametrize(
    ("question", "code", "why"),
    [
        ("kor-koneps", "kor-koneps", "Its exact code: kor-koneps"),
        ("나라장터", "kor-koneps", "Its exact name or acronym: 나라장터"),
        ("uni pass", "kor-unipass", "Its exact name or acronym: UNI-PASS"),
        ("KONESP", "kor-koneps", "Close in spelling to: KONEPS"),
        ("sp4n", "idn-lapor", "Its exact name or acronym: SP4N"),
    ],
)
def test_names_acronyms_and_slips_come_first_and_say_so(client: Client, question: str, code: str, why: str):
    found = items(get(client, {"q": question, "kind": "practice"}))
    assert why in found[f"/en/practices/{code}"]
    assert next(iter(found)) == f"/en/practices/{code}"


@pytest.mark.usefixtures("meaning")
def test_every_kind_is_found_and_leads_to_its_page(client: Client):
    for kind, question, address in (
        ("adoption", "KONEPS", "/en/adoptions/kor-koneps-vnm"),
        ("practice", "KONEPS", "/en/practices/kor-koneps"),
        ("instrument", "SPBE", "/en/instruments/spbe/2020"),
        ("meeting", "symposium KACPE", "/en/meetings/kacpe-2023"),
        ("agreement", "e-government cooperation centre", "/en/cooperation#egcc"),
        ("edition", "SPBE 2024", "/en/results/spbe-2024"),
        ("organisation", "denpasar", "/en/organisations/idn-kota-denpasar"),
    ):
        html = get(client, {"q": question, "kind": kind})
        addresses = re.findall(r'<h3><a href="([^"]+)"', html)
        assert any(each.startswith(address) for each in addresses), (kind, addresses)
        page = client.get(next(each for each in addresses if each.startswith(address)).partition("#")[0])
        assert page.status_code == 200


# --- choices ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("meaning")
@pytest.mark.parametrize(
    ("choice", "holds"),
    [
        ({"country": "VNM"}, lambda row: row.country == "VNM"),
        ({"theme": "procurement"}, lambda row: row.theme == "procurement"),
        ({"status": "regressed"}, lambda row: row.status == "regressed"),
        ({"evidence": "survey"}, lambda row: "survey" in row.standing.by_type),
        ({"precondition": "legal"}, lambda row: row.code == "kor-koneps"),
    ],
)
def test_choices_narrow_what_is_found(client: Client, choice: dict[str, str], holds: Any):
    from teladan.exchange.models import PracticeVersion
    from teladan.exchange.queries import practices

    # None of those that ship has a precondition on record.
    PracticeVersion.objects.filter(practice="kor-koneps").update(
        preconditions=[{"kind": "legal", "text": "A law that makes electronic bids binding"}]
    )
    rows = {row.code: row for row in practices("en")}
    value = data(client, {"q": "online services of government", "kind": "practice", **choice})
    assert value["results"]
    assert all(holds(rows[code]) for code in codes(value))
    html = get(client, {"q": "online services of government", **choice})
    assert "<details" in html
    assert re.search(r"<details[^>]* open>", html)
    assert f'value="{next(iter(choice.values()))}" selected' in html


def test_a_choice_that_there_is_not_is_named_and_refused(client: Client):
    html = get(client, {"q": "koneps", "theme": "astrology"}, status=404)
    assert "There is no choice “astrology” for: Theme." in words(html)
    refused = client.get("/en/search.json", {"q": "koneps", "country": "\x00"})
    assert refused.status_code == 404
    assert "Country" in refused.json()["detail"]


@pytest.mark.usefixtures("meaning")
def test_the_reader_may_say_the_language(client: Client):
    html = get(client, {"q": "data", "language": "ms"})
    assert "Read in the language you chose: Bahasa Melayu ." in words(html)
    assert data(client, {"q": "data", "language": "ms"})["language"] == "ms"


# --- what cannot be answered as asked ---------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "%%%",
        "\x00",
        "one\x00two",
        "<script>alert(1)</script>",
        "ប្រព័ន្ធ" * 1_250,
        "layanan " * 5_000,
        "x" * 10_000,
    ],
)
def test_anything_is_answered(client: Client, language: str, question: str):
    html = get(client, {"q": question}, language)
    assert "<script>alert" not in html
    assert html.count("<h1") == 1
    assert f'<html class="govuk-template" lang="{language}"' in html
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert title
    assert len(title[1]) < 200


def test_a_long_question_is_cut_and_that_is_said(client: Client):
    html = get(client, {"q": "layanan " * 5_000})
    assert "The question is long: only its beginning was searched." in words(html)
    assert "The question is long" not in words(get(client, {"q": "layanan satu pintu"}))
    refused = client.get("/en/search.json", {"q": "layanan " * 5_000})
    assert (refused.status_code, "1000" in refused.json()["detail"]) == (404, True)


def test_a_question_without_a_letter_says_what_to_write(client: Client):
    assert "Write a word or a sentence" in words(get(client, {"q": "%%%"}))
    assert heading(get(client, {"q": ""})) == "Search"


@pytest.mark.usefixtures("meaning")
def test_what_is_of_something_else_is_not_counted_as_found(client: Client):
    html = get(client, {"q": "resep rendang daging"})
    assert heading(html) == "Nothing found for “resep rendang daging”"
    assert "Further away" in words(html)


# --- without a model, and before there is an index ----------------------------------------------------


def test_without_the_model_words_are_searched_and_that_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TELADAN_EMBEDDER", "none")
    embedder.cache_clear()
    try:
        html = get(client, {"q": "procurement"})
        value = data(client, {"q": "procurement"})
    finally:
        monkeypatch.undo()
        embedder.cache_clear()
    assert "Lexical lane: this node has no model of language" in words(html)
    assert "Same words: procurement" in items(html)["/en/practices/kor-koneps"]
    assert value["lane"] == "words"
    assert {each["likeness"] for each in value["results"]} == {None}


@pytest.mark.usefixtures("meaning")
def test_vectors_that_are_made_anew_are_found_as_soon_as_they_are_there(client: Client):
    from teladan.search.models import Passage

    koneps = Passage.objects.get(code="kor-koneps", has_meaning=True)
    asked = {"q": "electronic public procurement system", "kind": "practice"}
    Passage.objects.filter(pk=koneps.pk).update(model_id="of another model")
    before = data(client, asked)
    Passage.objects.filter(pk=koneps.pk).update(model_id=koneps.model_id)  # within the same run
    after = data(client, asked)
    assert before["passages"]["waiting_for_a_vector"] == 1
    assert {each["code"]: each["likeness"] for each in before["results"]}.get("kor-koneps") is None
    assert {each["code"]: each["likeness"] for each in after["results"]}["kor-koneps"] is not None


def test_while_it_is_being_indexed_the_page_says_how_far_it_is(client: Client):
    from teladan.search.models import Passage

    waiting = Passage.objects.filter(kind="practice", has_meaning=True)[:10]
    Passage.objects.filter(pk__in=[each.pk for each in waiting]).update(vector=None, model_id="")
    everything = Passage.objects.count()
    try:
        embedder()
    except Unavailable:
        pytest.skip("without a model nothing is waited for")
    said = f"{everything - 10:,} of {everything:,} passages searchable."
    assert said in words(get(client, {"q": ""}))
    Passage.objects.all().delete()
    assert "not yet indexed on this node" in words(get(client, {"q": "koneps"}))


def test_after_a_load_the_worker_is_asked_once_to_index():
    from procrastinate.contrib.django.models import ProcrastinateJob

    from teladan.config.tasks import soon

    waiting = ProcrastinateJob.objects.filter(task_name="search", status="todo")
    before = waiting.count()
    soon()
    soon()
    assert (before, waiting.count()) == (0, 1)


# --- and ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("meaning")
def test_it_asks_as_often_for_many_as_for_one(client: Client):
    asked = []
    get(client, {"q": "koneps"})  # what is kept is read once
    for country in ("KHM", "EST", ""):
        with CaptureQueriesContext(connection) as seen:
            html = get(client, {"q": "procurement", "kind": "practice", "country": country})
        asked.append((len(items(html)), len(seen)))
    assert min(asked)[0] * 3 < max(asked)[0]
    assert max(queries for _, queries in asked) <= 22


@pytest.mark.parametrize("address", ["/en/practices", "/id/", "/ko/"])
def test_other_pages_lead_to_it(client: Client, address: str):
    html = client.get(address).content.decode()
    language = address[1:3]
    form = next(each for each in re.findall(r"<form.*?</form>", html, re.DOTALL) if 'name="q"' in each)
    assert f'action="/{language}/search"' in form
    assert 'method="get"' in form
    assert markup.unescape(re.search(r"<label[^>]*>(.*?)</label>", form)[1])
