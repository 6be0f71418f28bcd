"""Pages of letters as pictures and as they came. Who may see them is asked of the letter's row."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import on_desk
from pishkhan.web.uploads.serve import serve_blob, serve_preview


@on_desk
@require_GET
def page(request: DeskRequest, letter: UUID, seq: int) -> HttpResponseBase:
    """Send the file as it was sent by the counter."""
    return serve_blob(request, letters.page_blob(request.actor, "agency", letter, seq))


@on_desk
@require_GET
def preview(request: DeskRequest, letter: UUID, seq: int) -> HttpResponseBase:
    """Send a picture of one leaf, upright: `?leaf=` from 1, `?w=` wide."""
    return serve_preview(request, letters.page_blob(request.actor, "agency", letter, seq))
