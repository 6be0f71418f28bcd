"""The operations on internal letters: within one agency, from post to post."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import LinkRef, NewLetter, PostTo
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, internal

within = ops.Group(N_("Internal letters"))


@within.deed(
    "internal",
    N_("Begin a letter to posts of one's own agency"),
    given=internal.InternalGiven,
    shape=agency.LetterMade,
)
def begin_internal(actor: Actor, given: internal.InternalGiven) -> dict[str, Any]:
    """Initialled, signed and dispatched as every letter is, it lies before them at once."""
    made = letters.begin_letter(
        actor,
        NewLetter(
            agency_id=None,
            posts=_posts(given),
            recipient=given.recipient,
            subject=given.subject,
            body=given.body,
            urgency=given.urgency,
            classification=given.classification,
            enclosures_class=given.enclosures_class,
            links=tuple(
                LinkRef(each.relation, each.number, each.year, each.sender) for each in given.links
            ),
            deadline=given.deadline,
            answers=given.answers,
        ),
    )
    return {"id": made}


@within.deed(
    "arrivals/{uuid:arrival_id}/address-posts",
    N_("Change to which posts an internal letter goes that is not signed yet"),
    given=internal.PostsGiven,
)
def address_posts(actor: Actor, given: internal.PostsGiven, arrival_id: UUID) -> None:
    """All receivers and copies, as they shall stand."""
    letters.address(actor, arrival_id, posts=_posts(given))


def _posts(given: internal.PostsGiven) -> tuple[PostTo, ...]:
    return tuple(PostTo(each.post_id, each.copied, each.phrase) for each in given.posts)
