"""Logins of people at work, and where each sits. Searched by POST: no name stands in an address."""

from __future__ import annotations

import base64
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.clearances import HIGHEST
from pishkhan.kernel.errors import NotFound, PishkhanError
from pishkhan.kernel.ids import random_bytes
from pishkhan.letters.contracts import Classification
from pishkhan.web.admin import outside
from pishkhan.web.admin.forms import Form, key, moment, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.terms import class_name, class_options

LANGUAGES = (("fa", "فارسی"), ("en", "English"))
FOUND = 8


@admin
@require_http_methods(["GET", "POST"])
def users(request: DeskRequest) -> HttpResponse:
    """Draw a page of logins by the person's name; words and cursor come by POST."""
    q = text(request, "q")
    page = directory.users(q, after=text(request, "after") or None)
    seats = directory.seats_of([row.id for row in page.rows])
    rows = [(row, seats.get(row.id, [])) for row in page.rows]
    return draw(request, "users.html", {"q": q, "rows": rows, "next": page.next})


@admin
@require_POST
def find(request: DeskRequest) -> HttpResponse:
    """Draw the few open logins whose name holds the words: the fragment of `_person.html`."""
    q = text(request, "person")
    rows = directory.users(q, limit=FOUND).rows if len(q) >= 2 else ()
    return draw(request, "_found.html", {"q": q, "rows": [row for row in rows if row.is_active]})


@admin
@require_http_methods(["GET", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Draw the form of a new login; after it is added show its first password, this once."""
    if request.method != "POST":
        return _draw_new(request, Form({"language": "fa"}))
    password = new_password()
    try:
        user_id = directory.add_user(
            request.actor,
            username=text(request, "username"),
            full_name=text(request, "full_name"),
            email=text(request, "email"),
            mobile=text(request, "mobile"),
            language=text(request, "language"),
            password=password,
        )
    except PishkhanError as error:
        return _draw_new(request, Form.refused(request, error))
    return _draw_secret(request, user_id, password, added=True)


def _draw_new(request: DeskRequest, form: Form) -> HttpResponse:
    return draw(request, "user_new.html", {"languages": LANGUAGES}, {"edit": form})


def _draw_secret(
    request: DeskRequest, user_id: UUID, password: str, *, added: bool
) -> HttpResponse:
    """Show a password in this answer alone: it goes into no session, message or log."""
    context = {"user": directory.user(user_id), "password": password, "added": added}
    return draw(request, "user_secret.html", context)


def new_password() -> str:
    """Return a password to be read aloud once: three groups of five, 75 bits, no 0, 1, 8 or 9."""
    letters = base64.b32encode(random_bytes(10)).decode().lower()[:15]
    return "-".join(letters[at : at + 5] for at in (0, 5, 10))


@admin
@require_safe
def user(request: DeskRequest, user_id: UUID) -> HttpResponse:
    """Draw one login with its seats."""
    return _draw(request, user_id, {})


def _draw(request: DeskRequest, user_id: UUID, forms: Forms) -> HttpResponse:
    row = directory.user(user_id)
    if "edit" not in forms:
        forms["edit"] = Form(
            {
                "full_name": row.full_name,
                "email": row.email,
                "mobile": row.mobile,
                "language": row.language,
            }
        )
    holdings = directory.holdings_of(user_id)
    return draw(
        request,
        "user.html",
        {
            "user": row,
            "own": user_id == request.actor.user_id,
            "languages": LANGUAGES,
            "holdings": holdings,
            "account": directory.account_of(user_id),
            "elsewhere": settings.PISHKHAN_LDAP is not None,
            "outside": directory.outside_of(user_id),
            "provider": settings.PISHKHAN_OIDC,
            "clearances": [
                (row, class_name(Classification(row.level)))
                for row in directory.clearances_of(request.actor, user_id)
            ],
            "classes": class_options(HIGHEST)[1:],
            "factor": directory.has_second_factor(user_id),
            "audits": any(h.kind == "audit" and h.until_at is None for h in holdings),
            "administers": any(h.kind == "admin" and h.until_at is None for h in holdings),
        },
        forms,
    )


@admin
@require_POST
def change(request: DeskRequest, user_id: UUID, name: str) -> HttpResponse:
    """Do one of the deeds on a login that its page offers."""
    deeds = {
        "edit": _edit,
        "deactivate": _deactivate,
        "reactivate": _reactivate,
        "appoint": _appoint,
        "dismiss": _dismiss,
        "audit": _audit,
        "unaudit": _unaudit,
        "unpair": _unpair,
        "link": _link,
        "unlink": _unlink,
        "outside": outside.link,
        "inside": outside.unlink,
        "grant": _clear,
        "ungrant": _unclear,
    }
    if name not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        name,
        lambda: deeds[name](request, user_id),
        lambda forms: _draw(request, user_id, forms),
        reverse("admin:user", args=[user_id]),
    )


@admin
@require_POST
def password(request: DeskRequest, user_id: UUID) -> HttpResponse:
    """Give a login a new password and show it this once; its sessions end."""
    secret = new_password()
    directory.set_password(request.actor, user_id=user_id, password=secret)
    return _draw_secret(request, user_id, secret, added=False)


def _edit(request: DeskRequest, user_id: UUID) -> str:
    directory.change_user(
        request.actor,
        user_id=user_id,
        full_name=text(request, "full_name"),
        email=text(request, "email"),
        mobile=text(request, "mobile"),
        language=text(request, "language"),
    )
    return _("The login is changed.")


def _deactivate(request: DeskRequest, user_id: UUID) -> str:
    directory.deactivate_user(request.actor, user_id=user_id)
    return _("The login is closed and its seats are ended; what the person did stays.")


def _reactivate(request: DeskRequest, user_id: UUID) -> str:
    directory.reactivate_user(request.actor, user_id=user_id)
    return _("The login is open again. Seat the person anew.")


def _appoint(request: DeskRequest, user_id: UUID) -> str:
    directory.add_administrator(request.actor, user_id=user_id)
    return _("The person keeps the directory from now on.")


def _dismiss(request: DeskRequest, user_id: UUID) -> str:
    directory.remove_administrator(request.actor, user_id=user_id)
    return _("The person keeps the directory no longer.")


def _audit(request: DeskRequest, user_id: UUID) -> str:
    directory.add_auditor(request.actor, user_id=user_id, basis=text(request, "basis"))
    return _("The person may read the log from now on, each record for a reason.")


def _unaudit(request: DeskRequest, user_id: UUID) -> str:
    directory.remove_auditor(request.actor, user_id=user_id)
    return _("The person reads the log no longer; what was opened stays on record.")


def _unpair(request: DeskRequest, user_id: UUID) -> str:
    directory.end_second_factor(request.actor, user_id=user_id)
    return _("The second factor is off. Have the person pair a phone again.")


def _link(request: DeskRequest, user_id: UUID) -> str:
    directory.link_user(request.actor, user_id=user_id, account=text(request, "account"))
    return _("From now on the password of the organisation's directory opens this login.")


def _unlink(request: DeskRequest, user_id: UUID) -> str:
    directory.unlink_user(request.actor, user_id=user_id)
    return _("The link is ended. Give the person a new password.")


def _clear(request: DeskRequest, user_id: UUID) -> str:
    directory.grant_clearance(
        request.actor,
        user_id=user_id,
        level=text(request, "level"),
        until_at=moment(request, "until"),
        basis=text(request, "basis"),
    )
    return _("The person is cleared from now on.")


def _unclear(request: DeskRequest, user_id: UUID) -> str:
    given = key(request, "clearance", required=True)
    known = {row.id for row in directory.clearances_of(request.actor, user_id)}
    if given is None or given not in known:
        raise NotFound("directory.no-clearance")
    directory.end_clearance(request.actor, clearance_id=given)
    return _("The clearance is ended.")
