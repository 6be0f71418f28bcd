"""A zip written while it is sent: any size in bounded memory, and the same files the same bytes.

Order is the caller's; every file bears the first moment that a zip can tell, so that nothing in
it depends on when or where it was made. APPNOTE.TXT 6.3.3: a stream's sizes stand behind its data.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MEDIA_TYPE = "application/zip"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16


def streamed(files: Iterable[tuple[str, Iterable[bytes], bool]]) -> Iterator[bytes]:
    """Yield the bytes of a zip of these (name, pieces, whether to pack it), in their order.

    Raises ValueError for a name twice, absolute, or with `..` in it.
    """
    out = _Out()
    seen: set[str] = set()
    with ZipFile(out, "w") as book:
        for name, pieces, packed in files:
            if name in seen or name.startswith("/") or ".." in name.split("/"):
                raise ValueError(f"not a name for a file in a zip: {name!r}")
            seen.add(name)
            info = ZipInfo(name, _BEGINNING)
            info.create_system, info.external_attr = 3, _READABLE
            info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
            with book.open(info, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    if out.held:
                        yield out.taken()
            yield out.taken()
    yield out.taken()


class _Out(io.RawIOBase):
    """Takes what is written and gives it away; it cannot go back, so no size is filled in later."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self.held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what came since the last time."""
        data, self.held = b"".join(self.held), []
        return data
