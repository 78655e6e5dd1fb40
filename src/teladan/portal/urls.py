"""Addresses of the public pages. Each table has its JSON and CSV at the page's own address."""

from django.urls import URLPattern, path, re_path

from teladan.portal.about import views as about
from teladan.portal.adoptions import views as adoptions
from teladan.portal.cooperation import views as cooperation
from teladan.portal.countries import views as countries
from teladan.portal.home import views as home
from teladan.portal.instruments import views as instruments
from teladan.portal.organisations import views as organisations
from teladan.portal.practices import views as practices
from teladan.portal.record import views as record
from teladan.portal.results import views as results
from teladan.portal.search import views as search
from teladan.portal.uncertainty import views as uncertainty

app_name = "portal"

FACE = r"(?:\.(?P<face>json|csv))?$"
CODE = r"(?P<code>[A-Za-z0-9-]+)"
SLUG = r"(?P<slug>[a-z0-9-]+)"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    re_path(rf"^search{FACE}", search.search, name="search"),
    re_path(rf"^results{FACE}", results.results, name="results"),
    re_path(rf"^results/{CODE}{FACE}", results.edition, name="edition"),
    re_path(rf"^results/{CODE}/names{FACE}", results.names, name="names"),
    re_path(rf"^results/{CODE}/proof{FACE}", record.proof, name="proof"),
    re_path(rf"^results/{CODE}/uncertainty{FACE}", uncertainty.uncertainty, name="uncertainty"),
    re_path(rf"^results/{CODE}/history{FACE}", record.history, name="history"),
    re_path(
        rf"^results/{CODE}/corrections/(?P<number>[1-9][0-9]{{0,3}}){FACE}",
        record.correction,
        name="correction",
    ),
    path("results/<slug:code>/publication", results.canonical, name="publication"),
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
    re_path(rf"^adoptions/{CODE}{FACE}", adoptions.adoption, name="adoption"),
    re_path(rf"^exchange/network{FACE}", adoptions.network, name="network"),
    path("exchange/changes.atom", adoptions.changes_feed, name="changes-feed"),
    re_path(rf"^exchange/changes{FACE}", adoptions.changes, name="changes"),
    path("exchange/questions", adoptions.questions, name="questions"),
    *(
        re_path(rf"^exchange/questions/{name}{FACE}", view, name=f"question-{name}")
        for name, view in (
            ("descendants", adoptions.descendants),
            ("dropped", adoptions.dropped),
            ("no-outcome", adoptions.no_outcome),
            ("self-report", adoptions.self_report),
            ("orphans", adoptions.orphans),
            ("fit", adoptions.fit),
        )
    ),
    re_path(rf"^cooperation{FACE}", cooperation.cooperation, name="cooperation"),
    re_path(rf"^meetings/{CODE}{FACE}", cooperation.meeting, name="meeting"),
    path("verify", record.verify, name="verify"),
    re_path(rf"^record{FACE}", record.record, name="record"),
    re_path(rf"^method{FACE}", about.method, name="method"),
    path("data", about.data, name="data"),
    path("accessibility", about.accessibility, name="accessibility"),
]
