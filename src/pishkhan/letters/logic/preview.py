"""Makes a small JPEG of one leaf of a stored file, so that every browser can show every type.

Previews are kept under HOME/cache/previews and can be thrown away at any time: they are made
again from the blob. Access is checked before a digest comes here.
"""

from __future__ import annotations

import itertools
import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from pishkhan.kernel import sniff
from pishkhan.kernel.errors import N_, Invalid, NotFound, Unsupported
from pishkhan.letters.logic import reader, reader_child
from pishkhan.letters.logic.image_headers import READERS, Broken, Strange, TooManyFrames
from pishkhan.letters.logic.pages import store
from pishkhan.letters.models import PageLook

WIDTHS = (160, 320, 480, 640, 960, 1280, 1920)
"""Widths that are made, in pixels; one between is rounded up. So nobody fills the disk."""

MOST_CACHED = 512 * 2**20  # bytes
_SWEEP_EVERY = 200
_SHOWN_HERE = 27_000_000  # decoded bytes that this process takes on itself: A4, 300 dpi, colour
_STALE = 3600.0  # seconds after which a look renews the file's age

_made = itertools.count(1)
_hands = threading.BoundedSemaphore(2)


def preview(digest: str, *, leaf: int = 1, width: int = 640, rotation: int = 0) -> Path:
    """Return the path of a JPEG of leaf 1, 2, … turned clockwise by `rotation` degrees.

    Raises NotFound `blobs.not-found` or `letters.no-leaf`, Unsupported `letters.no-preview` for a
    file that cannot be drawn, Invalid `letters.bad-rotation`, Unavailable `letters.reader-busy`.
    """
    if rotation not in {0, 90, 180, 270}:
        raise Invalid("letters.bad-rotation", N_("A page is turned by quarters only."))
    if not 1 <= leaf <= 10_000:
        raise NotFound("letters.no-leaf")
    width = next((known for known in WIDTHS if known >= width), WIDTHS[-1])
    source = store().path(digest)
    target = _folder() / digest[:2] / f"{digest}-{leaf}-{width}-{rotation}.jpg"
    try:
        known = target.stat()
    except FileNotFoundError:
        _make(source, target, leaf, width, rotation)
        return target
    if known.st_size == 0:
        raise _undrawable()
    if time.time() - known.st_mtime > _STALE:
        with suppress(OSError):
            os.utime(target)
    return target


def _folder() -> Path:
    return Path(settings.HOME) / "cache" / "previews"


def _make(source: Path, target: Path, leaf: int, width: int, rotation: int) -> None:
    kind, here = kind_of(source, leaf)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(f"{secrets.token_hex(8)}.tmp")
    try:
        if here:
            drawn = _draw(source, leaf, width, rotation, temporary)
        else:
            name = "pdf" if kind == sniff.PDF else "image"
            told = reader.ask(
                "render", name, str(source), str(leaf), str(width), str(rotation), str(temporary)
            )
            drawn = "problem" not in told
        if not drawn:
            temporary.write_bytes(b"")  # remembered, so that a broken file costs its time once
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    if next(_made) % _SWEEP_EVERY == 0:
        sweep()
    if not drawn:
        raise _undrawable()


def kind_of(source: Path, leaf: int) -> tuple[str, bool]:
    """Return the type, and whether this process may decode it: plain and small pictures only."""
    try:
        with source.open("rb") as file:
            kind = sniff.media_type(file.read(sniff.HEAD))
            if kind is None:
                raise _undrawable()
            if kind == sniff.PDF:
                return kind, False
            frames = READERS[kind](file)
    except FileNotFoundError:
        raise NotFound("blobs.not-found", N_("The file is not here.")) from None
    except (Broken, Strange, TooManyFrames):
        raise _undrawable() from None
    if leaf > len(frames):
        raise NotFound("letters.no-leaf")
    frame = frames[leaf - 1]
    decoded = frame.width * frame.height * frame.depth // 8
    return kind, kind != sniff.TIFF and not frame.progressive and decoded <= _SHOWN_HERE


def _draw(source: Path, leaf: int, width: int, rotation: int, temporary: Path) -> bool:
    with _hands:
        try:
            picture = reader_child.render_image(str(source), leaf, width)
            reader_child.save(picture, rotation, str(temporary))
        except Exception:
            return False
    return True


def forget_previews(digest: str) -> None:
    """Remove what was made of a file that is gone."""
    PageLook.objects.filter(digest=digest).delete()
    for path in (_folder() / digest[:2]).glob(f"{digest}-*.jpg"):
        path.unlink(missing_ok=True)


def sweep(most: int = MOST_CACHED) -> int:
    """Remove the longest unseen previews until at most nine tenths of `most` bytes stay.

    Does nothing below `most`. Returns how many files were removed.
    """
    files = []
    for path in _folder().glob("*/*"):
        with suppress(FileNotFoundError):
            known = path.stat()
            files.append((known.st_mtime, known.st_size, path))
    total = sum(size for _, size, _ in files)
    removed = 0
    if total <= most:
        return removed
    for _, size, path in sorted(files):
        if total <= most * 9 // 10:
            break
        path.unlink(missing_ok=True)
        total -= size
        removed += 1
    return removed


def _undrawable() -> Unsupported:
    return Unsupported(
        "letters.no-preview", N_("This file cannot be shown here; download it to open it.")
    )
