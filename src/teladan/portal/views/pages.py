"""Views."""

from django.http import HttpRequest, HttpResponse


def method(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def data(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def accessibility(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")
