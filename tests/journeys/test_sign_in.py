"""Signing in, in a real browser: by keyboard, without script, on a phone, in three languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import time
from typing import Any

import pytest

from teladan.registry.scope import Scope
from tests.journeys.pages import LANGUAGES
from tests.journeys.test_every_page import OVERFLOW
from tests.registry.outside import outside

AT = datetime(2026, 11, 24, tzinfo=UTC)
ADDRESS, NEW, SAMPLE = "browser@example.org", "new-browser@example.org", "publisher@sample.invalid"
PASSWORD = "a long and plain password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def persons(settings: Any, db: None) -> Iterator[None]:
    """Give the served site three persons, for good, as its threads have connections of their own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    outside(come)
    yield
    outside(go)


def come() -> None:
    """Add a publisher, someone without a second factor, and a sample person."""
    from teladan.registry.models import Person
    from teladan.registry.services import add_person, give_role, give_second_factor

    publisher = add_person(email=ADDRESS, name="Ani Rahma", at=AT, password=PASSWORD)
    give_role(person=publisher, kind="publisher", scope=Scope("series", "spbe"), at=AT)
    add_person(email=NEW, name="Budi", at=AT, password=PASSWORD)
    sample = Person.objects.filter(email=SAMPLE).first() or add_person(
        email=SAMPLE, name="Sample publisher", at=AT, is_sample=True
    )
    sample.set_password(PASSWORD)
    sample.save()
    for person in (publisher, sample):
        give_second_factor(person=person, secret=SECRET)


def go() -> None:
    """Take away what `come` and the visits left."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    from teladan.registry.models import Person, Role

    Session.objects.all().delete()
    cache.clear()
    Role.objects.filter(person__email=ADDRESS).delete()
    Person.objects.filter(email__in=(ADDRESS, NEW)).delete()
    sample = Person.objects.get(email=SAMPLE)
    sample.authenticator_set.all().delete()
    sample.set_password(None)
    sample.save()


@pytest.fixture
def opened(site: str, persons: None, browser: Any) -> Iterator[Callable[..., Any]]:
    """Return opened(address, width, script). Not `open_page`: what it stands on hides the persons."""
    pages: list[Any] = []

    def fresh(address: str, *, width: int = 1280, script: bool = False) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
        pages.append(page)
        page.goto(site + address)
        return page

    yield fresh
    for page in pages:
        page.close()


def code(secret: str = SECRET) -> str:
    """Return the code now; what was used before is forgotten."""
    from django.core.cache import cache

    from teladan.registry.second_factor import code_at

    outside(cache.clear)
    return code_at(secret, time())


def send(page: Any, **lines: str) -> None:
    """Fill the lines of a form and send it with Enter."""
    for name, text in lines.items():
        page.fill(f"#id_{name}", text)
    with page.expect_navigation():
        page.locator(f"#id_{next(reversed(lines))}").press("Enter")


def sign_in(page: Any, address: str = ADDRESS) -> None:
    send(page, login=address, password=PASSWORD)
    if address == ADDRESS:
        send(page, code=code())


def test_password_and_code_by_keyboard_without_script(opened: Any) -> None:
    page = opened("/en/desk/")
    keyboard = page.keyboard
    page.locator("#id_login").focus()
    keyboard.type(ADDRESS)
    keyboard.press("Tab")
    keyboard.type("wrong")
    with page.expect_navigation():
        keyboard.press("Enter")
    assert page.title().startswith("Error: Sign in")
    assert page.locator("#id_password").input_value() == ""
    # The summary has the focus; its link leads to the line.
    assert page.locator(".govuk-error-summary:focus").count() == 1
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert page.locator("#id_login:focus").input_value() == ADDRESS
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    with page.expect_navigation():
        keyboard.press("Enter")

    send(page, code="000000")
    assert "This code is not right" in page.locator("main").inner_text()
    send(page, code=code())
    assert page.url.endswith("/en/desk/")
    assert "Ani Rahma" in page.locator("header").inner_text()
    assert "Publisher (spbe)" in page.locator("header").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").press("Enter")
    assert "You are signed out." in page.locator("main").inner_text()
    page.goto(page.url.replace("/account/login/", "/desk/"))
    assert "/account/login/" in page.url


def test_the_first_sign_in_sets_up_the_app_and_shows_recovery_codes(opened: Any) -> None:
    page = opened("/en/accessibility", width=320)
    with page.expect_navigation():
        page.get_by_role("link", name="Sign in").click()
    sign_in(page, NEW)
    assert page.locator("h1").inner_text() == "Set up your authenticator app"
    assert page.locator("svg.t-qr").bounding_box()["width"] > 150
    send(page, code=code(page.locator(".t-secret").inner_text().strip()))
    text = page.locator("main").inner_text()
    assert "Your authenticator app is set up." in text
    assert page.locator(".t-codes li").count() == 10
    page.get_by_role("link", name="I have kept them: to the desk").click()
    assert page.url.endswith("/en/desk/")


def walk(page: Any, site: str, language: str, look: Callable[[str], None]) -> None:
    """Open each page of signing in, also as it comes back with errors, and look at it."""
    account = f"{site}/{language}/account"
    look("sign in")
    send(page, login="nobody", password="")
    look("sign in, errors")
    send(page, login=SAMPLE, password=PASSWORD)
    assert "sample-elsewhere" in page.locator("main").inner_text()
    look("refused")
    page.goto(f"{account}/inactive/")
    look("inactive")
    page.goto(f"{account}/login/")
    send(page, login=ADDRESS, password=PASSWORD)
    look("code")
    send(page, code="000000")
    look("code, error")
    send(page, code=code())
    look("desk")
    page.goto(f"{account}/sign-in/")
    look("my sign-in")
    page.goto(f"{account}/password/")
    look("password")
    send(page, oldpassword="wrong", password1="short", password2="other")
    look("password, errors")
    page.goto(f"{account}/codes/new/")
    look("password again")
    send(page, password="wrong")
    look("password again, error")
    page.goto(f"{account}/again/code/?next=/{language}/account/codes/new/")
    look("code again")
    send(page, code=code())
    look("new recovery codes")
    with page.expect_navigation():
        page.locator("main button").click()
    look("recovery codes")
    page.goto(f"{account}/logout/")
    look("sign out")
    page.goto(f"{account}/app/replace/")
    look("replace the app")
    with page.expect_navigation():
        page.locator("main button").click()
    look("set up the app")
    send(page, code="000000")
    look("set up the app, error")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.locator("main button").click()
    look("form refused")


def no_console(page: Any, said: list[str]) -> None:
    """Chromium notes refused forms in the console; those are meant."""
    page.on("console", lambda message: None if "403" in message.text else said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))


@pytest.mark.parametrize(
    "language", ["en", *(pytest.param(other, marks=pytest.mark.more) for other in ("id", "ko"))]
)
def test_every_page_of_signing_in_is_accessible_and_fits_a_phone(
    site: str, persons: None, browser: Any, axe: Any, language: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    no_console(page, said)
    found: dict[str, Any] = {}

    def look(name: str) -> None:
        broken = axe(page)
        page.set_viewport_size({"width": 320, "height": 900})
        wide = page.evaluate(OVERFLOW)
        page.set_viewport_size({"width": 1280, "height": 900})
        if broken or wide:
            found[name] = broken + wide
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("script").count() == 0

    page.goto(f"{site}/{language}/account/login/")
    walk(page, site, language, look)
    page.close()
    assert found == {}
    assert said == []


@pytest.mark.more
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_signing_in_at_any_width_in_the_dark_with_large_text(
    site: str, persons: None, browser: Any, axe: Any, language: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900}, color_scheme="dark")
    found: dict[str, Any] = {}

    def look(name: str) -> None:
        broken = axe(page)
        for width in (320, 480, 768, 960, 1100, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            broken += [f"{width}: {line}" for line in page.evaluate(OVERFLOW)]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.set_viewport_size({"width": 1280, "height": 900})
        broken += [f"large: {line}" for line in page.evaluate(OVERFLOW)]
        page.set_viewport_size({"width": 320, "height": 900})
        if broken:
            found[name] = broken

    page.goto(f"{site}/{language}/account/login/")
    walk(page, site, language, look)
    page.close()
    assert found == {}
