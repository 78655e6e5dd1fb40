"""How sure a rank is, on the pages of bodies and countries, and in the archive of an edition."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from teladan.portal.uncertainty import words as rank_words
from teladan.publication import queries
from tests.portal.test_uncertainty import drawn, plain, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_a_body_is_told_its_interval_and_who_it_cannot_be_told_apart_from(client: Client):
    found = drawn("spbe-2024")
    code, standing = next((c, s) for c, s in found.standings.items() if len(s.alike or ()) > 1)
    page = text(client, f"/en/organisations/{code}")
    assert rank_words.rank_sentence(standing, len(found.standings)).removesuffix(".") in plain(page)
    section = page[page.index('id="sure-spbe-2024"') :]
    named = re.findall(r'<a href="/en/organisations/([^"]+)"', section[: section.index("</section>")])
    order = sorted(standing.alike, key=lambda other: (found.standings[other].nominal, other))
    assert named == order
    assert f'href="/en/results/spbe-2024/uncertainty?organisation={code}#{code}"' in section
    assert f'href="/en/results/spbe-2024/proof?organisation={code}"' in section
    shared = next(c for c, s in found.standings.items() if s.nominal and s.p5 and s.nominal < s.p5)
    assert "Equal printed figures share the best rank." in plain(text(client, f"/en/organisations/{shared}"))
    alone = next(c for c, s in found.standings.items() if s.alike == ())
    assert "It can be told apart from every other." in plain(text(client, f"/en/organisations/{alone}"))


def test_a_country_is_told_its_interval_its_partners_first_and_the_number_in_all(client: Client):
    found = drawn("egdi-2024")
    exchange = {country.code for country in queries.exchange_countries()}
    code = max(
        (c for c in found.standings if exchange & set(found.standings[c].alike)),
        key=lambda c: len(found.standings[c].alike),
    )
    standing = found.standings[code]
    page = text(client, f"/en/countries/{code}")
    section = page[page.index('id="sure-egdi-2024"') :]
    section = section[: section.index("</section>")]
    named = re.findall(r'<a href="/en/countries/([A-Z]{3})"', section)
    assert len(standing.alike) > 10
    assert len(named) == 10
    partners = [c for c in named if c in exchange]
    assert named[: len(partners)] == partners
    assert set(partners) == exchange & set(standing.alike)
    assert f"cannot be told apart from {len(standing.alike)} countries" in plain(section)
    assert f"and {len(standing.alike) - 10} more" in plain(section)
    assert "What if, not an error" in section


def test_a_country_is_told_groups_and_no_rank_by_the_gtmi(client: Client):
    found = drawn("gtmi-2025")
    one = next(c for c, s in found.standings.items() if len(s.bands) == 1)
    several = next(c for c, s in found.standings.items() if len(s.bands) > 1)
    told = {one: "Every draw gives group", several: "The draws fall in more than one group:"}
    for code, words in told.items():
        page = text(client, f"/en/countries/{code}")
        section = page[page.index('id="sure-gtmi-2025"') :]
        section = section[: section.index("</section>")]
        assert words in plain(section)
        assert "Rank" not in plain(section)
        assert "What if" in section


def test_of_two_countries_it_is_said_whether_one_is_ahead(client: Client):
    found = drawn("egdi-2024")
    korea = found.standings["KOR"]
    alike = next(code for code in korea.alike if code != "KOR")
    for other, words in (
        (alike, "cannot be told apart"),
        ("IDN", "South Korea is ahead of Indonesia in at least 95%"),
    ):
        page = text(client, f"/en/countries/compare?a={other}&b=KOR")
        section = page[page.index('id="sure-egdi-2024"') :]
        section = section[: section.index("</section>")]
        assert words in plain(section)
        assert section.count("t-strip--rank") == 2
        assert "What if, not an error" in section


def test_pages_of_one_ask_no_more_queries_the_more_are_like_it(
    client: Client, django_assert_max_num_queries: Any
):
    found = drawn("egdi-2024")
    most = max(found.standings, key=lambda c: len(found.standings[c].alike))
    for address in ("/en/countries/DNK", f"/en/countries/{most}", "/en/organisations/idn-kota-denpasar"):
        with django_assert_max_num_queries(15):
            client.get(address)


def test_an_archived_edition_has_its_report(tmp_path: Path):
    from teladan.portal.archive.folder import Folder
    from teladan.portal.archive.pages import Pages
    from teladan.portal.archive.writer import _about, _data, record_of

    view = queries.edition("egdi-2024")
    record = record_of("egdi-2024")
    with Folder(tmp_path / "archive", zipped=False) as folder:
        for path, content in _data(view, record):
            folder.write(path, content)
        about = _about(view, record, folder.paths)
    pages: dict[str, str] = {}
    for path, content in Pages(view, about, ["en"], []).render():
        pages[path] = content.decode()
        if path == "en/uncertainty.html":
            break
    assert 'href="uncertainty.html"' in pages["en/index.html"]
    assert pages["en/index.html"].count("t-strip--rank") == 193
    report = pages["en/uncertainty.html"]
    assert 'id="KOR"' in report
    assert "Every assumption of this report" in report
    assert "teladan rank" not in report  # its file is not in the archive
