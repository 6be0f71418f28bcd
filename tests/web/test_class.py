"""Classes on the screens: asked of the head, approved, changed, lowered; the head of an agency."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.letters import api as letters
from tests.letters.test_approve_class import Bylaw
from tests.letters.test_clearance import SECRET
from tests.letters.world import World
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_head_is_asked_and_approves_and_it_stands_on_the_letter():
    bylaw = Bylaw.make(World.make())
    made = bylaw.begun()
    draft = bylaw.draft(made).id
    deputy, head = sit(bylaw.deputy), sit(bylaw.head)
    at = reverse("cartable:letter", args=[made])
    ask = reverse("cartable:ask-approval", args=[made, draft])
    approve = reverse("cartable:approve", args=[made, draft])
    shown = text(deputy.get(at))
    assert ask in shown
    assert approve not in shown
    assert deputy.post(approve).status_code == 403
    assert head.get(at).status_code == 404
    assert deputy.post(ask).status_code == 302
    assert SECRET in text(head.get(reverse("cartable:open")))
    assert "for approval of its class" in text(head.get(reverse("cartable:open")))
    assert approve in text(head.get(at))
    assert head.post(approve, {"version": "7"}).status_code == 409
    assert head.post(approve, {"version": "1"}).status_code == 302
    assert "Class approved by" in text(deputy.get(at))
    letters.sign(bylaw.deputy, draft)
    letters.dispatch(bylaw.clerk, draft)
    paper = deputy.get(reverse("cartable:paper", args=[made, draft]))
    assert paper.content.startswith(b"%PDF")
    lower = reverse("cartable:class", args=[made])
    assert lower not in text(deputy.get(at))
    assert lower in text(head.get(at))
    refused = head.post(lower, {"classification": "2", "reason": ""})
    assert refused.status_code == 422
    assert 'href="#id_class_reason"' in text(refused)
    assert head.post(lower, {"classification": "9", "reason": "x"}).status_code == 422
    assert head.post(lower, {"classification": "2", "reason": "x"}).status_code == 302
    assert "Class changed from Secret to Confidential; reason" in text(head.get(at))


def test_the_administrator_names_the_head_and_who_approves_for_him():
    world = World.make()
    admin = sit(world.admin)
    page = reverse("admin:agency", args=[world.agency])
    assert 'id="head"' in text(admin.get(page))
    change = reverse("admin:agency-change", args=[world.agency, "head"])
    assert admin.post(change, {"head": str(world.expert.post_id)}).status_code == 422
    assert admin.post(change, {"head": str(world.head.post_id)}).status_code == 302
    assert directory.head_of(world.agency) == world.head.post_id
    head = sit(world.head)
    at = reverse("cartable:stand-ins")
    form = {"kind": "deputy", "by": str(world.deputy.post_id), "until": "1406/01/20"}
    form |= {"for": str(world.head.post_id), "approves": "1"}
    assert head.post(at, form).status_code == 302
    assert "approves secret letters" in text(head.get(at))
