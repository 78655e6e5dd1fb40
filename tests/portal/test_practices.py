"""The public pages of the exchange with the shipped practices: honest, marked, kept, and in one place each."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teladan.exchange import queries
from tests.portal.test_organisations import heading, words

pytestmark = pytest.mark.usefixtures("exchanged")

ADDRESSES = (
    "/practices",
    "/practices/kor-koneps",
    "/practices/idn-edat",
    "/practices/kor-koneps/1",
    "/practices/kor-koneps?country=LAO",
    "/themes/procurement",
    "/tracks/institutional-and-economic-reform",
    "/adoptions/kor-koneps-vnm",
    "/exchange/network",
    "/exchange/changes",
    "/exchange/questions",
    "/exchange/questions/descendants?practice=kor-koneps",
    "/exchange/questions/dropped",
    "/exchange/questions/no-outcome",
    "/exchange/questions/self-report",
    "/exchange/questions/orphans",
    "/exchange/questions/fit?country=IDN",
    "/cooperation",
    "/meetings/kacpe-2023",
)


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_in_every_language(client: Client, language: str, address: str):
    html = get(client, f"/{language}{address}")
    assert f'<html class="govuk-template" lang="{language}"' in html
    assert html.count("<h1") == 1
    assert "style=" not in html
