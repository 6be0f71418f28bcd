"""Writes new dehyaris, one or thousands, with few statements: all that belongs to each of them.

An agency with its names, a secretariat, the dehyar's post with its holder, the villages, and, if
it hosts one, a counter where the dehyar works. One entry for each tells all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from pishkhan.directory.contracts import (
    Actor,
    ClerkRole,
    CounterKind,
    NameKind,
    SeatKind,
    SecretariatKind,
)
from pishkhan.directory.contracts.dehyaris import POST_TITLE
from pishkhan.directory.logic.add_counter import counter_values
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.models import (
    Agency,
    AgencyName,
    Counter,
    Dehyari,
    DehyariVillage,
    Holding,
    Post,
    Secretariat,
    User,
)
from pishkhan.directory.rules import norm, padded
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.ids import new_id

RIGHTS = {
    "can_sign": True,
    "can_initial": True,
    "can_refer_free": True,
    "can_dispatch": True,
    "is_clerk": True,
}
"""One person is the whole office: he registers, answers, signs and sends."""


@dataclass(frozen=True, slots=True)
class NewDehyari:
    """What is known of a dehyari that is to be; the words are checked already.

    `villages` are (id, name). `user_id` is a login that exists; else one is made under `username`
    for `full_name`, and with neither the post stays vacant.
    """

    code: str
    name: str
    superior_id: UUID
    villages: Sequence[tuple[UUID, str]]
    user_id: UUID | None = None
    full_name: str = ""
    username: str = ""
    password: str = ""
    hosts: bool = False


@dataclass(slots=True)
class _Ids:
    agency: UUID
    office: UUID
    post: UUID
    user: UUID | None
    fresh_user: bool
    holding: UUID | None
    counter: UUID | None = None


def write_new(act: Act, actor: Actor, given: Sequence[NewDehyari]) -> list[UUID]:
    """Write them all and return their ids, in order. Checks nothing."""
    all_ids = [_ids(each) for each in given]
    pairs = list(zip(given, all_ids, strict=True))
    _write_agencies(pairs)
    _write_people(act, pairs)
    blocks = _write_counters(act, pairs)
    rows.insert_many(
        Dehyari,
        (
            {"agency_id": ids.agency, "post_id": ids.post, "counter_id": ids.counter}
            for _each, ids in pairs
        ),
    )
    write_villages((ids.agency, each.villages) for each, ids in pairs)
    journal.append_many(
        act,
        [
            journal.NewEntry(
                "dehyari.added",
                ids.agency,
                actor.ref,
                {
                    "code": each.code,
                    "counter": str(ids.counter or ""),
                    "block": blocks.get(ids.agency),
                    "holding": str(ids.holding or ""),
                    "post": str(ids.post),
                    "secretariat": str(ids.office),
                    "superior": str(each.superior_id),
                    "user": str(ids.user or ""),
                    "user_added": ids.fresh_user,
                    "villages": [str(id_) for id_, _name in each.villages],
                },
            )
            for each, ids in pairs
        ],
    )
    return [ids.agency for ids in all_ids]


def write_villages(served: Iterable[tuple[UUID, Sequence[tuple[UUID, str]]]]) -> None:
    """Write which villages each dehyari serves, and that it is found by their names."""
    pairs = [(agency, *village) for agency, villages in served for village in villages]
    rows.insert_many(
        DehyariVillage, ({"village_id": id_, "dehyari_id": agency} for agency, id_, _name in pairs)
    )
    known = set(
        AgencyName.objects.filter(
            agency_id__in={agency for agency, _id, _name in pairs}
        ).values_list("agency_id", "norm")
    )
    names = {}
    for agency, _id, name in pairs:
        text = village_name(name)
        if (agency, padded(text)) not in known:
            names[agency, padded(text)] = _name(agency, NameKind.VILLAGE, text)
    rows.insert_many(AgencyName, names.values())


def rename_villages(village_ids: Sequence[UUID]) -> None:
    """Let the dehyaris of villages that were renamed be found by the names of now."""
    served = DehyariVillage.objects.filter(village_id__in=village_ids)
    for dehyari in served.order_by("dehyari_id").values_list("dehyari_id", flat=True).distinct():
        villages = list(
            DehyariVillage.objects.filter(dehyari_id=dehyari).values_list(
                "village_id", "village__name"
            )
        )
        forget_villages([dehyari])
        write_villages([(dehyari, villages)])


def forget_villages(dehyari_ids: Sequence[UUID]) -> None:
    """Take away what dehyaris serve, and that they are found by it."""
    DehyariVillage.objects.filter(dehyari_id__in=dehyari_ids).delete()
    AgencyName.objects.filter(agency_id__in=dehyari_ids, kind=NameKind.VILLAGE.value).delete()


def village_name(name: str) -> str:
    """Return under which name a dehyari is found by a village that it serves."""
    return f"روستای {name}"[:200]


def counter_name(name: str) -> str:
    """Return the name of the counter that a dehyari hosts."""
    return f"پیشخوان {name}"[:200]


def _ids(given: NewDehyari) -> _Ids:
    fresh = given.user_id is None and bool(given.full_name)
    user = new_id() if fresh else given.user_id
    return _Ids(new_id(), new_id(), new_id(), user, fresh, new_id() if user else None)


def _name(agency: UUID, kind: NameKind, name: str) -> dict[str, Any]:
    return {"agency_id": agency, "kind": kind.value, "name": name, "norm": padded(name)}


def _write_agencies(pairs: Sequence[tuple[NewDehyari, _Ids]]) -> None:
    rows.insert_many(
        Agency,
        (
            {
                "id": ids.agency,
                "code": each.code,
                "name": each.name,
                "norm": norm(each.name, 210),
                "parent_id": each.superior_id,
                "division_id": each.villages[0][0],
            }
            for each, ids in pairs
        ),
    )
    rows.insert_many(
        AgencyName, (_name(ids.agency, NameKind.OFFICIAL, each.name) for each, ids in pairs)
    )
    rows.insert_many(
        Secretariat,
        (
            {
                "id": ids.office,
                "agency_id": ids.agency,
                "name": f"دبیرخانهٔ {each.name}"[:200],
                "kind": SecretariatKind.CENTRAL.value,
                "is_default": True,
            }
            for each, ids in pairs
        ),
    )
    rows.insert_many(
        Post,
        (
            {
                "id": ids.post,
                "agency_id": ids.agency,
                "secretariat_id": ids.office,
                "title": POST_TITLE,
                "norm": norm(POST_TITLE, 210),
                **RIGHTS,
            }
            for _each, ids in pairs
        ),
    )


def _write_people(act: Act, pairs: Sequence[tuple[NewDehyari, _Ids]]) -> None:
    rows.insert_many(
        User,
        (
            {
                "id": ids.user,
                "username": each.username,
                "full_name": each.full_name,
                "norm": norm(each.full_name, 130),
                "password": make_password(each.password or None),
                "must_change_password": bool(each.password),
            }
            for each, ids in pairs
            if ids.fresh_user
        ),
    )
    rows.insert_many(
        Holding,
        (
            {
                "id": ids.holding,
                "kind": SeatKind.POST.value,
                "user_id": ids.user,
                "post_id": ids.post,
                "from_at": act.at,
            }
            for _each, ids in pairs
            if ids.holding
        ),
    )


def _write_counters(act: Act, pairs: Sequence[tuple[NewDehyari, _Ids]]) -> dict[UUID, int]:
    """Write the counters with their clerks; return the block of codes by the dehyari's id."""
    hosting = [(each, ids) for each, ids in pairs if each.hosts]
    for _each, ids in hosting:
        ids.counter = new_id()
    rows.insert_many(
        Counter,
        (
            {
                "id": ids.counter,
                "code": each.code,
                "division_id": each.villages[0][0],
                **counter_values(name=counter_name(each.name), kind=CounterKind.RURAL_ICT),
            }
            for each, ids in hosting
        ),
    )
    rows.insert_many(
        Holding,
        (
            {
                "id": new_id(),
                "kind": SeatKind.COUNTER.value,
                "user_id": ids.user,
                "counter_id": ids.counter,
                "role": ClerkRole.MANAGER.value,
                "from_at": act.at,
            }
            for _each, ids in hosting
            if ids.user
        ),
    )
    return {ids.agency: give_block(ids.counter) for _each, ids in hosting if ids.counter}
