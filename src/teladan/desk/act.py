"""How the desk answers a form: who may, what was written, the service that does it, and where that leads.

    @form_view
    def become(request: HttpRequest, code: str) -> HttpResponse:
        person, adoption = asking(request), adoption_of(code)
        demand(rules.may_move(person, adoption))
        form = BecomeForm(sent(request))
        return act(
            request,
            form,
            do=lambda given: services.become(by=person, adoption=adoption, **given),
            at={"cycle": "practice"},
            done=_("It is kept."),
            to=lambda _practice: address(adoption),
            template="desk/adoptions/become.html",
            context=lambda: {"adoption": adoption, "form": form},
        )

A form that is opened, or in which something is wrong, is the page; a refusal stands at the field that it is
about and keeps what was typed; what was done is said on the page that follows. Sent twice, it is done once.

What needs no form is a button: `@action_view`, the service, and `lead` to the page that says what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods, require_POST

from teladan.desk.fields import MORE, DeskForm, Rows, errors_of
from teladan.desk.pages import page
from teladan.desk.signed_in import signed_in
from teladan.desk.submit_once import once
from teladan.registry.refusals import Refused


def form_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view show a form and answer it, for persons who are signed in."""
    return require_http_methods(["GET", "HEAD", "POST"])(signed_in(once(view)))


def action_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view answer a button or a form that stands on another page, for persons who are signed in."""
    return require_POST(signed_in(view))


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, None where the form is only opened."""
    return request.POST if request.method == "POST" else None


def lead(request: HttpRequest, done: str, address: str) -> HttpResponseRedirect:
    """Lead to a page, which says what was done."""
    messages.success(request, done)
    return HttpResponseRedirect(address)


def act(
    request: HttpRequest,
    *forms: DeskForm | Rows,
    do: Callable[[dict[str, Any]], Any],
    at: Mapping[str, str] | None = None,
    done: str | Callable[[Any], str],
    to: Callable[[Any], str],
    template: str,
    context: Callable[[], Mapping[str, Any]],
) -> HttpResponse:
    """Do what the forms say once all of them are valid, else show the page.

    `do` is given the cleaned data of the first form. It may add errors to the forms, which shows them again,
    or return a response of its own. `at` says at which field the refusal of a rule is shown, {rule: field}.
    `done` is the message and `to` the address that follow what `do` returned.
    """
    valid = [form.is_valid() for form in forms]  # each is looked at: all errors are shown
    if request.method == "POST" and MORE not in request.POST and all(valid):
        try:
            made = do(next(form.cleaned_data for form in forms if isinstance(form, DeskForm)))
        except Refused as error:
            _show(error, [form for form in forms if isinstance(form, DeskForm)], at or {})
        else:
            if isinstance(made, HttpResponse):
                return made
            if not errors_of(*forms):
                return lead(request, done(made) if callable(done) else done, to(made))
    return page(request, template, dict(context()), errors_of(*forms))


def _show(error: Refused, forms: list[DeskForm], at: Mapping[str, str]) -> None:
    """Put a refusal at its field, in whichever form has it."""
    field = at.get(error.rule, str(error.reason.values.get("field", "")))
    next((form for form in forms if field in form.fields), forms[0]).say(error, at)
