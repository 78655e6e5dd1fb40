"""The frame of the site: languages, error pages, what browsers are told."""

import re

import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import include, path
from django.utils.translation import override

from teladan.config import urls as site_urls

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGES = ("en", "id", "ko")
NOT_FOUND = {
    "en": "There is no page at this address",
    "id": "Tidak ada halaman di alamat ini",
    "ko": "이 주소에는 페이지가 없습니다",
}
FAILED = {
    "en": "Something went wrong here",
    "id": "Terjadi kesalahan di sistem kami",
    "ko": "시스템에 오류가 발생했습니다",
}


def shown(request):
    return render(request, "web/base.html", {"title": "Shown", "twins": ["json", "csv"]})


def failing(request):
    raise RuntimeError("as asked")


class Addresses:
    """A site of two pages."""

    from django.conf.urls.i18n import i18n_patterns

    handler400, handler404, handler500 = site_urls.handler400, site_urls.handler404, site_urls.handler500
    urlpatterns = [
        site_urls.urlpatterns[0],
        *i18n_patterns(
            path("", include(([path("results/", shown, name="results"), path("fails/", failing)], "portal")))
        ),
    ]


@pytest.fixture
def site(settings):
    settings.ROOT_URLCONF = Addresses
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("accepted", "target"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "/ko/"),
        ("id", "/id/"),
        ("fr-FR,fr;q=0.9", "/en/"),
        ("", "/en/"),
        ("xx;q=broken,,", "/en/"),
    ],
)
def test_the_door_leads_to_the_language_of_the_browser(client, accepted, target):
    response = client.get("/", headers={"accept-language": accepted})

    assert (response.status_code, response.headers["Location"]) == (302, target)
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_itself_in_every_language_and_keeps_the_query(site, language):
    text = site.get(f"/{language}/results/?kind=city&q=a%20b").content.decode()

    assert f'<html class="govuk-template" lang="{language}" dir="ltr">' in text
    assert f'<link rel="canonical" href="http://testserver/{language}/results/">' in text
    for other in LANGUAGES:
        assert f'hreflang="{other}" href="http://testserver/{other}/results/?kind=city&amp;q=a%20b"' in text
        assert f'<li><a href="/{other}/results/?kind=city&amp;q=a%20b" lang="{other}"' in text
    assert 'type="application/json" href="/' + language + '/results.json?kind=city&amp;q=a%20b"' in text
    assert 'type="text/csv" href="/' + language + "/results.csv?" in text


def test_the_place_in_the_site_is_marked(site):
    text = site.get("/en/results/").content.decode()

    assert '<a href="/en/results/" aria-current="true">Results</a>' in text


def test_the_origin_of_the_site_can_be_set(site, settings):
    settings.TELADAN_ORIGIN = "https://teladan.example"

    text = site.get("/en/results/").content.decode()

    assert '<link rel="canonical" href="https://teladan.example/en/results/">' in text


def test_every_answer_carries_the_policy(site):
    for address in ("/", "/en/results/", "/en/nowhere/", "/en/fails/", "/static/teladan.css"):
        response = site.get(address)
        if response.streaming:
            b"".join(response)  # a file is closed when it has been read
        headers = response.headers
        assert headers["Content-Security-Policy"] == POLICY, address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert "Set-Cookie" not in headers, address


def test_a_page_holds_nothing_the_policy_forbids(site):
    text = site.get("/en/results/").content.decode()

    assert re.findall(r"<script|<style| style=| on\w+=|https?://(?!testserver)[^\"' ]*", text) == []


def test_https_is_remembered_where_it_is_set(site, settings):
    settings.SECURE_HSTS_SECONDS = 31536000

    response = Client().get("/en/results/", secure=True)

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("address", "status", "texts"), [("nowhere/", 404, NOT_FOUND), ("fails/", 500, FAILED)]
)
def test_errors_are_said_in_the_language_of_the_address(site, language, address, status, texts):
    response = site.get(f"/{language}/{address}")

    assert response.status_code == status
    assert texts[language] in response.content.decode()
    assert f'<a href="/{language}/">' in response.content.decode()
    assert "as asked" not in response.content.decode()


@pytest.mark.parametrize("first", ["fr", "xx", "pt-br", "fil"])
def test_a_language_that_is_not_there_offers_the_three(site, first):
    response = site.get(f"/{first}/results/?kind=city", headers={"accept-language": "ko"})

    text = response.content.decode()
    assert response.status_code == 404
    assert "아직 지원하지 않는 언어입니다" in text
    for language in LANGUAGES:
        assert (
            f'<li><a href="/{language}/results/?kind=city" lang="{language}" hreflang="{language}">' in text
        )


def test_a_language_that_is_not_there_before_a_page_that_is_not_there_offers_the_home_pages(site):
    text = site.get("/fr/nowhere/?x=1").content.decode()

    assert '<li><a href="/id/" lang="id" hreflang="id">' in text


def test_an_address_without_language_finds_its_page(site):
    response = site.get("/results/", headers={"accept-language": "id"})

    assert (response.status_code, response.headers["Location"]) == (302, "/id/results/")


@pytest.mark.parametrize("address", ["/en/%00/", "/en/" + "a" * 5000, "/en/%ff%fe/", "/en//results/"])
def test_absurd_addresses_are_answered(site, address):
    assert site.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "kind", "body"),
    [
        ("/en/nowhere.json", "application/json", '{\n "detail": "There is nothing at this address."\n}\n'),
        ("/en/nowhere.csv", "text/plain", "There is nothing at this address.\n"),
        ("/api/nowhere", "application/json", '{\n "detail": "There is nothing at this address."\n}\n'),
    ],
)
def test_who_asked_for_data_is_told_in_data(site, address, kind, body):
    response = site.get(address)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert response.content.decode() == body


def test_an_unknown_host_is_refused_without_being_repeated(site):
    response = site.get("/en/results", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_when_the_error_page_fails_too_there_is_a_last_resort(site, monkeypatch, caplog):
    monkeypatch.setattr("teladan.web.views.render", failing)

    response = site.get("/id/nowhere/")

    assert response.status_code == 404
    assert "Terjadi kesalahan di sistem kami" in response.content.decode()
    assert "could not be rendered" in caplog.text


def test_a_filter_of_a_constant_is_worked_out_for_each_reader():
    from django.template import engines

    template = engines.all()[0].from_string("{{ '3.19' | num }}")
    written = []
    for language in LANGUAGES:
        with override(language):
            written.append(template.render({}))

    assert written == ["3.19", "3,19", "3.19"]


def test_a_name_nobody_gave_is_an_error():
    from django.template import engines
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        engines.all()[0].from_string("{{ nobody_gave_this }}").render({})


def test_a_view_may_set_its_own_policy(settings):
    from teladan.web.middleware import policy

    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert policy(lambda _: own)(None).headers["Content-Security-Policy"] == "sandbox"
