"""The picture of an agency's letters, as an administrator chooses it: read, made small, plain."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from PIL import Image

from pishkhan.directory import api as directory
from pishkhan.kernel import sniff
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.i18n import N_, Message
from pishkhan.web.admin.page import admin
from pishkhan.web.http import DeskRequest

LARGEST = 2_000_000
MOST_POINTS = 16_000_000
SIDE = 600
"""Points of the longer side: 17 mm on paper at 600 dpi are some 400."""


def chosen(request: DeskRequest) -> bytes:
    """Return the picture that was chosen, drawn anew as PNG or JPEG; Invalid with field `logo`."""
    file = request.FILES.get("logo")
    if file is None or not file.size or file.size > LARGEST:
        raise _wrong()
    try:
        with Image.open(io.BytesIO(file.read()), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise _wrong()
            drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _wrong() from None
    drawn.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    if out.tell() <= directory.LARGEST_LOGO:
        return out.getvalue()
    paper = Image.new("RGB", drawn.size, "white")  # a photograph
    paper.paste(drawn, mask=drawn.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=85)
    return out.getvalue()


def _wrong() -> Invalid:
    return Invalid(
        "web.logo", fields={"logo": Message(N_("Choose a PNG or JPEG picture of at most 2 MB."))}
    )


@admin
@require_safe
def logo(_request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Send the agency's picture."""
    found = directory.logo(directory.agency(agency_id).id)
    if not found:
        raise NotFound("web.not-found")
    return HttpResponse(found, content_type=sniff.media_type(found[: sniff.HEAD]))
