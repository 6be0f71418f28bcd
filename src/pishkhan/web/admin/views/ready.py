"""Phrases, groups of receivers and templates that an agency keeps ready for all its posts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.web.admin.page import admin
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import Failed
from pishkhan.web.letter.ready import group_context, phrases_context, read_phrases
from pishkhan.web.letter.receivers import read_receivers
from pishkhan.web.letter.templates_ready import form_context, keep


@admin
@require_safe
def ready(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Draw the agency's lists."""
    return _page(request, agency_id)


@admin
@require_POST
def phrases(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Keep the agency's phrases: one a line, in the order of the lines."""
    try:
        letters.keep_phrases(request.actor, read_phrases(request), agency_id=agency_id)
    except (Invalid, Refused) as error:
        return _page(request, agency_id, Failed.of(request, "phrases", error))
    messages.success(request, _("The phrases are kept."))
    return redirect("admin:ready", agency_id)


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: DeskRequest, agency_id: UUID, group: UUID | None = None) -> HttpResponse:
    """Draw the form of a new or known group of the agency; keep what it sends."""
    known = letters.group_of(request.actor, group, agency_id=agency_id) if group else None
    failed = None
    if request.method == "POST":
        try:
            letters.keep_group(
                request.actor,
                name=request.POST.get("name", ""),
                members=read_receivers(request),
                group_id=group,
                agency_id=agency_id,
            )
        except (Invalid, Refused) as error:
            failed = Failed.of(request, "group", error)
        else:
            messages.success(request, _("The group is kept."))
            return redirect("admin:ready", agency_id)
    posts = directory.posts_of_agency(agency_id)
    context = group_context(known, failed, posts) | {
        "back": reverse("admin:ready", args=[agency_id]),
        "drop_url": reverse("admin:ready-group-drop", args=[agency_id, group]) if group else "",
    }
    return render(request, "letter/group.html", context, status=failed.status if failed else 200)


@admin
@require_POST
def drop(request: DeskRequest, agency_id: UUID, group: UUID) -> HttpResponse:
    """Drop a group of the agency."""
    letters.drop_group(request.actor, group, agency_id=agency_id)
    messages.success(request, _("The group is dropped."))
    return redirect("admin:ready", agency_id)


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: DeskRequest, agency_id: UUID, template: UUID | None = None) -> HttpResponse:
    """Draw the form of a new or known template of the agency; keep what it sends."""
    known = letters.template_of(request.actor, template, agency_id=agency_id) if template else None
    failed = None
    if request.method == "POST":
        failed = keep(request, template, agency_id)
        if failed is None:
            return redirect("admin:ready", agency_id)
    context = form_context(known, failed) | {
        "back": reverse("admin:ready", args=[agency_id]),
        "drop_url": reverse("admin:ready-template-drop", args=[agency_id, template])
        if template
        else "",
    }
    return render(request, "letter/template.html", context, status=failed.status if failed else 200)


@admin
@require_POST
def drop_template(request: DeskRequest, agency_id: UUID, template: UUID) -> HttpResponse:
    """Drop a template of the agency."""
    letters.drop_template(request.actor, template, agency_id=agency_id)
    messages.success(request, _("The template is dropped."))
    return redirect("admin:ready", agency_id)


def _page(request: DeskRequest, agency_id: UUID, failed: Failed | None = None) -> HttpResponse:
    found = letters.ready_of_office(request.actor, agency_id)
    context = {
        "agency_name": directory.agency(agency_id).name,
        "back": reverse("admin:agency", args=[agency_id]),
        "groups": [
            (each, reverse("admin:ready-group", args=[agency_id, each.id])) for each in found.groups
        ],
        "phrases_url": reverse("admin:ready-phrases", args=[agency_id]),
        "new_url": reverse("admin:ready-group-new", args=[agency_id]),
        "templates": [
            (each, reverse("admin:ready-template", args=[agency_id, each.id]))
            for each in letters.templates_of_office(request.actor, agency_id)
        ],
        "new_template_url": reverse("admin:ready-template-new", args=[agency_id]),
        **phrases_context(found.office_phrases, failed),
    }
    return render(request, "letter/ready.html", context, status=failed.status if failed else 200)
