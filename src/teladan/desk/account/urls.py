"""Addresses of signing in: only those of allauth's views that we use, under the names it looks for.

There is no sign-up, no mail and no reset by mail: an administrator adds and resets persons.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path

from teladan.desk.account.views import activate
from teladan.desk.signed_in import by_password, signed_in

urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", by_password(account.reauthenticate), name="account_reauthenticate"),
    path("again/code/", by_password(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("sign-in/", signed_in(mfa.index), name="mfa_index"),
    path("password/", signed_in(account.password_change), name="account_change_password"),
    path("app/", by_password(activate), name="mfa_activate_totp"),
    path("app/replace/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/new/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("codes/download/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
