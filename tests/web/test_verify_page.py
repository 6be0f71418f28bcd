"""The page at /verify as it is served: one document, allowed by its hashes, asking nobody."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_script_prefix, set_script_prefix

from pishkhan.journal import api as journal
from pishkhan.sealing.api import LogKey
from pishkhan.web.public import verify
from tests.web.verifiers import Case, in_the_page, maker

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = re.compile(r"""(?:src|href|action|data|poster)=["']?([^"'\s>]+)""")


@pytest.fixture
def log(settings: Any, tmp_path: Path) -> str:
    """The origin of the log of a node with a home of its own."""
    settings.HOME = tmp_path
    journal.found_log()
    return journal.head().origin


def text_of(query: str = "", language: str = "fa") -> str:
    client = Client()
    client.cookies["pishkhan_language"] = language
    return client.get(f"/verify{query}").content.decode()


def element(kind: str, page: str) -> str:
    found = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.S)
    assert len(found) == 1
    return str(found[0])


def own_policy(page: str) -> str:
    found = re.search(r'<script id="own-policy" type="application/json">(.*?)</script>', page)
    assert found
    return str(json.loads(found[1])["policy"])


def test_script_and_style_are_allowed_by_their_hashes_and_nothing_else_is(log: str) -> None:
    answer = Client().get("/verify")
    page = answer.content.decode()
    told = answer["Content-Security-Policy"]
    for kind in ("script", "style"):
        digest = b64encode(sha256(element(kind, page).encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in told
    assert {"default-src 'none'", "connect-src 'none'"} <= set(told.split("; "))
    assert not re.search(r"unsafe|'self'|https?:", told)
    meta = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert meta, "a saved copy has no header"
    assert f"{html.unescape(meta[1])}; frame-ancestors 'none'" == told


def test_the_document_needs_no_other_file(log: str) -> None:
    page = text_of()
    page = page.replace(element("script", page), "").replace(element("style", page), "")
    assert set(ADDRESS.findall(page)) == {"data:,", "/", "?save"} | {
        each for each in ADDRESS.findall(page) if each.startswith("#icon-")
    }
    assert "@import" not in element("style", text_of())
    assert not re.search(r"url\((?!\"?data:)", element("style", text_of()))


def test_saved_it_is_the_same_bytes_as_a_file(log: str) -> None:
    client = Client()
    shown, saved = client.get("/verify"), client.get("/verify?save")
    assert saved.content == shown.content
    assert saved["Content-Disposition"] == 'attachment; filename="pishkhan-verify.html"'
    assert "Content-Disposition" not in shown
    assert shown["Content-Type"] == saved["Content-Type"] == "text/html; charset=utf-8"


def test_it_is_kept_for_an_hour_and_asked_for_again_by_its_tag(log: str) -> None:
    first = Client().get("/verify")
    assert first["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" in first["Vary"]
    assert not first.cookies
    again = Client().get("/verify", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = Client().get("/verify", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("language", "begins"),
    [("fa", '<html lang="fa" dir="rtl">'), ("en", '<html lang="en" dir="ltr">')],
)
def test_it_begins_in_the_reader_s_language(log: str, language: str, begins: str) -> None:
    page = text_of(language=language)
    assert begins in page
    title = {"fa": "بررسی اصالت رسید · پیشخوان", "en": "Check a receipt · Pishkhan"}[language]
    assert f"<title>{title}</title>" in page


def test_the_key_of_this_office_comes_along_and_checks_what_it_signed(log: str) -> None:
    policy = own_policy(text_of())
    assert journal.log_vkey(LogKey()) in policy
    key = maker.log_key(name=log)
    key.public = LogKey().of(1).public
    key.id = maker.h(log.encode() + b"\n\x01" + key.public)[:4]
    signer = LogKey().of(1)
    key.private = type("Private", (), {"sign": staticmethod(signer.sign)})
    promise = maker.qr(maker.Letter().promise(key))
    [told] = in_the_page([Case((promise,), policy.encode(), maker.NOW)])
    assert (told["ok"], told["verdict"], told["origin"]) == (True, "promised", log)


def test_a_node_without_a_log_brings_no_key() -> None:
    assert own_policy(text_of()) == ""


def test_what_would_end_its_element_is_not_put_into_the_page(monkeypatch, tmp_path) -> None:
    bad = tmp_path / "verify.js"
    bad.write_text("const a = '</SCRIPT>';")
    monkeypatch.setattr("pishkhan.web.public.verify.finders.find", lambda _name: str(bad))
    verify._text.cache_clear()
    with pytest.raises(ValueError, match="would end"):
        verify._text("verify.js")
    verify._text.cache_clear()


def test_below_a_prefix_it_leads_back_below_it() -> None:
    set_script_prefix("/practice/")
    try:
        page = text_of()
    finally:
        clear_script_prefix()
    assert 'id="home" href="/practice/"' in page
    assert 'href="?save"' in page


def test_nobody_posts_to_it() -> None:
    assert Client().post("/verify").status_code == 405
