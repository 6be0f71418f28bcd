"""A deed is done once for each key that a client gives it (`Idempotency-Key`).

The deed, its answer and the key are written in one transaction. So whatever happens at whatever
line, either all three are there and the next try with the key reads the answer, or none is and
the next try does the deed. Two twins at once may both do it: the slower one waits at the key's
unique row, all it wrote is undone, and it gets the faster one's answer; nothing is ever "still
running".

A refusal is not kept: it has changed nothing, and the same call may succeed later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, rows
from pishkhan.kernel.errors import N_, PishkhanError, Refused
from pishkhan.kernel.prepared import Prepared
from pishkhan.web.api.answers import JSON
from pishkhan.web.api.problems import BadRequest
from pishkhan.web.models import IdempotencyKey

KEPT = timedelta(hours=48)
"""A counter that lost its line over a weekend night still gets the first answer."""

LONGEST_KEY = 200
_KEY = re.compile(r"[!-~]{1,200}")
_TRIES = 3
_SWEPT = 500

Run = Callable[[], HttpResponse]

_BY_KEY = Prepared(
    lambda client, key: IdempotencyKey.objects.filter(client=client, key=key).values_list(
        "pk", "request_digest", "status", "body", "created_at"
    ),
    client=str,
    key=str,
)


def key_of(request: HttpRequest) -> str:
    """Return the call's key; BadRequest `web.idempotency-key` when it has none that serves."""
    key = request.headers.get("Idempotency-Key", "")
    if _KEY.fullmatch(key) is None:
        raise BadRequest(
            "web.idempotency-key",
            N_("Send an Idempotency-Key of 1 to 200 visible ASCII characters with each deed."),
        )
    return key


def digest_of(request: HttpRequest, *body: bytes) -> str:
    """Return the SHA-256 over what is asked for: method, address and the body's parts."""
    found = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    for part in body:
        found.update(b"%d\n" % len(part))
        found.update(part)
    return found.hexdigest()


def once(actor: Actor, key: str, digest: str, run: Run) -> HttpResponse:
    """Return the answer of `run`, or the kept one when this client's key has been used.

    `run` does one deed, and may raise PishkhanError. Raises Refused `web.idempotency-mismatch`
    when the key was used for something else.
    """
    if digest.startswith("00"):
        purge()  # with one deed in 256: keys never pile up, and no worker loads the API for them
    for _ in range(_TRIES):
        kept = _kept(actor.ref, key, digest)
        if kept is not None:
            return kept
        try:
            return _first(actor.ref, key, digest, run)
        except IntegrityError:
            continue  # a twin was faster
        except PishkhanError:
            kept = _kept(actor.ref, key, digest)
            if kept is None:
                raise
            return kept  # refused because a twin has just done it
    # The key is free, so the deed itself met a twin of its own: outside an act it knows how.
    answer = run()
    _keep(actor.ref, key, digest, answer, clock.current().now())
    return answer


def _first(client: str, key: str, digest: str, run: Run) -> HttpResponse:
    """Do the deed and keep the answer; IntegrityError when the key is taken."""
    refusal: PishkhanError | None = None
    with journal.act() as act:
        try:
            answer = run()
        except PishkhanError as error:
            if transaction.get_rollback():
                raise
            # What it wrote before refusing (a wrong pair at hand-over is an entry) stays.
            refusal = error
        else:
            _insert(client, key, digest, act.at, status=answer.status_code, body=answer.content)
    if refusal is not None:
        raise refusal
    return answer


def _insert(client: str, key: str, digest: str, at: datetime, **more: object) -> None:
    rows.insert(
        IdempotencyKey,
        {"client": client, "key": key, "request_digest": digest, "created_at": at, **more},
    )


def _keep(client: str, key: str, digest: str, answer: HttpResponse, at: datetime) -> None:
    try:
        with transaction.atomic():
            _insert(client, key, digest, at, status=answer.status_code, body=answer.content)
    except IntegrityError:
        return  # a twin kept the same answer a moment ago


def _kept(client: str, key: str, digest: str) -> HttpResponse | None:
    """Return the answer under the key; None when there is none, or it was too old and is gone."""
    row = _BY_KEY.first(client=client, key=key)
    if row is None:
        return None
    pk, known, status, body, at = row
    if at <= clock.current().now() - KEPT:
        IdempotencyKey.objects.filter(pk=pk).delete()
        return None
    if known != digest:
        raise Refused(
            "web.idempotency-mismatch",
            N_("This Idempotency-Key was used for another request already."),
        )
    answer = HttpResponse(bytes(body), status=status)
    if status == 204:
        del answer["Content-Type"]
    else:
        answer["Content-Type"] = JSON
    answer["Idempotency-Replayed"] = "true"
    return answer


def purge(limit: int = _SWEPT) -> int:
    """Remove keys older than `KEPT`, oldest first; return how many."""
    old = (
        IdempotencyKey.objects.filter(created_at__lte=clock.current().now() - KEPT)
        .order_by("created_at")
        .values_list("pk", flat=True)[:limit]
    )
    return IdempotencyKey.objects.filter(pk__in=list(old)).delete()[0]
