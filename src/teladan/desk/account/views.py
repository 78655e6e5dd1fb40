"""Pages of signing in: allauth's views, where ours differ."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse


class Activate(ActivateTOTPView):
    """Setting up the authenticator app: who has just shown a code of it need not show another."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set up, and note in the session that the second factor was shown."""
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp", reauthenticated=True)
        return response


activate = Activate.as_view()
