"""Allauth's forms for people whose keyboards write ۱۲۳: names and codes in any digits."""

from __future__ import annotations

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pishkhan.kernel.text import latin_digits
from pishkhan.web.accounts.adapter import login_name


def code(typed: str) -> str:
    """Return a one-time or recovery code in Latin digits without spaces and dashes."""
    return "".join(ch for ch in latin_digits(typed) if ch.isalnum())


class NameForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Log in by name and password."""

    def clean_login(self) -> str:
        """Return the name in the form in which it is kept."""
        return login_name(self.cleaned_data["login"])


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Change one's own password."""

    def clean_password1(self) -> str:
        """Return the new password; the present one is none."""
        new = str(self.cleaned_data["password1"])
        if new == self.cleaned_data.get("oldpassword"):
            raise ValidationError(_("This is the present password; choose another one."))
        return new


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second factor while logging in."""

    def clean_code(self) -> str:
        """Return the code after checking it in Latin digits."""
        self.cleaned_data["code"] = code(self.cleaned_data["code"])
        return str(super().clean_code())


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second factor before a change that matters."""

    def clean_code(self) -> str:
        """Return the code after checking it in Latin digits."""
        self.cleaned_data["code"] = code(self.cleaned_data["code"])
        return str(super().clean_code())


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of a newly paired phone."""

    def clean_code(self) -> str:
        """Return the code after checking it in Latin digits."""
        self.cleaned_data["code"] = code(self.cleaned_data["code"])
        return str(super().clean_code())
