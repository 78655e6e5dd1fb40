"""Views."""

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def search(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")
