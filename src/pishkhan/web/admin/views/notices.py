"""SMS: who carries it, when phones stay quiet, and the IDs of the texts that providers approved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.i18n import N_, Message
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Language, Pattern, PatternView, ProviderView
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import Form, moment, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest

NEVER = "00:00"


@admin
@require_http_methods(["GET", "POST"])
def notices_set(request: DeskRequest) -> HttpResponse:
    """Draw the providers, the quiet hours and the patterns; set what the form sends."""
    if request.method != "POST":
        return _draw(request, {})
    onward = reverse("admin:notices-set")
    no = text(request, "provider")
    if no in {"1", "2"}:
        return do(
            request,
            f"patterns{no}",
            lambda: _keep(request, int(no)),
            lambda forms: _draw(request, forms),
            f"{onward}#patterns{no}",
        )
    return do(
        request,
        "quiet",
        lambda: _set_quiet(request),
        lambda forms: _draw(request, forms),
        onward,
    )


@admin
@require_POST
def again(request: DeskRequest, subject: UUID, notice: UUID) -> HttpResponse:
    """Have a message sent once more of which nobody knows whether it went."""
    try:
        notices.send_again(request.actor, notice)
    except Refused as error:
        messages.error(request, error.message.render(_))
    else:
        messages.success(request, _("It is sent once more."))
    return redirect("admin:notices", subject)


def _set_quiet(request: DeskRequest) -> str:
    from_at = moment(request, "from")
    if from_at is not None and from_at < clock.current().now():
        raise Invalid("web.past-day", fields={"from": Message(N_("Choose a day to come."))})
    notices.set_quiet_hours(
        request.actor, begin=text(request, "begin"), end=text(request, "end"), from_at=from_at
    )
    return _("The quiet hours are set.")


def _keep(request: DeskRequest, no: int) -> str:
    ids = {
        (language, pattern): text(request, f"{language}-{pattern}")
        for language in Language
        for pattern in Pattern
    }
    notices.keep_patterns(request.actor, no=no, ids=ids)
    return _("The IDs are kept.")


def _draw(request: DeskRequest, forms: Forms) -> HttpResponse:
    now = clock.current().now()
    texts = notices.patterns()
    providers = notices.providers_of_sms()
    if "quiet" not in forms:
        hours = notices.quiet_hours()
        none = hours.begin == hours.end
        forms["quiet"] = Form(
            {
                "begin": "" if none else f"{hours.begin:%H:%M}",
                "end": "" if none else f"{hours.end:%H:%M}",
                "from": "",
            }
        )
    return draw(
        request,
        "notices_set.html",
        {
            "providers": providers,
            "quiet_rows": [
                {
                    "from_at": row.from_at,
                    "begin": row.value["begin"],
                    "end": row.value["end"],
                    "none": row.value["begin"] == row.value["end"],
                    "ahead": row.from_at > now,
                }
                for row in directory.setting_history(notices.QUIET, limit=5)
            ],
            "texts": [_text(each) for each in texts if each.language is Language.PERSIAN],
            "by_pattern": [
                {
                    "provider": each,
                    "form": forms.get(f"patterns{each.no}", Form()),
                    "languages": _languages(each, texts, forms),
                }
                for each in providers
                if each.by_pattern
            ],
        },
        forms,
    )


def _languages(
    provider: ProviderView, texts: list[PatternView], forms: Forms
) -> list[dict[str, Any]]:
    form = forms.get(f"patterns{provider.no}", Form())
    found = []
    for language in Language:
        rows = []
        for each in texts:
            if each.language is not language:
                continue
            name = f"{language}-{each.pattern}"
            rows.append(
                _text(each)
                | {
                    "name": name,
                    "value": form.values.get(name, each.ids[provider.no]),
                    "error": form.errors.get(name, ""),
                }
            )
        found.append(
            {
                "name": _("Persian") if language is Language.PERSIAN else _("English"),
                "code": language.value,
                "rows": rows,
                "set": sum(bool(row["value"]) for row in rows),
                "wrong": any(row["error"] for row in rows),
            }
        )
    return found


def _text(each: PatternView) -> dict[str, Any]:
    return {"what": words.PATTERNS[each.pattern], "text": each.text, "language": each.language}
