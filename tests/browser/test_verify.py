"""The page that checks receipts: with the network taken away, saved as a file, from a photo."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.browsing import ARGUMENTS, PC, PHONE, Errors
from tests.browser.conftest import CHROMIUM
from tests.browser.looks import axe, looked
from tests.browser.node import Node
from tests.web.verifiers import ROOT, maker

CODE = {"fa": "۷۲۱-۴۰۹-۳۳۸-۱۲۶۰", "en": "721-409-338-1260"}
WORDS = {
    "promised": {"fa": "وعده داده شده", "en": "Promised"},
    "logged": {"fa": "ثبت شده", "en": "Logged"},
    "witnessed": {"fa": "گواهی شده", "en": "Witnessed"},
    "unproven": {"fa": "اثبات نشد", "en": "Not proven"},
    "unknown": {"fa": "شناخته نیست", "en": "Not known"},
}


class Receipt:
    """A letter in a log of a few, and the policy that knows this log and three witnesses."""

    def __init__(self) -> None:
        witnesses = [maker.witness_key(number) for number in (1, 2, 3)]
        self.letter = maker.Letter()
        leaves = [hashlib.sha256(bytes([i])).digest() for i in range(9)]
        self.log = maker.Log(leaves=[*leaves[:5], self.letter.leaf, *leaves[5:]])
        self.policy = maker.policy(self.log.key, witnesses=witnesses)
        self.promise = maker.qr(self.letter.promise(self.log.key))
        self.path = maker.qr(self.log.path_qr(self.letter))
        self.proof = self.log.proof(self.letter, "slip", witnesses=witnesses[:2])

    @property
    def digits(self) -> str:
        return str(self.promise.partition("#")[2])


@dataclass
class Reader:
    """Somebody with a browser of his own; what his pages ask the network for is written down."""

    context: BrowserContext
    page: Page
    errors: Errors
    asked: list[str] = field(default_factory=list)

    def policy(self, text: str) -> None:
        self.page.locator("#policy").set_input_files(as_file("policy", text.encode()))

    def files(self, *given: FilePayload) -> None:
        self.page.locator("#file").set_input_files(list(given))

    def says(self, verdict: str, language: str) -> None:
        expect(self.page.locator(".verdict-word")).to_have_text(WORDS[verdict][language])

    def speaks(self, language: str) -> None:
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator("#language").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)


def as_file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture(scope="module")
def receipt() -> Receipt:
    return Receipt()


def reading(browser: Browser, address: str = "", **options: Any) -> Reader:
    context = browser.new_context(base_url=address or None, viewport=PC, locale="fa-IR", **options)
    page, errors = context.new_page(), Errors()
    errors.watch(page)
    reader = Reader(context, page, errors)
    page.on("request", lambda request: reader.asked.append(request.url))
    return reader


@pytest.fixture
def reader(browser: Browser, node: Node) -> Iterator[Reader]:
    made = reading(browser, node.address)
    yield made
    made.context.close()
    assert made.errors.told == []


def test_a_promise_is_checked_with_the_network_taken_away(
    reader: Reader, receipt: Receipt, node: Node
) -> None:
    page = reader.page
    page.goto(f"/verify#{receipt.digits}")
    reader.says("unknown", "fa")
    expect(page.locator("#verdict .note")).to_contain_text("هیچ‌کدام اثبات نشده")
    reader.context.set_offline(True)
    reader.policy(receipt.policy)
    for language in ("fa", "en"):
        reader.speaks(language)
        reader.says("promised", language)
        expect(page.locator(".facts-code dd")).to_have_text(CODE[language])
        expect(page.locator("#by-own-key")).to_have_count(0)
    facts = page.locator(".facts").inner_text()
    assert "300,000 rials" in facts
    assert "1405/09/02 10:04 Tehran time" in facts
    assert maker.AGENCY in facts
    assert maker.pages_digest() in facts
    assert asked_once(reader, f"{node.address}/verify")
    assert not any(receipt.digits in each for each in reader.asked if "#" not in each)


def asked_once(reader: Reader, address: str) -> bool:
    """Return whether the page itself was all that was asked for; a fragment is not sent."""
    return [each.partition("#")[0] for each in reader.asked if not each.startswith("data:")] == [
        address
    ]


def test_a_path_given_after_the_promise_logs_it_and_a_proof_witnesses_it(
    reader: Reader, receipt: Receipt
) -> None:
    page = reader.page
    page.goto(f"/verify#{receipt.digits}")
    reader.policy(receipt.policy)
    reader.says("promised", "fa")
    page.evaluate("digits => { location.hash = digits; }", receipt.path.partition("#")[2])
    reader.says("logged", "fa")
    reader.files(as_file("letter.tlog-proof", receipt.proof.encode()))
    reader.says("witnessed", "fa")
    expect(page.locator("#given-list li")).to_have_count(3)
    page.reload()
    reader.says("logged", "fa")  # the path alone: the policy was remembered, what was given not
    expect(page.locator(".points").first.locator("li")).to_have_count(1)
    page.locator("#forget").click()
    reader.says("unknown", "fa")
    page.locator("#anew").click()
    expect(page.locator(".verdict")).to_have_count(0)


def test_what_was_changed_or_is_of_two_letters_is_not_proven(
    reader: Reader, receipt: Receipt
) -> None:
    page = reader.page
    page.goto("/verify")
    reader.policy(receipt.policy)
    changed = bytearray(receipt.letter.promise(receipt.log.key))
    changed[101] ^= 1  # of the fee
    page.locator("#qr").fill(maker.qr(bytes(changed)))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reader.says("unproven", "fa")
    expect(page.locator(".facts")).to_have_count(0)
    page.locator("#anew").click()
    other = maker.Letter("1112223334445").promise(receipt.log.key)
    for text in (receipt.promise, maker.qr(other)):
        page.locator("#qr").fill(text)
        page.locator("#give .btn-primary").click()
    reader.says("unproven", "fa")


def test_the_saved_file_works_without_a_server_and_remembers_whom_to_trust(
    browser: Browser, reader: Reader, receipt: Receipt, tmp_path: Path
) -> None:
    page = reader.page
    page.goto("/verify")
    with page.expect_download() as download:
        page.locator("#save a").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "pishkhan-verify.html"
    alone = reading(browser, offline=True)
    alone.page.goto(f"{saved.as_uri()}#{receipt.digits}")
    alone.says("unknown", "fa")
    alone.page.locator("#trust-card summary").click()
    alone.page.locator("#policy-text").fill(receipt.policy)
    alone.page.locator("#policy-use").click()
    alone.says("promised", "fa")
    alone.files(as_file("photo.png", photo(receipt.promise, receipt.path)))
    alone.says("logged", "fa")
    alone.speaks("en")
    alone.says("logged", "en")
    alone.page.reload()
    alone.says("promised", "fa")
    expect(alone.page.locator("#save")).to_be_hidden()
    assert {each.partition("#")[0] for each in alone.asked if not each.startswith("data:")} == {
        saved.as_uri()
    }
    assert alone.errors.told == []
    alone.context.close()


def photo(*texts: str, form: str = "PNG", hurt: bool = False) -> bytes:
    """A picture of a paper with the QRs below each other; hurt as a phone's photo is."""
    paper: Image.Image = Image.new("RGB", (1240, 300 + 620 * len(texts)), "white")
    draw = ImageDraw.Draw(paper)
    for at, text in enumerate(texts):
        draw.text((80, 60 + 620 * at), "Receipt 721-409-338-1260", fill="black", font_size=36)
        drawn = io.BytesIO()
        segno.make(text, error="l" if at else "m", boost_error=False).save(
            drawn, kind="png", scale=5, border=4
        )
        paper.paste(Image.open(drawn).convert("RGB"), (320, 130 + 620 * at))
    if hurt:
        paper = paper.rotate(4, expand=True, fillcolor="#b9b4aa").resize(
            (paper.width * 2, paper.height * 2), Image.Resampling.BICUBIC
        )
        paper = paper.filter(ImageFilter.GaussianBlur(1.6)).point(lambda dot: 40 + dot * 170 // 255)
    taken = io.BytesIO()
    paper.save(taken, form, quality=60)
    return taken.getvalue()


@pytest.mark.parametrize("hurt", [False, True], ids=["sharp", "hurt"])
def test_a_photo_with_one_qr_or_two_is_read(reader: Reader, receipt: Receipt, hurt: bool) -> None:
    page = reader.page
    page.goto("/verify")
    reader.policy(receipt.policy)
    for texts, verdict in (
        ((receipt.promise,), "promised"),
        ((receipt.promise, receipt.path), "logged"),
    ):
        reader.files(as_file("photo.jpg", photo(*texts, form="JPEG", hurt=hurt)))
        reader.says(verdict, "fa")
        page.locator("#anew").click()
    with_none = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(with_none, "PNG")
    reader.files(as_file("photo.png", with_none.getvalue()))
    expect(page.locator(".verdict p").first).to_have_text("در عکس QR رسید پیدا نشد.")


def test_the_pages_are_compared_in_their_order(reader: Reader, receipt: Receipt) -> None:
    page = reader.page
    page.goto(f"/verify#{receipt.digits}")
    reader.policy(receipt.policy)
    first, second = (as_file(f"page{i}.jpg", data) for i, data in enumerate(maker.PAGES, 1))
    page.locator("#pages").set_input_files([second, first])
    expect(page.locator("#pages-told .note--bad")).to_be_visible()
    expect(page.locator(".points")).to_contain_text(["امضا", "همان صفحه‌های پذیرفته‌شده نیستند"])
    page.locator("#pages-list button").last.click()
    expect(page.locator("#pages-told .note--good")).to_be_visible()
    expect(page.locator(".points").first).to_contain_text("همان صفحه‌هایی است که پذیرفته شد: ۲")
    page.locator("#pages-clear").click()
    expect(page.locator("#pages-told .note")).to_have_count(0)


def test_a_proof_of_this_office_is_checked_by_its_own_key_and_that_is_said(
    reader: Reader, node: Node
) -> None:
    page = reader.page
    page.goto("/verify")
    reader.files(as_file("a.tlog-proof", proof_of(node).encode()))
    reader.says("logged", "fa")
    expect(page.locator("#by-own-key")).to_contain_text("برای بررسی خود سامانه نه")
    assert "letter.accepted" in page.locator(".facts").inner_text()


def proof_of(node: Node) -> str:
    """Return the proof of the first acceptance of the demonstration, once it is published."""
    asked = 'SELECT id, "index" FROM journal_entry WHERE kind = ? AND "index" IS NOT NULL LIMIT 1'
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        with closing(sqlite3.connect(node.home / "pishkhan.sqlite3")) as database:
            row = database.execute(asked, ("letter.accepted",)).fetchone()
        if row and row[1] < published(node):
            return node.command("journal", "proof", str(row[0]), "--field", "kind")
        time.sleep(0.5)
    raise AssertionError("no acceptance got its place in the log")


def published(node: Node) -> int:
    """Return how many leaves the node's published log has."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{node.address}/journal/checkpoint", timeout=10) as answer:
        return int(answer.read().split(b"\n")[1])


@pytest.mark.parametrize("language", ["fa", "en"])
def test_each_verdict_is_drawn_well(reader: Reader, receipt: Receipt, language: str) -> None:
    page, faults = reader.page, []
    page.goto(f"/verify#{receipt.digits}")
    reader.speaks(language)
    for verdict in ("unknown", "promised", "witnessed", "unproven"):
        if verdict == "promised":
            reader.policy(receipt.policy)
        elif verdict == "witnessed":
            reader.files(as_file("proof", receipt.proof.encode()))
            page.locator("#pages").set_input_files([as_file("page.jpg", b"first page")])
        elif verdict == "unproven":
            page.locator("#qr").fill(maker.qr(maker.Letter("1").promise(receipt.log.key)))
            page.locator("#give .btn-primary").click()
        reader.says(verdict, language)
        for size in (PC, PHONE):
            page.set_viewport_size(size)
            found = [*looked(page, language, phone=size is PHONE), *axe(page)]
            faults += [f"{verdict} {size['width']}: {each}" for each in found]
        page.set_viewport_size(PC)
    assert faults == []


def test_the_camera_reads_the_qr_that_is_held_before_it(
    browser: Browser, node: Node, receipt: Receipt, tmp_path: Path
) -> None:
    film = tmp_path / "receipt.y4m"
    film.write_bytes(y4m(photo(receipt.promise)))
    with_film = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    )
    seen = reading(with_film, node.address, permissions=["camera"])
    seen.page.goto("/verify")
    seen.policy(receipt.policy)
    seen.page.locator("#camera").click()
    seen.says("promised", "fa")
    expect(seen.page.locator("#camera-box")).to_be_hidden()
    assert seen.errors.told == []
    with_film.close()


def y4m(picture: bytes) -> bytes:
    """Return a film of one picture, as Chromium's pretended camera takes it (YUV4MPEG2, 4:2:0)."""
    frame = Image.new("RGB", (1280, 960), "white")
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    shown.thumbnail((1280, 960))
    frame.paste(shown, (200, 0))
    bright, *colours = frame.convert("YCbCr").split()
    half = [each.resize((640, 480)) for each in colours]
    planes = b"".join(each.tobytes() for each in (bright, *half))
    return b"YUV4MPEG2 W1280 H960 F10:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + planes) * 3


def test_the_promise_of_an_answer_is_told_as_an_answer(reader: Reader) -> None:
    vectors = json.loads((ROOT / "tests/vectors/answer.json").read_text("utf-8"))
    slip, page = vectors["entries"][0]["fields"]["slip"], reader.page
    page.goto(f"/verify#{vectors['promises'][0]['digits']}")
    reader.says("unknown", "fa")
    log = vectors["policy"]["logs"][0]
    reader.policy(f"# date: {datetime.now(UTC).date()}\nlog {log}\nquorum none\n")
    told = {
        "fa": ("این پاسخ این دستگاه به نامه‌ای با این کد رهگیری است.", "وعدهٔ پاسخ", "رسید می‌گوید"),
        "en": (
            "It is an answer of this agency to the letter with this tracking code.",
            "the answer’s promise",
            "The receipt says",
        ),
    }
    for language, (sentence, item, never) in told.items():
        reader.speaks(language)
        reader.says("promised", language)
        expect(page.locator("main")).to_contain_text(sentence)
        expect(page.locator("main")).not_to_contain_text(never)
        expect(page.locator("#given-list")).to_contain_text(item)
        expect(page.locator(".facts-code dd")).to_have_text(CODE[language])
        assert slip["text"] in page.locator(".facts").inner_text()
        assert slip["agency"] in page.locator(".facts").inner_text()
