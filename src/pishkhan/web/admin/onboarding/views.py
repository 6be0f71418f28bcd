"""A new office in one guided page: begun, kept while it is written, tried, and made at once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.kernel import xlsx
from pishkhan.kernel.errors import NotFound, PishkhanError
from pishkhan.letters import api as letters
from pishkhan.web.admin import logo
from pishkhan.web.admin.forms import Form, text
from pishkhan.web.admin.onboarding import drafts, lists, page, plan
from pishkhan.web.admin.onboarding.drafts import Draft
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.admin.views.counters import given
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.saved import told as saved_told

_NOT_KEPT = {"csrfmiddlewaretoken", "deed", "list", "picture", "made", "what"}


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: DeskRequest) -> HttpResponse:
    """Draw the choice of an agency or a counter, and what is unfinished; begin one."""
    if request.method == "POST":
        kind = drafts.COUNTER if text(request, "what") == drafts.COUNTER else drafts.AGENCY
        first = {"kind": "city", "connected": "1"} if kind == drafts.COUNTER else {}
        return redirect("admin:new-office", drafts.begin(request.actor, kind, first))
    return draw(request, "new_office_start.html", {"unfinished": drafts.unfinished(request.actor)})


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: DeskRequest, slot: UUID) -> HttpResponse:
    """Draw an office in writing; keep, try, make or give up what its form sends."""
    draft = drafts.find(request.actor, slot)
    if draft.made:
        return _to_checklist(draft)
    if request.method != "POST":
        return _draw(request, draft, Form(dict(draft.data)))
    if text(request, "deed") == "drop":
        drafts.drop(request.actor, slot)
        messages.success(request, _("It is given up; nothing of it was made."))
        return redirect("admin:new-office-start")
    return _work(request, draft, text(request, "deed"))


def _work(request: DeskRequest, draft: Draft, deed: str) -> HttpResponse:
    data = _typed(request, draft)
    try:
        data |= _picture(request)
        data = _DEEDS.get(deed, _keep)(request, data)
    except PishkhanError as error:
        drafts.keep(request.actor, draft.slot, data)
        return _draw(request, draft, _refused(error, data))
    drafts.keep(request.actor, draft.slot, data)
    if deed == "later":
        messages.success(request, _("It is kept; you find it here for 30 days."))
        return redirect("admin:new-office-start")
    if deed in {"try", "make"}:
        return _try(request, draft, data, rehearsal=deed == "try")
    return _draw(request, draft, Form(dict(data)))


@admin
@require_POST
def keep(request: DeskRequest, slot: UUID) -> HttpResponse:
    """Keep what is typed, while it is typed."""
    draft = drafts.find(request.actor, slot)
    if draft.made:
        return HttpResponse(status=204)
    drafts.keep(request.actor, slot, _typed(request, draft))
    return saved_told()


def _typed(request: DeskRequest, draft: Draft) -> dict[str, str]:
    kept = {name: draft.data[name] for name in ("what", "picture") if name in draft.data}
    sent = {name: request.POST.get(name, "") for name in request.POST if name not in _NOT_KEPT}
    return kept | sent


def _picture(request: DeskRequest) -> dict[str, str]:
    """Return the picture that was chosen, in the form in which it is kept; {} for none."""
    if "no_picture" in request.POST:
        return {"picture": ""}
    if not request.FILES.get("logo"):
        return {}
    return {"picture": base64.b64encode(logo.chosen(request)).decode()}


def _keep(_request: DeskRequest, data: dict[str, str]) -> dict[str, str]:
    return plan.packed(data)


def _take(request: DeskRequest, data: dict[str, str]) -> dict[str, str]:
    """Add the people of a pasted list or of a file."""
    file = request.FILES.get("file")
    pasted = request.POST.get("list", "")
    data["list"] = pasted
    cells = lists.of_file(file.read(lists.LARGEST + 1)) if file else lists.of_text(pasted)
    counter = data["what"] == drafts.COUNTER
    found = lists.clerks(cells) if counter else lists.posts(cells)
    del data["list"]
    return plan.added(data, "c" if counter else "p", found)


def _named(_request: DeskRequest, data: dict[str, str]) -> dict[str, str]:
    return plan.with_names(data)


_DEEDS: dict[str, Callable[[DeskRequest, dict[str, str]], dict[str, str]]] = {
    "take": _take,
    "try": _named,
    "make": _named,
}


def _try(
    request: DeskRequest, draft: Draft, data: dict[str, str], *, rehearsal: bool
) -> HttpResponse:
    """Make the office, or try all of it and make nothing."""
    language = get_language() or "fa"
    try:
        made = (
            directory.open_counter(
                request.actor, plan.counter(data, given(request), language), rehearsal=rehearsal
            )
            if draft.kind == drafts.COUNTER
            else letters.open_agency(
                request.actor, plan.agency(data, language), rehearsal=rehearsal
            )
        )
    except PishkhanError as error:
        return _draw(request, draft, _refused(error, data))
    if made is None:
        return _draw(request, draft, Form(dict(data)), page.told(draft, data))
    stands = {"what": draft.kind, "made": str(made)}
    drafts.keep(request.actor, draft.slot, stands)
    messages.success(request, _("The office stands. What it still needs is listed here."))
    return _to_checklist(Draft(draft.slot, stands, draft.at))


def _refused(error: PishkhanError, data: dict[str, str]) -> Form:
    told = error.to_dict(_)
    return Form(dict(data), told["fields"], told["title"], error.code, error.status)


def _to_checklist(draft: Draft) -> HttpResponse:
    name = "admin:counter-checklist" if draft.kind == drafts.COUNTER else "admin:agency-checklist"
    return redirect(name, draft.made)


def _draw(request: DeskRequest, draft: Draft, form: Form, done: str = "") -> HttpResponse:
    name = "new_counter.html" if draft.kind == drafts.COUNTER else "new_agency.html"
    return draw(request, name, page.context(draft, form, done), {"office": form})


@admin
@require_safe
def sheet(_request: DeskRequest, what: str) -> HttpResponse:
    """Send an empty sheet whose columns the list of people is read by."""
    heads = {
        "title": pgettext("of a person", "Post"),
        "full_name": _("Full name"),
        "username": _("User name"),
        "role": _("Works as"),
        "mobile": _("Mobile"),
        "above": _("Superior"),
    }
    columns = {drafts.AGENCY: lists.POSTS, drafts.COUNTER: lists.CLERKS}.get(what)
    if columns is None:
        raise NotFound("web.not-found")
    known = lists.WORDS.values() if what == drafts.AGENCY else lists.CLERK_WORDS.values()
    at = columns.index("role")
    persian = get_language() == "fa"
    examples = [
        [*[""] * at, words[0 if persian else -1], *[""] * (len(columns) - at - 1)]
        for words in known
    ]
    answer: HttpResponseBase = StreamingHttpResponse(
        xlsx.sheet(
            _("People"), [xlsx.Column(heads[name], 26) for name in columns], examples, rtl=persian
        ),
        content_type=xlsx.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="people-{what}.xlsx"'},
    )
    return answer  # type: ignore[return-value]  # the desk's door takes any response
