"""A post's folders: what they are called, what lies in them, and which of them hold a letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.web import stand_ins
from pishkhan.web.cartable.views import capped, tabs
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.door import Failed
from pishkhan.web.letter.neighbours import in_folder
from pishkhan.web.letter.rows import Rows


@desk(Right.CARTABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def all_of_them(request: DeskRequest) -> HttpResponse:
    """Draw the folders of the post, or make one."""
    failed = None
    if request.method == "POST":
        try:
            made = letters.keep_folder(request.actor, name=request.POST.get("name", ""))
        except (Invalid, Refused) as error:
            failed = Failed.of(request, "folder", error)
        else:
            messages.success(request, _("The folder is made."))
            return HttpResponseRedirect(reverse("cartable:folder", args=[made]))
    most = letters.cartable_counts(request.actor)
    context = {
        "bar": stand_ins.bar(request.actor),
        "tabs": tabs(most, "folders"),
        "folders": [(each, capped(each.count, most)) for each in letters.folders(request.actor)],
        **_typed(failed),
    }
    return _drawn(request, "cartable/folders.html", context, failed)


@desk(Right.CARTABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: DeskRequest, folder: UUID) -> HttpResponse:
    """Draw what lies in a folder, last put in first; or give the folder another name."""
    failed = None
    if request.method == "POST":
        try:
            name = request.POST.get("name", "")
            letters.keep_folder(request.actor, name=name, folder_id=folder)
        except (Invalid, Refused) as error:
            failed = Failed.of(request, "folder", error)
        else:
            messages.success(request, _("The folder has its new name."))
            return HttpResponseRedirect(reverse("cartable:folder", args=[folder]))
    after = request.GET.get("after")
    known = letters.folder_of(request.actor, folder)
    page = letters.folder_letters(request.actor, folder, after=after)
    here = reverse("cartable:folder", args=[folder])
    context = {
        "folder": known,
        "rows": Rows("cartable", in_folder(folder), request.actor.seat_id).in_folder(page.rows),
        "newest": here if after else "",
        "next": f"{here}?after={page.next}" if page.next else "",
        **_typed(failed, known.name),
    }
    return _drawn(request, "cartable/one_folder.html", context, failed)


@desk(Right.CARTABLE)
@require_POST
def drop(request: DeskRequest, folder: UUID) -> HttpResponse:
    """Drop a folder; its letters stay."""
    letters.drop_folder(request.actor, folder)
    messages.success(request, _("The folder is gone; its letters stay in the cartable."))
    return HttpResponseRedirect(reverse("cartable:folders"))


@deed("folders")
def put(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Let the letter lie in the ticked folders, and in a new one if a name was typed."""
    ticked = []
    for given in request.POST.getlist("folder"):
        try:
            ticked.append(UUID(given))
        except ValueError:
            continue  # nothing that the page draws
    new = request.POST.get("new_folder", "")
    try:
        lies = letters.file_letter(request.actor, letter, folders=ticked, new=new)
    except Invalid as error:
        named = {"new_folder" if field == "name" else field: m for field, m in error.fields.items()}
        raise Invalid(error.code, error.message, fields=named) from None
    told = _("The letter lies in its folders.") if lies else _("The letter lies in no folder.")
    messages.success(request, told)
    return go(request, letter)


def _typed(failed: Failed | None, name: str = "") -> dict[str, Any]:
    typed = failed.values.get("name", [""])[-1] if failed else name
    errors = [(f"id_{field}", words) for field, words in failed.errors.items()] if failed else []
    return {"failed": failed, "name": typed, "errors": errors}


def _drawn(
    request: DeskRequest, template: str, context: dict[str, Any], failed: Failed | None
) -> HttpResponse:
    return render(request, template, context, status=failed.status if failed else 200)
