"""How the guided page is drawn: its lists as rows of fields, each with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.opening import PostRole
from pishkhan.kernel.errors import NotFound
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import Form
from pishkhan.web.admin.onboarding import drafts, plan
from pishkhan.web.admin.onboarding.drafts import Draft
from pishkhan.web.admin.views.counters import choices

Cell = dict[str, Any]


def roles() -> list[tuple[str, str]]:
    """Return what a post may be for, in words."""
    return [
        (PostRole.HEAD.value, pgettext("works as", "Head: signs")),
        (PostRole.CHIEF.value, pgettext("works as", "Office chief")),
        (PostRole.MANAGER.value, pgettext("works as", "Manager: initials")),
        (PostRole.EXPERT.value, pgettext("works as", "Expert: initials")),
        (PostRole.SECRETARY.value, pgettext("works as", "Secretariat: registers")),
    ]


def context(draft: Draft, form: Form, done: str = "") -> dict[str, Any]:
    """Return all that the page of an office in writing needs."""
    data: Mapping[str, str] = form.values
    letter = "c" if draft.kind == drafts.COUNTER else "p"
    shared = {
        "draft": draft,
        "f": form,
        "done": done,
        "people": _people(data, form, letter),
        "n_people": len(plan.rows(data, letter)),
        "list_error": form.errors.get("list") or form.errors.get("file", ""),
        "list_text": data.get("list", "") if form.errors.get("list") else "",
        "letter": letter,
    }
    if letter == "c":
        return shared | choices(form)
    return shared | {
        "offices": _offices(data, form),
        "parent_name": _name_of_agency(data.get("parent", "")),
        "division_name": _name_of_division(data.get("division", "")),
    }


def _people(data: Mapping[str, str], form: Form, letter: str) -> list[list[Cell]]:
    found = plan.rows(data, letter)
    spare = [{"row": f"{letter}{len(found) + at}_"} for at in range(plan.SPARE)]
    titles = list(dict.fromkeys(row["title"] for row in found if row.get("title")))
    offices = [(str(at), row["name"]) for at, row in enumerate(plan.rows(data, "s"))]
    columns = _clerk_columns() if letter == "c" else _post_columns(titles, offices)
    return [_cells(row, columns, form) for row in found + spare]


def _post_columns(titles: list[str], offices: list[tuple[str, str]]) -> list[Cell]:
    superiors = [("", pgettext("superior", "the head")), *((each, each) for each in titles)]
    columns = [
        {"name": "title", "label": pgettext("of a person", "Post"), "longest": 200},
        *_person_columns(),
        {"name": "role", "label": _("Works as"), "options": roles(), "otherwise": "expert"},
        {"name": "above", "label": _("Superior"), "options": superiors},
    ]  # fmt: skip
    if len(offices) > 1:
        columns.append({"name": "secretariat", "label": _("Secretariat"), "options": offices})
    return columns


def _clerk_columns() -> list[Cell]:
    kinds = [(role.value, word) for role, word in words.ROLES.items()]
    role = {"name": "role", "label": _("Works as"), "options": kinds, "otherwise": "clerk"}
    return [*_person_columns(), role]


def _person_columns() -> list[Cell]:
    return [
        {"name": "full_name", "label": _("Full name"), "longest": 120},
        {"name": "username", "label": _("User name"), "longest": 60, "code": True},
        {"name": "mobile", "label": _("Mobile"), "longest": 16, "code": True, "numeric": True},
    ]


def _offices(data: Mapping[str, str], form: Form) -> list[list[Cell]]:
    found = plan.rows(data, "s")
    if not found and "s0_name" not in form.errors:
        found = [{"row": "s0_", "name": _("Central secretariat")}]
    first = [{"row": "s0_"}] if not found else []
    spare = [{"row": f"s{len(found) + len(first)}_"}]
    kinds = [(kind.value, word) for kind, word in words.SECRETARIATS.items()]
    columns: list[Cell] = [
        {"name": "name", "label": _("Name"), "longest": 200},
        {"name": "kind", "label": _("Kind"), "options": kinds},
        {"name": "unit_in", "label": _("Sign of incoming letters"), "longest": 8},
        {"name": "unit_out", "label": _("Sign of outgoing letters"), "longest": 8},
        {"name": "template", "label": _("How a number is written"), "longest": 60, "code": True,
         "otherwise": plan.TEMPLATE},
    ]  # fmt: skip
    return [_cells(row, columns, form) for row in found + first + spare]


def _cells(row: dict[str, str], columns: list[Cell], form: Form) -> list[Cell]:
    """Return a row's fields; what is wrong with none of them stands at the first."""
    begin = row["row"]
    errors = {
        name.removeprefix(begin): said
        for name, said in form.errors.items()
        if name.startswith(begin)
    }
    known = {column["name"] for column in columns}
    lost = " ".join(said for name, said in errors.items() if name not in known)
    cells = [
        {
            **column,
            "id": begin + column["name"],
            "value": row.get(column["name"]) or column.get("otherwise", ""),
            "error": errors.get(column["name"], ""),
        }
        for column in columns
    ]
    cells[0]["error"] = cells[0]["error"] or lost
    return cells


def _name_of_agency(key: str) -> str:
    try:
        return directory.agency(UUID(key)).name if key else ""
    except (ValueError, NotFound):
        return ""


def _name_of_division(key: str) -> str:
    try:
        return directory.division(UUID(key)).name if key else ""
    except (ValueError, NotFound):
        return ""


def told(draft: Draft, data: Mapping[str, str]) -> str:
    """Return what will be made, after all was tried and nothing was wrong."""
    if draft.kind == drafts.COUNTER:
        people = len(plan.rows(data, "c"))
        return _("Everything was tried and is right: the counter and %(people)s people.") % {
            "people": people
        }
    posts = plan.rows(data, "p")
    return _(
        "Everything was tried and is right: %(offices)s secretariats, %(posts)s posts, "
        "%(people)s people."
    ) % {
        "offices": len(plan.rows(data, "s")),
        "posts": len(posts),
        "people": sum(bool(row.get("full_name")) for row in posts),
    }


def practice() -> bool:
    """Return whether a practice node runs beside this one."""
    return bool(settings.PRACTICE)
