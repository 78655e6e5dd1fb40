"""Two persons publish and correct in a real browser, without script; every page of it is looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import PASSWORD, SECRET, click
from tests.journeys.pages import LANGUAGES
from tests.journeys.test_every_page import OVERFLOW

pytestmark = pytest.mark.usefixtures("node_with_spbe")
ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 24, tzinfo=UTC)
NAMES = {
    "publisher": "Ani Rahma",
    "second publisher": "Budi Santoso",
    "coordinator": "Citra Dewi",
    "observer": "Dian Putri",
}
META = """\
format: teladan-publication/1
code: sample-2024
instrument: spbe@2020
edition: "2024"
kind: reported
titles: {en: Sample edition, id: Edisi contoh, ko: 표본 회차}
country: IDN
source: {title: Sample}
evaluated: "2"
"""
RESULTS = """\
organisation,name,kind,region,D1,D2,D3,D4,index,band
idn-kota-denpasar,Kota Denpasar,city,bali,3.00,3.30,2.18,3.55,3.19,Baik
idn-kab-banyuasin,Kab. Banyuasin,regency,sumatera-selatan,3.00,3.30,2.18,3.55,3.19,Baik
"""


@pytest.fixture
def node_with_spbe(node: Callable[[], None], settings: Any, tmp_path: Path) -> Callable[[], None]:
    """A node with three printed rows of SPBE 2023 and four persons; calling it signs the log."""
    from django.core.cache import cache

    from teladan.publication.services import load_publication
    from teladan.registry.services import add_person, give_role, give_second_factor, load_registry

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    people = {}
    for role, name in NAMES.items():
        address = f"{role.replace(' ', '-')}@node.example"
        people[role] = add_person(email=address, name=name, at=AT, password=PASSWORD)
        give_role(person=people[role], kind=role, at=AT)
        give_second_factor(person=people[role], secret=SECRET)
    load_registry(ROOT / "published/organisations")
    folder = tmp_path / "spbe-2023"
    folder.mkdir()
    printed = (ROOT / "published/spbe/2023/results.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    wanted = ("organisation,", "idn-kab-banyuasin,", "idn-kota-denpasar,", "idn-kab-musi-banyuasin,")
    rows = [line for line in printed if line.startswith(wanted)]
    (folder / "results.csv").write_text("".join(rows), encoding="utf-8")
    shutil.copy(ROOT / "published/spbe/2023/publication.yaml", folder)
    load_publication(folder, at=AT, by=(people["publisher"], people["second publisher"]))
    node()
    return node


def follow(page: Any, name: str) -> None:
    """Follow a link."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def said(page: Any) -> str:
    return str(page.locator("main").inner_text())


def upload(page: Any, results: str = RESULTS) -> None:
    """Send the sample edition's files."""
    for field, name, text in (
        ("publication", "publication.yaml", META),
        ("results", "results.csv", results),
    ):
        page.set_input_files(
            f"#id_{field}", {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        )
    click(page, "Make the dry run")


def test_two_persons_publish_an_edition(enter: Any, site: str, node_with_spbe: Callable[[], None]) -> None:
    from teladan.publication.models import Publication

    publisher = enter("publisher")
    follow(publisher, "New publication")
    upload(publisher, RESULTS.replace("3.55", "35,5", 1))
    assert publisher.locator(".govuk-error-summary:focus").count() == 1
    assert "results.csv:2:" in said(publisher)
    upload(publisher)
    assert "The dry run is made. Nothing is in the record." in said(publisher)
    assert "Compared with spbe-2023" in said(publisher)
    click(publisher, "Prepare")
    address = publisher.url
    assert "Another person releases it." in said(publisher)
    publisher.goto(f"{address}/release")
    assert "This was refused" in said(publisher)
    assert publisher.locator(".t-mono").inner_text() == "role"
    assert not Publication.objects.filter(code="sample-2024").exists()

    second = enter("second publisher")
    follow(second, "Release sample-2024")
    assert "Ani Rahma prepared these figures" in said(second)
    click(second, "Release")
    assert second.locator(".govuk-error-summary:focus").count() == 1
    second.get_by_label("I have compared these figures with the source.").press("Space")
    click(second, "Release")
    assert "Proof pending" in said(second)
    node_with_spbe()
    second.reload()
    assert "In the record" in said(second)
    follow(second, "Its proof")
    assert second.url == f"{site}/en/results/sample-2024/proof"
    assert Publication.objects.get(code="sample-2024").number == 1


def test_a_printed_figure_is_corrected_by_four_acts(
    enter: Any, site: str, node_with_spbe: Callable[[], None]
) -> None:
    from teladan.publication.models import Publication, Result

    publisher, coordinator, second = map(enter, ("publisher", "coordinator", "second publisher"))
    publisher.goto(f"{site}/en/desk/corrections/new?publication=spbe-2023&organisation=idn-kab-banyuasin")
    publisher.select_option("#id_element", "D4")
    publisher.fill("#id_becomes", "3.30")
    publisher.fill("#id_reason", "The annex prints 3.30; 0.30 is below the scale.")
    click(publisher, "Ask")
    assert "It waits for the decision of another person." in said(publisher)

    coordinator.reload()
    follow(coordinator, "Decide the correction of spbe-2023")
    assert "The annex prints 3.30" in said(coordinator)
    coordinator.get_by_label("Accept: it becomes a draft to prepare").check()
    coordinator.fill("#id_reason", "Seen in the annex.")
    click(coordinator, "Decide")
    assert "It is accepted" in said(coordinator)

    publisher.goto(f"{site}/en/desk/")
    follow(publisher, "Prepare spbe-2023")
    row = publisher.locator("tr", has_text="0.30").filter(has_text="3.30").first
    assert row.locator("td").all_inner_texts()[-2:] == ["0.30", "3.30"]
    click(publisher, "Prepare")
    assert publisher.locator("main .t-mono").inner_text() == "record-behind"
    node_with_spbe()
    publisher.go_back()
    click(publisher, "Prepare")
    assert "It is prepared." in said(publisher)

    second.reload()
    follow(second, "Release spbe-2023")
    second.get_by_label("I have compared these figures with the source.").check()
    click(second, "Release")
    assert "Proof pending" in said(second)
    node_with_spbe()

    assert Publication.objects.get(code="spbe-2023").number == 2
    row = Result.objects.get(publication="spbe-2023", organisation="idn-kab-banyuasin")
    assert row.elements["D4"]["printed"] == "3.30"
    second.goto(f"{site}/en/results/spbe-2023")
    assert second.locator("h1").count() == 1


def walk(page: Any, site: str, language: str, look: Callable[[str], None]) -> None:
    """Open each page of publishing, also as it comes back with errors, and look at it."""
    desk = f"{site}/{language}/desk"

    def go(address: str, name: str) -> None:
        page.goto(desk + address)
        look(name)

    def send(form: str, name: str) -> None:
        with page.expect_navigation():
            page.locator(f"main form{form} button").first.click()
        look(name)

    go("/", "home")
    go("/publications/new", "new")
    send("", "new, errors")
    for field, text in (("publication", META), ("results", RESULTS.replace("3.55", "35,5"))):
        page.set_input_files(
            f"#id_{field}", {"name": field, "mimeType": "text/plain", "buffer": text.encode()}
        )
    send("", "new, wrong files")
    for field, text in (("publication", META), ("results", RESULTS)):
        page.set_input_files(
            f"#id_{field}", {"name": field, "mimeType": "text/plain", "buffer": text.encode()}
        )
    send("", "draft")
    draft = page.url
    send('[action$="withdraw"]', "draft, errors")
    page.goto(draft)
    send('[action$="prepare"]', "prepared")
    page.goto(f"{draft}/release")
    look("refused")
    go("/publications/", "publications")
    go("/corrections/", "corrections, none")
    go("/corrections/new", "find")
    go("/corrections/new?publication=spbe-2023&organisation=nobody", "find, errors")
    ask = "/corrections/new?publication=spbe-2023&organisation=idn-kab-banyuasin"
    go(ask, "ask")
    send("", "ask, errors")
    for name in ("asked", "asked again"):
        page.goto(desk + ask)
        page.select_option("#id_element", "D4")
        page.fill("#id_becomes", "3.30")
        page.fill("#id_reason", "The annex prints 3.30; 0.30 is below the scale.")
        send("", name)
        if name == "asked":
            send('[action$="take-back"]', "taking back, errors")
            page.fill("#id_reason", "The wrong annex.")
            send('[action$="take-back"]', "taken back")
    go("/corrections/", "corrections")


def walk_second(page: Any, site: str, language: str, look: Callable[[str], None]) -> None:
    """Open what the second publisher sees of it."""
    from teladan.publication.models import Correction, Preparation

    desk = f"{site}/{language}/desk"
    page.goto(f"{desk}/")
    look("second home")
    asked = Correction.objects.get(withdrawn_act=None)
    page.goto(f"{desk}/corrections/{asked.pk}")
    look("decision")
    with page.expect_navigation():
        page.locator("main form button").click()
    look("decision, errors")
    page.locator("#id_decision").check()
    page.fill("#id_reason", "Seen in the annex.")
    with page.expect_navigation():
        page.locator("main form button").click()
    look("decided")
    prepared = Preparation.objects.get(code="sample-2024")
    page.goto(f"{desk}/publications/{prepared.pk}/release")
    look("release")
    with page.expect_navigation():
        page.locator("main form button").click()
    look("release, errors")
    page.locator("#id_confirmed").check()
    with page.expect_navigation():
        page.locator("main form button").click()
    look("released")
    page.goto(f"{desk}/publications/{Correction.objects.get(withdrawn_act=None).preparation.pk}")
    look("draft of the correction")


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param(language, width, marks=() if (language, width) == ("en", 320) else pytest.mark.more)
        for language in LANGUAGES
        for width in (320, 1280)
    ],
)
def test_every_page_of_publishing_is_accessible(
    enter: Any, site: str, axe: Callable[[Any], list[str]], language: str, width: int
) -> None:
    wrong: list[str] = []
    folder = os.environ.get("SHOTS")  # where a person wants to look at them

    def looking(page: Any) -> Callable[[str], None]:
        def look(name: str) -> None:
            broken = [*axe(page), *(["overflow"] if page.evaluate(OVERFLOW) else [])]
            wrong.extend(f"{name}: {each}" for each in broken)
            if folder:
                shot = f"{folder}/{language}-{width}-{name.replace(' ', '_')}.png"
                page.screenshot(path=shot, full_page=True)

        return look

    publisher = enter("publisher", width=width, script=True)
    walk(publisher, site, language, looking(publisher))
    second = enter("second publisher", width=width, script=True)
    walk_second(second, site, language, looking(second))
    assert wrong == []
