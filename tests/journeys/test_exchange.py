"""From a practice of one country to its outcome in another, a year later, in a browser without script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teladan.config import clock
from teladan.registry.models import scope_named
from tests.journeys.conftest import PASSWORD, SECRET, click
from tests.journeys.pages import LANGUAGES
from tests.journeys.test_every_page import OVERFLOW
from tests.journeys.test_publishing import follow, said

pytestmark = pytest.mark.usefixtures("exchanging")
ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = {
    "officer": ("Ani Rahma", "exchange officer", "IDN"),
    "owner": ("Kim Minji", "practice owner", "KOR"),
    "adopter": ("Budi Santoso", "adopter", "IDN"),
    "appraiser": ("Citra Dewi", "appraiser", "exchange"),
}
SHIPPED = ("practices/kor-koneps.yaml", "practices/idn-spbe.yaml", "practices/vnm-egp.yaml")
CODE = "kor-koneps-idn"


@pytest.fixture
def exchanging(node: Callable[[], None], settings: Any, tmp_path: Path) -> Callable[[], None]:
    """A node with three real practices, EGDI and GTMI, and four persons; calling it signs the log."""
    from django.core.cache import cache

    from teladan.exchange.services import load_exchange
    from teladan.publication.services import load_publication
    from teladan.registry.services import add_person, give_role, give_second_factor, load_registry

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    load_registry(ROOT / "published/organisations")
    for name, (called, role, series) in PEOPLE.items():
        person = add_person(email=f"{name}@node.example", name=called, at=AT, password=PASSWORD)
        give_role(person=person, kind=role, scope=scope_named(role, series), at=AT)
        give_second_factor(person=person, secret=SECRET)
    for edition in ("egdi/2024", "gtmi/2025"):
        load_publication(ROOT / "published" / edition, at=AT)
    (tmp_path / "published/practices").mkdir(parents=True)
    for file in SHIPPED:
        shutil.copy(ROOT / "published" / file, tmp_path / "published" / file)
    load_exchange(at=AT, root=tmp_path / "published")
    node()
    return node


@pytest.fixture
def move_time() -> Iterator[Callable[[timedelta], None]]:
    """Return move_time(by): from then on the server's clock stands so much later."""
    with ExitStack() as until_the_end:
        yield lambda by: until_the_end.enter_context(clock.moved(to=clock.now() + by))


def fill(page: Any, **lines: str) -> None:
    """Fill lines and lists of a form; the names have _ for -."""
    for name, text in lines.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def told(page: Any) -> str:
    """Return what was just done."""
    return str(page.locator(".t-done").inner_text())


def name_core(page: Any) -> None:
    """Let the owner say what makes the practice work and what must be there."""
    fill(page, **{"core-0-text": "One window for all agencies", "core-0-weight": "must keep"})
    click(page, "Show what differs")
    assert page.locator(".govuk-error-summary:focus").count() == 1
    assert page.locator("#id_core-0-text").input_value() == "One window for all agencies"
    fill(page, **{"core-0-reason": "Suppliers register once.", "pre-0-kind": "legal"})
    fill(page, **{"pre-0-text": "A law lets one agency run tenders of all."})
    click(page, "Show what differs")
    assert "What differs in version 2" in said(page)
    assert page.locator("ins", has_text="Suppliers register once.").count() == 1
    click(page, "Keep version 2")
    assert told(page) == "Version 2 is kept. Its proof follows within a minute."


def weigh(page: Any) -> None:
    """Hold preconditions and published figures side by side."""
    cells = page.locator("tr", has_text="EGDI 2024").all_inner_texts()
    assert len(cells) > 3
    assert page.locator("#id_row-0-precondition").input_value() == "A law lets one agency run tenders of all."
    fill(
        page,
        **{"row-0-adopter": "Presidential regulation 16/2018.", "row-0-missing": "A unit for suppliers."},
    )
    fill(page, conclusion="It would, with a unit for suppliers.")
    click(page, "Keep the evaluation")
    assert "It would, with a unit for suppliers." in said(page)


def stage(page: Any, name: str, words: str = "") -> None:
    """Take the adoption to a stage."""
    page.select_option("#id_stage", label=name)
    page.fill("#id_words", words)
    click(page, "Keep the stage")
    assert told(page) == "The stage is kept. Its proof follows within a minute."


def outcome(page: Any, moment: str, value: str, period: str) -> None:
    """Record what was observed at the adopter."""
    page.locator("#id_measure").select_option(value="kor-koneps/c1/m1")
    fill(page, moment=moment, value=value, unit="%", period=period)
    fill(page, **{"evidence-type": "official statistics", "evidence-title": f"Procurement report {period}"})
    with page.expect_navigation():
        page.locator("main .t-form__ways button").press("Enter")


def test_an_officer_finds_compares_weighs_starts_and_follows_and_a_year_later_the_outcome_shows(
    enter: Any, site: str, exchanging: Callable[[], None], move_time: Callable[[timedelta], None]
) -> None:
    owner = enter("owner")
    owner.goto(f"{site}/en/desk/practices/kor-koneps/revise")
    name_core(owner)
    exchanging()
    owner.reload()
    assert "Proof pending" not in said(owner)

    # Found, and compared on its public page with one's own country.
    officer = enter("officer")
    follow(officer, "Practices")
    officer.fill("#id_q", "KONEPS procurement")
    click(officer, "Find")
    follow(officer, "KONEPS – Korea ON-line E-Procurement System")
    desk = officer.url
    follow(officer, "The public page")
    officer.goto(f"{site}/en/practices/kor-koneps?country=IDN")
    assert "Indonesia" in said(officer)
    assert officer.locator("h1").count() == 1

    # Begun, weighed before it is decided, tried out.
    officer.goto(desk)
    follow(officer, "Begin an adoption")
    fill(officer, name="Satu jendela pengadaan", language="id", degree="emulation", channel="visit")
    click(officer, "Begin")
    adoption = officer.url
    assert adoption.endswith(CODE)
    officer.select_option("#id_stage", label="Decided")
    click(officer, "Keep the stage")
    assert "hold its preconditions beside your own" in said(officer)
    assert officer.locator(".govuk-error-summary:focus").count() == 1
    follow(officer, "Weigh it")
    weigh(officer)
    stage(officer, "Decided", "Decree 12 names the unit.")
    follow(officer, "Say what was changed")
    fill(officer, element="kor-koneps/e1", treatment="kept", what="One window.")
    click(officer, "Keep it")
    follow(officer, "Record an outcome")
    outcome(officer, "before", "31", "2026")
    stage(officer, "Piloted")
    exchanging()
    officer.reload()
    assert "Proof pending" not in said(officer)
    assert officer.locator(".t-story li").count() == 3

    # A year later it waits for its outcome, which then shows on both sides.
    move_time(timedelta(days=400))
    later = enter("adopter")
    follow(later, "No outcome yet: Satu jendela pengadaan")
    outcome(later, "after", "58", "2027")
    stage(later, "Sustained", "All ministries tender in it.")
    exchanging()
    for address in (f"{site}/en/adoptions/{CODE}", f"{site}/en/practices/kor-koneps"):
        later.goto(address)
        assert "Satu jendela pengadaan" in said(later), address
        assert "Sustained" in said(later), address
    later.goto(f"{site}/en/adoptions/{CODE}")
    assert "31" in said(later)
    assert "58" in said(later)
    assert "Copy" in said(later)  # as computed, beside the declared emulation
    owner = enter("owner")
    owner.goto(f"{site}/en/desk/practices/kor-koneps")
    assert "Satu jendela pengadaan" in said(owner)


def walk(pages: dict[str, Any], site: str, language: str, look: Callable[[Any, str], None]) -> None:
    """Open each page of the exchange's desk, also as it comes back with errors, and look at it."""
    desk = f"{site}/{language}/desk"
    owner, officer, appraiser = pages["owner"], pages["officer"], pages["appraiser"]

    def go(page: Any, address: str, name: str) -> None:
        page.goto(desk + address)
        look(page, name)

    def send(page: Any, name: str, button: str = "main form.t-form button[type=submit]") -> None:
        with page.expect_navigation():
            page.locator(button).last.click()
        look(page, name)

    go(owner, "/practices/", "practices")
    go(owner, "/practices/kor-koneps", "practice")
    go(owner, "/practices/kor-koneps/revise", "revise")
    fill(owner, **{"core-0-text": "One window", "problem": ""})
    send(owner, "revise, errors", "main .t-form__ways button")
    fill(owner, **{"core-0-weight": "must keep", "core-0-reason": "Once.", "problem": "Paper."})
    send(owner, "revise, what differs", "main .t-form__ways button")
    with owner.expect_navigation():
        owner.locator("main button.govuk-button").first.click()
    look(owner, "revised")
    go(owner, "/practices/kor-koneps/observe", "observe")
    send(owner, "observe, errors")
    fill(owner, measure="kor-koneps/c1/m1".partition("/")[2], value="75", unit="%", period="2010")
    fill(owner, **{"evidence-type": "audit", "evidence-title": "Audit 2011"})
    send(owner, "observe, a conflict")
    go(owner, "/practices/kor-koneps/check-in", "check-in")
    send(owner, "check-in, errors")
    fill(owner, due="2030-01-31")
    send(owner, "check-in, asked")
    go(owner, "/practices/kor-koneps/check-in", "check-in, to answer")
    go(owner, "/practices/kor-koneps/translate", "translations")
    go(owner, "/practices/kor-koneps/translate/problem", "translate")
    owner.locator("#id_text").fill("")
    send(owner, "translate, errors", "main .t-form__ways button")
    go(owner, "/practices/kor-koneps/focal-point", "focal point")
    send(owner, "focal point, errors")
    owner.locator("#id_office").fill("조달기획과")
    owner.locator("#id_me").check()
    send(owner, "focal point, named")

    go(officer, "/practices/new", "new practice")
    send(officer, "new practice, errors", "main .t-form__ways button")
    go(officer, "/requests/new", "new request")
    send(officer, "new request, errors", "main .t-form__ways button")
    fill(officer, problem="Tenders on paper; suppliers come in person.", theme="procurement")
    send(officer, "request", "main .t-form__ways button")
    with officer.expect_navigation():
        officer.locator("main a[href*='/ask']").first.click()
    look(officer, "ask the owner")
    send(officer, "question")
    go(officer, "/requests/", "requests")
    go(officer, "/adoptions/new?practice=kor-koneps", "new adoption")
    send(officer, "new adoption, errors", "main .t-form__ways button")
    fill(officer, name="Satu jendela", language="id")
    send(officer, "adoption", "main .t-form__ways button")
    send(officer, "adoption, errors")
    go(officer, f"/adoptions/{CODE}/weigh", "weigh")
    send(officer, "weigh, errors", "main .t-form__ways button")
    go(officer, f"/adoptions/{CODE}/modify", "modify")
    send(officer, "modify, errors")
    go(officer, f"/adoptions/{CODE}/outcome", "outcome")
    send(officer, "outcome, errors")
    outcome(officer, "before", "31", "2026")
    look(officer, "adoption with an outcome")
    go(officer, f"/adoptions/{CODE}/become", "become")
    go(officer, "/adoptions/", "adoptions")
    go(officer, "/", "home of an officer")
    go(owner, "/", "home of an owner")

    go(appraiser, f"/adoptions/{CODE}/weigh", "refused")
    go(appraiser, f"/adoptions/{CODE}/appraise", "appraise")
    send(appraiser, "appraise, errors")
    fill(appraiser, completion="limited", fidelity="adapted", results="not seen", text="Seen on site.")
    send(appraiser, "appraised")
    appraiser.goto(f"{site}/{language}/adoptions/{CODE}")
    look(appraiser, "public page of an adoption with an appraisal")
    go(owner, f"/adoptions/{CODE}", "adoption with an appraisal")
    with owner.expect_navigation():
        owner.locator("main a[href$='/reply']").click()
    look(owner, "reply")
    send(owner, "reply, errors")


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param(language, width, marks=() if (language, width) == ("en", 320) else pytest.mark.more)
        for language in LANGUAGES
        for width in (320, 1280)
    ],
)
def test_every_page_of_the_exchange_is_accessible(
    enter: Any, site: str, axe: Callable[[Any], list[str]], language: str, width: int
) -> None:
    wrong: list[str] = []
    folder = os.environ.get("SHOTS")  # where a person wants to look at them

    def look(page: Any, name: str) -> None:
        broken = [*axe(page), *(f"overflow {each}" for each in page.evaluate(OVERFLOW))]
        if page.locator("h1").count() != 1:
            broken.append("not one h1")
        if name.endswith(", errors") and page.locator(".govuk-error-summary:focus").count() != 1:
            broken.append("the summary of errors has no focus")
        wrong.extend(f"{name}: {each}" for each in broken)
        if folder:
            shot = f"{folder}/{language}-{width}-{name.replace(' ', '_')}.png"
            page.screenshot(path=shot, full_page=True)

    people = ("owner", "officer", "appraiser")
    walk({name: enter(name, width=width, script=True) for name in people}, site, language, look)
    assert wrong == []
