"""Filters and tags of every screen: dates, digits, codes, money, icons, keys.

Dates and digits reach a page only through `jalali`, `ago` and `digits`: the language of the page
decides the digits, the calendar is Jalali in both languages.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from pishkhan.kernel import clock, jalali, text, tracking
from pishkhan.kernel.money import Money, format_money
from pishkhan.web.templatetags import words

register = template.Library()

PERSIAN_LETTER = re.compile(r"[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")
KB = 1000
MB = KB * 1000
GB = MB * 1000

# Icons that point along the line of reading are mirrored in a right-to-left page.
_POINTING = {"back", "dispatch", "forward", "logout", "return", "send", "sent"}
_KEY_SIGNS = {
    "Enter": "↵",
    "Delete": "Del",
    "Escape": "Esc",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
}
_ARIA_KEYS = {"Ctrl": "Control", "Del": "Delete", "Esc": "Escape"}


def _lang() -> str:
    return "fa" if (get_language() or "fa").startswith("fa") else "en"


@register.filter
def isolate(value: object) -> str:
    """Return words between bidi isolates, so that a name inside a sentence turns nothing round."""
    return f"\u2068{value}\u2069"


@register.filter
def and_others(name: str, others: int | None) -> str:
    """Return an applicant's name with how many signed besides: "first and 84 others"."""
    if not others:
        return name
    told = ngettext("%(name)s and %(n)s other", "%(name)s and %(n)s others", others)
    return told % {"name": name, "n": digits(others)}


@register.filter
def digits(value: object) -> str:
    """Return the value as text, with Persian digits on a Persian page and Latin ones elsewhere.

    What people wrote in Persian keeps its own digits on an English page.
    """
    shown = "" if value is None else str(value)
    if _lang() == "fa":
        return text.persian_digits(shown)
    return shown if PERSIAN_LETTER.search(shown) else text.latin_digits(shown)


@register.filter(name="jalali")
def jalali_date(value: datetime | date | None, shape: str = "") -> str:
    """Return the day in words; `shape` may hold "time", "weekday" (both: "weekday time").

    "hour" gives only the hour, "day" leaves the year out, "number" writes 1405/09/01 as letters
    do. Nothing for None.
    """
    if not value:
        return ""
    parts = shape.replace(",", " ").split()
    if "hour" in parts:
        if not isinstance(value, datetime):
            return ""
        return digits(value.astimezone(clock.TEHRAN).strftime("%H:%M"))
    if "number" in parts:
        return digits("{:04}/{:02}/{:02}".format(*jalali.to_jalali(value)))
    shown = jalali.format_date(
        value,
        _lang(),
        with_time="time" in parts and isinstance(value, datetime),
        with_weekday="weekday" in parts,
    )
    if "day" in parts:
        year = digits(jalali.to_jalali(value)[0])
        shown = shown.replace(f" {year}", "", 1)
    return shown


@register.filter
def ago(value: datetime | None) -> str:
    """Return how long ago that was in working words; the day itself after a week."""
    if not value:
        return ""
    now = clock.current().now()
    passed = now - value
    days = (now.astimezone(clock.TEHRAN).date() - value.astimezone(clock.TEHRAN).date()).days
    minutes, hours = int(passed.total_seconds() // 60), int(passed.total_seconds() // 3600)
    if minutes < 1:
        shown = gettext("just now")
    elif hours < 1:
        shown = ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    elif days == 0:
        shown = ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    elif days == 1:
        shown = gettext("yesterday at %(hour)s") % {"hour": jalali_date(value, "hour")}
    elif days < 7:
        shown = ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    else:
        shown = jalali_date(value)
    return digits(shown)


@register.filter
def grouped(value: str | None) -> str:
    """Return a tracking code in groups 3-3-3-4 as plain text, for attributes and titles."""
    return digits(tracking.grouped(value)) if value else ""


@register.filter(name="tracking")
def tracking_code(value: str | None) -> str:
    """Return a tracking code in groups 3-3-3-4, kept left to right inside Persian text."""
    if not value:
        return ""
    return format_html('<bdi dir="ltr" class="code num">{}</bdi>', grouped(value))


@register.filter
def latin(value: object) -> str:
    """Return a code, number or masked value kept left to right inside Persian text."""
    if value in (None, ""):
        return ""
    return format_html('<bdi dir="ltr" class="num">{}</bdi>', digits(value))


@register.filter
def machine(value: str | None) -> str:
    """Return an address, a version or another text made for machines: left to right, as it is.

    A name in Persian letters is no machine's text and gets the page's digits.
    """
    if not value:
        return ""
    if PERSIAN_LETTER.search(value):
        return format_html("<bdi>{}</bdi>", digits(value))
    return format_html('<bdi dir="ltr" data-latin>{}</bdi>', value)


@register.filter
def money(value: Money | None) -> str:
    """Return an amount with its unit; nothing for None."""
    return format_money(value, _lang()) if value is not None else ""


@register.filter
def filesize(value: int | None) -> str:
    """Return a size in bytes as kB, MB or GB, one figure behind the point but for kB."""
    size = int(value or 0)
    if size >= MB:
        shown = digits(f"{size / (GB if size >= GB else MB):.1f}")
        shown = shown.replace(".", "٫") if _lang() == "fa" else shown
        return (gettext("%(n)s GB") if size >= GB else gettext("%(n)s MB")) % {"n": shown}
    return gettext("%(n)s kB") % {"n": digits(max(1, round(size / KB)) if size else 0)}


@register.filter
def state_label(value: object) -> str:
    """Return the word for a state (an enum of `letters.contracts` or its value)."""
    key = str(getattr(value, "value", value))
    return str(words.STATES[key][1]) if key in words.STATES else key


@register.filter
def state_tone(value: object) -> str:
    """Return the tone of a state: go, wait, good, bad, done or idle."""
    key = str(getattr(value, "value", value))
    return words.STATES[key][0] if key in words.STATES else "idle"


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that goes with a tone, or nothing."""
    return words.ICONS.get(tone, "")


@register.filter
def undo_url(message: Any) -> str:
    """Return the address that takes back what a message tells (`extra_tags="undo=/…"`)."""
    return _tagged(message, "undo=")


@register.filter
def paper_url(message: Any) -> str:
    """Return the address of the PDF of what a message tells of (`extra_tags="paper=/…"`)."""
    return _tagged(message, "paper=")


def _tagged(message: Any, name: str) -> str:
    for tag in str(getattr(message, "extra_tags", "") or "").split():
        if tag.startswith(name):
            return tag.removeprefix(name)
    return ""


@register.filter
def aria_keys(keys: str) -> str:
    """Return a shortcut as `aria-keyshortcuts` wants it: "Ctrl+Enter" → "Control+Enter"."""
    return " ".join(
        "+".join(_ARIA_KEYS.get(part, part) for part in one.split("+")) for one in keys.split()
    )


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Return an icon of the sprite. Without a label it is decoration, hidden from readers."""
    classes = "icon" + (" icon--flip" if name in _POINTING else "") + (f" {css}" if css else "")
    href = f"{static('pishkhan/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        classes,
        href,
    )


@register.simple_tag
def key(keys: str) -> SafeString:
    """Return the drawing of a shortcut: `{% key "Ctrl+Enter" %}`. Seen, not read aloud.

    The element it belongs to says it by `data-key` and `aria-keyshortcuts`.
    """
    drawn = format_html_join(
        "",
        '<kbd class="kbd">{}</kbd>',
        (
            (digits(_KEY_SIGNS.get(part, part)) if len(part) == 1 else _KEY_SIGNS.get(part, part),)
            for part in keys.split("+")
        ),
    )
    return format_html('<span class="kbds" aria-hidden="true">{}</span>', drawn)


@register.simple_tag
def widget(field: BoundField, **attrs: Any) -> SafeString:
    """Return a form field's input with the design's class, and whatever attributes are given.

    Underscores in names become dashes: `{% widget form.mobile data_digits="" %}`.
    """
    inner = field.field.widget
    if isinstance(inner, CheckboxInput | RadioSelect):
        css = "form-check-input"
    elif isinstance(inner, Select):
        css = "form-select"
    else:
        css = "form-control"
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    extra = " ".join(part for part in (inner.attrs.get("class"), given.pop("class", "")) if part)
    given["class"] = f"{css} {extra}".strip()
    described = [f"{field.auto_id}-hint"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}-error")
        given["aria-invalid"] = "true"
    if described:
        given["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=given)
