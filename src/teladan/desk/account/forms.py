"""The forms of signing in: allauth's, with our words and errors, and each code good for one time only."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teladan.registry.second_factor import PERIOD

STANDS = 3 * PERIOD  # how long a code can be right: its own period, the one before and the one after
LONGEST = 4096  # characters of a password: hashing longer ones only costs time
NO_PASSWORD = _("Write your password.")
NO_CODE = _("Write the six digits that your authenticator app shows, or a recovery code.")


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("E-mail address"), _("Password")
        wrong = _("Write your e-mail address, like name@example.org.")
        login.error_messages |= {"required": wrong, "invalid": wrong}
        login.validators = [_without_text(validator, wrong) for validator in login.validators]
        _bounded(password, NO_PASSWORD)


class PasswordAgainForm(ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        _bounded(self.fields["password"], NO_PASSWORD)


class ChangePasswordForm(AllauthChangePasswordForm):
    """The password now, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("oldpassword", _("Your password now"), NO_PASSWORD),
            ("password1", _("New password"), _("Write a new password.")),
            ("password2", _("New password again"), _("Write the new password a second time.")),
        ):
            self.fields[name].label = label
            _bounded(self.fields[name], missing)

    def clean(self) -> dict[str, Any]:
        """Compare the two; say in our words where they differ."""
        given: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        one, other = given.get("password1"), given.get("password2")
        if one and other and one != other:
            self.add_error("password2", gettext("The two new passwords differ. Write the same one twice."))
        return given


class CodeForm(AuthenticateForm):
    """The code of the second factor, to sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])

    def clean_code(self) -> str:
        """Take a code once."""
        return used(self.user, super().clean_code())


class CodeAgainForm(AllauthCodeAgainForm):
    """The code again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])

    def clean_code(self) -> str:
        """Take a code once."""
        return used(self.user, super().clean_code())


class ActivateForm(ActivateTOTPForm):
    """A first code, which shows that the app has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])
        self.fields["code"].error_messages |= {
            "required": _("Write the six digits that your authenticator app shows.")
        }

    def clean_code(self) -> str:
        """Take a code once."""
        return used(self.user, super().clean_code())


def used(person: Any, code: str) -> str:
    """Keep a code used for as long as it can be right; allauth itself forgets it sooner."""
    cache.set(f"allauth.mfa.totp.used?user={person.pk}&code={normalize_user_code(code)}", "y", STANDS)
    return code


def _code(field: forms.Field) -> None:
    field.label = _("Code")
    field.error_messages |= {"required": NO_CODE}


def _bounded(field: forms.Field, missing: Any) -> None:
    """Say what is missing in our words; refuse what is longer than any password."""
    field.error_messages |= {"required": missing}
    field.validators.append(_short_enough)


def _short_enough(text: str) -> None:
    if len(text) > LONGEST:
        raise ValidationError(gettext("This is longer than a password can be."))


def _without_text(validator: Any, text: Any) -> Any:
    """Return a validator that says `text` in place of its own words."""

    def check(value: str) -> None:
        try:
            validator(value)
        except ValidationError as error:
            raise ValidationError(text) from error

    return check
