"""Passkeys: a device that opens a login alone, by finger, face or its own PIN.

Browsers give them only in a secure context (https, or this machine itself) and only to names, never
to numeric addresses. A passkey is bound to the host of the address; a node that is renamed loses
them all, and the passwords with a recovery code still open. Every passkey here lies on its device
and asks who is there ("discoverable", "user verification"), so it is both factors at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from pishkhan.kernel.text import clean_line, strip_controls

LONGEST = 60


def name_of(typed: str) -> str:
    """Return a device's name in one line; what is too long is cut, for the key is made already."""
    return clean_line(strip_controls(typed)[:LONGEST], max=LONGEST)


@contextmanager
def answered() -> Iterator[None]:
    """Take whatever a device or a program sent that can not be read for a wrong answer."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError):
        raise get_adapter().validation_error("incorrect_code") from None


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Keep a passkey that a device made. Always one that opens the login alone."""

    def clean_name(self) -> str:
        """Return the device's name; one of ours where none was typed: the device has its key."""
        self.cleaned_data["name"] = name_of(self.cleaned_data["name"])
        return str(super().clean_name())

    def clean(self) -> dict[str, Any]:
        """Check the device's answer against what was asked in this session, for this host."""
        self.cleaned_data["passwordless"] = True
        with answered():
            cleaned: dict[str, Any] = super().clean()
            told = (cleaned.get("credential") or {}).get("clientExtensionResults") or {}
            if (told.get("credProps") or {}).get("rk") is False:
                raise get_adapter().validation_error("incorrect_code")
        return cleaned


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """The passkey as the second factor, after the password."""

    def clean_credential(self) -> Any:
        """Return the authenticator whose answer it is."""
        with answered():
            return super().clean_credential()


class PasskeyLoginForm(LoginWebAuthnForm, PasskeyForm):  # type: ignore[misc]  # as above
    """The passkey alone."""


class PasskeyAgainForm(ReauthenticateWebAuthnForm, PasskeyForm):  # type: ignore[misc]  # as above
    """The passkey before a change that matters."""


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Give a passkey another name."""

    name = forms.CharField(max_length=LONGEST, error_messages={"required": _("A name, please.")})

    def clean_name(self) -> str:
        """Return the name in one line."""
        return name_of(self.cleaned_data["name"])
