import io

import pytest
from PIL import Image

from pishkhan.kernel import sniff


@pytest.mark.parametrize(
    ("form", "kind"),
    [("JPEG", sniff.JPEG), ("PNG", sniff.PNG), ("TIFF", sniff.TIFF), ("PDF", sniff.PDF)],
)
def test_real_file_is_known_by_its_first_bytes(form, kind):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, form)
    assert sniff.media_type(out.getvalue()[: sniff.HEAD]) == kind
    assert kind in sniff.EXTENSIONS


@pytest.mark.parametrize(
    "head",
    [
        b"II\x2a\x00\x08\x00\x00\x00",
        b"MM\x00\x2a\x00\x00\x00\x08",
        b"II\x2b\x00\x08\x00\x00\x00",
        b"MM\x00\x2b\x00\x08\x00\x00",
    ],
)
def test_tiff_of_both_byte_orders_and_bigtiff_are_known(head):
    assert sniff.media_type(head) == sniff.TIFF


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"%PD",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"GIF89a",
        b"<html>",
        b"<svg xmlns",
        b"RIFF....WEBP",
        b" %PDF-1.7",
        b"GIF89a%PDF-1.7",
        b"II\x2b\x00\x04\x00\x00\x00",
    ],
)
def test_anything_else_is_not(head):
    assert sniff.media_type(head) is None
