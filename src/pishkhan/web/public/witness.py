"""This node as a witness of other nodes' logs, for programs (C2SP tlog-witness).

Anybody may ask; what is refused leaves nothing. The log's own signature is what lets it in.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound, Unavailable
from pishkhan.sealing import api as sealing

TEXT = "text/plain; charset=utf-8"
A_MOMENT = "public, max-age=10"


@csrf_exempt
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a checkpoint, or refuse it."""
    body = request.read(journal.MOST_BODY + 1)
    if len(body) > journal.MOST_BODY:
        return _say(413, "the request is too long")
    try:
        answer = journal.add_checkpoint(body, key(), sealing.fits)
    except Unavailable as error:
        return _say(503, error.code)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.media)


@require_safe
def checkpoint(_request: HttpRequest, origin_hash: str) -> HttpResponse:
    """Give the checkpoint that this witness last cosigned of a log."""
    try:
        note = journal.witnessed_of(origin_hash, key())
    except NotFound:
        return _say(404, "not found")
    return HttpResponse(note, content_type=TEXT, headers={"Cache-Control": A_MOMENT})


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """Give this witness's key; who trusts it compares it with what came by another way."""
    return HttpResponse(journal.witness_vkey(key()) + "\n", content_type=TEXT)


def key() -> sealing.RawKey:
    """Return the witness key that is in use."""
    return sealing.witness_key(journal.witness_number())


def _say(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type=TEXT)
