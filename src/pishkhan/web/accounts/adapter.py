"""Where django-allauth meets the directory: passwords are deeds, nobody signs up."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.text import normalise
from pishkhan.sealing import api as sealing
from pishkhan.web.accounts import devices, ldap, organisation
from pishkhan.web.http import Request

log = logging.getLogger(__name__)
LONGEST_NAME = 60
FACTOR = "second-factor"
"""The purpose for which secrets of second factors are locked."""


def login_name(typed: str) -> str:
    """Return a login's name as the directory keeps it, whatever letters and digits were typed."""
    return "".join(normalise(typed).split())[:LONGEST_NAME]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts of this node: made by the administrator, changed by deeds."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "too_many_login_attempts": _(
            "Five wrong tries: this name rests for five minutes. Others on this line can go on. "
            "If the password is lost, the administrator gives a new one."
        ),
        "rate_limited": _("Too many tries in a short time; wait a few minutes."),
        "incorrect_password": _("The password is not right."),
        "elsewhere_silent": _(
            "The organisation's directory, which holds this password, does not answer. Try again "
            "in a minute, or tell whoever runs this system."
        ),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Return False: logins are added by the administrator."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the login that these open; a directory that is silent costs nobody a try."""
        try:
            user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        except ldap.Silent as silent:
            log.warning("the directory of passwords is silent: %s", silent)
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("elsewhere_silent") from None
        return user

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set one's own password by the directory's deed; `user` then knows the new hash.

        The caller keeps this session alive by that hash; all other sessions end.
        """
        person: UUID = user.pk
        if devices.by_pin(self.request) and not user.has_usable_password():
            raise Forbidden("directory.no-right")  # a PIN gives nobody a password
        actor = cast("Request", self.request).actor or directory.seatless(person)
        directory.set_password(actor, user_id=person, password=password)
        user.refresh_from_db(fields=["password", "must_change_password"])
        devices.reseal(self.request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        """Lead on after the sign-in, and remember that it was at this PC, today."""
        answer: HttpResponse = super().post_login(request, user, **more)
        devices.note(request, answer, user)
        return answer

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return where who logs out is led; on a shared PC nobody stays known to the provider."""
        return organisation.leaves_to(request) or str(super().get_logout_redirect_url(request))

    def logout(self, request: HttpRequest) -> None:
        """End the session; the person comes back to this PC by password."""
        if isinstance(request.user.pk, UUID):
            devices.forget(request, request.user.pk)
        super().logout(request)

    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        # Allauth counts by host and by the letters as typed: the same name under another host or
        # in other digits would have five tries more.
        name = login_name(str(credentials.get("username", "")))
        linked = directory.linked_login(name)  # has two names, and five tries in all
        return f"login:{linked.get_username() if linked else name}"


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth ships no types
    """The list of one's sessions."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End sessions; no PIN brings their person back to where they were."""
        ended = list(sessions)
        super().end_sessions(ended)
        devices.forget_everywhere({each.user_id for each in ended})


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second factor in this node's words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right; take the next one."),
        "unknown_passkey": _(
            "This passkey does not open a login here. Take another device, or the password."
        ),
    }

    def validation_error(self, code: str, *args: Any) -> Exception:
        """Return an error in our words; what a device answered is no code that was typed."""
        if code == "incorrect_code" and "credential" in self.request.POST:
            code = "unknown_passkey"
        error: Exception = super().validation_error(code, *args)
        return error

    def is_mfa_enabled(self, user: AbstractBaseUser, types: Any = None) -> bool:
        """Return whether a second factor is asked for; not where the provider just saw one."""
        if getattr(self.request, organisation.STRONG, False):
            return False
        return bool(super().is_mfa_enabled(user, types))

    def encrypt(self, text: str) -> str:
        """Return a secret of the second factor, or the seed of recovery codes, locked."""
        return sealing.lock(FACTOR, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` locked; Unavailable `sealing.secret-changed` if it can't."""
        return sealing.unlock(FACTOR, encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom the device shows as asking: the host, which binds the key, and our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return whom the device shows as having the key: the user name, and no e-mail address."""
        told: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**told, "name": user.get_username(), "display_name": user.get_username()}

    def generate_authenticator_name(self, _user: AbstractBaseUser, _type: Any) -> str:
        """Return the name of a device that was given none."""
        return gettext("My device")

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Return the user name: what the phone shows beside the code is nobody's address."""
        return str(user.get_username())
