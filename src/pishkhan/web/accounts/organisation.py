"""Signing in by the organisation's provider: away to it, back from it, and out of it.

A login opens only if the administrator linked that account (`directory.know_outside`). The way
back to the page that was asked for is kept here, never sent along.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from pishkhan.kernel.errors import (
    Forbidden,
    NotFound,
    PishkhanError,
    Refused,
    TooMany,
    Unavailable,
)
from pishkhan.kernel.i18n import N_
from pishkhan.web.accounts import oidc
from pishkhan.web.accounts.oidc import Provider

log = logging.getLogger(__name__)

MARK = "by_organisation"
"""The session's mark: for which person the provider vouched."""
STRONG = "pishkhan_strong"
"""The request's mark: the provider saw a second factor of its own, of those accepted here."""
PENDING = "organisation_pending"
MOST, LASTS = 5, 600
"""Attempts begun in one browser at once, and seconds in which one has to come back."""
RATES = {"organisation": "60/m/ip"}

FAILURES: dict[str, PishkhanError] = {
    "silent": Unavailable(
        "web.organisation-silent",
        N_(
            "The organisation's provider does not answer. Try again in a minute, or log in with "
            "your password; if it stays so, tell whoever runs this system."
        ),
    ),
    "refused": Forbidden(
        "web.organisation-refused", N_("It was cancelled there, or refused. Nothing was opened.")
    ),
    "stale": Refused(
        "web.organisation-stale",
        N_(
            "This attempt is over: it took too long, was used already, or was begun in another "
            "browser. Begin again."
        ),
    ),
    "wrong": Forbidden(
        "web.organisation-wrong",
        N_(
            "What the organisation's provider sent cannot be trusted, so nothing was opened. Tell "
            "whoever runs this system."
        ),
    ),
    "unlinked": Forbidden(
        "web.organisation-unlinked",
        N_(
            "The organisation knows you, but no login here belongs to that account. Ask the "
            "administrator of your office to link it on your login's page."
        ),
    ),
}


class Failed(Exception):
    """An attempt that opens nothing: `what` is said to the person, `why` is a word for the log."""

    def __init__(self, what: str, why: str, after: str, name: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.after, self.name = what, why, after, name


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Send a person to the provider, with the way back kept in the session."""
    provider = _provider()
    _pace(request)
    after = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
        after = ""
    if request.user.is_authenticated:
        return HttpResponseRedirect(after or reverse("web:home"))
    if _elsewhere(request) and "here" not in request.GET:
        asked = urlencode({"next": after, "here": "1"})
        return HttpResponseRedirect(f"{settings.PISHKHAN_URL}{request.path}?{asked}")
    state, nonce, verifier = (secrets.token_urlsafe(n) for n in (24, 24, 48))
    try:
        there = oidc.address(provider, back=_back(), state=state, nonce=nonce, verifier=verifier)
    except oidc.Silent as silent:
        return _failed(request, Failed("silent", str(silent), after))
    pending = _pending(request)
    pending[state] = [nonce, verifier, after, clock.current().now().timestamp()]
    request.session[PENDING] = dict(list(pending.items())[-MOST:])
    return HttpResponseRedirect(there)


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Take a person back from the provider; each attempt is used once, whatever comes of it."""
    provider = _provider()
    _pace(request)
    if request.user.is_authenticated:
        return redirect("web:home")
    try:
        return _come_back(request, provider)
    except Failed as failed:
        return _failed(request, failed)


def _come_back(request: HttpRequest, provider: Provider) -> HttpResponse:
    pending = _pending(request)
    begun = pending.pop(request.GET.get("state", ""), None)
    if begun is None:
        raise Failed("stale", "state", "")
    request.session[PENDING] = pending
    nonce, verifier, after, _at = begun
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise Failed("wrong", "issuer", after)
    code = request.GET.get("code", "")
    if "error" in request.GET or not code:
        raise Failed("refused", "refused", after)
    try:
        person = oidc.redeem(provider, code=code, back=_back(), verifier=verifier, nonce=nonce)
    except oidc.Silent as silent:
        raise Failed("silent", str(silent), after) from silent
    except oidc.Wrong as wrong:
        raise Failed("wrong", str(wrong), after) from wrong
    user = directory.know_outside(
        SYSTEM, issuer=provider.issuer, subject=person.subject, name=person.name
    )
    if user is None:
        raise Failed("unlinked", "unlinked", after, person.name)
    return _enter(request, user, after, strong=person.strong)


def _enter(request: HttpRequest, user: Any, after: str, *, strong: bool) -> HttpResponse:
    """Open the login as any other way in does: its own second factor comes before the desk."""
    setattr(request, STRONG, strong)
    request.session[MARK] = str(user.pk)
    record_authentication(request, user, method="organisation")
    login = Login(user=user, email_verification="none", redirect_url=after or None)
    answer: HttpResponse = perform_login(request, login)
    return answer


@require_safe
def out(request: HttpRequest) -> HttpResponse:
    """Lead who has left here on to the provider's own log-out, where it has one."""
    provider = _provider()
    try:
        there = oidc.end(provider, f"{settings.PISHKHAN_URL}/")
    except oidc.Silent:
        there = ""
    if request.user.is_authenticated or not there:
        return redirect("web:home")
    return render(request, "accounts/organisation_out.html", {"there": there})


def _provider() -> Provider:
    provider: Provider | None = settings.PISHKHAN_OIDC
    if provider is None:
        raise NotFound("web.not-found")
    return provider


def _pace(request: HttpRequest) -> None:
    """Raise TooMany when an address asks too often: each attempt costs the provider a question."""
    usage = ratelimit.consume(
        request, app="pishkhan", action="organisation", config=RATES, limit_get=True
    )
    if usage is None:
        raise TooMany("web.organisation-pace", retry_after=60)


def _pending(request: HttpRequest) -> dict[str, list[Any]]:
    """Return the attempts of this browser that may still come back."""
    now = clock.current().now().timestamp()
    kept = request.session.get(PENDING) or {}
    return {state: begun for state, begun in kept.items() if now - begun[3] < LASTS}


def _back() -> str:
    """Return the address the provider sends people back to: the node's own, behind any proxy."""
    return f"{settings.PISHKHAN_URL}{reverse('organisation_back')}"


def _elsewhere(request: HttpRequest) -> bool:
    """Return whether another name of this node was typed: there its session is not found again."""
    return request.get_host() != settings.PISHKHAN_URL.partition("://")[2]


def _failed(request: HttpRequest, failed: Failed) -> HttpResponse:
    """Say what went wrong and what to do; the log gets a word, nothing of what was sent."""
    if failed.what in {"silent", "wrong"}:
        log.warning("the organisation's provider: %s (%s)", failed.what, failed.why)
    error = FAILURES[failed.what]
    context = {
        "sentence": error.message.render(gettext),
        "code": error.code,
        "after": failed.after,
        "name": failed.name,
    }
    page = "accounts/organisation_failed.html"
    return render(request, page, context, status=error.status)


def vouched(request: HttpRequest, user: Any) -> bool:
    """Return whether the organisation's provider let this person into this session. No query."""
    return bool(request.session.get(MARK) == str(user.pk))


def leaves_to(request: HttpRequest) -> str:
    """Return where who logs out is led: past the provider, when it let this person in."""
    marked = settings.PISHKHAN_OIDC is not None and request.session.get(MARK)
    return reverse("organisation_out") if marked else ""
