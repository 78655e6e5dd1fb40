"""Addresses of the desk."""

from django.urls import URLPattern, path

from teladan.desk import exchange_urls
from teladan.desk.views import archives, audits, correcting, home, publishing

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("publications/", publishing.publications, name="publications"),
    path("publications/new", publishing.new, name="new"),
    path("publications/<int:pk>", publishing.preparation, name="preparation"),
    path("publications/<int:pk>/prepare", publishing.prepare, name="prepare"),
    path("publications/<int:pk>/withdraw", publishing.withdraw, name="withdraw"),
    path("publications/<int:pk>/release", publishing.release, name="release"),
    path("corrections/", correcting.corrections, name="corrections"),
    path("corrections/new", correcting.new, name="ask"),
    path("corrections/<int:pk>", correcting.correction, name="correction"),
    path("corrections/<int:pk>/decide", correcting.decide, name="decide"),
    path("corrections/<int:pk>/take-back", correcting.take_back, name="take-back"),
    path("archives/", archives.archives, name="archives"),
    path("archives/<slug:code>", archives.archive, name="archive"),
    path("archives/<slug:code>/make", archives.make, name="make-archive"),
    path("audits/", audits.audits, name="audits"),
    *exchange_urls.urlpatterns,
]
