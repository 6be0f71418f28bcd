"""Vacant posts on the screens: what a form says of them, what a referral warns of, the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef
from pishkhan.directory.contracts.vacancies import Vacancy
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.posts import AtPost


@dataclass(frozen=True, slots=True)
class Row:
    """A vacant post with what waits there and who is there instead."""

    view: Vacancy
    waits: AtPost
    instead: str


def hints(posts: Iterable[PostRef]) -> dict[UUID, str]:
    """Return, for each vacant one of the posts, that it is, and who is there instead.

    No query when all are held.
    """
    there = directory.vacancies_among(post.id for post in posts if not post.holder_name)
    return {post_id: _hint(each) for post_id, each in there.items()}


def _hint(each: Vacancy) -> str:
    if not each.instead:
        return _("vacant")
    words = _("vacant; deputy: %(who)s") if each.by_deputy else _("vacant; over it: %(who)s")
    return words % {"who": f"\u2068{each.instead}\u2069"}


def warnings(post_ids: Iterable[UUID]) -> list[str]:
    """Return a sentence for each vacant post that a letter was referred to."""
    found = []
    for each in directory.vacancies_among(post_ids).values():
        if each.by_deputy:
            words = _("%(post)s is vacant; its deputy %(who)s can act on the letter.")
        elif each.instead:
            words = _("%(post)s is vacant; the letter waits there. Over it is %(who)s.")
        else:
            words = _("%(post)s is vacant; the letter waits there until somebody holds it.")
        names = {"post": f"\u2068{each.title}\u2069", "who": f"\u2068{_named(each)}\u2069"}
        found.append(words % names)
    return found


def rows(actor: Actor, agency_id: UUID | None = None) -> list[Row]:
    """Return the vacant posts, those where most waits first."""
    there = directory.vacancies(agency_id=agency_id)
    waits = letters.waiting_at(actor, [each.post_id for each in there])
    found = [Row(each, waits.get(each.post_id, AtPost()), _named(each)) for each in there]
    return sorted(found, key=lambda row: -row.waits.waiting)


def waiting(actor: Actor) -> tuple[int, str]:
    """Return how many letters wait at vacant posts of the clerk's agency; and as shown: "99+".

    One query when no post is vacant, else one more for each twenty-five of them.
    """
    agency_id = actor.office.agency_id if actor.office else None
    there = directory.vacant_posts(agency_id) if agency_id else []
    found, more = letters.count_waiting_at(actor, there)
    return found, f"{found}+" if more else str(found)


def _named(each: Vacancy) -> str:
    if not each.instead:
        return ""
    return f"{each.instead} ({each.instead_holder})"
