from __future__ import annotations

import pytest
from django.test import RequestFactory

from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Page, PageRole
from pishkhan.web.uploads.serve import serve_blob, serve_preview
from tests.letters import hostile


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.BLOB_ROOT = tmp_path / "blobs"


def page(data: bytes, media_type: str, name: str = "", rotation: int = 0) -> Page:
    blob = letters.blob_store().put([data])
    return Page(1, 0, PageRole.LETTER, blob.digest, media_type, blob.size, 1, rotation, name)


def body(answer) -> bytes:
    data = b"".join(answer)
    answer.close()
    return data


@pytest.mark.engine
def test_a_scan_is_shown_byte_for_byte_and_nothing_in_it_may_run():
    data = hostile.scan()
    shown = page(data, "image/jpeg", "نامه.jpg")
    answer = serve_blob(RequestFactory().get("/"), shown)
    assert body(answer) == data
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["ETag"] == f'"{shown.digest}"'


@pytest.mark.engine
def test_a_large_file_is_streamed():
    data = hostile.scan() * 4
    answer = serve_blob(RequestFactory().get("/"), page(data, "image/jpeg"))
    assert answer.streaming
    assert answer["Content-Length"] == str(len(data))
    assert body(answer) == data
    head = serve_blob(RequestFactory().head("/"), page(data, "image/jpeg"))
    assert head["Content-Length"] == str(len(data))
    assert b"".join(head) == b""


@pytest.mark.parametrize("media_type", ["application/pdf", "image/tiff", "text/html"])
def test_what_is_no_picture_for_browsers_is_downloaded(media_type):
    answer = serve_blob(RequestFactory().get("/"), page(hostile.pdf(1), media_type))
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_browser_that_has_the_bytes_gets_none():
    shown = page(hostile.scan(), "image/jpeg")
    again = RequestFactory().get("/", headers={"If-None-Match": f'"{shown.digest}"'})
    answer = serve_blob(again, shown)
    assert answer.status_code == 304
    assert "sandbox" in answer["Content-Security-Policy"]
    first = serve_preview(RequestFactory().get("/"), shown, 160)
    again = RequestFactory().get("/", headers={"If-None-Match": first["ETag"]})
    assert serve_preview(again, shown, 160).status_code == 304


def test_a_name_cannot_break_out_of_its_header():
    answer = serve_blob(
        RequestFactory().get("/"), page(hostile.scan(), "image/jpeg", 'a";x=\r\nSet-Cookie: b.jpg')
    )
    assert "Set-Cookie" not in answer.headers
    assert "\n" not in answer["Content-Disposition"]


def test_a_file_that_is_gone_is_not_found():
    gone = Page(1, 0, PageRole.LETTER, "0" * 64, "image/jpeg", 5, 1, 0, "")
    with pytest.raises(NotFound):
        serve_blob(RequestFactory().get("/"), gone)
    with pytest.raises(NotFound):
        serve_preview(RequestFactory().get("/"), gone, 160)


def test_rubbish_in_the_address_is_the_usual_preview():
    shown = page(hostile.scan(), "image/jpeg")
    odd = RequestFactory().get("/?w=-3&leaf=x&turn=۹۰")
    assert serve_preview(odd, shown)["ETag"] == f'"{shown.digest}-1-640-0"'
