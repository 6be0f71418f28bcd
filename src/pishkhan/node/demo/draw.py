"""Draws the demonstration's scans anew: `python -m pishkhan.node.demo.draw`.

The pictures are kept with the code, so that a node needs no text shaping (Pillow's Raqm) to make
its demonstration.
"""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pishkhan.node.demo.words import ENCLOSURES, SUBJECTS

WIDTH, HEIGHT = 620, 877  # A4 at 75 dots an inch
FONT = Path(__file__).parents[2] / "web/static/pishkhan/fonts/vazirmatn.woff2"
FOLDER = Path(__file__).parent / "data/scans"
INK, STAMP = 40, 208


def main() -> None:
    """Draw a first page for each subject and one picture for each enclosure."""
    for number, subject in enumerate(SUBJECTS, 1):
        text = ["بسمه تعالی", "ریاست محترم", "با سلام؛", "", subject.text, "", "با سپاس"]
        _save(f"letter-{number:02}", _page(subject.name, text, seed=number))
    for number, name in enumerate(ENCLOSURES, 1):
        lines = [f"تصویر {name}", "", "این برگ ساختگی است و چیزی را ثابت نمی‌کند."]
        _save(f"enclosure-{number}", _page(name, lines, seed=100 + number))


def _page(title: str, lines: list[str], *, seed: int) -> Image.Image:
    sheet = Image.new("L", (WIDTH, HEIGHT), 246)
    draw = ImageDraw.Draw(sheet)
    big, small = _font(26, 700), _font(21, 400)
    draw.text((WIDTH - 60, 90), f"موضوع: {title}", INK, big, anchor="ra", direction="rtl")
    top = 150
    for line in _wrapped(draw, lines, small):
        draw.text((WIDTH - 60, top), line, INK, small, anchor="ra", direction="rtl")
        top += 42
    draw.text((150, top + 30), "امضا: … نمونه", INK, small, anchor="la", direction="rtl")
    _stamp(sheet)
    tilt = random.Random(seed).uniform(-0.9, 0.9)
    turned = sheet.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=232)
    return turned.filter(ImageFilter.GaussianBlur(0.4))


def _stamp(sheet: Image.Image) -> None:
    mark = Image.new("L", sheet.size, 255)
    draw = ImageDraw.Draw(mark)
    middle = (WIDTH // 2, HEIGHT * 3 // 4)
    draw.text(middle, "نمونه", STAMP, _font(120, 800), anchor="mm", direction="rtl")
    mark = mark.rotate(20, Image.Resampling.BICUBIC, fillcolor=255)
    sheet.paste(mark, (0, 0), mark.point([255 if shade < 240 else 0 for shade in range(256)]))


def _wrapped(
    draw: ImageDraw.ImageDraw, lines: list[str], font: ImageFont.FreeTypeFont
) -> list[str]:
    done: list[str] = []
    for line in lines:
        row = ""
        for word in line.split(" "):
            longer = f"{row} {word}".strip()
            if draw.textlength(longer, font, direction="rtl") > WIDTH - 130:
                done.append(row)
                longer = word
            row = longer
        done.append(row)
    return done


def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), size)
    font.set_variation_by_axes([weight])  # type: ignore[no-untyped-call] # Pillow's own lack
    return font


def _save(name: str, picture: Image.Image) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / f"{name}.jpg", quality=40, optimize=True, dpi=(75, 75))


if __name__ == "__main__":
    main()
