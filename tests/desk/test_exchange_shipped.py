"""Every practice and adoption that ships opens on the desk, on each of its pages, in each language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from teladan.exchange.models import Adoption, Practice
from teladan.exchange.services import load_exchange
from teladan.registry.services import load_registry
from tests.desk.exchange_people import come
from tests.exchange.conftest import ROOT

AT = datetime(2026, 11, 24, tzinfo=UTC)
LISTS = ("", "practices/", "adoptions/", "requests/", "practices/new", "adoptions/new", "requests/new")
OF_PRACTICE = ("", "/revise", "/observe", "/check-in", "/translate", "/focal-point")
OF_ADOPTION = ("", "/modify", "/outcome", "/become")


@pytest.mark.more
@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_everything_that_ships_opens(language, db, sign_in):
    load_registry(ROOT / "published" / "organisations")
    come("officer")
    load_exchange(at=AT)
    client = sign_in("officer@node.example")
    practices = Practice.objects.values_list("pk", flat=True)
    adoptions = Adoption.objects.values_list("pk", flat=True)
    addresses = [
        *LISTS,
        *(f"practices/{code}{page}" for code in practices for page in OF_PRACTICE),
        *(f"adoptions/{code}{page}" for code in adoptions for page in OF_ADOPTION),
    ]

    wrong = {}
    for address in addresses:
        answer = client.get(f"/{language}/desk/{address}")
        if answer.status_code != 200 or len(answer.content) > 200_000:
            wrong[address] = (answer.status_code, len(answer.content))

    assert len(practices) >= 55
    assert len(adoptions) >= 30
    assert wrong == {}
