"""Addresses of the public pages. Each table has its JSON and CSV at the page's own address."""

from django.urls import URLPattern, path, re_path

from teladan.portal.views import (
    cooperation,
    countries,
    editions,
    exchange,
    home,
    instruments,
    organisations,
    pages,
    practices,
    record,
    search,
    uncertainty,
)

app_name = "portal"

FACE = r"(?:\.(?P<face>json|csv))?$"
CODE = r"(?P<code>[A-Za-z0-9-]+)"
SLUG = r"(?P<slug>[a-z0-9-]+)"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    re_path(rf"^search{FACE}", search.search, name="search"),
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
    re_path(rf"^practices{FACE}", practices.practices, name="practices"),
    re_path(rf"^practices/{CODE}{FACE}", practices.practice, name="practice"),
    path("practices/<slug:code>/document", practices.document, name="practice-document"),
    re_path(
        rf"^practices/{CODE}/(?P<number>[1-9][0-9]{{0,3}}){FACE}", practices.practice, name="practice-version"
    ),
    re_path(rf"^themes/{SLUG}{FACE}", practices.theme, name="theme"),
    re_path(rf"^tracks/{SLUG}{FACE}", practices.track, name="track"),
    re_path(rf"^adoptions/{CODE}{FACE}", exchange.adoption, name="adoption"),
    re_path(rf"^exchange/network{FACE}", exchange.network, name="network"),
    path("exchange/changes.atom", exchange.changes, {"face": "atom"}, name="changes-feed"),
    re_path(rf"^exchange/changes{FACE}", exchange.changes, name="changes"),
    path("exchange/questions", exchange.questions, name="questions"),
    *(
        re_path(rf"^exchange/questions/{name}{FACE}", view, name=f"question-{name}")
        for name, view in (
            ("descendants", exchange.descendants),
            ("dropped", exchange.dropped),
            ("no-outcome", exchange.no_outcome),
            ("self-report", exchange.self_report),
            ("orphans", exchange.orphans),
            ("fit", exchange.fit),
        )
    ),
    re_path(rf"^cooperation{FACE}", cooperation.cooperation, name="cooperation"),
    re_path(rf"^meetings/{CODE}{FACE}", cooperation.meeting, name="meeting"),
    path("verify", record.verify, name="verify"),
    re_path(rf"^record{FACE}", record.record, name="record"),
    re_path(rf"^method{FACE}", pages.method, name="method"),
    path("data", pages.data, name="data"),
    path("accessibility", pages.accessibility, name="accessibility"),
]
