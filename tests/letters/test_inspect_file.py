from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from pishkhan.kernel.errors import Invalid, PishkhanError, TooLarge, Unsupported
from pishkhan.letters import api
from pishkhan.letters.contracts.files import FileFacts
from tests.letters import hostile


@pytest.fixture
def look(tmp_path: Path):
    def look_at(data: bytes, name: str = "page.jpg") -> FileFacts:
        path = tmp_path / name
        path.write_bytes(data)
        return api.inspect_file(path)

    return look_at


def grown(deed) -> float:
    """Return by how many MiB this process grew while `deed` ran."""
    me = psutil.Process()
    before = me.memory_info().rss
    deed()
    return (me.memory_info().rss - before) / 2**20


def test_each_accepted_type_is_recognised_by_its_content(look):
    assert look(hostile.scan()) == FileFacts("image/jpeg", 1, 1654, 2339)
    assert look(hostile.picture("PNG")) == FileFacts("image/png", 1, 60, 80)
    assert look(hostile.picture("TIFF")) == FileFacts("image/tiff", 1, 60, 80)
    assert look(hostile.pdf(3)) == FileFacts("application/pdf", 3, 595, 842)


@pytest.mark.parametrize("compression", ["raw", "group4", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_scanners_tiffs_are_read_whatever_their_compression(look, compression):
    mode = "1" if compression == "group4" else "L"
    data = hostile.picture("TIFF", mode=mode, compression=compression)
    assert look(data).media_type == "image/tiff"


def test_frames_of_a_tiff_are_leaves(look):
    assert look(hostile.tiff(7)).leaves == 7
    assert look(hostile.tiff(500)).leaves == 500


def test_a_progressive_jpeg_is_read(look):
    assert look(hostile.picture("JPEG", progressive=True)).width == 60


def test_a_big_tiff_is_read(look):
    assert look(hostile.picture("TIFF", big_tiff=True)).height == 80


def test_the_name_plays_no_part(look):
    assert look(hostile.scan(), "letter.pdf").media_type == "image/jpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"MZ" + bytes(100),
        b"\n%PDF-1.4 after a line\n%%EOF",
        "سلام".encode(),
        b"\xff",
    ],
)
def test_another_type_under_a_right_name_is_refused(look, data):
    with pytest.raises(Unsupported) as refused:
        look(data)
    assert refused.value.code == "letters.file-type"


def test_an_empty_file_is_refused(look):
    with pytest.raises(Invalid) as refused:
        look(b"")
    assert refused.value.code == "letters.file-empty"


@pytest.mark.parametrize("part", [0.01, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "PDF"])
def test_a_file_cut_short_is_found(look, kind, part):
    if kind == "PDF":
        data = hostile.pdf(40)
        part = min(part, 0.99)
    elif kind == "JPEG":
        data = hostile.scan()
    else:
        data = hostile.picture(kind, (400, 500), "L")
    with pytest.raises(PishkhanError) as refused:
        look(data[: max(16, int(len(data) * part))])
    assert refused.value.code == "letters.file-broken"


@pytest.mark.parametrize("kind", ["\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "II*\x00", "%PDF-1.7\n"])
def test_rubbish_after_a_right_beginning_is_refused(look, kind):
    data = kind.encode("latin-1") + bytes(range(256)) * 40 + b"%%EOF"
    with pytest.raises(PishkhanError) as refused:
        look(data)
    assert refused.value.code in {"letters.file-broken", "letters.file-variant"}


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: hostile.png(60_000, 60_000, rows=8_000),
        lambda: hostile.png(2**31 - 1, 1),
        lambda: hostile.tiff(1, 60_000, 60_000),
        lambda: hostile.tiff(300, 2**32 - 1, 2**32 - 1),
        hostile.huge_jpeg,
    ],
)
def test_bombs_are_refused_without_being_decoded(look, bomb):
    data = bomb()

    def refuse():
        with pytest.raises(PishkhanError) as refused:
            look(data)
        assert refused.value.code in {"letters.file-pixels", "letters.file-broken"}

    started = time.monotonic()
    assert grown(refuse) < 16
    assert time.monotonic() - started < 2


def test_a_long_scan_that_never_ends_is_refused_and_costs_no_memory(look):
    start = hostile.scan()[:-2]
    data = start + b"\xff\x00" * (30 * 2**20)

    def refuse():
        with pytest.raises(Invalid):
            look(data)

    assert grown(refuse) < 16
    # The end marker may lie on the seam of two blocks that are looked at.
    for after in (256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1):
        assert look(start + b"\xff\xd9" + bytes(after)).leaves == 1


def test_a_picture_of_no_size_is_refused(look):
    with pytest.raises(Invalid):
        look(hostile.png(0, 100))


def test_too_many_frames_and_frames_that_go_in_a_circle_are_refused(look):
    with pytest.raises(TooLarge) as refused:
        look(hostile.tiff(501))
    assert refused.value.code == "letters.file-leaves"
    with pytest.raises(Invalid):
        look(hostile.tiff(20, loop=True))


def test_a_pdf_of_ten_thousand_pages_is_refused_with_the_number_in_the_sentence(look):
    data = hostile.pdf(10_000)

    def refuse():
        with pytest.raises(TooLarge) as refused:
            look(data)
        assert refused.value.code == "letters.file-leaves"
        assert "10000" in refused.value.message.render(lambda text: text)

    assert grown(refuse) < 16
    assert look(hostile.pdf(2_000)).leaves == 2_000


def test_a_locked_pdf_is_refused_and_says_so(look):
    with pytest.raises(Invalid) as refused:
        look(hostile.pdf(1, encrypted=True))
    assert refused.value.code == "letters.file-encrypted"


def test_a_file_of_two_types_is_what_it_begins_with(look):
    both = hostile.scan() + hostile.pdf(2)
    assert look(both).media_type == "image/jpeg"
    script = hostile.picture("PNG") + b"<script>alert(1)</script>"
    assert look(script).media_type == "image/png"


def test_a_picture_with_a_hundred_thousand_chunks_costs_little(look):
    head, tail = hostile.picture("PNG")[:33], hostile.picture("PNG")[33:]
    started = time.monotonic()
    assert look(head + hostile.chunk(b"tEXt", b"a\0b") * 100_000 + tail).width == 60
    assert time.monotonic() - started < 3


def test_a_scan_is_looked_at_in_a_few_milliseconds(look, tmp_path):
    look(hostile.scan())
    path = tmp_path / "page.jpg"
    best = min(_seconds(path) for _ in range(20))
    assert best < 0.003


def _seconds(path: Path) -> float:
    started = time.perf_counter()
    api.inspect_file(path)
    return time.perf_counter() - started
