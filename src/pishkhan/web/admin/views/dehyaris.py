"""Dehyaris: the list with its figures, villages without one, and one dehyari with all it has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.dehyaris import DehyariFilter, VillageRow
from pishkhan.kernel.errors import Invalid, Message, NotFound
from pishkhan.web.admin.forms import EMPTY, Form, flag, key, text, uuid
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest


@admin
@require_safe
def dehyaris(request: DeskRequest) -> HttpResponse:
    """Draw a page of dehyaris: by words of their names or villages, and of one kind."""
    q, only, after = (request.GET.get(name, "") for name in ("q", "only", "after"))
    kinds = {each.value: each for each in DehyariFilter}
    page = directory.dehyaris(q, only=kinds.get(only, DehyariFilter.ALL), after=after or None)
    here = reverse("admin:dehyaris")
    chosen = urlencode({name: value for name, value in (("q", q), ("only", only)) if value})
    figures = directory.dehyari_figures()
    return draw(
        request,
        "dehyaris.html",
        {
            "q": q,
            "only": only,
            "filters": [
                ("", _("All")),
                (DehyariFilter.VACANT.value, _("Without a dehyar")),
                (DehyariFilter.HOSTING.value, _("Hosting a counter")),
                (DehyariFilter.NOT_HOSTING.value, _("Without a counter")),
            ],
            "filtered": bool(chosen),
            "figures": figures,
            "rows": [(row, _row_of(row.villages)) for row in page.rows],
            "newest": f"{here}?{chosen}" if after else "",
            "next": f"{here}?{chosen}{'&' if chosen else ''}after={page.next}" if page.next else "",
        },
    )


def _row_of(names: tuple[str, ...]) -> str:
    return pgettext("between things in a row", ", ").join(names)


def place(row: VillageRow) -> str:
    """Return where a village lies, the nearest first."""
    return _row_of(row.place)


@admin
@require_safe
def villages(request: DeskRequest) -> HttpResponse:
    """Draw a page of the villages that no dehyari serves."""
    q, after = request.GET.get("q", ""), request.GET.get("after", "")
    page = directory.villages(q, after=after or None)
    here, chosen = reverse("admin:villages"), urlencode({"q": q}) if q else ""
    return draw(
        request,
        "villages.html",
        {
            "q": q,
            "figures": directory.dehyari_figures(),
            "rows": [(row, place(row)) for row in page.rows],
            "newest": f"{here}?{chosen}" if after else "",
            "next": f"{here}?{chosen}{'&' if chosen else ''}after={page.next}" if page.next else "",
        },
    )


@admin
@require_http_methods(["GET", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Draw the form of a new dehyari for a village, with the villages beside it; and add it."""
    given = request.GET.get("village", "")
    village = uuid(given, "village") if given else None
    if village is None:
        return draw(request, "dehyari_where.html", {})
    if request.method != "POST":
        return _draw_new(request, village, {})
    made: list[UUID] = []

    def deed() -> str:
        made.append(
            directory.add_dehyari(
                request.actor,
                code=text(request, "code"),
                name=text(request, "name"),
                superior_id=_superior(request),
                village_ids=_villages(request),
                full_name=text(request, "full_name"),
                username=text(request, "username"),
                hosts_counter=flag(request, "hosts"),
            )
        )
        return _("The dehyari is made, with its secretariat and the dehyar’s post.")

    answer = do(
        request,
        "add",
        deed,
        lambda forms: _draw_new(request, village, forms),
        reverse("admin:dehyaris"),
    )
    if made:
        answer["Location"] = reverse("admin:dehyari", args=[made[0]])
    return answer


def _superior(request: DeskRequest) -> UUID:
    found = key(request, "superior")
    if found is None:
        raise Invalid("web.choose", fields={"superior": Message(EMPTY)})
    return found


def _villages(request: DeskRequest) -> list[UUID]:
    """Return the ticked villages, and one of another rural district if it was chosen."""
    ticked = [uuid(given, "villages") for given in request.POST.getlist("villages")]
    further = key(request, "further")
    return [*ticked, further] if further else ticked


def _draw_new(request: DeskRequest, village: UUID, forms: Forms) -> HttpResponse:
    rows = directory.villages_beside(village)
    own = next((row for row in rows if row.id == village), None)
    if own is None:
        raise NotFound("directory.no-division")
    if "add" not in forms:
        near = directory.superior_near(village)
        first = {"name": f"دهیاری {own.name}", "all": {"villages": [str(village)]}}
        over = {"superior": str(near.id), "superior_name": near.name} if near else {}
        forms["add"] = Form({**first, **over})
    values = forms["add"].values
    ticked = values.get("all", {}).get("villages", [])
    return draw(
        request,
        "dehyari_new.html",
        {
            "village": own,
            "place": place(own),
            "superior_name": values.get("superior_name") or _name_of(values.get("superior", "")),
            "villages": [(row, str(row.id) in ticked) for row in rows],
        },
        forms,
    )


def _name_of(agency: str) -> str:
    try:
        return directory.agency(UUID(agency)).name
    except (ValueError, NotFound):
        return ""


@admin
@require_safe
def dehyari(request: DeskRequest, dehyari_id: UUID) -> HttpResponse:
    """Draw one dehyari."""
    return _draw(request, dehyari_id, {})


def _draw(request: DeskRequest, dehyari_id: UUID, forms: Forms) -> HttpResponse:
    view = directory.dehyari(dehyari_id)
    values = forms["edit"].values if "edit" in forms else {}
    superior = values.get("superior", view.superior_id or "")
    context: dict[str, Any] = {
        "dehyari": view,
        "villages": [(row, place(row)) for row in view.villages],
        "ticked": values.get("all", {}).get("villages") or [str(row.id) for row in view.villages],
        "superior": superior,
        "superior_name": _name_of(str(superior)),
    }
    return draw(request, "dehyari.html", context, forms)


@admin
@require_POST
def change(request: DeskRequest, dehyari_id: UUID, name: str) -> HttpResponse:
    """Do one of the deeds on a dehyari that its page offers."""
    deeds = {"edit": _edit, "host": _host}
    if name not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        name,
        lambda: deeds[name](request, dehyari_id),
        lambda forms: _draw(request, dehyari_id, forms),
        reverse("admin:dehyari", args=[dehyari_id]),
    )


def _edit(request: DeskRequest, dehyari_id: UUID) -> str:
    directory.change_dehyari(
        request.actor,
        dehyari_id=dehyari_id,
        superior_id=_superior(request),
        village_ids=_villages(request),
    )
    return _("The dehyari is changed.")


def _host(request: DeskRequest, dehyari_id: UUID) -> str:
    directory.host_counter(request.actor, dehyari_id=dehyari_id, counter_id=key(request, "counter"))
    return _("It hosts a counter, where the dehyar works.")
