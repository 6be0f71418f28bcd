"""Files that mean harm or are broken, made in code: no bomb is kept in the repository."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

DATA = Path(__file__).parent.parent / "data"


def scan(number: int = 1) -> bytes:
    return (DATA / f"scan_page_{number}.jpg").read_bytes()


def huge_jpeg() -> bytes:
    """A scan whose header claims 65,535 × 65,535 points."""
    data = bytearray(scan())
    place = data.index(b"\xff\xc0\x00\x0b\x08") + 5
    data[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, end: bool = True, rows: int = 0) -> bytes:
    """A 1-bit PNG that claims any size; its packed rows of zeros are as many as asked."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(bytes(min(rows * (width // 8 + 1), 2**26)), 9)
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed)
    return body + (chunk(b"IEND", b"") if end else b"")


def picture(kind: str, size: tuple[int, int] = (60, 80), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white" if mode != "1" else 1).save(out, kind, **more)
    return out.getvalue()


def tiff(frames: int, width: int = 16, height: int = 16, *, loop: bool = False) -> bytes:
    """A TIFF of little-endian frames that all show the same few bytes."""
    out = bytearray(b"II\x2a\x00" + struct.pack("<I", 16) + bytes(8))
    size = 2 + 6 * 12 + 4
    for number in range(frames):
        last = number == frames - 1
        following = (16 if loop else 0) if last else 16 + (number + 1) * size
        tags = ((256, width), (257, height), (258, 1), (259, 1), (273, 8), (279, 8))
        out += struct.pack("<H", len(tags))
        for tag, value in tags:
            out += struct.pack("<HHII", tag, 4, 1, value)
        out += struct.pack("<I", following)
    return bytes(out)


def pdf(pages: int, *, encrypted: bool = False) -> bytes:
    """A PDF of empty A4 pages with a right cross-reference table."""
    kids = " ".join(f"{number} 0 R" for number in range(3, pages + 3))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]/MediaBox[0 0 595 842]>>".encode(),
        *[b"<</Type/Page/Parent 2 0 R>>"] * pages,
    ]
    trailer = ""
    if encrypted:
        secret = "00" * 32
        parts.append(f"<</Filter/Standard/V 1/R 2/O<{secret}>/U<{secret}>/P -4>>".encode())
        trailer = f"/Encrypt {len(parts)} 0 R/ID[<{'11' * 16}><{'11' * 16}>]"
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + part + b"endobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(parts) + 1}/Root 1 0 R{trailer}>>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
