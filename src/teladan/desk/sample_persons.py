"""Who may sign in from where: sample persons only on the machine that runs the demo."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop as N_

from teladan.registry.models import Person
from teladan.registry.refusals import Reason

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a request came: the host asked for, where the server listens, the sender, whether by a proxy."""

    host: str
    bound: str
    sender: str
    forwarded: bool

    @property
    def is_local(self) -> bool:
        """Say whether it cannot have come from another computer."""
        return (
            self.host in LOOPBACK
            and self.bound in LOOPBACK
            and is_loopback(self.sender)
            and not self.forwarded
        )


def is_loopback(address: str) -> bool:
    """Say whether an IP address is this computer's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def may_sign_in(person: Person, way: Way) -> Reason | None:
    """Let sample persons in on this machine only: their passwords are printed on its screen."""
    if person.is_sample and not way.is_local:
        return Reason(
            "sample-elsewhere",
            N_(
                "Sample persons sign in only on the machine that runs the demo, at localhost. Here a person "
                "signs in whom an administrator has added."
            ),
        )
    return None


def way_of(request: HttpRequest) -> Way:
    """Return how a request came."""
    host = request.get_host()
    has_port = ":" in host and not host.endswith("]")
    return Way(
        host=host.rpartition(":")[0] if has_port else host,
        bound=settings.TELADAN_BOUND,
        sender=request.META.get("REMOTE_ADDR", ""),
        forwarded=any(name in request.headers for name in FORWARDED),
    )
