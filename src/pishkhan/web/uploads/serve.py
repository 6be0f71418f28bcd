"""Sends pages of letters out. Who may see them was decided before: here only bytes are moved."""

from __future__ import annotations

import os
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from pishkhan.kernel import sniff
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Page

INLINE = frozenset({sniff.JPEG, sniff.PNG})
BLOCK = 64 * 1024
AT_ONCE = 1024 * 1024
"""Bytes up to which a file is read in one go: a scan or a preview; larger ones are streamed."""

USUAL_WIDTH = 640
_MOST_DIGITS = 4


def serve_blob(request: HttpRequest, page: Page) -> HttpResponseBase:
    """Answer with the file as it was sent. Only JPEG and PNG are shown, others are downloaded.

    Raises NotFound `blobs.not-found`.
    """
    known = _unchanged(request, f'"{page.digest}"')
    if known is not None:
        return known
    shown = page.media_type in INLINE
    name = page.name or f"page-{page.seq}.{sniff.EXTENSIONS.get(page.media_type, 'bin')}"
    answer = _stream(request, letters.blob_store().path(page.digest), page.media_type)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=not shown, filename=name) or "attachment"
    )
    return _guard(answer, page.digest)


def serve_preview(request: HttpRequest, page: Page, width: int | None = None) -> HttpResponseBase:
    """Answer with a JPEG of one leaf, `?leaf=` from 1, upright as the page is turned.

    `width` in pixels; None takes `?w=`. `?turn=` turns further by 90, 180 or 270 degrees.
    Raises what `letters.api.preview` raises.
    """
    leaf = _asked(request, "leaf", 1)
    wide = width or _asked(request, "w", USUAL_WIDTH)
    turn = (page.rotation + _asked(request, "turn", 0)) % 360
    tag = f"{page.digest}-{leaf}-{wide}-{turn}"
    known = _unchanged(request, f'"{tag}"')
    if known is not None:
        return known
    path = letters.preview(page.digest, leaf=leaf, width=wide, rotation=turn)
    answer = _stream(request, path, sniff.JPEG)
    answer["Content-Disposition"] = "inline"
    return _guard(answer, tag)


def _asked(request: HttpRequest, name: str, usual: int) -> int:
    value = request.GET.get(name, "")
    if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS:
        return int(value)
    return usual


def _unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    """Return 304 for a browser that has these very bytes; the letter's access was asked again."""
    if "If-None-Match" not in request.headers:
        return None
    found = get_conditional_response(request, etag=etag)
    if found is None or found.status_code != 304:
        return None
    return _guard(found, etag.strip('"'))


def _stream(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    # Packing what is packed already costs time, and takes Content-Length away.
    request.META["HTTP_ACCEPT_ENCODING"] = "identity"
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise NotFound("blobs.not-found") from None
    with file:
        size = os.fstat(file.fileno()).st_size
        if size <= AT_ONCE or request.method == "HEAD":
            data = b"" if request.method == "HEAD" else file.read()
            answer: HttpResponseBase = HttpResponse(data, content_type=media_type)
        else:
            streamed = FileResponse(path.open("rb"), content_type=media_type)
            streamed.block_size = BLOCK
            answer = streamed
    answer["Content-Length"] = str(size)
    return answer


def _guard(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    """Nothing in a citizen's file may run here, and no shared cache may keep it."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = f'"{tag}"'
    return answer
