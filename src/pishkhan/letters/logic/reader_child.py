"""Reads one untrusted PDF or picture in a process of its own, with little memory and time.

Run as `python -I -m pishkhan.letters.logic.reader_child facts|look|render …` by `reader.py`. It
knows nothing of Django, the database or the node's keys; a crash or an endless loop in a file
library ends here. Answers one line of JSON on standard output; the exit code is 0 also for
"broken".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MEMORY = 900 * 2**20  # bytes of address space; libraries alone take 150 MB of it
SECONDS = 20  # of CPU
MOST_PIXELS = 120_000_000
QUALITY = 82


def limit() -> None:
    """Take memory, time and output away from this process; on Windows only the parent's watch."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 * 2**20, 32 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pdf_facts(path: str) -> dict[str, Any]:
    """Return `{leaves, width, height}` in points, or `{problem}`."""
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"problem": "encrypted" if locked else "broken"}
    if raw.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
        return {"problem": "encrypted"}
    leaves = len(document)
    if leaves < 1:
        return {"problem": "broken"}
    try:
        width, height = document.get_page_size(0)
    except pdfium.PdfiumError:
        return {"problem": "broken"}
    return {"leaves": leaves, "width": round(width), "height": round(height)}


def render_pdf(path: str, leaf: int, width: int) -> Any:
    """Return one page as a Pillow picture about `width` pixels wide."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    page = document[leaf - 1]
    across, down = page.get_size()
    # A page may be a mile high; the picture may not.
    scale = min(width / max(across, 1), 4 * width / max(down, 1))
    return page.render(scale=scale, may_draw_forms=False).to_pil()


def render_image(path: str, leaf: int, width: int, *, rough: bool = False) -> Any:
    """Return one frame as a Pillow picture at most `width` pixels wide, upright.

    `rough`: in grey, and opened no finer than that needs.
    """
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this
    with Image.open(path, formats=("JPEG", "PNG", "TIFF")) as picture:
        if leaf > 1:
            picture.seek(leaf - 1)
        if picture.format == "JPEG":
            side = width if rough else 2 * width
            picture.draft("L" if rough else "", (side, side))
        return shrink(ImageOps.exif_transpose(picture), width)


def shrink(picture: Any, width: int) -> Any:
    """Return an 8-bit grey or RGB picture at most `width` wide, on white paper."""
    from PIL import Image

    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode == "1":
        picture = picture.convert("L")
    if picture.width > width:
        high = max(1, round(picture.height * width / picture.width))
        if picture.mode in {"P", "PA"}:
            picture = picture.convert("RGBA")
        picture = picture.resize((width, high), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode in {"RGBA", "LA", "PA", "P"}:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")


def save(picture: Any, rotation: int, target: str) -> None:
    """Write the picture, turned clockwise by `rotation` degrees, as a JPEG without metadata."""
    if rotation:
        picture = picture.rotate(-rotation, expand=True)
    if picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.info.clear()
    picture.save(target, "JPEG", quality=QUALITY, optimize=True)


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the parent asked.

    `facts PATH`, `look KIND PATH` or `render KIND PATH LEAF WIDTH ROTATION TARGET`.
    """
    if arguments[0] == "facts":
        return pdf_facts(arguments[1])
    if arguments[0] == "look":
        from pishkhan.letters.logic.page_look import WIDTH, look

        if arguments[1] == "pdf":
            return {"look": look(render_pdf(arguments[2], 1, WIDTH)).hex()}
        return {"look": look(render_image(arguments[2], 1, WIDTH, rough=True)).hex()}
    _, kind, path, leaf, width, rotation, target = arguments
    render = render_pdf if kind == "pdf" else render_image
    save(render(path, int(leaf), int(width)), int(rotation), target)
    return {"size": Path(target).stat().st_size}


if __name__ == "__main__":
    limit()
    try:
        answer = main(sys.argv[1:])
    except Exception:
        answer = {"problem": "broken"}
    sys.stdout.write(json.dumps(answer))
