"""QR texts in a photo; needs the extra `photo` (zxing-cpp and pillow)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pishkhan_verify.errors import Unreadable

MOST_DOTS = 80_000_000
FORMS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a decoder from warning of odd metadata, which nothing here reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def is_photo(data: bytes) -> bool:
    """Return whether the bytes begin like a picture."""
    return data.startswith(_STARTS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def texts(data: bytes) -> list[str]:
    """Return the text of every QR in a picture.

    Raises Unreadable: `photo-extra` when the readers are not installed, `photo-bad`.
    """
    try:
        import zxingcpp  # noqa: PLC0415 - an extra
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise Unreadable("photo-extra") from None
    try:
        with _quiet(), Image.open(BytesIO(data), formats=FORMS) as picture:
            if picture.width * picture.height > MOST_DOTS:
                raise Unreadable("photo-bad")
            found = zxingcpp.read_barcodes(
                picture.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
            )
    except Unreadable:
        raise
    except Exception:  # a broken picture ends a decoder in many ways, none of which says more
        raise Unreadable("photo-bad") from None
    return [each.text for each in found]
