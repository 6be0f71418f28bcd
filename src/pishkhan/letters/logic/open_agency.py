"""A new agency with its secretariats, indicators, posts and people, all of it or nothing."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.opening import (
    RIGHTS,
    NewAgency,
    NewPost,
    NewSecretariat,
    PostRole,
)
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.gather import Gatherer
from pishkhan.letters.contracts import Way
from pishkhan.letters.logic.add_series import add_series

Made = dict[int, UUID]


class _Rehearsed(Exception):
    """All went well, and is undone."""


def open_agency(actor: Actor, new: NewAgency, *, rehearsal: bool = False) -> UUID | None:
    """Add an agency and all that it needs until its first letter in one act; return its id.

    Each is the deed it would be alone, with its entry; people begin without a password. A
    rehearsal does all of it and undoes it: None. Needs ADMIN. Raises Invalid `letters.new-agency`
    with all that is wrong at once: the fields of the deeds, those of secretariats, posts and
    people behind their rows.
    """
    actor.require(Right.ADMIN)
    try:
        with journal.act():
            made = _made(actor, new)
            if rehearsal:
                raise _Rehearsed
    except _Rehearsed:
        return None
    return made


def _made(actor: Actor, new: NewAgency) -> UUID | None:
    told = Gatherer()
    made: UUID | None = None
    with told.each("", "code"):
        made = directory.add_agency(
            actor,
            code=new.code,
            name=new.name,
            short=new.short,
            nicknames=new.nicknames,
            parent_id=new.parent_id,
            division_id=new.division_id,
        )
    offices: Made = {}
    if made is not None:
        if new.logo:
            with told.each("", "logo"):
                directory.set_logo(actor, agency_id=made, picture=new.logo)
        for at, secretariat in enumerate(new.secretariats):
            with told.each(secretariat.row, "name"):
                offices[at] = _secretariat(actor, made, secretariat, new.series)
    people = _people(actor, new.posts, told)
    if len(offices) == len(new.secretariats):
        _posts(actor, new.posts, offices, people, told)
    told.settle("letters.new-agency", N_("Some fields need another look; nothing was made yet."))
    return made


def _secretariat(
    actor: Actor, agency_id: UUID, new: NewSecretariat, series: tuple[str, str]
) -> UUID:
    made = directory.add_secretariat(actor, agency_id=agency_id, name=new.name, kind=new.kind)
    if new.template:
        for name, way, unit, field in (
            (series[0], Way.INCOMING, new.unit_in, "unit_in"),
            (series[1], Way.OUTGOING, new.unit_out, "unit_out"),
        ):
            try:
                add_series(
                    actor, secretariat_id=made, name=name, template=new.template, unit=unit, way=way
                )
            except Invalid as error:
                wrong = {field if at == "unit" else at: said for at, said in error.fields.items()}
                raise Invalid(error.code, error.message, fields=wrong) from None
    return made


def _people(actor: Actor, posts: tuple[NewPost, ...], told: Gatherer) -> Made:
    found: Made = {}
    for at, post in enumerate(posts):
        if post.person is not None:
            with told.each(post.row, "username"):
                found[at] = directory.enlist(actor, post.person)
    return found


def _posts(
    actor: Actor, posts: tuple[NewPost, ...], offices: Made, people: Made, told: Gatherer
) -> None:
    """Add the posts, superiors first, and seat their people; then the office chiefs."""
    made: Made = {}
    over = _superiors(posts)
    for at in _downwards(over, told, posts):
        post = posts[at]
        with told.each(post.row, "title"):
            above = over[at]
            made[at] = directory.add_post(
                actor,
                secretariat_id=offices[post.secretariat],
                title=post.title,
                parent_id=None if above is None else made.get(above),
                sort=at,
                **RIGHTS[post.role],
            )
            if at in people:
                directory.seat_holder(actor, post_id=made[at], user_id=people[at])
    for at, post in enumerate(posts):
        above = over[at]
        if post.role is PostRole.CHIEF and at in made and above is not None and above in made:
            with told.each(post.row, "role"):
                directory.name_stand_in(
                    actor, kind=StandInKind.CHIEF, for_post_id=made[above], by_post_id=made[at]
                )


def _superiors(posts: tuple[NewPost, ...]) -> list[int | None]:
    """Return each post's superior: the one that was named, else the first head."""
    heads = [at for at, post in enumerate(posts) if post.role is PostRole.HEAD]
    head = heads[0] if heads else None
    return [
        post.above if post.above is not None else (None if at == head else head)
        for at, post in enumerate(posts)
    ]


def _downwards(over: list[int | None], told: Gatherer, posts: tuple[NewPost, ...]) -> list[int]:
    """Return the posts so that each comes after its superior; who is his own superior is told."""
    order: list[int] = []
    left = list(range(len(over)))
    while left:
        ready = [at for at in left if over[at] is None or over[at] in order]
        if not ready:
            ring = Message(N_("This superior stands below the post itself."))
            told.fields.update({f"{posts[at].row}above": ring for at in left})
            break
        order += ready
        left = [at for at in left if at not in ready]
    return order
