"""Addresses of the desk."""

from django.urls import URLPattern, path

from teladan.desk.adoptions import appraisals, following
from teladan.desk.adoptions import views as adoptions
from teladan.desk.home import views as home
from teladan.desk.practices import focal_point, observations, translations
from teladan.desk.practices import views as practices
from teladan.desk.publications import archives, audits, corrections
from teladan.desk.publications import views as publications
from teladan.desk.requests import views as requests

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("publications/", publications.publications, name="publications"),
    path("publications/new", publications.new, name="new"),
    path("publications/<int:pk>", publications.preparation, name="preparation"),
    path("publications/<int:pk>/prepare", publications.prepare, name="prepare"),
    path("publications/<int:pk>/withdraw", publications.withdraw, name="withdraw"),
    path("publications/<int:pk>/release", publications.release, name="release"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/new", corrections.new, name="ask"),
    path("corrections/<int:pk>", corrections.correction, name="correction"),
    path("corrections/<int:pk>/decide", corrections.decide, name="decide"),
    path("corrections/<int:pk>/take-back", corrections.take_back, name="take-back"),
    path("archives/", archives.archives, name="archives"),
    path("archives/<slug:code>", archives.archive, name="archive"),
    path("archives/<slug:code>/make", archives.make, name="make-archive"),
    path("audits/", audits.audits, name="audits"),
    path("practices/", practices.practices, name="practices"),
    path("practices/new", practices.new, name="practice-new"),
    path("practices/<slug:code>", practices.practice, name="practice"),
    path("practices/<slug:code>/revise", practices.revise, name="practice-revise"),
    path("practices/<slug:code>/observe", observations.observe, name="observe"),
    path("practices/<slug:code>/check-in", practices.check_in, name="check-in"),
    path("practices/<slug:code>/translate", translations.translations, name="translate"),
    path("practices/<slug:code>/translate/<path:place>", translations.translate, name="translate-text"),
    path("practices/<slug:code>/focal-point", focal_point.focal_point, name="focal-point"),
    path("practices/<slug:code>/focal-point/consent", focal_point.consent, name="consent"),
    path("practices/<slug:code>/ask", requests.ask, name="ask-owner"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new", requests.new, name="request-new"),
    path("requests/<int:pk>", requests.one, name="request"),
    path("questions/<int:pk>", requests.message, name="message"),
    path("adoptions/", adoptions.adoptions, name="adoptions"),
    path("adoptions/new", adoptions.new, name="adoption-new"),
    path("adoptions/<slug:code>", adoptions.adoption, name="adoption"),
    path("adoptions/<slug:code>/weigh", following.weigh, name="weigh"),
    path("adoptions/<slug:code>/modify", following.modify, name="modify"),
    path("adoptions/<slug:code>/outcome", following.outcome, name="outcome"),
    path("adoptions/<slug:code>/become", following.become, name="become"),
    path("adoptions/<slug:code>/appraise", appraisals.appraise, name="appraise"),
    path("adoptions/<slug:code>/appraisals/<int:pk>/reply", appraisals.reply, name="reply"),
]
