"""Dated settings: the fee and the motto of letters, from which day; what copies are for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.money import Epoch, Money
from pishkhan.letters import api as letters
from pishkhan.web.admin.forms import Form, moment, number, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.admin.views.tables import tabs
from pishkhan.web.http import DeskRequest
from pishkhan.web.paper.letter import MOTTO

LETTER_FEE = "tariff.letter"
"""The setting that letters read: {"state", "commission": minor units, "epoch"}."""

CC_PHRASES = "letters.cc-phrases"
"""The setting with the phrases of copies: a list of texts."""

PROBLEM_DAYS = "letters.problem-days"
"""The setting with the working days within which a problem is to be answered."""

RATING_DAYS = "letters.rating-days"
"""The setting with the days for which an applicant may change what he said."""

MOST_PHRASES = 40
LONGEST_MOTTO = 120
MOST_DAYS = 60
MOST_RATING_DAYS = 365


@admin
@require_http_methods(["GET", "POST"])
def settings(request: DeskRequest) -> HttpResponse:
    """Draw what holds, what held and what will hold; set a fee from a day on."""
    if request.method != "POST":
        return _draw(request, {})
    if "phrases" in request.POST:
        return do(
            request,
            "phrases",
            lambda: _set_phrases(request),
            lambda forms: _draw(request, forms),
            reverse("admin:settings"),
        )
    if "motto" in request.POST:
        return do(
            request,
            "motto",
            lambda: _set_motto(request),
            lambda forms: _draw(request, forms),
            reverse("admin:settings") + "#motto",
        )
    if "problem_days" in request.POST:
        return do(
            request,
            "problems",
            lambda: _set_problem_days(request),
            lambda forms: _draw(request, forms),
            reverse("admin:settings"),
        )
    if "rating_days" in request.POST:
        return do(
            request,
            "ratings",
            lambda: _set_rating_days(request),
            lambda forms: _draw(request, forms),
            reverse("admin:settings"),
        )
    return do(
        request,
        "fee",
        lambda: _set_fee(request),
        lambda forms: _draw(request, forms),
        reverse("admin:settings"),
    )


def _set_phrases(request: DeskRequest) -> str:
    lines = [line.strip() for line in request.POST.get("phrases", "").splitlines()]
    phrases = list(dict.fromkeys(line for line in lines if line))
    if not phrases or len(phrases) > MOST_PHRASES or any(len(each) > 120 for each in phrases):
        raise Invalid(
            "web.phrases",
            fields={
                "phrases": Message(N_("Write one to forty phrases of at most 120 letters each."))
            },
        )
    directory.set_setting(request.actor, key=CC_PHRASES, value=phrases)
    return _("The phrases are set.")


def _set_motto(request: DeskRequest) -> str:
    """Set the motto from a day on, past or to come; said again for a day, the later word holds."""
    motto = " ".join(text(request, "motto").split())
    if len(motto) > LONGEST_MOTTO:
        raise Invalid(
            "web.motto", fields={"motto": Message(N_("A motto has at most 120 letters."))}
        )
    begin = moment(request, "from_day")
    known = {row.from_at for row in directory.setting_history(MOTTO)}
    while begin in known:
        begin += timedelta(seconds=1)
    directory.set_setting(request.actor, key=MOTTO, value=motto, from_at=begin)
    return _("The motto is set.") if motto else _("Letters bear no motto from that day on.")


def _set_problem_days(request: DeskRequest) -> str:
    days, begin = number(request, "problem_days"), moment(request, "from")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(
            "web.problem-days", fields={"problem_days": Message(N_("From 1 to 60 working days."))}
        )
    if begin is not None and begin < clock.current().now():
        raise Invalid("web.past-day", fields={"from": Message(N_("Choose a day to come."))})
    directory.set_setting(request.actor, key=PROBLEM_DAYS, value=days, from_at=begin)
    return _("The deadline is set.")


def _set_rating_days(request: DeskRequest) -> str:
    days = number(request, "rating_days")
    if not 1 <= days <= MOST_RATING_DAYS:
        raise Invalid("web.rating-days", fields={"rating_days": Message(N_("From 1 to 365 days."))})
    directory.set_setting(request.actor, key=RATING_DAYS, value=days)
    return _("The period is set.")


def _set_fee(request: DeskRequest) -> str:
    begin = moment(request, "from")
    now = clock.current().now()
    if begin is not None and begin < now:
        raise Invalid(
            "web.past-day",
            fields={"from": Message(N_("What has been charged stays: choose a day to come."))},
        )
    epochs = {epoch.value: epoch for epoch in Epoch}
    directory.set_setting(
        request.actor,
        key=LETTER_FEE,
        value={
            "state": number(request, "state"),
            "commission": number(request, "commission"),
            "epoch": epochs.get(text(request, "epoch"), Epoch.RIAL_1310).value,
        },
        from_at=begin,
    )
    return _("The fee is set.")


def _draw(request: DeskRequest, forms: Forms) -> HttpResponse:
    now = clock.current().now()
    rows = [
        {
            "from_at": row.from_at,
            "state": _money(row.value, "state"),
            "commission": _money(row.value, "commission"),
            "ahead": row.from_at > now,
        }
        for row in directory.setting_history(LETTER_FEE)
    ]
    mottos = [
        {"motto": str(row.value), "from_at": row.from_at, "ahead": row.from_at > now}
        for row in directory.setting_history(MOTTO)
    ]
    present = next((row for row in rows if not row["ahead"]), None)
    if "phrases" not in forms:
        forms["phrases"] = Form({"phrases": "\n".join(letters.cc_phrases())})
    if "ratings" not in forms:
        days = directory.setting(RATING_DAYS, default=letters.USUAL_RATING_DAYS)
        forms["ratings"] = Form({"rating_days": days})
    if "problems" not in forms:
        days = directory.setting(PROBLEM_DAYS, default=letters.USUAL_DAYS)
        forms["problems"] = Form({"problem_days": days, "from": ""})
    if "fee" not in forms:
        held: dict[str, Any] = directory.setting(LETTER_FEE) or {"state": 0, "commission": 300_000}
        forms["fee"] = Form({**held, "from": ""})
    return draw(
        request,
        "settings.html",
        {
            "rows": rows,
            "tables": tabs(),
            "present": present,
            "mottos": mottos,
            "motto_now": next((row["from_at"] for row in mottos if not row["ahead"]), None),
            "epochs": [
                (Epoch.RIAL_1310.value, _("present rials")),
                (Epoch.NEW_RIAL.value, _("new rials, in qeran")),
            ],
        },
        forms,
    )


def _money(value: dict[str, Any], name: str) -> Money:
    return Money(int(value[name]), Epoch(value.get("epoch", Epoch.RIAL_1310)))
