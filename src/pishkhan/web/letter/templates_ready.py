"""Texts that stand ready for letters: kept beside phrases and groups, used where one writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.kernel import clock, text
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView
from pishkhan.letters.contracts.ready import TemplateView
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import Failed, here, on_desk
from pishkhan.web.templatetags.pishkhan import jalali_date

FIELDS: dict[str, tuple[str, Promise]] = {
    "addressee": ("گیرنده", gettext_lazy("to whom the letter goes")),
    "applicant": ("متقاضی", gettext_lazy("the applicant’s name")),
    "number": ("شماره", gettext_lazy("number of the letter that is answered")),
    "date": ("تاریخ", gettext_lazy("date of the letter that is answered")),
    "subject": ("موضوع", gettext_lazy("its subject")),
    "code": ("کد رهگیری", gettext_lazy("the applicant’s tracking code")),
    "agency": ("دستگاه", gettext_lazy("the name of your own agency")),
    "today": ("امروز", gettext_lazy("today’s date")),
}
"""The places of a text, by their English word: the Persian one, and what fills them."""

EMPTY = "……"
"""What stands for a field that this letter has no word for: seen, and typed over."""

_FIELD = re.compile(r"\{([^{}\n]{1,20})\}")
_NAMES = {persian: name for name, (persian, _said) in FIELDS.items()}


def fill(words: str, values: Mapping[str, str]) -> str:
    """Return a template's words with its fields filled; braces around anything else stay."""

    def filled(m: re.Match[str]) -> str:
        typed = m[1].strip()
        name = _NAMES.get(typed, typed)
        return (values.get(name) or EMPTY) if name in FIELDS else m[0]

    return _FIELD.sub(filled, words)


def of_answer(view: ArrivalView) -> dict[str, str]:
    """Return what fills the fields in the answer to a letter."""
    known = common(view.row.applicant_name)
    arrived: datetime = view.registered_at or view.row.arrived_at
    date = view.sender_date or arrived
    return known | {
        "applicant": "" if view.official else view.row.applicant_name,
        "number": text.persian_digits(view.sender_number or view.row.number_text),
        "date": str(jalali_date(date, "number")),
        "subject": view.row.subject,
        "code": text.persian_digits(view.row.tracking_code),
    }


def common(addressee: str, agency: str = "") -> dict[str, str]:
    """Return what fills the fields of any letter."""
    return {
        "addressee": addressee,
        "agency": agency,
        "today": str(jalali_date(clock.current().now(), "number")),
    }


def put_in(
    request: DeskRequest, typed: dict[str, str], first: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    """Return what was typed with the chosen template in it; nothing that was typed is lost.

    The template takes the place of what the form began with (`first`); under other words it is
    added. An unknown choice changes nothing.
    """
    chosen = next(
        (
            each
            for each in letters.templates(request.actor)
            if str(each.id) == typed.get("template")
        ),
        None,
    )
    if chosen is None:
        return typed
    agency = request.actor.office.agency_name if request.actor.office else ""
    known = {**values, "agency": values.get("agency") or agency}
    body, subject = fill(chosen.body, known), fill(chosen.subject, known)
    written = typed.get("body", "").replace("\r\n", "\n").strip()
    if written and written != first.get("body", "").strip():
        body = f"{written}\n\n{body}"
    if typed.get("subject", "").strip() not in ("", first.get("subject", "")) or not subject:
        subject = typed.get("subject", "")
    return typed | {"body": body, "subject": subject}


def choices(request: DeskRequest) -> list[tuple[str, str]]:
    """Return the templates as a select has them; nothing where there is none."""
    found = letters.templates(request.actor)
    return [("", _("choose a template")), *((str(t.id), t.name) for t in found)] if found else []


# --- keeping them --------------------------------------------------------------------------------


def form_context(known: TemplateView | None, failed: Failed | None) -> dict[str, Any]:
    """Return what the form of a template shows."""
    values = {name: given[-1] for name, given in failed.values.items() if given} if failed else {}
    persian = get_language() == "fa"
    return {
        "known": known,
        "failed": failed,
        "values": values
        or ({"name": known.name, "subject": known.subject, "body": known.body} if known else {}),
        "fields": [
            ("{" + (fa if persian else name) + "}", said) for name, (fa, said) in FIELDS.items()
        ],
    }


def keep(request: DeskRequest, template: UUID | None, agency_id: UUID | None) -> Failed | None:
    """Keep what was sent; return what was wrong with it."""
    try:
        letters.keep_template(
            request.actor,
            name=request.POST.get("name", ""),
            subject=request.POST.get("subject", ""),
            body=request.POST.get("body", ""),
            template_id=template,
            agency_id=agency_id,
        )
    except (Invalid, Refused) as error:
        return Failed.of(request, "template", error)
    messages.success(request, _("The template is kept."))
    return None


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: DeskRequest, template: UUID | None = None) -> HttpResponse:
    """Draw the form of a new or known template of the post; keep what it sends."""
    desk = here(request)
    known = letters.template_of(request.actor, template) if template else None
    failed = None
    if request.method == "POST":
        failed = keep(request, template, None)
        if failed is None:
            return HttpResponseRedirect(reverse(f"{desk}:ready"))
    context = form_context(known, failed) | {
        "back": reverse(f"{desk}:ready"),
        "drop_url": reverse(f"{desk}:template-drop", args=[template]) if template else "",
    }
    return render(request, "letter/template.html", context, status=failed.status if failed else 200)


@on_desk
@require_POST
def drop(request: DeskRequest, template: UUID) -> HttpResponse:
    """Drop a template of the post."""
    letters.drop_template(request.actor, template)
    messages.success(request, _("The template is dropped."))
    return HttpResponseRedirect(reverse(f"{here(request)}:ready"))
