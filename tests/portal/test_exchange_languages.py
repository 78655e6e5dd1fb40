"""On a Korean page of the exchange every text in Latin letters says that it is not Korean."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from teladan.exchange.models import Adoption, Practice, PracticeVersion

# Six Latin words in a row are no name, no code and no acronym.
FOREIGN = re.compile(r"(?:[A-Za-z][A-Za-z’'-]*[,;:]? +){4,}[A-Za-z]+")
VOID = {"meta", "link", "input", "br", "img", "circle", "path", "rect", "line", "hr", "use", "stop"}


class Spoken(HTMLParser):
    """Gathers the texts of a page that stand in its own language and are not of it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            before = self.stack[-1][1] if self.stack else ""
            self.stack.append((tag, dict(attrs).get("lang") or before))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, spoken = self.stack[-1] if self.stack else ("", "")
        if tag not in {"style", "script"} and spoken == "ko" and FOREIGN.search(data):
            self.wrong.append(data.strip()[:120])


LISTS = (
    *("practices", "cooperation", "meetings/kacpe-2023", "meetings/hanoi-2022"),
    *("exchange/network", "exchange/changes", "exchange/questions", "exchange/questions/dropped"),
    *("exchange/questions/no-outcome", "exchange/questions/self-report", "exchange/questions/orphans"),
    *("exchange/questions/fit?country=IDN", "exchange/questions/descendants?practice=kor-koneps"),
    *("countries/IDN", "countries/KOR", "themes/procurement"),
)


def wrong_on(client, address: str) -> list[str]:
    answer = client.get(f"/ko/{address}")
    assert answer.status_code == 200, address
    page = Spoken()
    page.feed(answer.content.decode())
    return page.wrong


@pytest.mark.parametrize("address", LISTS)
def test_the_lists_say_what_is_not_korean(address, exchanged, client):
    assert wrong_on(client, address) == []


def test_every_practice_and_adoption_says_what_is_not_korean(exchanged, client):
    addresses = [f"practices/{code}" for code in Practice.objects.values_list("pk", flat=True)]
    addresses += [f"adoptions/{code}" for code in Adoption.objects.values_list("pk", flat=True)]
    wrong = {address: found for address in addresses if (found := wrong_on(client, address))}
    assert wrong == {}


def test_a_note_of_ours_is_said_in_the_language_of_the_page(exchanged, client):
    noted = "from general knowledge, not in the source"
    there = [
        each.practice_id
        for each in PracticeVersion.objects.all()
        if any(note["note"] == noted for note in each.unverified)
    ]
    assert there
    for language in ("id", "ko"):
        page = client.get(f"/{language}/practices/{there[0]}").content.decode()
        assert noted not in page, language
    assert noted in client.get(f"/en/practices/{there[0]}").content.decode()
