"""Views."""

from django.http import HttpRequest, HttpResponse


def results(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def edition(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def names(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def canonical(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")
