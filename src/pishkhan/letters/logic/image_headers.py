"""Reads the headers of JPEG, PNG and TIFF without decoding a pixel.

Each reader walks the file's own structure to its end, so that a file cut short is found, and
reads a bounded number of bytes whatever the file claims. Sources: ITU-T T.81 (JPEG), W3C PNG
third edition, TIFF 6.0 and the BigTIFF extension.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from pishkhan.kernel import sniff

MOST_FRAMES = 500
_MOST_CHUNKS = 200_000
_MOST_TAGS = 4_096
_MOST_STRIPS = 100_000


class Broken(Exception):
    """The file is cut short or is not what its first bytes say."""


class Strange(Exception):
    """A rare variant of the format that browsers and offices do not open."""


class TooManyFrames(Exception):
    """More frames than `MOST_FRAMES`."""


@dataclass(frozen=True, slots=True)
class Header:
    """`width` and `height` in pixels; `depth` in bits of a whole pixel.

    `progressive`: a JPEG that has to be held whole in memory while it is decoded.
    """

    width: int
    height: int
    depth: int
    progressive: bool = False


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise Broken
    return data


# --- JPEG ----------------------------------------------------------------------------------------
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SHOWN = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended sequential, progressive


def jpeg(file: BinaryIO) -> list[Header]:
    """Return the picture's header; the scan must be there and ended."""
    header: Header | None = None
    file.seek(2)
    for _ in range(_MOST_TAGS):
        marker = _marker(file)
        if marker in _ALONE:
            continue
        if marker in {0x00, 0xD8, 0xD9}:
            raise Broken
        (length,) = struct.unpack(">H", _exactly(file, 2))
        if length < 2:
            raise Broken
        if marker in _FRAMES:
            header = _jpeg_frame(marker, _exactly(file, length - 2))
            continue
        file.seek(length - 2, os.SEEK_CUR)
        if marker == 0xDA:
            if header is None or not _ended(file):
                raise Broken
            return [header]
    raise Broken


def _marker(file: BinaryIO) -> int:
    if _exactly(file, 1) != b"\xff":
        raise Broken
    for _ in range(64):  # any number of fill bytes may stand before a marker
        code = _exactly(file, 1)[0]
        if code != 0xFF:
            return code
    raise Broken


def _jpeg_frame(marker: int, data: bytes) -> Header:
    if marker not in _SHOWN:
        raise Strange
    if len(data) < 6:
        raise Broken
    precision, height, width, components = struct.unpack(">BHHB", data[:6])
    if precision != 8 or components not in {1, 3, 4}:
        raise Strange
    return Header(width, height, 8 * components, progressive=marker == 0xC2)


_BLOCK = 256 * 1024


def _ended(file: BinaryIO) -> bool:
    """Return whether the end marker follows. Inside a scan FF D9 can be nothing else.

    Looked for from the file's end, where it nearly always is; block by block, for a mapped file
    would count as this process's memory.
    """
    start, at = file.tell(), os.fstat(file.fileno()).st_size
    following = b""
    while at > start:
        begin = max(start, at - _BLOCK)
        file.seek(begin)
        block = file.read(at - begin)
        if b"\xff\xd9" in block + following:
            return True
        following = block[:1]
        at = begin
    return False


# --- PNG -----------------------------------------------------------------------------------------
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def png(file: BinaryIO) -> list[Header]:
    """Return the picture's header; every chunk up to IEND must be there."""
    file.seek(8)
    size = os.fstat(file.fileno()).st_size
    length, name = struct.unpack(">I4s", _exactly(file, 8))
    data = _exactly(file, 13)
    (check,) = struct.unpack(">I", _exactly(file, 4))
    if length != 13 or name != b"IHDR" or zlib.crc32(name + data) != check:
        raise Broken
    width, height, bits, colour = struct.unpack(">IIBB", data[:10])
    if colour not in _CHANNELS or bits not in {1, 2, 4, 8, 16}:
        raise Broken
    pixels = False
    for _ in range(_MOST_CHUNKS):
        length, name = struct.unpack(">I4s", _exactly(file, 8))
        if file.tell() + length + 4 > size:
            raise Broken
        pixels = pixels or name == b"IDAT"
        if name == b"IEND":
            if not pixels:
                raise Broken
            return [Header(width, height, bits * _CHANNELS[colour])]
        file.seek(length + 4, os.SEEK_CUR)
    raise Broken


# --- TIFF ----------------------------------------------------------------------------------------
# none, CCITT RLE/G3/G4, LZW, JPEG, Deflate (both numbers), PackBits
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946})
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_SIZES |= {13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES = 256, 257, 258, 259, 277
_WHERE = ((273, 279), (324, 325))  # (offsets, byte counts) of strips, of tiles
_WANTED = frozenset({_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, 273, 279, 324, 325})


@dataclass(slots=True)
class _Layout:
    """How numbers are written: byte order, and 4 or (BigTIFF) 8 bytes for places.

    `budget`: how many more numbers may be read. Frames of a hostile file can share one long list.
    """

    order: str
    big: bool
    size: int
    budget: int = 4 * _MOST_STRIPS


def tiff(file: BinaryIO) -> list[Header]:
    """Return one header for each frame. TooManyFrames at the first beyond `MOST_FRAMES`."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    order = "<" if _exactly(file, 2) == b"II" else ">"
    (version,) = struct.unpack(order + "H", _exactly(file, 2))
    layout = _Layout(order, version == 43, size)
    if layout.big:
        file.seek(8)
    place = _place(file, layout)
    frames: list[Header] = []
    seen: set[int] = set()
    while place:
        if place in seen or place >= size:
            raise Broken
        if len(frames) >= MOST_FRAMES:
            raise TooManyFrames
        seen.add(place)
        file.seek(place)
        header, place = _directory(file, layout)
        frames.append(header)
    if not frames:
        raise Broken
    return frames


def _place(file: BinaryIO, layout: _Layout) -> int:
    code, width = ("Q", 8) if layout.big else ("I", 4)
    return int(struct.unpack(layout.order + code, _exactly(file, width))[0])


def _directory(file: BinaryIO, layout: _Layout) -> tuple[Header, int]:
    entry = layout.order + ("HHQ8s" if layout.big else "HHI4s")
    code, width = ("Q", 8) if layout.big else ("H", 2)
    (count,) = struct.unpack(layout.order + code, _exactly(file, width))
    if not 1 <= count <= _MOST_TAGS:
        raise Broken
    raw = _exactly(file, count * struct.calcsize(entry))
    following = _place(file, layout)
    values = {
        tag: _values(file, layout, kind, length, inline)
        for tag, kind, length, inline in struct.iter_unpack(entry, raw)
        if tag in _WANTED
    }
    return _frame(values, layout.size), following


def _values(
    file: BinaryIO, layout: _Layout, kind: int, length: int, inline: bytes
) -> tuple[int, ...]:
    number = _NUMBERS.get(kind)
    layout.budget -= length
    if number is None or length < 1 or layout.budget < 0:
        raise Broken
    whole = _SIZES[kind] * length
    if whole > len(inline):
        code = "Q" if layout.big else "I"
        (place,) = struct.unpack(layout.order + code, inline)
        if place + whole > layout.size:
            raise Broken
        file.seek(place)
        inline = _exactly(file, whole)
    return struct.unpack(f"{layout.order}{length}{number}", inline[:whole])


def _frame(values: dict[int, tuple[int, ...]], size: int) -> Header:
    try:
        width, height = values[_WIDTH][0], values[_HEIGHT][0]
    except KeyError:
        raise Broken from None
    if values.get(_COMPRESSION, (1,))[0] not in _COMPRESSIONS:
        raise Strange
    depth = values.get(_BITS, (1,))[0] * values.get(_SAMPLES, (1,))[0]
    for offsets_tag, counts_tag in _WHERE:
        offsets, counts = values.get(offsets_tag, ()), values.get(counts_tag, ())
        if not offsets:
            continue
        if len(offsets) != len(counts):
            raise Broken
        if any(at + long > size for at, long in zip(offsets, counts, strict=True)):
            raise Broken
        return Header(width, height, depth)
    raise Broken


READERS: dict[str, Callable[[BinaryIO], list[Header]]] = {
    sniff.JPEG: jpeg,
    sniff.PNG: png,
    sniff.TIFF: tiff,
}
