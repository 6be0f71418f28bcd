"""What stands ready for referrals: a post's own phrases and groups, seen with its office's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import PostRef
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import GroupView, Purpose
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import Failed, here, on_desk
from pishkhan.web.letter.receivers import DEFAULT, Choice, ReferForm, read_receivers
from pishkhan.web.letter.words import PURPOSES_SHORT

OFFERED = 20
"""Posts that the form of a group shows beside its members; the others are found by typing."""


@on_desk
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """Draw the lists of the actor's post, and its office's to know them."""
    return _page(request)


@on_desk
@require_POST
def phrases(request: DeskRequest) -> HttpResponse:
    """Keep the post's own phrases: one a line, in the order of the lines."""
    try:
        letters.keep_phrases(request.actor, read_phrases(request))
    except (Invalid, Refused) as error:
        return _page(request, Failed.of(request, "phrases", error))
    messages.success(request, _("The phrases are kept."))
    return HttpResponseRedirect(reverse(f"{here(request)}:ready"))


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: DeskRequest, group: UUID | None = None) -> HttpResponse:
    """Draw the form of a new or known group of the post; keep what it sends."""
    desk = here(request)
    known = letters.group_of(request.actor, group) if group else None
    failed = None
    if request.method == "POST":
        try:
            letters.keep_group(
                request.actor,
                name=request.POST.get("name", ""),
                members=read_receivers(request),
                group_id=group,
            )
        except (Invalid, Refused) as error:
            failed = Failed.of(request, "group", error)
        else:
            messages.success(request, _("The group is kept."))
            return HttpResponseRedirect(reverse(f"{desk}:ready"))
    posts = directory.posts_for_referral(request.actor, limit=OFFERED)
    context = group_context(known, failed, posts) | {
        "back": reverse(f"{desk}:ready"),
        "receivers_url": reverse(f"{desk}:receivers"),
        "drop_url": reverse(f"{desk}:group-drop", args=[group]) if group else "",
    }
    return render(request, "letter/group.html", context, status=failed.status if failed else 200)


@on_desk
@require_POST
def drop(request: DeskRequest, group: UUID) -> HttpResponse:
    """Drop a group of the post."""
    letters.drop_group(request.actor, group)
    messages.success(request, _("The group is dropped."))
    return HttpResponseRedirect(reverse(f"{here(request)}:ready"))


def _page(request: DeskRequest, failed: Failed | None = None) -> HttpResponse:
    desk = here(request)
    found = letters.ready(request.actor)
    context = {
        "mine": found.own_phrases,
        "office": found.office_phrases,
        "groups": [
            (each, reverse(f"{desk}:group", args=[each.id])) for each in found.groups if each.own
        ],
        "office_groups": [each for each in found.groups if not each.own],
        "phrases_url": reverse(f"{desk}:ready-phrases"),
        "new_url": reverse(f"{desk}:group-new"),
        "templates": [
            (each, reverse(f"{desk}:template", args=[each.id]))
            for each in letters.templates(request.actor)
            if each.own
        ],
        "office_templates": [each for each in letters.templates(request.actor) if not each.own],
        "new_template_url": reverse(f"{desk}:template-new"),
        **phrases_context(found.own_phrases, failed),
    }
    return render(request, "letter/ready.html", context, status=failed.status if failed else 200)


# --- what the administrator's desk shares --------------------------------------------------------


def read_phrases(request: DeskRequest) -> list[str]:
    """Return the typed phrases, one a line."""
    return request.POST.get("phrases", "").splitlines()


def phrases_context(kept: Iterable[str], failed: Failed | None) -> dict[str, Any]:
    """Return what the form of the phrases shows: those kept, or what failed."""
    typed = failed.values.get("phrases", [""])[-1] if failed else "\n".join(kept)
    return {"typed": typed, "failed": failed}


def group_context(
    known: GroupView | None, failed: Failed | None, posts: Iterable[PostRef]
) -> dict[str, Any]:
    """Return what the form of a group shows: members first, then other posts on offer."""
    values = failed.values if failed else {}
    members = {str(each.post_id): each for each in known.members} if known else {}
    offered = {str(post.id): (post.title, post.holder_name) for post in posts}
    titles = {id_: (each.title, each.holder) for id_, each in members.items()} | offered
    chosen = values.get("to", []) if failed else list(members)
    missing = [UUID(each) for each in chosen if each not in titles and _is_uuid(each)]
    for post in directory.posts(missing).values():
        titles[str(post.id)] = (post.title, post.holder_name)
    choices = []
    for id_, (title, holder) in titles.items():
        member = members.get(id_)
        purpose = member.purpose.value if member else Purpose.ACTION.value
        principal = member is not None and member.principal
        if failed:
            purpose = values.get(f"purpose-{id_}", [purpose])[-1]
            principal = id_ in values.get("principal", [])
        choices.append(Choice(id_, title, holder, id_ in chosen, purpose, principal))
    return {
        "group": known,
        "name": values.get("name", [""])[-1] if failed else known.name if known else "",
        "failed": failed,
        "refer": ReferForm(
            choices=tuple(choices),
            purposes=tuple((p.value, str(PURPOSES_SHORT[p])) for p in DEFAULT),
            signers=(),
        ),
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
