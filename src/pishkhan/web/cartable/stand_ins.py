"""Who stands in for my post, and for the posts under it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.web import stand_ins
from pishkhan.web.admin.forms import Form, key
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.capacity import own_post


@desk(Right.CARTABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: DeskRequest) -> HttpResponse:
    """Draw the stand-ins of the post and of those under it, or name one."""
    if request.method != "POST":
        return _draw(request, Form())
    try:
        post = key(request, "for", required=True)
        assert post is not None
        stand_ins.name(request, post)
    except (Invalid, Refused) as error:
        return _draw(request, Form.refused(request, error))
    messages.success(request, _("It is noted. Both see it at the head of their cartable."))
    return HttpResponseRedirect(reverse("cartable:stand-ins"))


@desk(Right.CARTABLE)
@require_POST
def end(request: DeskRequest, stand_in: UUID) -> HttpResponse:
    """End a stand-in now."""
    try:
        directory.end_stand_in(request.actor, stand_in_id=stand_in)
    except Refused as error:
        return _draw(request, Form.refused(request, error))
    messages.success(request, _("It is ended; nothing is open by it any more."))
    return HttpResponseRedirect(reverse("cartable:stand-ins"))


def _draw(request: DeskRequest, form: Form) -> HttpResponse:
    own = own_post(request.actor)
    agency = directory.post(own).agency_id
    posts = directory.post_rows(agency)
    under = [post for post in posts if post.parent_id == own and post.active]
    here = [post for post in posts if post.id == own]
    mine = [row for row in directory.stand_ins(request.actor) if row.by_post_id == own]
    context = {
        "form": form,
        "faults": stand_ins.faults_of(form),
        "may_set": request.actor.hand is None,
        "fors": [(str(post.id), post.title) for post in [*here, *under]],
        "rows": stand_ins.listed(directory.stand_ins_of([own, *(post.id for post in under)])),
        "mine": stand_ins.listed(mine),
        **stand_ins.form_context(posts),
    }
    return render(request, "cartable/stand_ins.html", context, status=form.status)
