"""Invented letters as pictures, and second scans of them; the same each time."""

from __future__ import annotations

import random
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PageRef

SIZE = (620, 877)  # A4 at 75 dots an inch


def written(seed: int) -> Image.Image:
    """Return a page of lines of words, each a bar: how long they are and where they end differs."""
    dice = random.Random(seed)
    page = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(page)
    for line in range(dice.randrange(8, 18)):
        top, right = 90 + line * 34, SIZE[0] - dice.randrange(50, 90)
        end = dice.randrange(50, 330)
        while right > end:
            wide = dice.randrange(14, 60)
            draw.rectangle((right - wide, top, right, top + dice.randrange(7, 13)), fill=50)
            right -= wide + dice.randrange(7, 14)
    return page


def scanned(
    page: Image.Image, *, tilt: float = 0.0, light: int = 245, crop: int = 0, scale: float = 1.0
) -> Image.Image:
    """Return the page as a scanner gives it: askew, on grey paper, cut, with its noise."""
    seen = page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)
    seen = seen.crop((crop, crop // 2, seen.width - crop // 3, seen.height - crop))
    seen = seen.resize((int(seen.width * scale), int(seen.height * scale)))
    grain = random.Random(7).randbytes(seen.width * seen.height)
    noise = Image.frombytes("L", seen.size, grain).point([value // 10 for value in range(256)])
    return ImageChops.subtract(seen.point([value * light // 255 for value in range(256)]), noise)


def stored(picture: Image.Image, name: str = "scan", kind: str = "JPEG") -> PageRef:
    """Keep the picture as a file of a letter."""
    made = BytesIO()
    picture.save(made, kind, quality=60)
    blob = letters.blob_store().put([made.getvalue()])
    media = {"JPEG": "image/jpeg", "TIFF": "image/tiff", "PDF": "application/pdf"}[kind]
    return PageRef(digest=blob.digest, media_type=media, size=blob.size, name=name)
