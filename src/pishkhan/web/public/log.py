"""The published log, for anybody: checkpoint and tiles (docs/protocol/journal.md)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=1"


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Give the newest published checkpoint."""
    try:
        note = journal.checkpoint()
    except NotFound:
        return _none()
    return HttpResponse(
        note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": A_MOMENT}
    )


@require_safe
def witnessed(_request: HttpRequest) -> HttpResponse:
    """Give the newest checkpoint that the quorum of witnesses cosigned."""
    try:
        note = journal.witnessed()
    except NotFound:
        return _none()
    return HttpResponse(
        note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": A_MOMENT}
    )


@require_safe
def tile(_request: HttpRequest, name: str) -> HttpResponse:
    """Give a tile or a bundle of leaves; what a path names never changes."""
    try:
        data = journal.tile(name)
    except NotFound:
        return _none()
    return HttpResponse(
        data, content_type="application/octet-stream", headers={"Cache-Control": FOR_EVER}
    )


def _none() -> HttpResponse:
    """Answer programs in a line; a page of ours would be of no use to them."""
    return HttpResponse("not found\n", status=404, content_type="text/plain; charset=utf-8")
