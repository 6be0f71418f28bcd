"""One post: its rights, and who held it when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import PostRow
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.web import stand_ins, vacant
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import Form, flag, key, moment, person, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest


@admin
@require_safe
def vacancies(request: DeskRequest) -> HttpResponse:
    """Draw the vacant posts of all agencies, those where most waits first."""
    return draw(request, "vacancies.html", {"rows": vacant.rows(request.actor)})


@admin
@require_safe
def post(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Draw one post."""
    return _draw(request, post_id, {})


def _draw(request: DeskRequest, post_id: UUID, forms: Forms) -> HttpResponse:
    ref = directory.post(post_id)
    rows = {row.id: row for row in directory.post_rows(ref.agency_id)}
    row = rows[post_id]
    above = rows.get(row.parent_id) if row.parent_id else None
    if "change" not in forms:
        forms["change"] = Form({"title": row.title, **_flags(row)})
    return draw(
        request,
        "post.html",
        {
            "post": row,
            "agency_id": ref.agency_id,
            "agency_name": ref.agency_name,
            "above": above,
            "below": [each for each in rows.values() if each.parent_id == post_id and each.active],
            "holdings": directory.holders_of(post_id),
            "handed": letters.post_hand_overs(request.actor, post_id),
            "stand_ins": stand_ins.listed(directory.stand_ins_of([post_id])),
            **stand_ins.form_context(rows.values(), but=post_id),
            "rights": [
                (name, word, bool(forms["change"].values.get(name))) for name, word in words.RIGHTS
            ],
        },
        forms,
    )


def _flags(row: PostRow) -> dict[str, bool]:
    return {name: getattr(row, name) for name, _word in words.RIGHTS}


@admin
@require_POST
def change(request: DeskRequest, post_id: UUID, name: str) -> HttpResponse:
    """Do one of the deeds on a post that its page offers."""
    deeds = {
        "change": _change,
        "seat": _seat,
        "vacate": _vacate,
        "close": _close,
        "stand_in": _stand_in,
        "end_stand_in": _end_stand_in,
    }
    if name not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        name,
        lambda: deeds[name](request, post_id),
        lambda forms: _draw(request, post_id, forms),
        reverse("admin:post", args=[post_id]),
    )


def _change(request: DeskRequest, post_id: UUID) -> str:
    directory.change_post(
        request.actor,
        post_id=post_id,
        title=text(request, "title"),
        **{name: flag(request, name) for name, _word in words.RIGHTS},
    )
    return _("The post is changed.")


def _seat(request: DeskRequest, post_id: UUID) -> str:
    directory.seat_holder(
        request.actor,
        post_id=post_id,
        user_id=person(request),
        from_at=moment(request, "from"),
        basis=text(request, "basis"),
    )
    return _("The person holds the post; who held it before has left it.")


def _stand_in(request: DeskRequest, post_id: UUID) -> str:
    stand_ins.name(request, post_id)
    return _("It is noted. Both see it at the head of their cartable.")


def _end_stand_in(request: DeskRequest, post_id: UUID) -> str:
    chosen = key(request, "stand_in", required=True)
    if chosen not in {row.id for row in directory.stand_ins_of([post_id])}:
        raise NotFound("directory.no-stand-in")
    assert chosen is not None
    directory.end_stand_in(request.actor, stand_in_id=chosen)
    return _("It is ended; nothing is open by it any more.")


def _vacate(request: DeskRequest, post_id: UUID) -> str:
    directory.vacate(request.actor, post_id=post_id)
    return _("The post is vacant.")


def _close(request: DeskRequest, post_id: UUID) -> str:
    directory.close_post(request.actor, post_id=post_id)
    return _("The post is closed.")
