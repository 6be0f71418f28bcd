"""Texts that stand ready for letters (نامه‌های آماده): a post's own, and its agency's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel.errors import NotFound
from pishkhan.letters.contracts.ready import TemplateView
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.models import LetterTemplate


def templates(actor: Actor) -> tuple[TemplateView, ...]:
    """Return what the actor's post may begin a letter with, its own first; none without a post.

    An office chief has his superior's: he drafts for him. One query.
    """
    if actor.post_id is None or Right.CARTABLE not in actor.rights:
        return ()
    owners = Q(owner_id=actor.post_id)
    if actor.office is not None and actor.office.agency_id is not None:
        owners |= Q(owner_id=actor.office.agency_id)
    return _views(owners, actor.post_id)


def templates_of_office(actor: Actor, agency_id: UUID) -> tuple[TemplateView, ...]:
    """Return what an agency keeps for all its posts; needs ADMIN. Raises as `owner_of`."""
    return _views(Q(owner_id=owner_of(actor, agency_id)), None)


def template_of(actor: Actor, template_id: UUID, *, agency_id: UUID | None = None) -> TemplateView:
    """Return a template that the actor may change; NotFound `letters.no-template`."""
    owner = owner_of(actor, agency_id)
    for each in _views(Q(owner_id=owner, id=template_id), owner):
        return each
    raise NotFound("letters.no-template")


def _views(owners: Q, own: UUID | None) -> tuple[TemplateView, ...]:
    found = LetterTemplate.objects.filter(owners).order_by("name", "id")
    views = [
        TemplateView(
            id=row.id,
            name=row.name,
            subject=row.subject,
            body=row.body,
            own=row.owner_id == own,
        )
        for row in found
    ]
    return tuple(sorted(views, key=lambda view: not view.own))
