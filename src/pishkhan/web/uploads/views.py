"""The five addresses of tus 1.0, and a preview of what was sent."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from pishkhan.kernel.errors import Message, PishkhanError, Unsupported
from pishkhan.kernel.text import persian_digits
from pishkhan.letters.contracts import Page, PageRole
from pishkhan.web.errors import problem
from pishkhan.web.models import Upload
from pishkhan.web.uploads import files, protocol
from pishkhan.web.uploads.serve import serve_preview
from pishkhan.web.uploads.who import uploader

View = Callable[..., HttpResponseBase]


def tus(view: View) -> View:
    """Return the view behind the protocol's door: version, method, plain failures.

    The form token is asked for by `uploader`, before the body: Django's own check would first
    look for it in the body.
    """

    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method or ""
        if method == "POST":
            method = request.headers.get("X-HTTP-Method-Override", method).upper()
        try:
            if method == "OPTIONS":
                answer: HttpResponseBase = _abilities()
            elif request.headers.get("Tus-Resumable") != protocol.VERSION:
                raise protocol.OtherVersion("web.tus-version")
            else:
                answer = view(request, method, *args, **kwargs)
        except PishkhanError as error:
            answer = problem(in_own_digits(error))
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            answer = problem(files.disk_full())
        answer["Tus-Resumable"] = protocol.VERSION
        if answer.status_code == protocol.OtherVersion.status:
            answer["Tus-Version"] = protocol.VERSION
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return door


def in_own_digits(error: PishkhanError) -> PishkhanError:
    """Return the failure with the figures of its sentence in the digits of the language in use."""
    if get_language() == "fa":
        figures = {
            name: persian_digits(str(value)) if isinstance(value, int) else value
            for name, value in error.message.params.items()
        }
        error.message = Message(error.message.msgid, figures)
    return error


def _abilities() -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["Tus-Version"] = protocol.VERSION
    answer["Tus-Extension"] = protocol.EXTENSIONS
    answer["Tus-Max-Size"] = str(settings.UPLOAD_LIMIT)
    answer["Tus-Checksum-Algorithm"] = ",".join(protocol.ALGORITHMS)
    return answer


def _not_allowed(*methods: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})


@tus
def collection(request: HttpRequest, method: str) -> HttpResponseBase:
    """Make an upload (POST), with its first bytes or without."""
    if method != "POST":
        return _not_allowed("POST", "OPTIONS")
    owner = uploader(request).ref
    coming = protocol.body_length(request.headers)
    if coming:
        _check_type(request)
    checksum = protocol.checksum(request.headers)
    length = protocol.number(request.headers, "Upload-Length")
    upload = files.create(owner, length, protocol.file_name(request.headers))
    if coming:
        here = _receive(request, upload, 0, coming, checksum)
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
        return _not_allowed("HEAD", "PATCH", "DELETE", "OPTIONS")
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
    _check_type(request)
    coming = protocol.body_length(request.headers)
    checksum = protocol.checksum(request.headers)
    at = protocol.number(request.headers, "Upload-Offset")
    here = _receive(request, found, at, coming, checksum)
    if here == found.length:
        found = files.finish(found)
    return _state(HttpResponse(status=204), found, here)


def _check_type(request: HttpRequest) -> None:
    if request.content_type != protocol.BYTES:
        raise Unsupported("web.tus-type")


def _receive(
    request: HttpRequest,
    found: Upload,
    at: int,
    coming: int,
    checksum: protocol.Checksum | None,
) -> int:
    if checksum is None:
        return files.receive(found, at, request.read, coming)
    files.check(found, at, coming)
    # What is to be proven whole waits beside the upload until it is.
    with tempfile.SpooledTemporaryFile(max_size=settings.UPLOAD_CHUNK) as held:
        for piece in files.pieces(request.read, coming):
            checksum.add(piece)
            held.write(piece)
        if not checksum.matches() or held.tell() != coming:
            raise protocol.WrongChecksum("web.tus-damaged")
        held.seek(0)
        return files.receive(found, at, held.read, coming)


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
