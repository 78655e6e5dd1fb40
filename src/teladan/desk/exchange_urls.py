"""Addresses of the exchange on the desk, below /desk/."""

from django.urls import URLPattern, path

from teladan.desk.views import (
    exchange_adoptions as adoptions,
)
from teladan.desk.views import (
    exchange_following as following,
)
from teladan.desk.views import (
    exchange_observing as observing,
)
from teladan.desk.views import (
    exchange_people as people,
)
from teladan.desk.views import (
    exchange_practices as practices,
)
from teladan.desk.views import (
    exchange_requests as requests,
)

urlpatterns: list[URLPattern] = [
    path("practices/", practices.practices, name="practices"),
    path("practices/new", practices.new, name="practice-new"),
    path("practices/<slug:code>", practices.practice, name="practice"),
    path("practices/<slug:code>/revise", practices.revise, name="practice-revise"),
    path("practices/<slug:code>/observe", observing.observe, name="observe"),
    path("practices/<slug:code>/check-in", practices.check_in, name="check-in"),
    path("practices/<slug:code>/translate", observing.translations, name="translate"),
    path("practices/<slug:code>/translate/<path:place>", observing.translate, name="translate-text"),
    path("practices/<slug:code>/focal-point", people.focal_point, name="focal-point"),
    path("practices/<slug:code>/focal-point/consent", people.consent, name="consent"),
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
    path("adoptions/<slug:code>/appraise", people.appraise, name="appraise"),
    path("adoptions/<slug:code>/appraisals/<int:pk>/reply", people.reply, name="reply"),
]
