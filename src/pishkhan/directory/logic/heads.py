"""Which post is the head of an agency: said by an administrator, else the topmost that signs."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pishkhan.directory.logic.set_setting import setting
from pishkhan.directory.models import Post


def key_of(agency_id: UUID) -> str:
    """Return under which setting the head of an agency is kept."""
    return f"agency.head.{agency_id}"


def head_of(agency_id: UUID) -> UUID | None:
    """Return the post of the agency's head; None where no open post signs. Two queries at most.

    The topmost in the chart that signs, unless `set_head` named another that is still open.
    """
    rows = Post.objects.filter(agency_id=agency_id).order_by("sort", "norm", "id")
    posts = {row[0]: row[1:] for row in rows.values_list("id", "parent_id", "can_sign", "active")}
    named = setting(key_of(agency_id))
    signing = [id_ for id_, (_parent, signs, active) in posts.items() if signs and active]
    for id_ in signing:
        if str(id_) == named:
            return id_
    parents = {id_: parent for id_, (parent, _signs, _active) in posts.items()}
    return min(signing, key=lambda id_: _depth(id_, parents), default=None)


def _depth(id_: UUID, parents: Mapping[UUID, UUID | None]) -> int:
    found, above = 0, parents[id_]
    while above is not None and found < len(parents):
        found, above = found + 1, parents.get(above)
    return found
