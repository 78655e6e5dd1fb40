"""Views."""

from django.http import HttpRequest, HttpResponse


def instruments(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")


def instrument(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")
