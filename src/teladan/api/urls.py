"""Addresses of the open data interface: /api/v1/… and its description at /api/v1/openapi.json."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from teladan.api.api import api, nowhere, openapi

app_name = "api"


def with_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer HEAD as GET, which ninja does not; the server leaves the body out."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = asked

    return answer


_addresses, _name, _namespace = api.urls
for _address in _addresses:
    if isinstance(_address, URLPattern):
        _address.callback = with_head(_address.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", nowhere),
    path("v1/", (_addresses, _name, _namespace)),
    re_path("", nowhere),
]
