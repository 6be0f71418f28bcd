"""The scanner and the printer of the clerk's own PC, from the counter desk in a real browser."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import PC, PHONE, People
from tests.browser.clerk_pc import ClerkPc, clerk_pc, connect
from tests.browser.desk import SCANS, add_pages, arrived, choose_agency, empty_form, until
from tests.browser.desk import national_id as number_of
from tests.browser.looks import axe
from tests.browser.node import Node
from tests.browser.test_screens import lasting

# The helper's own tests (desk/tests) and the pages' (tests/web) are in `make test`.
pytestmark = pytest.mark.slow

# Before the line is typed the helper hears nobody, and the browser says so in its console.
NOT_YET = (
    r"CORS policy",
    r"ERR_FAILED",
    r"ERR_CONNECTION_REFUSED",
    r"status of 403",
    r"status of 409",
)


@pytest.fixture(scope="module")
def pc(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClerkPc]:
    with clerk_pc(tmp_path_factory.mktemp("clerk-pc") / "pc", node) as running:
        yield running


@pytest.fixture
def page(people: People, pc: ClerkPc) -> Iterator[Page]:
    opened = people.page("clerk", "fa")
    pc.scanner()
    with people.errors.expecting(*NOT_YET):
        connect(opened, pc)
        opened.locator("[name=resolution]").select_option("150")
        empty_form(opened)
        yield opened
        opened.evaluate("localStorage.removeItem('pishkhan-desk')")
        opened.goto("about:blank")  # it looks into the watched folder no more
        pc.command("unpair")


def test_a_pile_is_scanned_into_the_letter_by_one_key(page: Page):
    page.locator("[name=number]").focus()
    page.keyboard.press("F7")
    until(lambda: arrived(page) == 10)  # the test scanner's feeder holds ten
    expect(page.locator("[data-scanning]")).to_be_hidden()
    expect(page.locator("[data-errors]")).to_be_hidden()
    expect(page.locator(".sheet canvas")).to_have_count(10)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("SANE_STATUS_JAMMED", "گیر کرده"),
        ("SANE_STATUS_NO_DOCS", "در تغذیه‌کننده نیست"),
        ("SANE_STATUS_COVER_OPEN", "در اسکنر باز است"),
    ],
)
def test_a_fault_of_the_scanner_is_told_in_a_sentence(
    page: Page, pc: ClerkPc, status: str, words: str
):
    pc.scanner(read_status_code=f'"{status}"')
    page.locator("[name=subject]").fill("می‌ماند")
    page.keyboard.press("F7")
    expect(page.locator("[data-errors] li")).to_contain_text(words)
    assert arrived(page) == 0
    assert page.locator("[name=subject]").input_value() == "می‌ماند"
    pc.scanner()
    page.keyboard.press("F7")
    until(lambda: arrived(page) == 10)
    expect(page.locator("[data-errors]")).to_be_hidden()


def test_a_scan_is_stopped(page: Page, pc: ClerkPc):
    pc.scanner(read_delay="true", read_delay_duration="200000", read_limit="true",
               read_limit_size="400")  # fmt: skip
    page.keyboard.press("F7")
    page.locator("[data-stop]").click()
    expect(page.locator("[data-scanning]")).to_be_hidden(timeout=20_000)
    expect(page.locator("[data-errors]")).to_be_hidden()


def test_a_file_of_the_watched_folder_comes_in_and_goes_to_done(page: Page, pc: ClerkPc):
    shutil.copy(SCANS[0], pc.folder / "از اسکنر.jpg")
    until(lambda: arrived(page) == 1, seconds=25)
    until((pc.folder / "done" / "از اسکنر.jpg").exists)
    page.wait_for_timeout(4000)
    assert arrived(page) == 1


def accepted(page: Page, serial: int) -> None:
    page.locator("[name=number]").press_sequentially(number_of(serial))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("فرد نمونه")
    choose_agency(page)
    page.locator("[name=subject]").fill("با چاپ رسید")
    add_pages(page, SCANS[0])
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")


def test_the_receipt_is_printed_without_a_dialog(page: Page, pc: ClerkPc):
    page.add_init_script("window.print = () => { window.asked = (window.asked ?? 0) + 1; };")
    accepted(page, 71)
    paper = pc.printed()
    assert paper.startswith(b"%PDF-")
    assert page.evaluate("window.asked") is None
    expect(page.locator(".toast")).to_contain_text("رسید چاپ شد")
    assert "media=Custom.80x" in (pc.root / "paper.words").read_text()
    # A printer that refuses: the reason is told, and the next press asks the browser.
    (pc.root / "paper.off").touch()
    page.keyboard.press("p")
    expect(page.locator(".toast--error")).to_contain_text("نمی‌پذیرد")
    page.keyboard.press("p")
    assert page.evaluate("window.asked") == 1
    (pc.root / "paper.off").unlink()


def test_the_pages_of_a_connected_pc_are_drawn_well(page: Page):
    faults = []
    for path in ("/counter/pc", "/counter/"):
        page.goto(path)
        page.locator("[data-paired], [data-scan]").first.wait_for()
        page.wait_for_timeout(1000)
        for viewport in (PC, PHONE):
            page.set_viewport_size(viewport)
            found = [*lasting(page, "fa", viewport is PHONE), *axe(page)]
            faults += [f"{path} {viewport['width']} {fault}" for fault in found]
    page.set_viewport_size(PC)
    assert faults == []


def test_an_unconnected_pc_shows_no_scan_and_is_asked_nothing(people: People, pc: ClerkPc):
    page = people.page("clerk", "fa")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    empty_form(page)
    expect(page.locator("[data-scan]")).to_be_hidden()
    page.wait_for_timeout(500)
    assert [url for url in asked if str(pc.port) in url] == []


def test_only_the_counters_pages_may_connect_to_the_helper(people: People, pc: ClerkPc):
    policies = {}
    for who, path in (("clerk", "/counter/"), ("clerk", "/counter/letters"), ("citizen", "/t/")):
        answer = people.page(who, "fa").goto(path)
        assert answer
        policies[path] = answer.headers["content-security-policy"]
    helper = f"connect-src 'self' http://127.0.0.1:{pc.port}"
    assert helper in policies["/counter/"].replace("; ", ";").replace(";", " ;")
    assert "127.0.0.1" not in policies["/counter/letters"]
    assert "127.0.0.1" not in policies["/t/"]


# --- a page of another origin --------------------------------------------------------------------

TRY = """async ([place, token]) => {
  const tried = [];
  const asks = [
    ["status", {}], ["scanners", {}], ["folder", {}],
    ["scans", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }],
    ["scans", { method: "POST", body: "{}", mode: "no-cors" }],
    ["print", { method: "POST", body: "%PDF-1.4 %%EOF", mode: "no-cors" }],
    ["print", { method: "POST", body: "%PDF-1.4 %%EOF",
                headers: { "Content-Type": "application/pdf" } }],
    ["pair", { method: "POST", body: '{"code": "00000000"}', mode: "no-cors" }],
  ];
  for (const [path, how] of asks) {
    const headers = how.mode ? {} : { ...how.headers, Authorization: `Bearer ${token}` };
    try {
      const answer = await fetch(`${place}/v1/${path}`, { ...how, headers });
      tried.push(answer.type === "opaque" ? "opaque" : String(answer.status));
    } catch { tried.push("refused"); }
  }
  const form = document.createElement("form");
  Object.assign(form, { method: "post", target: "hidden", enctype: "text/plain" });
  form.action = `${place}/v1/scans`;
  const frame = Object.assign(document.createElement("iframe"), { name: "hidden" });
  document.body.append(frame, form);
  form.submit();
  const picture = new Image();
  picture.src = `${place}/v1/status`;
  await new Promise((done) => setTimeout(done, 1500));
  return [tried, picture.naturalWidth];
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Serve an empty page at another origin of this PC."""
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title><body>")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_page_of_another_origin_can_not_make_it_scan_or_print(
    people: People, page: Page, pc: ClerkPc, elsewhere: str
):
    token = page.evaluate("JSON.parse(localStorage.getItem('pishkhan-desk')).token")
    pc.paper.unlink(missing_ok=True)
    stranger = people.context("citizen:elsewhere").new_page()
    with people.errors.expecting(
        *NOT_YET, r"ERR_BLOCKED", r"request failed", r"favicon", r"frame-ancestors"
    ):
        stranger.goto(elsewhere)
        # The thief even has the token: his origin is not the node's.
        tried, picture = stranger.evaluate(TRY, [f"http://127.0.0.1:{pc.port}", token])
        stranger.close()
    assert set(tried) <= {"refused", "opaque"}
    assert picture == 0
    assert not pc.paper.exists()
    assert list((pc.root / "home" / "spool").iterdir()) == []
    page.keyboard.press("F7")  # the desk's own page still can
    until(lambda: arrived(page) == 10)
