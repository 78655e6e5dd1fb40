"""Who is signed in, as the head of the desk's pages shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as N_

from teladan.registry.models import Person, Role
from teladan.registry.queries import Held, roles_of
from teladan.web.page import Link, moment

# (address name, title) of what the head of the desk links.
DESK = (
    ("desk:home", N_("What waits")),
    ("desk:publications", N_("Publications")),
    ("desk:corrections", N_("Corrections")),
    ("desk:archives", N_("Archives")),
    ("desk:audits", N_("Audits")),
)
# The same for those who have a role of the exchange; who has no other is spared the links of publishing.
EXCHANGE = (
    ("desk:practices", N_("Practices")),
    ("desk:adoptions", N_("Adoptions")),
    ("desk:requests", N_("Requests")),
)
OF_THE_EXCHANGE = frozenset(
    (Role.Kind.EXCHANGE_OFFICER, Role.Kind.PRACTICE_OWNER, Role.Kind.ADOPTER, Role.Kind.APPRAISER)
)


class Me:
    """The person who asks, looked up only where a template names them: public pages never do."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def person(self) -> Person | None:
        """The person, or None where nobody is signed in."""
        user = self._request.user
        return user if isinstance(user, Person) else None

    @cached_property
    def messages(self) -> list[str]:
        """What was just done, to be said once."""
        return [str(message) for message in get_messages(self._request)]

    @cached_property
    def links(self) -> list[Link]:
        """The desk's own pages, the open one marked."""
        path = self._request.path
        kinds = {held.kind for held in self.held}
        exchanging = kinds & OF_THE_EXCHANGE
        shown = (DESK[:1] if exchanging and kinds <= OF_THE_EXCHANGE else DESK) + (
            EXCHANGE if exchanging else ()
        )
        return [Link(gettext(title), reverse(name), reverse(name) == path) for name, title in shown]

    @cached_property
    def held(self) -> list[Held]:
        """The roles the person has now."""
        return roles_of(self.person, moment(self._request)) if self.person else []

    @cached_property
    def roles(self) -> list[str]:
        """The same roles in the reader's language, each with its scope where it is not for all."""
        return [said(held) for held in self.held]


def said(held: Held) -> str:
    """Return a role in the reader's language: "Publisher", "Publisher (spbe)"."""
    name = role_name(held.kind)
    return f"{name} ({held.scope.name})" if held.scope.name else name


def role_name(kind: str) -> str:
    """Return the name of a role in the reader's language."""
    return {
        Role.Kind.PUBLISHER.value: pgettext("role", "Publisher"),
        Role.Kind.SECOND_PUBLISHER.value: pgettext("role", "Second publisher"),
        Role.Kind.COORDINATOR.value: pgettext("role", "Coordinator"),
        Role.Kind.OBSERVER.value: pgettext("role", "Observer"),
        Role.Kind.EXCHANGE_OFFICER.value: pgettext("role", "Exchange officer"),
        Role.Kind.PRACTICE_OWNER.value: pgettext("role", "Practice owner"),
        Role.Kind.ADOPTER.value: pgettext("role", "Adopter"),
        Role.Kind.APPRAISER.value: pgettext("role", "Appraiser"),
    }[kind]


def context(request: HttpRequest) -> dict[str, Any]:
    """Give templates `me`."""
    return {"me": Me(request)}
