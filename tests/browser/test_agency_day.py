"""A day of an agency: forty arrivals by keys, the officials by thumb, a letter to four agencies."""

from __future__ import annotations

import re

import pytest
from persiantools.jdatetime import JalaliDate
from playwright.sync_api import Page, expect

from tests.browser.agency import (
    Desk,
    accept,
    at_pc,
    on_phone,
    open_doors,
    pick_receiver,
    register,
    tap,
)
from tests.browser.browsing import People
from tests.browser.desk import AGENCY, PERSIAN, national_id, until
from tests.browser.node import Node

HEAD, DEPUTY, EXPERT, CHIEF = "مدیرعامل", "معاون", "کارشناس نامه‌های مردمی", "کارشناس فنی"
SECRETARY = "مسئول دبیرخانه"
TO, COPIES = "توزیع برق", ("ادارهٔ گاز", "راه و شهرسازی", "جهاد کشاورزی")
DAY = "نوبت روز"
STRAY = ("تیر برق فرسودهٔ کوچهٔ بالا", "نوسان برق روستای پایین")
TWICE = 3
VOIDED = "اشتباه در ثبت"
OUTGOING = "هماهنگی حفاری خیابان اصلی"


def subject(n: int) -> str:
    return f"{DAY} {str(n).translate(PERSIAN)}"


def forty() -> list[tuple[str, str]]:
    """Return (national ID, subject): 35 persons, two letters gone astray, three brought twice."""
    own = [(national_id(7800 + n), subject(n)) for n in range(10, 45)]
    astray = [(national_id(7890 + n), words) for n, words in enumerate(STRAY)]
    return own + astray + own[:TWICE]


@pytest.mark.slow
def test_a_day_of_an_agency(people: People, node: Node) -> None:
    logins = open_doors(people, node, AGENCY, TO, *COPIES)
    accept(node, forty())
    desk = Desk(people.page("secretary", "fa"))
    arrived(desk)
    for words in STRAY:
        transfer(desk, words)
    void(desk, subject(44))
    in_bulk(desk)
    for n in range(10, 10 + TWICE):
        come_before(desk, subject(n))

    head = on_phone(people, logins[f"{AGENCY}/{HEAD}"])
    name_stand_ins(head)
    chief = on_phone(people, logins[f"{AGENCY}/{CHIEF}"])
    sit_for_the_head(chief)
    for n in (20, 21):
        prepare(chief, subject(n))
        confirm(head, subject(n))
    expert = on_phone(people, logins[f"{AGENCY}/{EXPERT}"])
    answer(expert, subject(20))
    offer(expert)
    deputy = on_phone(people, logins[f"{AGENCY}/{DEPUTY}"])
    sit_for_the_head(deputy)
    sign(deputy, subject(20))
    expect(deputy.locator("body")).not_to_contain_text("letters.")
    answer(expert, subject(21))
    sign_here(expert, "از طرف")

    write(expert)
    offer(expert)
    sign(deputy, OUTGOING)
    dispatch(desk, subject(20), subject(21), OUTGOING)
    for agency in COPIES:
        reply(people, logins, agency)
    answers_come(desk)


# --- the secretariat, by keys --------------------------------------------------------------------


def arrived(desk: Desk) -> None:
    """Wait until all forty lie there."""

    def all_there() -> bool:
        desk.go("/secretariat/?show=100")
        titles = desk.page.locator(".row-title")
        return titles.filter(has_text=DAY).count() == 35 + TWICE

    until(all_there)


def transfer(desk: Desk, words: str) -> None:
    """Send a stray letter to the agency whose work it is."""
    desk.open("/secretariat/?show=100", words)
    desk.press("Alt+8")
    expect(desk.page.locator("#id_transfer_agency")).to_be_focused()
    desk.choose(TO)
    desk.tab_to("#id_transfer_reason")
    desk.type("کار شرکت توزیع برق است")
    desk.tab_to("#transfer [data-ask]")
    desk.press("Enter")
    desk.press("Control+Enter", leaves=True)
    desk.go("/secretariat/letters/?state=transferred")
    expect(desk.page.locator(".row-title").filter(has_text=words)).to_have_count(1)


def void(desk: Desk, words: str) -> None:
    """Register a letter by mistake and void its number; it is an arrival again."""
    desk.open("/secretariat/?show=100", words)
    desk.press("F9", leaves=True)
    desk.open("/secretariat/letters/?state=registered", words)
    desk.tab_to("#void > summary")
    desk.press("Enter")
    desk.tab_to("#id_void_reason")
    desk.type(VOIDED)
    desk.tab_to("#void [data-ask]")
    desk.press("Enter")
    desk.press("Control+Enter", leaves=True)
    desk.go("/secretariat/book")
    expect(desk.page.locator("main")).to_contain_text(VOIDED)


def in_bulk(desk: Desk) -> None:
    """Tick all, leave what came before, refer the rest to the head with a ready phrase."""
    desk.go("/secretariat/?show=100")
    desk.press("a")
    desk.press("Control+Enter", leaves=True)
    ours = desk.page.locator("li").filter(has_text=DAY)
    boxes = desk.page.locator("[name=letter]:checked").evaluate_all("all => all.map(e => e.value)")
    for value in boxes:
        box = f'[name=letter][value="{value}"]'
        if not ours.locator(box).count():
            desk.tab_to(box)
            desk.press("Space")
    unticked = desk.page.locator("li").filter(has=desk.page.locator(".alike-line"))
    assert unticked.filter(has_text=DAY).count() == TWICE
    assert desk.page.locator("[name=letter]:checked").count() == 35
    pick_receiver(desk, HEAD)
    desk.press("1")
    desk.press("Control+Enter", leaves=True)
    expect(desk.page.locator("#result .bulk-done li")).to_have_count(35)


def come_before(desk: Desk, words: str) -> None:
    """Return a letter that came before, with the number of the earlier one."""
    desk.open("/secretariat/?show=100", words)
    expect(desk.page.locator("#alike")).to_be_visible()
    desk.press("Alt+9")
    desk.press("Control+Enter", leaves=True)
    desk.go("/secretariat/letters/?state=set_aside")
    expect(desk.page.locator("tr").filter(has_text=words).first).to_contain_text("همین نامه")


def dispatch(desk: Desk, *subjects: str) -> None:
    """Dispatch what is signed, one press each, until these have gone."""
    titles = desk.page.locator(".row-title")
    desk.go("/secretariat/dispatch")
    for words in subjects:
        expect(titles.filter(has_text=words)).to_have_count(1)
    while any(titles.filter(has_text=words).count() for words in subjects):
        desk.press("F9", leaves=True)
        desk.go("/secretariat/dispatch")


def answers_come(desk: Desk) -> None:
    """The answers of the other agencies arrive linked to our letter, and are registered."""
    for agency in COPIES:
        words = f"پاسخ {agency}"
        register(desk, words, HEAD)
        expect(desk.page.locator("main")).to_contain_text("عطف")


# --- the officials, by thumb ---------------------------------------------------------------------


def name_stand_ins(head: Page) -> None:
    """The head ends what was said of his post; names a deputy, a chief, a signer per pro."""
    head.goto("/cartable/stand-ins")
    own = head.locator("li.row-line").filter(has_text=re.compile(f"برای \\W*{HEAD}"))
    own = own.filter(has=head.locator("[data-ask]"))
    while own.count():
        own.first.locator("[data-ask]").tap()
        with head.expect_navigation():
            own.first.locator(".confirm-panel button[type=submit]").tap()
    until_day = (JalaliDate.today() + JalaliDate.resolution * 3).strftime("%Y/%m/%d")
    for kind, post, last in (
        ("deputy", DEPUTY, until_day),
        ("chief", CHIEF, ""),
        ("per_pro", EXPERT, ""),
    ):
        head.goto("/cartable/stand-ins")
        tap(head, f"label[for=id_kind_{kind}]")
        options = head.locator("[name=by] option").all()
        [value] = [each.get_attribute("value") for each in options if post in each.inner_text()]
        head.locator("[name=by]").select_option(value)
        head.locator("[name=until]").fill(last)
        with head.expect_navigation():
            head.locator("form:has([name=kind]) button.btn-primary").tap()
        expect(head.locator(".form-errors, .note--bad")).to_have_count(0)


def sit_for_the_head(page: Page) -> None:
    page.goto("/cartable/")
    page.locator(".bar-fold summary").tap()
    with page.expect_navigation():
        page.locator(".bar-fold form[action$='/seat'] button").filter(has_text=HEAD).tap()


def open_touch(page: Page, address: str, words: str) -> None:
    """Open a letter of a folder, older ones by the pager."""

    def there() -> bool:
        page.goto(address)
        for _ in range(5):
            if page.locator(".row-title").filter(has_text=words).count():
                return True
            older = page.locator("a[rel=next]")
            if not older.count():
                return False
            with page.expect_navigation():
                older.first.tap()
        return False

    until(there)
    with page.expect_navigation():
        page.locator(".row-title").filter(has_text=words).first.tap()


def prepare(chief: Page, words: str) -> None:
    """The office chief prepares an order in the head's cartable."""
    open_touch(chief, "/cartable/", words)
    if chief.locator("#refer > summary").count():
        chief.locator("#refer > summary").tap()
    chief.locator("li.receiver").filter(has_text=EXPERT).locator(".receiver-pick").first.tap()
    chief.locator("#refer .pill").first.tap()
    assert chief.locator("form[action*='/sign/']").count() == 0
    with chief.expect_navigation():
        chief.locator("#refer button[name=stay]").tap()
    expect(chief.locator("[id^=prepared-]")).to_be_visible()


def confirm(head: Page, words: str) -> None:
    """The head refers as it was prepared, by one touch."""
    open_touch(head, "/cartable/", words)
    with head.expect_navigation():
        head.locator("[id^=prepared-] .btn-primary").tap()


def answer(expert: Page, words: str) -> None:
    """Write an answer and initial it."""
    open_touch(expert, "/cartable/", words)
    with expert.expect_navigation():
        expert.locator("a[href*='/draft']").first.tap()
    expert.locator("[name=body]").fill("رسیدگی شد؛ نتیجه تا پایان هفته اعلام می‌شود.")
    with expert.expect_navigation():
        expert.locator("#draft-form .btn-primary").tap()
    initial(expert)


def initial(expert: Page) -> None:
    with expert.expect_navigation():
        expert.locator("form[action*='/initial'] button").tap()
    expect(expert.locator(".draft .good").first).to_be_visible()


def offer(expert: Page) -> None:
    """Lay the draft before the head."""
    form = expert.locator("#offer")
    if not form.is_visible():  # it is folded for who may sign per pro himself
        expert.locator("details:has(#offer) > summary").tap()
    form.locator(".pill").filter(has_text=HEAD).first.tap()
    with expert.expect_navigation():
        form.locator("button").last.tap()


def sign(deputy: Page, words: str) -> None:
    """The deputy signs at the head's cartable."""
    open_touch(deputy, "/cartable/to-sign", words)
    sign_here(deputy, "")
    deputy.goto("/cartable/done")


def sign_here(page: Page, label: str) -> None:
    form = page.locator("form.sign-form")
    chosen = form.filter(has_text=label).first if label else form.first
    chosen.locator("[data-ask]").tap()
    with page.expect_navigation():
        chosen.locator(".confirm-panel button[type=submit]").tap()


def write(expert: Page) -> None:
    """Write a letter to one agency with copies to three."""
    expert.goto("/cartable/write")
    combo(expert, "#id_receiver", TO)
    expert.locator("#copies > summary").tap()
    for n, agency in enumerate(COPIES):
        combo(expert, f"#id_copy_{n}", agency)
    expert.locator("[name=recipient]").fill("مدیرعامل محترم شرکت توزیع نیروی برق")
    expert.locator("[name=subject]").fill(OUTGOING)
    expert.locator("[name=body]").fill("حفاری خیابان اصلی از شنبه آغاز می‌شود.")
    with expert.expect_navigation():
        expert.locator("#write .btn-primary").last.tap()
    initial(expert)


def combo(page: Page, box: str, letters: str) -> None:
    page.locator(box).tap()
    page.locator(box).press_sequentially(letters)
    page.locator("[role=option]:visible").first.tap()


# --- the other agencies --------------------------------------------------------------------------


def reply(people: People, logins: dict[str, str], agency: str) -> None:
    """The copy arrives there, is registered, answered by its expert, signed and dispatched."""
    desk = Desk(at_pc(people, logins[f"{agency}/{SECRETARY}"]))
    head = next(post.partition("/")[2] for post in logins if post.startswith(f"{agency}/"))
    register(desk, OUTGOING, EXPERT)
    expert = on_phone(people, logins[f"{agency}/{EXPERT}"])
    open_touch(expert, "/cartable/", OUTGOING)
    with expert.expect_navigation():
        expert.locator("a[href*='/draft']").first.tap()
    expert.locator("[name=subject]").fill(f"پاسخ {agency}")
    expert.locator("[name=body]").fill("هماهنگ است.")
    with expert.expect_navigation():
        expert.locator("#draft-form .btn-primary").tap()
    initial(expert)
    expert.locator("#offer .pill").filter(has_text=head).first.tap()
    with expert.expect_navigation():
        expert.locator("#offer button").last.tap()
    boss = on_phone(people, logins[f"{agency}/{head}"])
    sign(boss, OUTGOING)
    dispatch(desk, f"پاسخ {agency}")
