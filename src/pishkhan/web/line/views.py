"""The line's four addresses. What they mean is the relay's; here it is spoken as HTTP and tus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pishkhan.kernel.errors import Forbidden, TooMany
from pishkhan.relay import api as relay
from pishkhan.relay.api import BagUpload
from pishkhan.relay.line import MOST, ill_formed
from pishkhan.web.uploads import files, protocol
from pishkhan.web.uploads.door import check_type, not_allowed, tus_up_to
from pishkhan.web.uploads.pieces import check_place, let_go, receive, write

BEARER = "Bearer "
UNKNOWN = {"line": "30/m/ip"}
"""Hellos of nobody known, from one address; a shared line has a wide limit."""
BLOCK = 64 * 1024
AT_ONCE = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{16,64}", re.ASCII)

tus = tus_up_to(relay.most_of_a_bag)


@csrf_exempt
@require_POST
def hello(request: HttpRequest) -> HttpResponse:
    """Answer a call; whoever is not known gets the same refusal, and soon none but that to wait."""
    data = request.read(MOST + 1)
    if len(data) < min(protocol.body_length(request.headers), MOST + 1):
        raise ill_formed()  # cut on the way: no stranger's
    try:
        answered = relay.answer_call(data)
    except Forbidden:
        usage = ratelimit.consume(
            request, app="pishkhan", action="line", config=UNKNOWN, limit_get=True
        )
        if usage is None:
            raise TooMany("relay.line-pace-unknown", retry_after=60) from None
        relay.count_stranger(data)
        raise
    return HttpResponse(answered.data, status=200 if answered.fresh else 409)


@tus
def collection(request: HttpRequest, method: str) -> HttpResponseBase:
    """Make room for a bag (POST), with its first bytes or without."""
    if method != "POST":
        return not_allowed("POST", "OPTIONS")
    node = caller(request)
    coming = protocol.body_length(request.headers)
    if coming:
        check_type(request)
    checksum = protocol.checksum(request.headers)
    length = protocol.number(request.headers, "Upload-Length")
    files.check_room(length)
    origin = origin_of(request)
    if origin in {None, node}:
        bag = relay.begin_bag(node, length, digest_of(request))
    else:
        bag = relay.begin_bag(origin, length, digest_of(request), by=node)
    here = receive(request, _Bag(bag), 0, coming, checksum) if coming else 0
    if here == bag.size:
        bag = relay.take_bag(bag)
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("line:bag", args=[bag.id])
    return _state(answer, bag, here)


@tus
def upload(request: HttpRequest, method: str, bag_id: UUID) -> HttpResponseBase:
    """Say how far a bag is (HEAD), take more of it (PATCH), drop it (DELETE)."""
    if method not in {"HEAD", "PATCH", "DELETE"}:
        return not_allowed("HEAD", "PATCH", "DELETE", "OPTIONS")
    bag = relay.bag_upload(caller(request), bag_id)
    if method == "DELETE":
        relay.drop_bag(bag)
        return HttpResponse(status=204)
    if method == "HEAD":
        here = relay.offset_of(bag)
        answer = HttpResponse(status=200)
        answer["Upload-Length"] = str(bag.size)
    else:
        check_type(request)
        coming = protocol.body_length(request.headers)
        checksum = protocol.checksum(request.headers)
        at = protocol.number(request.headers, "Upload-Offset")
        here = receive(request, _Bag(bag), at, coming, checksum)
        answer = HttpResponse(status=204)
    if here == bag.size:  # with HEAD: the last answer may have been lost, or the process
        bag = relay.take_bag(bag)
    return _state(answer, bag, here)


@dataclass(frozen=True, slots=True)
class _Bag:
    """A bag of post that comes in pieces."""

    bag: BagUpload

    def check(self, at: int, length: int) -> int:
        return check_place(relay.offset_of(self.bag), at, length, whole=self.bag.size)

    def receive(self, at: int, read: Callable[[int], bytes], length: int) -> int:
        here = self.check(at, length)
        if self.bag.taken or not length:
            return here
        let_go()
        return write(relay.partial_of(self.bag), here, read, length)


@require_safe
def down(request: HttpRequest) -> HttpResponseBase:
    """Give the bag that waits for the caller, from the byte on that it asks for (RFC 9110, 14)."""
    node = caller(request)
    neighbour = request.GET.get("for")
    if neighbour is None:
        kept = relay.kept_bag(node)
    else:
        known = request.headers.get("If-Range", "").strip('"')
        kept = relay.bag_to_carry(node, _node(neighbour), known)
    etag, size = f'"{kept.bag.sha256}"', kept.bag.size
    first, last, status = 0, size - 1, 200
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is not None and request.headers.get("If-Range", etag) == etag:
        first, last = int(asked[1]), min(int(asked[2] or last), last)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        status = 206
    answer = _bytes(kept.path, first, last - first + 1, head=request.method == "HEAD")
    answer.status_code = status
    answer["Content-Length"] = str(last - first + 1)
    answer["ETag"] = etag
    if status == 206:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer


def caller(request: HttpRequest) -> UUID:
    """Return the node of this contact, by its token; NotLoggedIn `relay.line-over`."""
    told = request.headers.get("Authorization", "")
    node = relay.caller_of(told[len(BEARER) :].strip()) if told.startswith(BEARER) else None
    if node is None:
        raise protocol.NotLoggedIn("relay.line-over")
    return node


def digest_of(request: HttpRequest) -> str:
    """Return how a bag's SHA-256 begins by Upload-Metadata, or ""; BadHeader for what is none."""
    told = protocol.metadata(request.headers).get("sha256")
    if told is None:
        return ""
    if _DIGEST.fullmatch(told) is None:
        raise protocol.BadHeader("web.tus-header")
    return told


def origin_of(request: HttpRequest) -> UUID | None:
    """Return whose bag it is by Upload-Metadata; None: the caller's. BadHeader for no UUID."""
    told = protocol.metadata(request.headers).get("origin")
    return None if told is None else _node(told)


def _node(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise protocol.BadHeader("web.tus-header") from None


def _bytes(path: Path, first: int, count: int, *, head: bool) -> HttpResponseBase:
    if head:
        return HttpResponse()
    if count <= AT_ONCE:
        with path.open("rb") as file:
            file.seek(first)
            return HttpResponse(file.read(count))
    return StreamingHttpResponse(_pieces(path, first, count))


def _pieces(path: Path, first: int, count: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while count > 0 and (piece := file.read(min(BLOCK, count))):
            count -= len(piece)
            yield piece


def _state(answer: HttpResponse, bag: BagUpload, here: int) -> HttpResponse:
    answer["Upload-Offset"] = str(here)
    if not bag.taken:
        answer["Upload-Expires"] = http_date(bag.until.timestamp())
    return answer
