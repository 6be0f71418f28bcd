"""In which capacity somebody acts: for his own post, as its deputy, per pro for another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel.errors import Forbidden
from pishkhan.web.templatetags.pishkhan import isolate


@dataclass(frozen=True, slots=True)
class Signature:
    """A way in which the actor may sign: `per_pro` is the other post's id, or ""."""

    per_pro: str
    label: str
    title: str


def signatures(actor: Actor) -> tuple[Signature, ...]:
    """Return in which capacities the actor may sign, his own first. One query."""
    own = (Signature("", _("Sign"), acting(actor)),) if Right.SIGN in actor.rights else ()
    return own + tuple(
        Signature(
            str(each.for_post_id),
            _("Sign per pro %(post)s") % {"post": isolate(each.for_title)},
            _("%(title)s, per pro %(post)s")
            % {"title": isolate(actor.post_title), "post": isolate(each.for_title)},
        )
        for each in directory.signs_per_pro_for(actor)
    )


def acting(actor: Actor) -> str:
    """Return the title under which the actor acts, and for which post when that is another's."""
    if actor.hand is None:
        return actor.post_title
    known = {"hand": isolate(actor.hand.post_title), "post": isolate(actor.post_title)}
    if actor.hand.kind is StandInKind.CHIEF:
        return _("%(hand)s, office chief of %(post)s") % known
    return _("%(hand)s, deputy of %(post)s") % known


def own_post(actor: Actor) -> UUID:
    """Return the post that the person really holds; Forbidden for a seat that is none."""
    if actor.own_post_id is None:
        raise Forbidden("directory.no-right")
    return actor.own_post_id
