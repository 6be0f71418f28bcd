"""The type of a file by its first bytes, never by its name or what the sender says."""

from __future__ import annotations

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"

EXTENSIONS: dict[str, str] = {PDF: "pdf", JPEG: "jpg", PNG: "png", TIFF: "tif"}
"""The usual file name ending of each accepted type, without the dot."""

HEAD = 16
"""How many first bytes `media_type` needs."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    # ISO 32000 lets readers find the header within 1,024 bytes; taken only at the start here,
    # so that a file cannot be two types at once.
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II\x2a\x00", TIFF),
    (b"MM\x00\x2a", TIFF),
    (b"II\x2b\x00\x08\x00\x00\x00", TIFF),
    (b"MM\x00\x2b\x00\x08\x00\x00", TIFF),
)


def media_type(head: bytes) -> str | None:
    """Return the media type that the first bytes (at least `HEAD`) show, or None.

    PDF, JPEG (JFIF, Exif), PNG, TIFF of both byte orders and BigTIFF. It says what the file
    claims to be; whether it can be read is for the reader to find out.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return None
