"""Views."""

from django.http import HttpRequest, HttpResponse


def organisation(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Not built yet."""
    return HttpResponse("")
