"""What we let django-allauth do, and how: no sign-up, no mail, our own words, our own way back."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from teladan.desk.account import qr
from teladan.desk.refusal_page import refused
from teladan.desk.sample_persons import may_sign_in, way_of
from teladan.registry import second_factor
from teladan.registry.models import Person

# What allauth reports by the name of a template, said by us; what is not here is not said.
MESSAGES = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed."),
    "mfa/messages/totp_activated.txt": _("Your authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The old authenticator app no longer works. Set up the new one."),
    "mfa/messages/recovery_codes_generated.txt": _("There are new recovery codes. Keep them now."),
}
WRONG_CODE = _("This code is not right, or it was used already. Wait for the next one and write that.")


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by address and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        # The same for an address that nobody has and for a wrong password.
        "email_password_mismatch": _("Address and password do not belong together. Check both."),
        "too_many_login_attempts": _("Too many attempts failed. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts failed. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (for nobody)
        """Persons are added by an administrator."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Go on only to an address of this site, written without its host."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away whom a rule refuses, after the password was right and before anything is open."""
        reason = may_sign_in(user, way_of(request))
        if reason is None:
            return super().pre_login(request, user, **kwargs)
        clear_login(request)
        return refused(request, reason)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in; forget sessions that have expired."""
        SessionStore.clear_expired()
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the language in which the person signed in."""
        kwargs["redirect_url"] = in_this_language(kwargs["redirect_url"])
        return super().post_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  (the same for all)
        """Go back to the page of one's own sign-in."""
        return reverse("mfa_index")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_: Any, **__: Any
    ) -> None:
        """Say what was done, in our words."""
        if message_template in MESSAGES:
            messages.add_message(request, level, str(MESSAGES[message_template]))

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Ask for the password again before a second factor is touched.

        Not of a person without one who has just given their password: they are on their way in.
        """
        request = self.request
        if not isinstance(request.user, Person) or not super().is_reauthentication_required(app=app):
            return True
        if Authenticator.objects.filter(user=request.user).exists():
            return True
        given = [
            record["at"]
            for record in get_authentication_records(request, request.user)
            if record.get("method") == "password"
        ]
        # allauth stamps by the machine's clock, whatever ours is moved to
        return not given or timezone.now().timestamp() - max(given) > JUST_NOW

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways in our words."""
        said = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use a code of your authenticator app"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": said[method["id"]]} for method in methods if method["id"] in said]


class SecondFactorAdapter(DefaultMFAAdapter):
    """The authenticator app and the recovery codes: secrets sealed, the picture drawn by us."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return second_factor.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return second_factor.unseal(encrypted_text)

    def build_totp_url(self, user: Any, secret: str) -> str:
        """Return the address that an app reads."""
        return second_factor.app_address(user.email, secret)

    def build_totp_svg(self, url: str) -> str:
        """Draw the address as a QR code that needs no style of its own."""
        return qr.svg(url)


JUST_NOW = 300  # seconds


def in_this_language(address: str | None) -> str | None:
    """Return an address of ours in the language of the page that is open now."""
    if not address:
        return address
    first, slash, rest = address.removeprefix("/").partition("/")
    if slash and first in dict(settings.LANGUAGES):
        return f"/{get_language()}/{rest}"
    return address
