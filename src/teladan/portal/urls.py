"""Addresses of the public pages. Each table has its JSON and CSV at the page's own address."""

from django.urls import URLPattern, path, re_path

from teladan.portal.views import (
    countries,
    editions,
    home,
    instruments,
    organisations,
    pages,
    record,
    uncertainty,
)

app_name = "portal"

FACE = r"(?:\.(?P<face>json|csv))?$"
CODE = r"(?P<code>[A-Za-z0-9-]+)"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    re_path(rf"^search{FACE}", home.search, name="search"),
    re_path(rf"^results{FACE}", editions.results, name="results"),
    re_path(rf"^results/{CODE}{FACE}", editions.edition, name="edition"),
    re_path(rf"^results/{CODE}/names{FACE}", editions.names, name="names"),
    re_path(rf"^results/{CODE}/proof{FACE}", record.proof, name="proof"),
    re_path(rf"^results/{CODE}/uncertainty{FACE}", uncertainty.uncertainty, name="uncertainty"),
    re_path(rf"^results/{CODE}/history{FACE}", record.history, name="history"),
    re_path(
        rf"^results/{CODE}/corrections/(?P<number>[1-9][0-9]{{0,3}}){FACE}",
        record.correction,
        name="correction",
    ),
    path("results/<slug:code>/publication", editions.canonical, name="publication"),
    re_path(rf"^instruments{FACE}", instruments.instruments, name="instruments"),
    re_path(
        rf"^instruments/(?P<slug>[a-z0-9-]+)/(?P<version>[A-Za-z0-9-]+){FACE}",
        instruments.instrument,
        name="instrument",
    ),
    re_path(rf"^organisations/{CODE}{FACE}", organisations.organisation, name="organisation"),
    re_path(rf"^countries{FACE}", countries.countries, name="countries"),
    re_path(rf"^countries/compare{FACE}", countries.compare, name="compare"),
    re_path(r"^countries/(?P<code>[A-Z]{3})" + FACE, countries.country, name="country"),
    path("verify", record.verify, name="verify"),
    re_path(rf"^record{FACE}", record.record, name="record"),
    re_path(rf"^method{FACE}", pages.method, name="method"),
    path("data", pages.data, name="data"),
    path("accessibility", pages.accessibility, name="accessibility"),
]
