"""Drop a text that stood ready for letters (نامهٔ آماده)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.models import LetterTemplate


def drop_template(actor: Actor, template_id: UUID, *, agency_id: UUID | None = None) -> None:
    """Drop a template; letters made with it stay. Raises Forbidden, NotFound."""
    with journal.act() as act:
        owner = owner_of(actor, agency_id)
        gone, _kinds = LetterTemplate.objects.filter(pk=template_id, owner_id=owner).delete()
        if not gone:
            raise NotFound("letters.no-template")
        act.append(
            "template.dropped",
            subject=owner,
            actor=actor.ref,
            fields={"template": str(template_id)},
        )
