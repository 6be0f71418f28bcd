"""Pages of letters: the file as it was sent, and a picture of any leaf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query

from pishkhan.kernel import sniff
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.web.api import ops
from pishkhan.web.api.auth import actor_of
from pishkhan.web.uploads.serve import serve_blob, serve_preview

pages = ops.Group(N_("Pages"))

Seq = Annotated[int, Path(ge=1, le=100_000)]
Leaf = Annotated[int, Query(ge=1, le=3_000)]
Width = Annotated[int, Query(ge=16, le=4_000)]
Turn = Annotated[Literal["0", "90", "180", "270"], Query()]
Side = Literal["counter", "agency"]

_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def _blob(side: Side) -> Callable[..., HttpResponseBase]:
    def page(request: HttpRequest, item_id: UUID, seq: Seq) -> HttpResponseBase:
        """JPEG, PNG, TIFF or PDF, byte for byte; the ETag is its SHA-256."""
        return serve_blob(request, letters.page_blob(actor_of(request), side, item_id, seq))

    page.__name__ = f"page_at_{side}"
    return page


def _picture(side: Side) -> Callable[..., HttpResponseBase]:
    def preview(
        request: HttpRequest,
        item_id: UUID,
        seq: Seq,
        *,
        leaf: Leaf = 1,
        w: Width = 640,
        turn: Turn = "0",
    ) -> HttpResponseBase:
        """A JPEG of one leaf, `w` pixels wide, upright and turned by `turn` degrees more."""
        del leaf, w, turn  # bounded here, read from the address there
        return serve_preview(request, letters.page_blob(actor_of(request), side, item_id, seq))

    preview.__name__ = f"preview_at_{side}"
    return preview


def _add(path: str, function: Callable[..., Any], summary: str, types: list[str]) -> None:
    def view(request: HttpRequest, **asked: Any) -> HttpResponseBase:
        answer: HttpResponseBase = function(request, **asked)
        return answer

    extra = pages.described(parameters=[ops.IF_NONE_MATCH])
    extra["responses"][304] = {"description": "Not Modified"}
    extra["responses"][415] = ops.PROBLEM
    extra["responses"][200] = {"description": "OK", "content": dict.fromkeys(types, _BYTES)}
    pages.add(
        "GET",
        path,
        view,
        function,
        summary=summary,
        scope=ops.READ,
        extra=extra,
        answers={200: None},
        skip=1,
    )


SIDES: dict[Side, str] = {"counter": "submissions", "agency": "arrivals"}
for _side, _prefix in SIDES.items():
    _base = f"{_prefix}/{{uuid:item_id}}/pages/{{seq}}"
    _add(_base, _blob(_side), N_("Fetch a page's file"), sorted(sniff.EXTENSIONS))
    _add(f"{_base}/preview", _picture(_side), N_("Fetch a picture of a page"), [sniff.JPEG])
