"""What a password has to be, said in the reader's language (Django's own texts are not ours)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

SHORTEST = 12


class LongEnough:
    """At least 12 characters; which ones is the person's own choice."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  (Django gives it)
        """Raise ValidationError for a shorter one."""
        if len(password) < SHORTEST:
            raise ValidationError(self.get_help_text(), code="too-short")

    def get_help_text(self) -> str:
        """Return what to do."""
        return gettext("Choose a password of at least %(n)s characters.") % {"n": SHORTEST}


class NotTheAddress:
    """Neither the address nor the name, nor they with little around them."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where most of it is the person's address or name."""
        if user is None:
            return
        plain = password.casefold()
        for known in (user.email, user.email.partition("@")[0], user.name):
            word = known.casefold()
            if word and word in plain and len(plain) - len(word) < SHORTEST:
                raise ValidationError(self.get_help_text(), code="like-the-person")

    def get_help_text(self) -> str:
        """Return what to do."""
        return gettext("Choose a password that is not made of your name or address.")


class NotCommon(CommonPasswordValidator):
    """None of the 20,000 that are tried first."""

    def get_error_message(self) -> str:
        """Return what to do."""
        return self.get_help_text()

    def get_help_text(self) -> str:
        """Return what to do."""
        return gettext("Choose another password: this one is among those that are tried first.")
