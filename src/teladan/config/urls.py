"""Every address of the site: pages under their language, data and the API without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from teladan.web import views

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("", views.choose_language, name="choose-language"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path("api/", include("teladan.api.urls")),
    *i18n_patterns(path("", include("teladan.portal.urls")), prefix_default_language=True),
]
