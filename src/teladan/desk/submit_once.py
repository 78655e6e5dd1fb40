"""A form that is sent twice does once what it says, and leads to where the first time led."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from secrets import token_hex

from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from markupsafe import Markup

NAME, SENT = "once", "sent"
MOST = 30  # forms of a session that are remembered, the newest
View = Callable[..., HttpResponse]


def mark() -> Markup:
    """Return the hidden field that tells this form from the same one opened again."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(NAME, token_hex(8))


def once(view: View) -> View:
    """Let a view answer a form once: the same form with the same content only leads to what came of it.

    Something else written into the same form (after going back) is another thing and is kept too. The two
    may arrive at the same moment, so the second waits for the first. Only what was kept is remembered, in
    the session: a form that was refused or sent back can be sent again.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(NAME):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            known = _sent(request)
            form = _digest(request)
            if form in known:
                request.session[SENT] = known
                messages.success(request, _("This was sent twice; it is kept once."))
                return HttpResponseRedirect(known[form])
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                newest = list({**known, form: response.url}.items())[-MOST:]
                request.session[SENT] = dict(newest)
                request.session.save()
            return response

    return answer


def _sent(request: HttpRequest) -> dict[str, str]:
    """Lock the session until the transaction ends, and return what was sent in it: {digest: address}."""
    row = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
    return dict(row.get_decoded().get(SENT, {})) if row else {}


def _digest(request: HttpRequest) -> str:
    given = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return sha256(repr((request.get_full_path(), given)).encode("utf-8", "replace")).hexdigest()
