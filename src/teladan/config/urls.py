"""Every address of the site: pages under their language, data and the API without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from teladan.web import views

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error
handler429 = views.too_many  # allauth asks for it by this name

urlpatterns = [
    path("", views.choose_language, name="choose-language"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path("api/", include("teladan.api.urls")),
    path("record/", include("teladan.api.record_urls")),
    *i18n_patterns(
        path("", include("teladan.portal.urls")),
        path("account/", include("teladan.desk.account.urls")),
        path("desk/", include("teladan.desk.urls")),
        prefix_default_language=True,
    ),
]
