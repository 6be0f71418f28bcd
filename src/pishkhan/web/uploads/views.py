"""The five addresses of tus 1.0, and a preview of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

from pishkhan.kernel.errors import Unsupported
from pishkhan.letters.contracts import Page, PageRole
from pishkhan.web.models import Upload
from pishkhan.web.uploads import files, protocol
from pishkhan.web.uploads.door import check_type, not_allowed, tus
from pishkhan.web.uploads.pieces import receive
from pishkhan.web.uploads.serve import serve_preview
from pishkhan.web.uploads.who import uploader


@tus
def collection(request: HttpRequest, method: str) -> HttpResponseBase:
    """Make an upload (POST), with its first bytes or without."""
    if method != "POST":
        return not_allowed("POST", "OPTIONS")
    owner = uploader(request).ref
    coming = protocol.body_length(request.headers)
    if coming:
        check_type(request)
    checksum = protocol.checksum(request.headers)
    length = protocol.number(request.headers, "Upload-Length")
    upload = files.create(owner, length, protocol.file_name(request.headers))
    if coming:
        here = receive(request, _Page(upload), 0, coming, checksum)
        upload = files.finish(upload) if here == upload.length else upload
    else:
        here = 0
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("files:upload", args=[upload.pk])
    return _state(answer, upload, here)


@tus
def upload(request: HttpRequest, method: str, upload_id: UUID) -> HttpResponseBase:
    """Say how far an upload is (HEAD), take more of it (PATCH), drop it (DELETE)."""
    if method not in {"HEAD", "PATCH", "DELETE"}:
        return not_allowed("HEAD", "PATCH", "DELETE", "OPTIONS")
    found = files.find(uploader(request).ref, upload_id)
    if method == "DELETE":
        files.discard(found)
        return HttpResponse(status=204)
    if method == "HEAD":
        here = files.offset(found)
        if here == found.length:  # the last answer may have been lost, or the process
            found = files.finish(found)
        answer = HttpResponse(status=200)
        answer["Upload-Length"] = str(found.length)
        return _state(answer, found, here)
    check_type(request)
    coming = protocol.body_length(request.headers)
    checksum = protocol.checksum(request.headers)
    at = protocol.number(request.headers, "Upload-Offset")
    here = receive(request, _Page(found), at, coming, checksum)
    if here == found.length:
        found = files.finish(found)
    return _state(HttpResponse(status=204), found, here)


@dataclass(frozen=True, slots=True)
class _Page:
    """An upload that becomes a page of a letter."""

    row: Upload

    def check(self, at: int, length: int) -> int:
        return files.check(self.row, at, length)

    def receive(self, at: int, read: Callable[[int], bytes], length: int) -> int:
        return files.receive(self.row, at, read, length)


def _state(answer: HttpResponse, found: Upload, here: int) -> HttpResponse:
    answer["Upload-Offset"] = str(here)
    answer["Upload-Expires"] = http_date(found.expires_at.timestamp())
    if found.digest:
        answer["Upload-Digest"] = found.digest
        answer["Upload-Media-Type"] = found.media_type
        answer["Upload-Leaves"] = str(found.leaves)
    return answer


def preview(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """Show a finished upload to its owner as a JPEG; `?w=` pixels wide, `?leaf=` from 1."""
    found = files.find(uploader(request).ref, upload_id)
    if not found.digest:
        files.offset(found)
        raise Unsupported("web.upload-unfinished")
    page = Page(
        seq=1,
        round=0,
        role=PageRole.LETTER,
        digest=found.digest,
        media_type=found.media_type,
        size=found.length,
        leaves=found.leaves,
        rotation=0,
        name=found.name,
    )
    return serve_preview(request, page)
