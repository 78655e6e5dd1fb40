"""Addresses of the open data interface: /api/v1/… and its description at /api/v1/openapi.json."""

from django.urls import URLPattern, URLResolver, path, re_path

from teladan.api.api import api, nowhere, openapi

app_name = "api"

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", nowhere),
    path("v1/", api.urls),
    re_path("", nowhere),
]
