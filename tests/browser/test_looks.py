"""Each look at a page finds the violation it is for, and finds nothing on the page before it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.browsing import PHONE, People
from tests.browser.looks import axe, looked

ADD = """([css, html]) => {
  const box = document.createElement("div");
  box.innerHTML = html;
  const element = box.firstElementChild;
  for (const [name, value] of Object.entries(css)) element.style[name] = value;
  document.querySelector("main").prepend(element);
}"""

VIOLATIONS = {
    "clipped": ({"width": "60px", "overflow": "hidden", "whiteSpace": "nowrap"},
                "<p>جمله‌ای که در این جای تنگ نمی‌گنجد</p>"),
    "clipped by a low box": ({"height": "12px", "overflow": "hidden"},
                             "<p>یک<br>دو<br>سه</p>"),
    "clipped by a box around it": ({"width": "50px", "overflow": "hidden", "whiteSpace": "nowrap"},
                                   "<div><b>ناگسستنی‌ناگسستنی‌ناگسستنی</b></div>"),
    "overlapping": ({"position": "relative", "height": "3rem"},
                    "<div><span class='x1'>روی هم</span></div>"),
    "sideways": ({"width": "200vw"}, "<p>پهن</p>"),
    "small target": ({"display": "inline-block", "height": "30px", "minHeight": "0"},
                     "<button class='btn'>ریز</button>"),
    "Latin digits": ({}, "<p>شمارهٔ 12</p>"),
    "Latin digits of a date in bdi": ({}, "<p><bdi dir='ltr'>1405/08/02</bdi></p>"),
    "Latin digits of a placeholder": ({}, "<input aria-label='روز' placeholder='1405/10/01'>"),
    "Gregorian date": ({}, "<p>۲۰۲۶/۱۱/۲۲</p>"),
    "Gregorian date by its month": ({}, "<p>۲۲ نوامبر</p>"),
    "not Persian": ({}, "<p>Accept letter</p>"),
}  # fmt: skip

OVERLAP = """() => {
  const other = document.createElement("span");
  other.textContent = "زیر هم";
  Object.assign(other.style, { position: "absolute", insetInlineStart: "0", top: "0" });
  document.querySelector(".x1").parentElement.append(other);
}"""


@pytest.fixture(scope="module")
def quiet(everybody: People):
    page = everybody.page("citizen:looks")
    page.set_viewport_size(PHONE)
    page.goto("/t/")
    yield page
    page.close()


def test_the_quiet_page_has_no_fault(quiet: Page):
    assert looked(quiet, "fa", phone=True) == []
    assert axe(quiet) == []


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_violation_is_found(quiet: Page, violation: str):
    quiet.goto("/t/")
    css, html = VIOLATIONS[violation]
    quiet.evaluate(ADD, [css, html])
    if violation == "overlapping":
        quiet.evaluate(OVERLAP)
    check = next(
        c
        for c in (
            "clipped", "overlapping", "sideways", "small target", "Latin digits",
            "Gregorian date", "not Persian",
        )
        if violation.startswith(c)
    )  # fmt: skip
    assert check in {fault.check for fault in looked(quiet, "fa", phone=True)}


def test_what_is_allowed_is_not_found(quiet: Page):
    quiet.goto("/t/")
    quiet.evaluate(
        ADD,
        [{}, "<p>کلید <kbd>F2</kbd> و <bdi dir='ltr'>scan-1.jpg</bdi> در ۱ آذر ۱۴۰۵، ۱۰:۴۲</p>"],
    )
    assert looked(quiet, "fa", phone=True) == []


def test_an_english_page_may_have_latin_digits_but_no_gregorian_date(people: People):
    page = people.page("citizen", "en")
    page.goto("/t/")
    page.evaluate(ADD, [{}, "<p>1 Azar 1405, 10:42</p>"])
    assert looked(page, "en") == []
    page.evaluate(ADD, [{}, "<p>22 November</p>"])
    assert {fault.check for fault in looked(page, "en")} == {"Gregorian date"}


@pytest.mark.parametrize(
    ("rule", "html"),
    [
        ("label", "<input type='text'>"),
        ("button-name", "<button type='button'></button>"),
        ("color-contrast", "<p style='color: #ddd; background: #fff'>کم‌رنگ</p>"),
    ],
)
def test_axe_finds_a_serious_fault(quiet: Page, rule: str, html: str):
    quiet.goto("/t/")
    css = {"color": "#ddd", "background": "#fff"} if rule == "color-contrast" else {}
    quiet.evaluate(ADD, [css, html.replace(" style='color: #ddd; background: #fff'", "")])
    assert any(fault.check == f"axe {rule}" for fault in axe(quiet))


def test_a_console_error_fails_a_test(people: People):
    page = people.page("citizen")
    page.goto("/t/")
    page.evaluate("() => console.error('boom')")
    page.evaluate("() => { setTimeout(() => { throw new Error('bang'); }) }")
    page.goto("/no-such-page")
    told = "\n".join(people.errors.told)
    people.errors.told.clear()
    assert "boom" in told
    assert "bang" in told
    assert "404" in told


def test_an_inline_script_is_refused_and_told(people: People):
    page = people.page("citizen")
    page.goto("/t/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hurt = 1';"
        " document.head.append(s); }"
    )
    assert page.evaluate("() => window.hurt === undefined")
    assert any("Content Security Policy" in each for each in people.errors.told)
    people.errors.told.clear()
