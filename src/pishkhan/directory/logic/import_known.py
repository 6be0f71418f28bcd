"""Dehyaris that a list finds here already: how they stand, and what is changed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import Actor
from pishkhan.directory.logic.add_dehyari import username_of
from pishkhan.directory.logic.add_user import add_user
from pishkhan.directory.logic.common import holds_now
from pishkhan.directory.logic.dehyari_rows import forget_villages, write_villages
from pishkhan.directory.logic.host_counter import host_counter
from pishkhan.directory.logic.rename_agency import rename_agency
from pishkhan.directory.logic.seat_holder import seat_holder
from pishkhan.directory.models import Agency, Dehyari, DehyariVillage, Holding, User
from pishkhan.journal.api import Act


@dataclass(slots=True)
class Known:
    """A dehyari as it stands."""

    id: UUID
    code: str
    name: str
    active: bool
    superior_id: UUID | None
    post_id: UUID
    hosts: bool
    villages: set[UUID]
    dehyar: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a list says otherwise of a dehyari; empty fields stay."""

    known: Known
    name: str
    superior_id: UUID | None
    villages: Sequence[tuple[UUID, str]] | None
    dehyar: str
    hosts: bool

    @property
    def anything(self) -> bool:
        """Return whether there is anything to change."""
        given = (self.name, self.superior_id, self.villages, self.dehyar, self.hosts)
        return any(given)


def known_dehyaris() -> dict[str, Known]:
    """Return all dehyaris by their code. Three queries."""
    found = {
        id_: Known(id_, code, name, active, above, post, counter is not None, set())
        for id_, code, name, active, above, post, counter in Dehyari.objects.values_list(
            "agency_id",
            "agency__code",
            "agency__name",
            "agency__active",
            "agency__parent_id",
            "post_id",
            "counter_id",
        )
    }
    for dehyari_id, village in DehyariVillage.objects.values_list("dehyari_id", "village_id"):
        found[dehyari_id].villages.add(village)
    posts = {each.post_id: each for each in found.values()}
    held = Holding.objects.filter(holds_now(), post__agency__dehyari__isnull=False)
    for post_id, name in held.values_list("post_id", "user__full_name"):
        if post_id in posts:
            posts[post_id].dehyar = name
    return {each.code: each for each in found.values()}


def change(act: Act, actor: Actor, changes: Sequence[Change]) -> None:
    """Change what differs; first all villages go, then they come: they may be exchanged."""
    moved = [each for each in changes if each.villages is not None]
    free([village for each in moved for village, _name in each.villages or ()])
    forget_villages([each.known.id for each in moved])
    for each in moved:
        write_villages([(each.known.id, each.villages or ())])
    for each in changes:
        _one(act, actor, each)


def free(villages: Sequence[UUID]) -> None:
    """Take villages from dehyaris that are closed."""
    rows = DehyariVillage.objects.filter(Q(dehyari__agency__active=False))
    rows.filter(village_id__in=villages).delete()


def _one(act: Act, actor: Actor, each: Change) -> None:
    known = each.known
    if each.name:
        rename_agency(actor, agency_id=known.id, name=each.name)
    if each.superior_id:
        Agency.objects.filter(pk=known.id).update(parent_id=each.superior_id)
    if each.dehyar:
        username, n = username_of(known.code), 1
        while User.objects.filter(username=username).exists():
            n += 1
            username = f"{username_of(known.code)[:56]}-{n}"
        user = add_user(actor, username=username, full_name=each.dehyar)
        seat_holder(actor, post_id=known.post_id, user_id=user)
    if each.hosts:
        host_counter(actor, dehyari_id=known.id)
    if each.superior_id or each.villages is not None:
        act.append(
            "dehyari.changed",
            subject=known.id,
            actor=actor.ref,
            fields={
                "superior": str(each.superior_id or known.superior_id or ""),
                "villages": sorted(
                    str(id_)
                    for id_ in (
                        [village for village, _name in each.villages]
                        if each.villages is not None
                        else known.villages
                    )
                ),
            },
        )
