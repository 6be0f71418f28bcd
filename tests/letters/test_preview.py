from __future__ import annotations

import io
import os
from pathlib import Path

import psutil
import pytest
from PIL import Image

from pishkhan.kernel.errors import Invalid, NotFound, Unsupported
from pishkhan.letters import api
from pishkhan.letters.logic import preview as made
from tests.letters import hostile


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


def stored(data: bytes) -> str:
    return api.blob_store().put([data]).digest


def drawn(path: Path) -> Image.Image:
    picture = Image.open(path)
    assert picture.format == "JPEG"
    picture.load()
    return picture


def test_a_scan_becomes_a_small_jpeg_of_the_same_shape():
    picture = drawn(api.preview(stored(hostile.scan()), width=320))
    assert picture.size == (320, 453)


def test_widths_between_are_rounded_up_and_none_is_enlarged():
    digest = stored(hostile.scan())
    assert api.preview(digest, width=200) == api.preview(digest, width=320)
    assert drawn(api.preview(digest, width=9999)).width == 1654
    assert drawn(api.preview(stored(hostile.picture("PNG")), width=640)).size == (60, 80)


@pytest.mark.parametrize("rotation", [90, 270])
def test_a_turned_page_is_drawn_turned(rotation):
    half = Image.new("RGB", (100, 200), "white")
    half.paste("black", (0, 0, 100, 100))
    out = io.BytesIO()
    half.save(out, "PNG")
    picture = drawn(api.preview(stored(out.getvalue()), width=640, rotation=rotation)).convert("L")
    assert picture.size == (200, 100)
    black = picture.getpixel((150 if rotation == 90 else 50, 50))
    assert isinstance(black, int | float)
    assert black < 40
    with pytest.raises(Invalid):
        api.preview(stored(hostile.scan()), rotation=45)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_every_kind_of_colour_is_drawn(mode, kind):
    if kind == "PNG" and mode == "CMYK":
        mode = "RGB"
    out = io.BytesIO()
    Image.new(mode, (700, 300)).save(out, kind)
    assert drawn(api.preview(stored(out.getvalue()), width=320)).width == 320


def test_frames_and_pages_are_leaves():
    frames = [Image.new("L", (50, 50), shade) for shade in (0, 128, 255)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    digest = stored(out.getvalue())
    shades = [drawn(api.preview(digest, leaf=leaf)).getpixel((25, 25)) for leaf in (1, 2, 3)]
    assert shades == [0, 128, 255]
    with pytest.raises(NotFound):
        api.preview(digest, leaf=4)
    with pytest.raises(NotFound):
        api.preview(digest, leaf=0)
    assert drawn(api.preview(stored(hostile.pdf(3)), leaf=3, width=480)).width == 480


def test_what_a_phone_notes_about_its_way_up_is_followed():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 100), "white").save(out, "JPEG", exif=exif)
    assert drawn(api.preview(stored(out.getvalue()), width=640)).size == (100, 200)


def test_a_preview_is_made_once_and_holds_nothing_of_the_file_but_its_picture():
    digest = stored(hostile.scan())
    path = api.preview(digest, width=160)
    before = path.stat().st_mtime_ns
    assert api.preview(digest, width=160) == path
    assert path.stat().st_mtime_ns == before
    assert "exif" not in drawn(path).info
    assert not list(path.parent.glob("*.tmp"))


@pytest.mark.parametrize(
    "data",
    [
        b"nothing that can be drawn",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"x" * 500,
        b"%PDF-1.7 rubbish %%EOF",
    ],
)
def test_a_file_that_cannot_be_drawn_says_so_every_time(data):
    digest = stored(data)
    for _ in range(2):
        with pytest.raises(Unsupported) as refused:
            api.preview(digest)
        assert refused.value.code == "letters.no-preview"


def test_a_missing_file_is_not_found():
    with pytest.raises(NotFound):
        api.preview("0" * 64)


def test_a_large_picture_is_drawn_elsewhere_and_this_process_stays_small():
    out = io.BytesIO()
    Image.new("RGB", (9_000, 9_000), "white").save(out, "PNG")
    digest = stored(out.getvalue())
    me = psutil.Process()
    before = me.memory_info().rss
    assert drawn(api.preview(digest, width=320)).width == 320
    assert (me.memory_info().rss - before) / 2**20 < 32


def test_the_cache_stays_under_its_size():
    for number in range(6):
        api.preview(stored(hostile.picture("PNG", (200 + number, 300))), width=160)
    files = sorted((made._folder()).glob("*/*.jpg"))
    total = sum(path.stat().st_size for path in files)
    os.utime(files[0], (1, 1))
    assert made.sweep(total) == 0
    assert made.sweep(total - 1) >= 1
    assert not files[0].exists()
    assert sum(p.stat().st_size for p in made._folder().glob("*/*.jpg")) <= total * 9 // 10
