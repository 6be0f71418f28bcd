"""Addresses under /accounts/: those of allauth that a person here needs, and no others.

No sign-up, no password by e-mail, no e-mail addresses to manage: the administrator adds logins
and gives new passwords. Names and addresses are allauth's own.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from pishkhan.web.accounts import organisation

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="usersessions_list"), name="account_index"),
    path("login/", views.login, name="account_login"),
    path("organisation/", organisation.begin, name="organisation_login"),
    path("organisation/back/", organisation.back, name="organisation_back"),
    path("organisation/out/", organisation.out, name="organisation_out"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
