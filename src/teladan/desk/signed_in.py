"""Who comes to the desk: signed in, by a rule that lets them, with their second factor shown.

    @signed_in
    def home(request: HttpRequest) -> HttpResponse: ...

`person_of(request)` is then the Person. A `Refused` that the view lets out becomes a page with
status 403 that names the rule and its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from teladan.desk.refusal_page import refused
from teladan.desk.sample_persons import may_sign_in, way_of
from teladan.registry.models import Person
from teladan.registry.refusals import Refused

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Let a view answer only persons who signed in with password and second factor."""
    return _guarded(view, second_factor=True)


def by_password(view: View) -> View:
    """Let a view answer persons who are signed in, also before they have a second factor."""
    return _guarded(view, second_factor=False)


def person_of(request: HttpRequest) -> Person:
    """Return who is signed in; call it in a view behind `signed_in`."""
    assert isinstance(request.user, Person)
    return request.user


def has_second_factor(person: Person) -> bool:
    """Say whether a person has set up an authenticator app."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def showed_second_factor(request: HttpRequest) -> bool:
    """Say whether this very session showed a second factor.

    That the person has one is not enough: a session from before, opened with the password alone, would
    pass as soon as its owner sets one up elsewhere.
    """
    records = get_authentication_records(request, person_of(request))
    return any(record.get("method") == "mfa" for record in records)


def _guarded(view: View, *, second_factor: bool) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not isinstance(request.user, Person):
            return _go("account_login", request)
        reason = may_sign_in(request.user, way_of(request))
        if reason is not None:
            logout(request)
            return refused(request, reason)
        if second_factor and not has_second_factor(request.user):
            return _go("mfa_activate_totp", request)
        if second_factor and not showed_second_factor(request):
            logout(request)  # opened before the second factor was set up
            return _go("account_login", request)
        try:
            return view(request, *args, **kwargs)
        except Refused as no:
            return refused(request, no.reason)

    return answer


def _go(name: str, request: HttpRequest) -> HttpResponse:
    """Lead to a page and, from there, back to what was asked for; a form that was sent is not kept."""
    there = reverse(name)
    if request.method in {"GET", "HEAD"}:
        there += "?" + urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return HttpResponseRedirect(there)
