"""Is an office ready for its letters? What is, what is missing and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, ClerkRole, CounterView, OfficeRef, PostRow
from pishkhan.directory.contracts.opening import Entrance
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.jalali import jalali_year
from pishkhan.letters import api as letters


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at: `tone` is good, wait or bad; `url` is where it is mended."""

    tone: str
    sentence: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who works there, as what, and how he comes in."""

    user_id: UUID
    name: str
    seats: tuple[str, ...]
    entrance: Entrance


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of an office, what is missing first."""

    items: tuple[Item, ...]
    people: tuple[Person, ...]

    @property
    def missing(self) -> int:
        """Return how much keeps letters from being worked on."""
        return sum(item.tone == "bad" for item in self.items)

    @property
    def without(self) -> int:
        """Return how many people were never given a password."""
        return sum(person.entrance is Entrance.NONE for person in self.people)


def agency(actor: Actor, agency_id: UUID) -> Checked:
    """Look at an agency. NotFound."""
    view = directory.agency(agency_id)
    page = reverse("admin:agency", args=[agency_id])
    posts = [post for post in directory.post_rows(agency_id) if post.active]
    offices = directory.offices_of_agency(agency_id)
    people = _people(
        [(p.holder_id, p.holder_name, p.title) for p in posts if p.holder_id is not None]
    )
    items = [
        _open(view.active, _("The agency is open."), _("The agency is closed."), f"{page}#close"),
        _arrivals(agency_id, page),
        *(_clerk(office, posts, page) for office in offices),
        _signer(posts, page),
        *_vacant(posts),
        _entrances(people),
        *(_numbers(actor, office) for office in offices),
        _letterhead(agency_id, page),
    ]
    return _checked(items, people)


def counter(counter_id: UUID) -> Checked:
    """Look at a counter. NotFound."""
    view = directory.counter(counter_id)
    page = reverse("admin:counter", args=[counter_id])
    clerks = [row for row in directory.clerks_of(counter_id) if row.until_at is None]
    people = _people([(row.user_id, row.user_name, "") for row in clerks])
    manager = any(row.role == ClerkRole.MANAGER for row in clerks)
    items = [
        _open(view.active, _("The counter is open."), _("The counter is closed."), page),
        Item("good", _("Somebody works there."))
        if clerks
        else Item("bad", _("Nobody works there yet: seat a clerk."), page),
        *([Item("good", _("It has a manager."))] if manager else
          [Item("wait", _("It has no manager: seat one."), page)] if clerks else []),
        _entrances(people),
        _licence(view, page),
        Item("good", _("Its hours are known."))
        if view.hours
        else Item("wait", _("Its hours are not written yet."), page),
        _place(view, page),
    ]  # fmt: skip
    return _checked(items, people)


def _checked(items: list[Item], people: tuple[Person, ...]) -> Checked:
    order = ("bad", "wait", "good")
    return Checked(tuple(sorted(items, key=lambda item: order.index(item.tone))), people)


def _open(really: bool, yes: str, no: str, url: str) -> Item:
    return Item("good", yes) if really else Item("bad", no, url)


def _arrivals(agency_id: UUID, page: str) -> Item:
    try:
        office = directory.default_secretariat(agency_id)
    except NotFound:
        said = _("It has no secretariat where letters arrive: add one.")
        return Item("bad", said, f"{page}#secretariat")
    return Item("good", _("Letters arrive at “%(name)s”.") % {"name": office.name})


def _clerk(office: OfficeRef, posts: list[PostRow], page: str) -> Item:
    clerks = [post for post in posts if post.is_clerk and post.secretariat_id == office.id]
    name = {"name": office.name}
    if any(post.holder_id for post in clerks):
        return Item("good", _("“%(name)s” has somebody who registers.") % name)
    if clerks:
        url = reverse("admin:post", args=[clerks[0].id])
        return Item("bad", _("Nobody holds the post that registers at “%(name)s”.") % name, url)
    said = _("“%(name)s” has no post that registers: add one, clerk of the secretariat.") % name
    return Item("bad", said, f"{page}#post")


def _signer(posts: list[PostRow], page: str) -> Item:
    signers = [post for post in posts if post.can_sign]
    if any(post.holder_id for post in signers):
        return Item("good", _("Somebody signs."))
    if signers:
        url = reverse("admin:post", args=[signers[0].id])
        return Item("bad", _("Nobody holds the post that signs: no answer can go out."), url)
    said = _("No post signs: no answer can go out. Give the head's post this right.")
    return Item("bad", said, page if posts else f"{page}#post")


def _vacant(posts: list[PostRow]) -> list[Item]:
    vacant = [post for post in posts if post.holder_id is None]
    if not posts:
        return []
    if not vacant:
        return [Item("good", _("Every post is held."))]
    said = _("Nobody holds “%(post)s”: what is referred to it waits.")
    return [
        Item("wait", said % {"post": post.title}, reverse("admin:post", args=[post.id]))
        for post in vacant[:5]
    ]


def _entrances(people: tuple[Person, ...]) -> Item:
    without = sum(person.entrance is Entrance.NONE for person in people)
    given = sum(person.entrance is Entrance.GIVEN for person in people)
    if without:
        said = ngettext(
            "%(n)s person has no password yet: make the first passwords below.",
            "%(n)s people have no password yet: make the first passwords below.",
            without,
        )
        return Item("bad", said % {"n": without}, "#people")
    if given:
        said = ngettext(
            "%(n)s person has a first password and has not used it yet.",
            "%(n)s people have a first password and have not used it yet.",
            given,
        )
        return Item("wait", said % {"n": given}, "#people")
    return Item("good", _("Everybody can come in."))


def _numbers(actor: Actor, office: OfficeRef) -> Item:
    year = jalali_year(clock.current().now())
    shown = [
        letters.preview_number(each.template, each.unit, year=year)
        for each in letters.series_of_office(actor, office.id)
        if each.active and (each.way or each.main)
    ]
    said = _("Numbers of “%(name)s” look like this: %(numbers)s")
    facts = {"name": office.name, "numbers": " · ".join(shown[:4])}
    return Item("good", said % facts, reverse("admin:secretariat", args=[office.id]))


def _letterhead(agency_id: UUID, page: str) -> Item:
    if directory.logo(agency_id):
        return Item("good", _("Its letters bear a picture."))
    said = _("Its letters bear its name, and no picture yet.")
    return Item("wait", said, f"{page}#letterhead")


def _place(view: CounterView, page: str) -> Item:
    if view.division_id:
        return Item("good", _("Its place is known."))
    said = _("Its division is not written yet: people look for it by county.")
    return Item("wait", said, page)


def _licence(view: CounterView, page: str) -> Item:
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    if not view.licence_number:
        return Item("wait", _("Its licence is not written yet."), page)
    if view.licence_until and view.licence_until < today:
        return Item("bad", _("The licence has run out."), page)
    return Item("good", _("Its licence is in force."))


def _people(found: list[tuple[UUID, str, str]]) -> tuple[Person, ...]:
    ways = directory.entrances(user_id for user_id, _name, _seat in found)
    seats: dict[UUID, list[str]] = {}
    names: dict[UUID, str] = {}
    for user_id, name, seat in found:
        names[user_id] = name
        seats.setdefault(user_id, []).append(seat)
    return tuple(
        Person(user_id, name, tuple(seat for seat in seats[user_id] if seat), ways[user_id])
        for user_id, name in names.items()
    )
