"""Agencies: the tree, and one agency with its names, secretariats and chart of posts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import AgencyRow, PostRow, SecretariatKind
from pishkhan.directory.contracts.calendars import Whose
from pishkhan.kernel.errors import NotFound
from pishkhan.web.admin import logo, words
from pishkhan.web.admin.forms import Form, flag, key, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.admin.views import calendar
from pishkhan.web.http import DeskRequest

MOST = 500
"""Agencies drawn as one tree; a province has some hundred."""


@admin
@require_safe
def agencies(request: DeskRequest) -> HttpResponse:
    """Draw the tree, or a list when words are looked for or the tree is too large.

    Dehyaris, of which a province has thousands, have a list of their own; words find them too.
    """
    return _draw_all(request, {})


def _draw_all(request: DeskRequest, forms: Forms) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    after = request.GET.get("after")
    page = directory.agencies(q, after=after, limit=MOST, dehyaris=bool(q))
    flat = bool(q or after or page.next)
    more = f"?q={q}&after={page.next}" if page.next else ""
    return draw(
        request,
        "agencies.html",
        {
            "q": q,
            "flat": flat,
            "rows": page.rows if flat else (),
            "tree": [] if flat else tree(page.rows),
            "next": more,
            "newest": reverse("admin:agencies") if after else "",
        },
        forms,
    )


def tree(rows: tuple[AgencyRow, ...]) -> list[dict[str, Any]]:
    """Return agencies as nested nodes; one whose parent is not among them stands at the top."""
    nodes = {row.id: {"row": row, "children": []} for row in rows}
    top: list[dict[str, Any]] = []
    for node in nodes.values():
        row = node["row"]
        assert isinstance(row, AgencyRow)
        above = nodes.get(row.parent_id) if row.parent_id else None
        branch = top if above is None else above["children"]
        assert isinstance(branch, list)
        branch.append(node)
    return top


@admin
@require_POST
def add(request: DeskRequest) -> HttpResponse:
    """Add an agency and open it."""
    made: list[UUID] = []

    def deed() -> str:
        nicknames = text(request, "nicknames").replace("،", ",").split(",")
        made.append(
            directory.add_agency(
                request.actor,
                code=text(request, "code"),
                name=text(request, "name"),
                short=text(request, "short"),
                parent_id=key(request, "parent"),
                nicknames=[name for name in nicknames if name.strip()],
            )
        )
        return _("The agency is added. Give it a secretariat, so that letters can arrive.")

    answer = do(
        request, "add", deed, lambda forms: _draw_all(request, forms), reverse("admin:agencies")
    )
    if made:
        answer["Location"] = reverse("admin:agency", args=[made[0]])
    return answer


@admin
@require_safe
def agency(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Draw one agency."""
    return _draw(request, agency_id, {})


def _draw(request: DeskRequest, agency_id: UUID, forms: Forms) -> HttpResponse:
    view = directory.agency(agency_id)
    posts = directory.post_rows(agency_id)
    offices = directory.offices_of_agency(agency_id)
    forms.setdefault("rename", Form({"name": view.name, "short": view.short}))
    identity = directory.identity(agency_id)
    known = {"email": identity.email, "national_id": identity.national_id}
    forms.setdefault("shams", Form(known))
    return draw(
        request,
        "agency.html",
        {
            "agency": view,
            "names": [(words.NAMES[kind], name) for kind, name in view.names],
            "offices": offices,
            "default_office": _default(agency_id),
            "chart": chart(posts),
            "open_posts": [(post.id, post.title) for post in posts if post.active],
            "office_choices": [(office.id, office.name) for office in offices],
            "kinds": [(kind.value, word) for kind, word in words.SECRETARIATS.items()],
            "rights": words.RIGHTS,
            "dehyari": directory.is_dehyari(agency_id),
            "identity": identity,
            "has_logo": bool(directory.logo(agency_id)),
            "calendar": calendar.own(agency_id),
            "head": directory.head_of(agency_id),
            "signing_posts": [
                ("", _("The topmost post that signs")),
                *((str(post.id), post.title) for post in posts if post.active and post.can_sign),
            ],
        },
        forms,
    )


def _default(agency_id: UUID) -> UUID | None:
    try:
        return directory.default_secretariat(agency_id).id
    except NotFound:
        return None


def chart(posts: list[PostRow]) -> list[dict[str, Any]]:
    """Return the posts as nested nodes in the chart's order, each with the words of its rights."""
    nodes: dict[UUID, dict[str, Any]] = {
        post.id: {
            "post": post,
            "rights": [word for name, word in words.RIGHTS if getattr(post, name)],
            "children": [],
        }
        for post in posts
    }
    top: list[dict[str, Any]] = []
    for node in nodes.values():
        above = nodes.get(node["post"].parent_id)
        (top if above is None else above["children"]).append(node)
    return top


@admin
@require_POST
def change(request: DeskRequest, agency_id: UUID, name: str) -> HttpResponse:
    """Do one of the deeds on an agency that its page offers."""
    deeds = {
        "rename": _rename,
        "nickname": _nickname,
        "secretariat": _secretariat,
        "post": _post,
        "close": _close,
        "letterhead": _letterhead,
        "calendar": _calendar,
        "head": _head,
        "shams": _shams,
    }
    if name not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        name,
        lambda: deeds[name](request, agency_id),
        lambda forms: _draw(request, agency_id, forms),
        reverse("admin:agency", args=[agency_id]) + f"#{name}",
    )


def _rename(request: DeskRequest, agency_id: UUID) -> str:
    directory.rename_agency(
        request.actor, agency_id=agency_id, name=text(request, "name"), short=text(request, "short")
    )
    return _("Renamed. It is still found by its former name.")


def _nickname(request: DeskRequest, agency_id: UUID) -> str:
    directory.add_agency_name(request.actor, agency_id=agency_id, name=text(request, "name"))
    return _("People find the agency by this name too.")


def _calendar(request: DeskRequest, agency_id: UUID) -> str:
    if "day" in request.POST:
        return calendar.change(request, Whose.AGENCY, agency_id)
    works = flag(request, "thursday")
    directory.set_thursday(request.actor, agency_id, works=works)
    return _("Thursday is a working day here.") if works else _("Thursday is a day off here.")


def _head(request: DeskRequest, agency_id: UUID) -> str:
    directory.set_head(request.actor, agency_id=agency_id, post_id=key(request, "head"))
    return _("The head of the agency is set.")


def _secretariat(request: DeskRequest, agency_id: UUID) -> str:
    given = text(request, "kind")
    kinds = {kind.value: kind for kind in SecretariatKind}
    directory.add_secretariat(
        request.actor,
        agency_id=agency_id,
        name=text(request, "name"),
        kind=kinds.get(given, SecretariatKind.CENTRAL),
        is_default=True if flag(request, "default") else None,
    )
    return _("The secretariat is added.")


def _post(request: DeskRequest, agency_id: UUID) -> str:
    office = key(request, "secretariat", required=True)
    assert office is not None
    directory.add_post(
        request.actor,
        agency_id=agency_id,
        secretariat_id=office,
        title=text(request, "title"),
        parent_id=key(request, "parent"),
        **{name: flag(request, name) for name, _word in words.RIGHTS},
    )
    return _("The post is added. Seat a person on it.")


def _letterhead(request: DeskRequest, agency_id: UUID) -> str:
    if flag(request, "remove"):
        directory.set_logo(request.actor, agency_id=agency_id, picture=b"")
        return _("The agency’s letters bear no picture any more.")
    directory.set_logo(request.actor, agency_id=agency_id, picture=logo.chosen(request))
    return _("The agency’s letters bear this picture from now on.")


def _shams(request: DeskRequest, agency_id: UUID) -> str:
    email, national_id = text(request, "email"), text(request, "national_id")
    directory.set_identity(request.actor, agency_id=agency_id, email=email, national_id=national_id)
    if email and national_id:
        return _("Answers of the agency bear the SHAMS identifier from now on.")
    return _("Kept. Answers bear no SHAMS identifier until both are given.")


def _close(request: DeskRequest, agency_id: UUID) -> str:
    directory.close_agency(request.actor, agency_id=agency_id, reason=text(request, "reason"))
    return _("The agency is closed; its posts finish their work.")
