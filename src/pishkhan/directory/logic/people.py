"""Reading logins, holdings and API clients, for the administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import ClientRow, HoldingRow, SeatKind, UserRow
from pishkhan.directory.logic.common import page
from pishkhan.directory.models import ApiClient, Holding, User
from pishkhan.directory.rules import normalise_username
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import normalise

_USER = (
    "id",
    "username",
    "full_name",
    "email",
    "mobile",
    "language",
    "is_active",
    "must_change_password",
)


def user(user_id: UUID) -> UserRow:
    """Return a login; NotFound `directory.no-user`."""
    return _one_user(pk=user_id)


def user_named(username: str) -> UserRow:
    """Return the login of a name, however it is typed; NotFound `directory.no-user`."""
    return _one_user(username=normalise_username(username))


def users(q: str = "", *, after: str | None = None, limit: int = 50) -> Page[UserRow]:
    """Return a page of logins by the person's name; `q` is words of that name or of the login."""
    rows = User.objects.all()
    for word in normalise(q).split():
        rows = rows.filter(Q(norm__contains=word) | Q(username__contains=word))
    return page(rows, _USER, UserRow, after=after, limit=limit)


def holders_of(post_id: UUID) -> list[HoldingRow]:
    """Return who held a post and when, the newest first."""
    return _holdings(post_id=post_id)


def clerks_of(counter_id: UUID) -> list[HoldingRow]:
    """Return who worked at a counter and when, the newest first."""
    return _holdings(counter_id=counter_id)


def holdings_of(user_id: UUID) -> list[HoldingRow]:
    """Return every seat that a person held and holds, the newest first."""
    return _holdings(user_id=user_id)


def administrators() -> list[HoldingRow]:
    """Return who keeps and kept the directory, the newest first."""
    return _holdings(kind=SeatKind.ADMIN.value)


def auditors() -> list[HoldingRow]:
    """Return who audits and audited this node, the newest first."""
    return _holdings(kind=SeatKind.AUDIT.value)


def clients() -> list[ClientRow]:
    """Return all API clients by name, revoked ones too."""
    return _clients(Q())


def clients_at(post_id: UUID) -> list[ClientRow]:
    """Return the API clients that act for a post, those revoked left out."""
    return _clients(Q(post_id=post_id, active=True))


def _clients(which: Q) -> list[ClientRow]:
    rows = (
        ApiClient.objects.filter(which)
        .order_by("name", "id")
        .values_list(
            "id",
            "name",
            "prefix",
            "scopes",
            "post__title",
            "counter__name",
            "active",
            "use__last_used",
        )
    )
    return [
        ClientRow(id_, name, prefix, tuple(scopes), title or counter or "", active, used)
        for id_, name, prefix, scopes, title, counter, active, used in rows
    ]


def _one_user(**key: Any) -> UserRow:
    row = User.objects.filter(**key).values_list(*_USER).first()
    if row is None:
        raise NotFound("directory.no-user")
    return UserRow(*row)


def _holdings(**key: Any) -> list[HoldingRow]:
    rows = (
        Holding.objects.filter(**key)
        .order_by("-from_at", "-id")
        .values_list(
            "id",
            "kind",
            "user_id",
            "user__full_name",
            "post_id",
            "counter_id",
            "role",
            "from_at",
            "until_at",
            "basis",
            "post__title",
            "counter__name",
        )
    )
    return [
        HoldingRow(row[0], SeatKind(row[1]), *row[2:10], seat_label=row[10] or row[11] or "")
        for row in rows
    ]
