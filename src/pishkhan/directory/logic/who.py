"""Who somebody is: seats of a login, the actor on a seat, the actor behind a token.

Rights come from posts and counters. Each answer is one query over holdings valid now, of an
active login, on a seat that is open.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from pishkhan.directory.contracts import (
    Actor,
    ActorKind,
    OfficeKind,
    OfficeRef,
    Right,
    Seat,
    SeatKind,
    SecretariatKind,
)
from pishkhan.directory.logic.clearances import level_at
from pishkhan.directory.logic.common import holds_at
from pishkhan.directory.logic.stand_ins import (
    POST_COLUMNS,
    seated,
    seated_stand_in,
    stand_in_seats,
)
from pishkhan.directory.models import ApiClient, ClientUse, Holding, User
from pishkhan.directory.rules import hash_token, rights_of_hand, rights_of_post, split_token
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.prepared import Prepared

HEARD_AGAIN = timedelta(minutes=10)
"""`last_used` is rewritten no more often: it is for finding dead tokens, not for billing."""

_OWN: dict[str, Right] = {SeatKind.ADMIN: Right.ADMIN, SeatKind.AUDIT: Right.AUDIT}
"""Seats that are a person's own, at no office, and the one right that each carries."""

_SEAT = ("post_id", *(f"post__{name}" for name in POST_COLUMNS), "counter_id", "counter__name")


def seats(user_id: UUID) -> list[Seat]:
    """Return where the person may sit down now: posts, counters, own seats, others' posts.

    Two queries: the second is for the posts for which he stands in.
    """
    return seats_of([user_id]).get(user_id, []) + stand_in_seats(user_id)


def seats_of(user_ids: Collection[UUID]) -> dict[UUID, list[Seat]]:
    """Return the seats of several persons as `seats` does; who has none is left out. One query."""
    rows = _held(Q(user_id__in=user_ids), clock.current().now()).values_list(
        "user_id",
        "id",
        "kind",
        "post_id",
        "post__title",
        "post__agency__name",
        "counter_id",
        "counter__name",
    )
    found: dict[UUID, list[Seat]] = {}
    for user_id, id_, kind, post_id, title, agency, counter_id, counter in rows:
        if kind == SeatKind.POST:
            seat = Seat(post_id, SeatKind.POST, title, agency)
        elif kind == SeatKind.COUNTER:
            seat = Seat(counter_id, SeatKind.COUNTER, counter, counter)
        else:
            seat = Seat(id_, SeatKind(kind), "", "")
        found.setdefault(user_id, []).append(seat)
    return found


def actor_for(user_id: UUID, seat_id: UUID | None) -> Actor | None:
    """Return the actor for a login on a seat (None: on the first of its seats), in one query.

    Two for who stands in for a post: that seat's id is the stand-in's. None when the login is
    inactive, the seat is closed or not his now (a period that is over opens nothing), or he has
    none.
    """
    now = clock.current().now()
    if seat_id is None:
        row = _FIRST_SEAT.first(user_id=user_id, now=now)
    else:
        row = _ONE_SEAT.first(user_id=user_id, now=now, seat_id=seat_id)
    if row is None:
        return None if seat_id is None else _standing_in(user_id, seat_id, now)
    holding_id, kind, label, language, clearance, *seat = row
    sits = _sits(seat)
    if kind in _OWN:
        sits["seat_id"] = holding_id
        sits["rights"] = frozenset({_OWN[kind]})
    return Actor(
        kind=ActorKind.USER,
        user_id=user_id,
        label=label,
        language=language,
        clearance=clearance,
        **sits,
    )


def _standing_in(user_id: UUID, stand_in_id: UUID, now: datetime) -> Actor | None:
    found = seated_stand_in(user_id, stand_in_id, now)
    if found is None:
        return None
    hand, scope, label, language, clearance, seat = found
    sits = _sits([*seat, None, None])
    sits["seat_id"] = hand.id
    sits["rights"] = rights_of_hand(sits["rights"], hand.kind, scope, hand.kinds)
    return Actor(
        kind=ActorKind.USER,
        user_id=user_id,
        label=label,
        language=language,
        clearance=clearance,
        hand=hand,
        **sits,
    )


def login(user_id: UUID) -> User | None:
    """Return the login of a session, active or not; None when there is none. One query.

    Its `several_seats` tells whether the person may sit down at more than one seat now: every
    request asks for the login, so that a seat given in the meantime is known at once.
    """
    row = _LOGIN.first(user_id=user_id, now=clock.current().now())
    if row is None:
        return None
    *columns, several = row
    found = User.from_db(DEFAULT_DB_ALIAS, _LOGIN_COLUMNS, columns)
    found.several_seats = bool(several)
    return found


def seatless(user_id: UUID) -> Actor:
    """Return a logged-in person who sits nowhere: he may change what is his own, no more.

    One query. Raises NotFound `directory.no-user` when there is no such active login.
    """
    row = (
        User.objects.filter(pk=user_id, is_active=True).values_list("full_name", "language").first()
    )
    if row is None:
        raise NotFound("directory.no-user")
    label, language = row
    return Actor(
        kind=ActorKind.USER,
        user_id=user_id,
        label=label,
        seat_id=None,
        post_id=None,
        post_title="",
        office=None,
        rights=frozenset(),
        language=language,
    )


def client_actor(token: str) -> Actor | None:
    """Return the actor behind an API token, in one query; None for a wrong or revoked one.

    The row is found by the token's public prefix, its secret compared in constant time.
    `seat_id` is the client's id. Notes when the client was heard, at most every ten minutes.
    """
    prefix = split_token(token)
    if prefix is None:
        return None
    row = _CLIENT.first(prefix=prefix)
    if row is None:
        return None
    client_id, name, secret_hash, scopes, last_used, *seat = row
    if not hmac.compare_digest(bytes(secret_hash), hash_token(token)):
        return None
    now = clock.current().now()
    if last_used is None or now - last_used >= HEARD_AGAIN:
        ClientUse.objects.update_or_create(client_id=client_id, defaults={"last_used": now})
    sits = _sits(seat)
    sits["seat_id"] = client_id
    return Actor(
        kind=ActorKind.CLIENT,
        user_id=None,
        label=name,
        language="fa",
        scopes=frozenset(scopes),
        **sits,
    )


def _holdings(user_id: UUID, now: datetime) -> QuerySet[Holding]:
    """Return what the person holds at a moment, posts, counters, audit, administration."""
    return _held(Q(user_id=user_id), now).annotate(clearance=level_at(now))


def _held(whose: Q, now: datetime) -> QuerySet[Holding]:
    held = _open(now).filter(whose, user__is_active=True)
    return held.order_by("-kind", "post__sort", "id")


def _open(now: datetime) -> QuerySet[Holding]:
    return Holding.objects.filter(
        holds_at(now), Q(kind__in=list(_OWN)) | Q(post__active=True) | Q(counter__active=True)
    )


def _several(user_id: UUID, now: datetime) -> ExpressionWrapper[Any]:
    """Return whether there are two seats, or one and another's: who stands in has his own."""
    held = _open(now).filter(user_id=user_id)
    two = held.filter(Exists(held.filter(pk__lt=OuterRef("pk"))))
    either = Q(Exists(two)) | Q(Exists(seated(user_id, now)))
    return ExpressionWrapper(either, BooleanField())


_LOGIN_COLUMNS = tuple(field.attname for field in User._meta.concrete_fields)
_LOGIN = Prepared(
    lambda user_id, now: (
        User.objects.filter(pk=user_id)
        .annotate(several=_several(user_id, now))
        .values_list(*_LOGIN_COLUMNS, "several")
    ),
    user_id=UUID,
    now=datetime,
)

_WHO = ("id", "kind", "user__full_name", "user__language", "clearance", *_SEAT)
_FIRST_SEAT = Prepared(
    lambda user_id, now: _holdings(user_id, now).values_list(*_WHO)[:1],
    user_id=UUID,
    now=datetime,
)
_ONE_SEAT = Prepared(
    lambda user_id, now, seat_id: (
        _holdings(user_id, now)
        .filter(Q(post_id=seat_id) | Q(counter_id=seat_id) | Q(pk=seat_id))
        .values_list(*_WHO)[:1]
    ),
    user_id=UUID,
    now=datetime,
    seat_id=UUID,
)
_CLIENT = Prepared(
    lambda prefix: ApiClient.objects.filter(
        Q(post__active=True) | Q(counter__active=True), prefix=prefix, active=True
    ).values_list("id", "name", "secret_hash", "scopes", "use__last_used", *_SEAT),
    prefix=str,
)


def _sits(seat: list[Any]) -> dict[str, Any]:
    """Return the seat's part of an Actor from the columns of `_SEAT`."""
    post_id, title, sign, initial, free, dispatch, clerk, office_id, office, agency_id, agency = (
        seat[:11]
    )
    kind, counter_id, counter = seat[11:]
    if post_id is not None:
        return {
            "seat_id": post_id,
            "post_id": post_id,
            "post_title": title,
            "office": OfficeRef(
                office_id,
                OfficeKind.SECRETARIAT,
                office,
                agency_id,
                agency,
                confidential=kind == SecretariatKind.CONFIDENTIAL,
            ),
            "rights": rights_of_post(
                can_sign=sign,
                can_initial=initial,
                can_refer_free=free,
                can_dispatch=dispatch,
                is_clerk=clerk,
            ),
        }
    rights = frozenset() if counter_id is None else frozenset({Right.COUNTER})
    return {
        "seat_id": counter_id,
        "post_id": None,
        "post_title": "",
        "office": None
        if counter_id is None
        else OfficeRef(counter_id, OfficeKind.COUNTER, counter, None, ""),
        "rights": rights,
    }
