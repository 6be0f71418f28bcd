"""The tables of the secretariat norm: one page each; add, rename, order, retire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.terms import FIXED, Table
from pishkhan.kernel.errors import NotFound
from pishkhan.web.admin.forms import text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.terms import TABLES

_TABLES = {each.value: each for each in Table}


def _known(name: str) -> Table:
    if name not in _TABLES:
        raise NotFound("web.not-found")
    return _TABLES[name]


def tabs(chosen: Table | None = None) -> list[tuple[str, Any, bool]]:
    """Return address, name and whether it is the chosen one, of each table."""
    return [
        (reverse("admin:table", args=[each.value]), TABLES[each], each is chosen) for each in Table
    ]


@admin
@require_safe
def table(request: DeskRequest, name: str) -> HttpResponse:
    """Draw one table."""
    return _draw(request, _known(name), {})


def _draw(request: DeskRequest, chosen: Table, forms: Forms) -> HttpResponse:
    rows = directory.terms().rows(chosen)
    failed = next((code for code in forms if code != "add"), "")
    return draw(
        request,
        "table.html",
        {
            "name": chosen.value,
            "title": TABLES[chosen],
            "tabs": tabs(chosen),
            "fixed": chosen in FIXED,
            "rows": [(row, forms.get(row.code)) for row in rows],
            "failed": forms.get(failed),
            "last": len(rows),
        },
        forms,
    )


@admin
@require_POST
def add(request: DeskRequest, name: str) -> HttpResponse:
    """Add a term at the end of the table."""
    chosen = _known(name)

    def deed() -> str:
        directory.add_term(
            request.actor, table=chosen, fa=text(request, "fa"), en=text(request, "en")
        )
        return _("Added; it can be chosen from now on.")

    return do(
        request,
        "add",
        deed,
        lambda forms: _draw(request, chosen, forms),
        reverse("admin:table", args=[name]),
    )


@admin
@require_POST
def change(request: DeskRequest, name: str, code: str) -> HttpResponse:
    """Do one deed on a term: rename it, move it, retire it or take it up again."""
    chosen = _known(name)
    deeds: dict[str, Callable[[], str]] = {
        "rename": lambda: _rename(request, chosen, code),
        "up": lambda: _move(request, chosen, code, up=True),
        "down": lambda: _move(request, chosen, code, up=False),
        "retire": lambda: _retire(request, chosen, code, back=False),
        "restore": lambda: _retire(request, chosen, code, back=True),
    }
    asked = text(request, "deed")
    if asked not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        code,
        deeds[asked],
        lambda forms: _draw(request, chosen, forms),
        reverse("admin:table", args=[name]),
    )


def _rename(request: DeskRequest, chosen: Table, code: str) -> str:
    directory.rename_term(
        request.actor, table=chosen, code=code, fa=text(request, "fa"), en=text(request, "en")
    )
    return _("Renamed from now on; letters that bear it keep the name they have.")


def _move(request: DeskRequest, chosen: Table, code: str, *, up: bool) -> str:
    directory.move_term(request.actor, table=chosen, code=code, up=up)
    return _("The order is changed.")


def _retire(request: DeskRequest, chosen: Table, code: str, *, back: bool) -> str:
    directory.retire_term(request.actor, table=chosen, code=code, back=back)
    if back:
        return _("It can be chosen again.")
    return _("It is offered no more; letters that bear it keep it.")
