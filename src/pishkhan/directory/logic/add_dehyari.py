from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import Actor, DivisionLevel, Right
from pishkhan.directory.logic.add_user import person_values
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.logic.dehyari_rows import NewDehyari, write_new
from pishkhan.directory.logic.set_password import check_strength
from pishkhan.directory.models import Agency, Counter, DehyariVillage, Division, User
from pishkhan.directory.rules import line, new_username
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.i18n import N_, Message

MOST_VILLAGES = 100


def add_dehyari(
    actor: Actor,
    *,
    code: str,
    name: str,
    superior_id: UUID,
    village_ids: Sequence[UUID],
    user_id: UUID | None = None,
    full_name: str = "",
    username: str = "",
    password: str = "",
    hosts_counter: bool = False,
) -> UUID:
    """Add a dehyari with all that belongs to it and return its id, which is the agency's.

    An agency under its superior, its secretariat, the dehyar's post, and, with `hosts_counter`, a
    rural counter where he works. The dehyar is a login that exists (`user_id`), or a new one;
    without either the post is vacant. A new login's name is made of the code unless it is given.
    Needs ADMIN. Raises Refused `directory.twin-code`, `directory.twin-username`,
    `directory.village-served`, `directory.user-inactive`; NotFound for superior or village;
    Invalid for the rest.
    """
    actor.require(Right.ADMIN)
    code = line("code", code, longest=40)
    name = line("name", name, longest=200)
    full_name = line("full_name", full_name, longest=120, required=False)
    if user_id is None and full_name:
        username = new_username(username or username_of(code))
        if password:
            check_strength(password, User(username=username, **person_values(full_name=full_name)))
    with journal.act() as act:
        refuse_twin(Agency.objects.filter(code=code), "directory.twin-code", "code")
        if hosts_counter:
            refuse_twin(Counter.objects.filter(code=code), "directory.twin-code", "code")
        _check_user(user_id, username if full_name else "")
        check_superior(superior_id)
        villages = free_villages(village_ids)
        given = NewDehyari(
            code,
            name,
            superior_id,
            villages,
            user_id,
            full_name if user_id is None else "",
            username,
            password,
            hosts_counter,
        )
        return write_new(act, actor, [given])[0]


def username_of(code: str) -> str:
    """Return the login's name that a dehyar gets when none is given."""
    return "dehyar-" + "".join(ch if ch.isalnum() else "-" for ch in code)


def check_superior(superior_id: UUID) -> None:
    """Raise unless it is an open agency and no dehyari itself."""
    superior = the(Agency.objects.filter(active=True), superior_id, "agency")
    if hasattr(superior, "dehyari"):
        raise Invalid(
            "directory.bad-superior",
            fields={"superior": Message(N_("A dehyari stands under an office, not a dehyari."))},
        )


def free_villages(village_ids: Sequence[UUID], *, of: UUID | None = None) -> list[tuple[UUID, str]]:
    """Return (id, name) of the villages, in their order; they are free, or served by `of`.

    What a closed dehyari served is free. Call it inside an act.
    """
    wanted = list(dict.fromkeys(village_ids))
    if not 0 < len(wanted) <= MOST_VILLAGES:
        raise Invalid(
            "directory.no-villages",
            fields={"villages": Message(N_("Choose the villages that it serves."))},
        )
    found = dict(
        Division.objects.filter(pk__in=wanted, level=DivisionLevel.VILLAGE.value).values_list(
            "id", "name"
        )
    )
    if len(found) != len(wanted):
        raise Invalid(
            "directory.no-villages", fields={"villages": Message(N_("This is no village."))}
        )
    taken = DehyariVillage.objects.filter(village_id__in=wanted)
    taken.filter(Q(dehyari__agency__active=False)).delete()
    other = taken.exclude(dehyari_id=of).select_related("village", "dehyari__agency").first()
    if other is not None:
        told = Message(
            N_("%(village)s has a dehyari already: %(dehyari)s."),
            {"village": other.village.name, "dehyari": other.dehyari.agency.name},
        )
        raise Refused("directory.village-served", fields={"villages": told})
    return [(id_, found[id_]) for id_ in wanted]


def _check_user(user_id: UUID | None, username: str) -> None:
    if user_id is not None and not the(User.objects.all(), user_id, "user").is_active:
        raise Refused("directory.user-inactive", N_("The person's login is inactive."))
    if user_id is None and username:
        refuse_twin(User.objects.filter(username=username), "directory.twin-username", "username")
