"""Looks at an uploaded file by its content and says what it is, or why it cannot be a page."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pishkhan.kernel import sniff
from pishkhan.kernel.errors import N_, Invalid, Message, TooLarge, Unsupported
from pishkhan.letters.contracts.files import FileFacts
from pishkhan.letters.logic import reader
from pishkhan.letters.logic.image_headers import (
    MOST_FRAMES,
    READERS,
    Broken,
    Header,
    Strange,
    TooManyFrames,
)

MOST_PDF_PAGES = 2_000
MOST_PIXELS = 120_000_000
"""An A3 sheet at 600 dpi has 70 million; what is beyond is a bomb or a mistake."""

MOST_BYTES_DECODED = 512 * 2**20
_MOST_SIDE = 65_500  # a JPEG of the preview can not be larger
_TAIL = 65_536


def inspect_file(path: Path) -> FileFacts:
    """Return what the file is; nothing is decoded, memory stays small whatever it claims.

    Raises Invalid `letters.file-empty`, `letters.file-broken`, `letters.file-encrypted`;
    Unsupported `letters.file-type`, `letters.file-variant`; TooLarge `letters.file-pixels`,
    `letters.file-leaves`. The name and what the sender says of the type play no part.
    """
    with path.open("rb") as file:
        head = file.read(sniff.HEAD)
        if not head:
            raise Invalid("letters.file-empty", N_("The file is empty: it has no bytes."))
        kind = sniff.media_type(head)
        if kind is None:
            raise Unsupported(
                "letters.file-type",
                N_("This is not a PDF, JPEG, PNG or TIFF, whatever its name says."),
            )
        if kind == sniff.PDF:
            return _pdf(path, file)
        return _image(kind, file)


def _image(kind: str, file: BinaryIO) -> FileFacts:
    try:
        frames = READERS[kind](file)
    except Broken:
        raise _broken() from None
    except TooManyFrames:
        raise TooLarge(
            "letters.file-leaves",
            Message(
                N_("The file has more than %(most)s pages. Split it and send the parts."),
                {"most": MOST_FRAMES},
            ),
        ) from None
    except Strange:
        raise Unsupported(
            "letters.file-variant",
            N_("This kind of picture is not opened everywhere. Save it as plain JPEG or PNG."),
        ) from None
    for frame in frames:
        _check_size(frame)
    return FileFacts(kind, len(frames), frames[0].width, frames[0].height)


def _check_size(frame: Header) -> None:
    if frame.width < 1 or frame.height < 1:
        raise _broken()
    pixels = frame.width * frame.height
    if (
        pixels > MOST_PIXELS
        or max(frame.width, frame.height) > _MOST_SIDE
        or pixels * frame.depth > 8 * MOST_BYTES_DECODED
    ):
        raise TooLarge(
            "letters.file-pixels",
            Message(
                N_(
                    "The picture is too large: %(width)s × %(height)s points. "
                    "Scan it at 200 to 300 dpi and send it again."
                ),
                {"width": frame.width, "height": frame.height},
            ),
        )


def _pdf(path: Path, file: BinaryIO) -> FileFacts:
    size = path.stat().st_size
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read(_TAIL):
        raise _broken()
    told = reader.ask("facts", str(path))
    problem = told.get("problem")
    if problem == "encrypted":
        raise Invalid(
            "letters.file-encrypted",
            N_("The PDF is locked. Save it without a password and send it again."),
        )
    if problem:
        raise _broken()
    leaves = int(told["leaves"])
    if leaves > MOST_PDF_PAGES:
        raise TooLarge(
            "letters.file-leaves",
            Message(
                N_(
                    "The PDF has %(leaves)s pages; at most %(most)s are accepted. "
                    "Split it and send the parts."
                ),
                {"leaves": leaves, "most": MOST_PDF_PAGES},
            ),
        )
    return FileFacts(sniff.PDF, leaves, int(told["width"]), int(told["height"]))


def _broken() -> Invalid:
    return Invalid(
        "letters.file-broken",
        N_("The file cannot be read: it is broken or was cut short. Scan or save it again."),
    )
