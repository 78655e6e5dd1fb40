"""Signing in: what is asked, what is said, what is refused, and what stays closed."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from teladan.config import clock
from teladan.desk.signed_in import signed_in
from teladan.registry.refusals import Reason, Refused
from teladan.registry.scope import Scope
from teladan.registry.services import add_person, end_person, end_role, give_second_factor
from tests.desk.conftest import AT, PASSWORD, SECRET

LOGIN, CODE, DESK = "/en/account/login/", "/en/account/login/code/", "/en/desk/"
UNKNOWN = {
    "en": "Address and password do not belong together. Check both.",
    "id": "Alamat dan kata sandi tidak cocok. Periksa keduanya.",
    "ko": "주소와 비밀번호가 일치하지 않습니다. 둘 다 확인해 주십시오.",
}


def sign(client, password=PASSWORD, address="ani@example.org", **more):
    return client.post(LOGIN, {"login": address, "password": password} | more)


def text(response):
    return response.content.decode()


# --- the way in ---------------------------------------------------------------------------


def test_password_then_code_then_the_desk(client, person, code):
    assert client.get(DESK).headers["Location"] == "/en/account/login/?next=%2Fen%2Fdesk%2F"
    assert sign(client).headers["Location"] == CODE
    assert client.get(DESK).status_code == 302  # the password alone opens nothing
    assert client.post(CODE, {"code": code()}).headers["Location"] == DESK

    page = text(client.get(DESK))
    assert "Ani Rahma" in page
    assert "Publisher (spbe)" in page
    assert "Nothing waits for you now." in page


def test_the_address_may_be_written_in_any_case(client, person):
    assert sign(client, address=" ANI@example.ORG ").headers["Location"] == CODE


@pytest.mark.parametrize("language", UNKNOWN)
@pytest.mark.parametrize("address", ["ani@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, person, language, address):
    page = text(client.post(f"/{language}/account/login/", {"login": address, "password": "wrong"})).replace(
        address, ""
    )

    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    assert page.count(UNKNOWN[language]) == 1
    other = text(client.post(f"/{language}/account/login/", {"login": "x@example.org", "password": "wrong"}))
    assert re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", other).replace("x@example.org", "") == page


def test_a_wrong_code_is_said_and_does_not_open(client, person):
    sign(client)
    response = client.post(CODE, {"code": "000000"})

    assert "This code is not right" in text(response)
    assert client.get(DESK).status_code == 302


def test_a_code_is_taken_once(person, code):
    right = code()
    one, other = Client(), Client()
    sign(one)
    sign(other)
    assert one.post(CODE, {"code": right}).status_code == 302
    assert "was used already" in text(other.post(CODE, {"code": right}))


def test_a_code_stays_used_for_as_long_as_it_is_right(person, code, monkeypatch):
    right = code()
    one, other = Client(), Client()
    sign(one)
    sign(other)
    one.post(CODE, {"code": right})
    with clock.moved(to=clock.now() + timedelta(seconds=31)):
        assert "was used already" in text(other.post(CODE, {"code": right}))


def test_a_recovery_code_signs_in_once(person, sign_in):
    client = sign_in()
    client.post("/en/account/again/", {"password": PASSWORD})
    client.post("/en/account/codes/new/")
    codes = re.findall(r"<li>(\d{8})</li>", text(client.get("/en/account/codes/")))
    assert len(codes) == 10
    assert client.get("/en/account/codes/download/").content.decode().split() == codes

    for status in (302, 200):
        lost = Client()
        sign(lost)
        cache.clear()
        assert lost.post(CODE, {"code": codes[0]}).status_code == status


def test_signing_out(person, sign_in):
    client = sign_in()
    assert client.get("/en/account/logout/").status_code == 200  # a link alone signs nobody out
    assert client.get(DESK).status_code == 200
    response = client.post("/en/account/logout/", follow=True)
    assert "You are signed out." in text(response)
    assert client.get(DESK).status_code == 302


# --- the second factor is not optional ---------------------------------------------------------


@pytest.mark.parametrize("address", [DESK, "/en/account/sign-in/", "/en/account/password/"])
def test_without_a_second_factor_nothing_else_is_open(client, without_second_factor, address):
    sign(client, address="budi@example.org")
    assert client.get(address).headers["Location"].startswith("/en/account/app/?next=")


def test_the_first_sign_in_sets_the_second_factor_up(client, without_second_factor, code):
    assert sign(client, address="budi@example.org").headers["Location"] == DESK
    page = text(client.get("/en/account/app/"))
    secret = re.search(r'class="t-secret">([A-Z2-7]{32})<', page).group(1)
    assert '<svg class="t-qr"' in page

    assert "This code is not right" in text(client.post("/en/account/app/", {"code": "000000"}))
    response = client.post("/en/account/app/", {"code": code(secret)})
    assert response.headers["Location"] == "/en/account/codes/"
    page = text(client.get("/en/account/codes/"))
    assert len(re.findall(r"<li>\d{8}</li>", page)) == 10
    assert client.get(DESK).status_code == 200


def test_a_session_of_the_password_alone_does_not_pass_once_a_second_factor_is_set_up(
    client, without_second_factor
):
    sign(client, address="budi@example.org")
    give_second_factor(person=without_second_factor, secret=SECRET)
    assert client.get(DESK).headers["Location"].startswith(LOGIN)
    assert client.get(DESK).wsgi_request.user.is_anonymous


def test_to_replace_the_app_the_password_is_asked_for_again(person, sign_in):
    client = sign_in()
    response = client.get("/en/account/app/replace/")
    assert response.headers["Location"].startswith("/en/account/again/?next=")
    client.post("/en/account/again/", {"password": PASSWORD})
    assert client.get("/en/account/app/replace/").status_code == 200
    client.post("/en/account/app/replace/")
    assert client.get(DESK).headers["Location"].startswith("/en/account/app/")


def test_a_person_who_is_set_up_cannot_be_set_up_by_the_password_alone(client, person):
    sign(client)
    response = client.get("/en/account/app/")
    assert response.headers["Location"].startswith(LOGIN)


# --- what slows guessing -------------------------------------------------------------------------


def test_five_wrong_passwords_close_the_way_for_everyone_who_tries_that_address(person):
    for _ in range(5):
        sign(Client(), password="wrong")
    assert "Too many attempts failed" in text(sign(Client(REMOTE_ADDR="192.0.2.7")))
    assert sign(Client(), address="nobody@example.org", password="wrong").status_code == 200


def test_five_wrong_codes_close_the_way(client, person):
    sign(client)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert "Too many attempts failed" in text(client.post(CODE, {"code": "000000"}))


def test_one_computer_has_thirty_forms_a_minute(person):
    for number in range(31):
        response = sign(Client(), address=f"{number}@example.org", password="wrong")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert "Too many attempts in a short time" in text(response)


def test_what_is_counted_names_nobody(person):
    from teladan.registry.models import Attempt

    sign(Client(REMOTE_ADDR="192.0.2.7"), password="wrong")
    kept = list(Attempt.objects.values_list("key", "value"))
    assert kept
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key, _ in kept)
    assert "192.0.2.7" not in str(kept)


# --- who is turned away ---------------------------------------------------------------------------


def test_an_inactive_person_is_told_only_after_the_right_password(client, person):
    person.is_active = False
    person.save()
    assert UNKNOWN["en"] in text(sign(client, password="wrong"))
    sign(client)
    assert "can sign in no more" in text(client.get("/en/account/inactive/"))


def test_ending_a_person_ends_their_session(person, sign_in):
    client = sign_in()
    end_person(person=person, at=timezone.now())
    assert client.get(DESK).status_code == 302


def test_an_ended_role_is_gone_at_once(person, sign_in):
    client = sign_in()
    end_role(person=person, kind="publisher", scope=Scope("series", "spbe"), at=timezone.now())
    page = text(client.get(DESK))
    assert "Publisher" not in page
    assert "You have no role now." in page


SAMPLE = "visitor@sample.invalid"


@pytest.fixture
def sample(db):
    made = add_person(email=SAMPLE, name="Sample visitor", at=AT, password=PASSWORD, is_sample=True)
    give_second_factor(person=made, secret=SECRET)
    return made


def test_a_sample_person_signs_in_on_this_machine(sample, code, settings):
    settings.TELADAN_BOUND = "127.0.0.1"
    client = Client(SERVER_NAME="localhost")
    sign(client, address=SAMPLE)
    client.post(CODE, {"code": code()})
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize(
    ("bound", "more"),
    [
        ("127.0.0.1", {"SERVER_NAME": "teladan.example"}),
        ("0.0.0.0", {}),
        ("", {}),
        ("127.0.0.1", {"REMOTE_ADDR": "192.0.2.7"}),
        ("127.0.0.1", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}),
    ],
)
def test_a_sample_person_is_refused_elsewhere(sample, settings, bound, more):
    settings.TELADAN_BOUND = bound
    settings.ALLOWED_HOSTS = ["localhost", "teladan.example"]
    client = Client(**({"SERVER_NAME": "localhost"} | more))
    response = sign(client, address=SAMPLE)
    assert response.status_code == 403
    assert "sample-elsewhere" in text(response)
    assert client.get(CODE).headers["Location"] == LOGIN
    # With a wrong password nothing is said about it.
    assert UNKNOWN["en"] in text(sign(client, address=SAMPLE, password="wrong"))


def test_a_session_of_a_sample_person_ends_when_the_server_opens_up(sample, code, settings):
    settings.TELADAN_BOUND = "127.0.0.1"
    client = Client(SERVER_NAME="localhost")
    sign(client, address=SAMPLE)
    client.post(CODE, {"code": code()})
    settings.TELADAN_BOUND = "0.0.0.0"
    assert client.get(DESK).status_code == 403
    assert client.get(DESK).status_code == 302


def test_there_is_no_sign_up_and_no_reset_by_mail(client, db):
    for address in ("signup/", "email/", "password/reset/", "password/set/", "login/code/confirm/", ""):
        assert client.get(f"/en/account/{address}").status_code == 404, address


# --- cookies, forms and addresses -------------------------------------------------------------------


def test_signing_in_starts_a_new_session(client, person, code):
    client.get(LOGIN)
    sign(client)
    before = client.cookies["teladan"].value
    client.post(CODE, {"code": code()})
    assert client.cookies["teladan"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_given_by_someone_else_is_not_taken(person, code):
    client = Client()
    client.cookies["teladan"] = "f" * 32
    sign(client)
    client.post(CODE, {"code": code()})
    assert client.cookies["teladan"].value != "f" * 32
    assert client.get(DESK).status_code == 200


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(person, sign_in, client):
    cookie = sign_in().cookies["teladan"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (
        True,
        "Lax",
        "",
        "",
    )
    session = Session.objects.get(session_key=cookie.value)
    assert timedelta(hours=11) < session.expire_date - timezone.now() <= timedelta(hours=12)
    client.get(LOGIN)
    form = client.cookies["teladan-form"]
    assert (form["httponly"], form["samesite"]) == (True, "Lax")


def test_with_https_cookies_are_for_this_host_alone(monkeypatch):
    import os
    import subprocess
    import sys

    script = (
        "from teladan.config import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE)"
    )
    environment = os.environ | {"TELADAN_HTTPS": "yes", "TELADAN_SECRET_KEY": "x" * 40}
    said = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["__Host-teladan", "True", "__Host-teladan-form", "True"]


def test_a_form_without_its_token_is_refused_in_our_look(person):
    client = Client(enforce_csrf_checks=True)
    for language, title in (
        ("en", "This form was not accepted"),
        ("id", "Formulir ini tidak diterima"),
        ("ko", "이 양식은 접수되지 않았습니다"),
    ):
        response = client.post(f"/{language}/account/login/", {"login": "a@example.org", "password": "x"})
        assert response.status_code == 403
        assert title in text(response)
        assert response.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "http://testserver/en/desk/",
        "\t//evil.example",
    ],
)
def test_nobody_is_led_elsewhere(client, person, code, there):
    sign(client, next=there)
    assert client.post(CODE, {"code": code()}).headers["Location"] == DESK
    assert client.get(LOGIN, {"next": there}).headers["Location"] == DESK


def test_one_comes_back_to_what_was_asked_for_in_the_language_of_signing_in(client, person, code):
    client.post("/ko/account/login/", {"login": person.email, "password": PASSWORD, "next": "/en/desk/?x=1"})
    response = client.post("/ko/account/login/code/", {"code": code()})
    assert response.headers["Location"] == "/ko/desk/?x=1"


@pytest.mark.parametrize("address", [LOGIN, DESK, "/en/desk/nowhere", "/en/account/logout/"])
def test_nothing_signed_in_is_kept_by_anyone(person, sign_in, address):
    assert sign_in().get(address).headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/ko/results", "/id/search?q=a", "/en/nowhere", "/robots.txt"]
)
def test_public_pages_see_no_cookie_and_set_none(published, person, sign_in, address):
    signed, other = sign_in(), Client()
    signed.cookies["teladan-form"] = "junk"
    responses = [signed.get(address), other.get(address)]
    other.cookies["teladan"] = "junk"
    responses.append(other.get(address))
    for response in responses:
        assert "Set-Cookie" not in response.headers
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "").split(", ")
        assert not response.wsgi_request.session.accessed
        assert response.content == responses[0].content


def test_a_public_page_asks_the_database_for_no_session(published, person, sign_in):
    client = sign_in()
    with CaptureQueriesContext(connection) as asked:
        client.get("/en/accessibility")
        client.get("/en/search?q=denpasar")
    assert asked.captured_queries
    assert not re.search("django_session|registry_person|registry_role", str(asked.captured_queries))


# --- passwords ------------------------------------------------------------------------------------------


NEW = "another plain sentence"


def change(client, language="en", **given):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | given
    return client.post(f"/{language}/account/password/", form)


def test_a_password_is_changed_and_other_sessions_end(person, sign_in):
    here, there = sign_in(), sign_in()
    assert change(here).headers["Location"] == "/en/account/sign-in/"
    assert "Your password is changed." in text(here.get("/en/account/sign-in/"))
    assert there.get(DESK).status_code == 302
    assert sign(Client(), password=NEW).headers["Location"] == CODE


@pytest.mark.parametrize("language", ["en", "id", "ko"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oldpassword": "wrong"}, "This is not your password."),
        ({"oldpassword": ""}, "Write your password."),
        ({"password2": "something else"}, "The two new passwords differ. Write the same one twice."),
        (dict.fromkeys(("password1", "password2"), "short"), "Choose a password of at least 12 characters."),
        (
            dict.fromkeys(("password1", "password2"), "ani@example.org1"),
            "Choose a password that is not made of your name or address.",
        ),
        (
            dict.fromkeys(("password1", "password2"), "qwerty123456"),
            "Choose another password: this one is among those that are tried first.",
        ),
        (dict.fromkeys(("password1", "password2"), "x" * 5000), "This is longer than a password can be."),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_in_every_language(person, sign_in, language, given, said):
    from django.utils.html import escape
    from django.utils.translation import gettext, override

    page = text(change(sign_in(), language, **given))
    with override(language):
        n = "Choose a password of at least %(n)s characters."
        wanted = gettext(n) % {"n": 12} if "12" in said else gettext(said)
    assert escape(wanted) in page
    if language != "en":
        assert wanted != said


@pytest.mark.parametrize("language", ["id", "ko"])
@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("login/", {"login": "", "password": ""}),
        ("login/", {"login": "not an address", "password": ""}),
        ("login/", {"login": "x" * 300 + "@example.org", "password": "x"}),
        ("again/", {"password": ""}),
        ("again/", {"password": "wrong"}),
        ("again/code/", {"code": ""}),
        ("again/code/", {"code": "000000"}),
        ("password/", {}),
    ],
)
def test_no_error_is_said_in_english_elsewhere(person, sign_in, language, address, given):
    client = Client() if address == "login/" else sign_in()
    page = text(client.post(f"/{language}/account/{address}", given))
    errors = re.findall(r'error-message"[^>]*>([^<]+)<|<li><a href="#[^"]*">([^<]+)</a>', page)
    assert errors
    said = " ".join("".join(pair) for pair in errors)
    assert not re.search(r"\b(the|this|is|your|you|Write|address|field|required|Ensure|valid)\b", said), said


# --- refusals of the desk ----------------------------------------------------------------------------------


def test_a_refused_action_is_a_page_that_names_the_rule(person, sign_in, rf):
    @signed_in
    def refusing(request):
        raise Refused(Reason("two-persons", "You prepared it yourself: another person has to release it."))

    request = rf.post("/en/desk/anything")
    opened = sign_in()
    request.session = opened.session
    request.user = person
    request.at = clock.now()
    response = refusing(request)
    assert response.status_code == 403
    assert "two-persons" in text(response)
    assert "another person has to release it" in text(response)
