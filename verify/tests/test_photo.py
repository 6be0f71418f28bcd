"""QRs of a receipt in a photo; made with the same library that reads them, in other dots."""

import sys

import pytest

pytest.importorskip("zxingcpp")
import zxingcpp
from PIL import Image

from tests.maker import CODE, qr


def picture(*texts, turn=0):
    """A photo with a QR of each text, four dots a module, one below the other."""
    codes = []
    for text in texts:
        made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        codes.append(Image.fromarray(made.to_image(scale=4)).convert("L"))
    width = max(code.width for code in codes) + 80
    page = Image.new("L", (width, sum(code.height + 40 for code in codes) + 40), 255)
    top = 40
    for code in codes:
        page.paste(code, (40, top))
        top += code.height + 40
    return page.rotate(turn, expand=True, fillcolor=255)


@pytest.mark.parametrize(("ending", "turn"), [("png", 0), ("jpg", 90), ("webp", 7)])
def test_both_qrs_of_one_photo_are_combined(world, ending, turn):
    texts = [qr(world.letter.promise(world.log.key)), qr(world.log.path_qr(world.letter))]
    path = world.folder / f"photo.{ending}"
    picture(*texts, turn=turn).save(path)
    told = world.check(path, "--json", "--code", CODE).json
    assert (told["verdict"], told["slip"]["code"]) == ("logged", CODE)


def test_a_photo_without_a_receipt_s_qr_says_so(world):
    path = world.folder / "photo.png"
    picture("https://example.ir/menu").save(path)
    world.unreadable("the photo has no QR of a receipt.", path)


def test_a_cut_photo_can_not_be_read(world):
    path = world.folder / "photo.png"
    picture(qr(world.letter.promise(world.log.key))).save(path)
    path.write_bytes(path.read_bytes()[:400])
    world.unreadable("the photo can not be read.", path)


@pytest.mark.parametrize("side", [9_000, 20_000])
def test_a_picture_of_absurd_size_is_not_unpacked(world, side):
    path = world.folder / "photo.png"
    Image.new("1", (side, side)).save(path)
    world.unreadable("the photo can not be read.", path)


def test_without_the_extra_a_photo_is_answered_by_how_to_install_it(world, monkeypatch):
    path = world.folder / "photo.png"
    picture("x").save(path)
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    world.unreadable("to read photos: pip install 'pishkhan-verify[photo]'", path)
