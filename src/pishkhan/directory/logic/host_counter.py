from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, ClerkRole, CounterKind, Right
from pishkhan.directory.logic.add_clerk import add_clerk
from pishkhan.directory.logic.add_counter import add_counter
from pishkhan.directory.logic.common import holds_at, the
from pishkhan.directory.logic.dehyari_rows import counter_name
from pishkhan.directory.logic.remove_clerk import remove_clerk
from pishkhan.directory.models import Counter, Dehyari, Holding
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_, Message


def host_counter(actor: Actor, *, dehyari_id: UUID, counter_id: UUID | None = None) -> UUID:
    """Let a dehyari host a rural counter where its dehyar works; return the counter's id.

    A new one, or `counter_id`, one that stands already. Where it hosts one, the present dehyar is
    seated there, and former ones of this dehyari leave; other clerks stay. Needs ADMIN. Raises
    NotFound; Refused `directory.closed`, `directory.counter-closed`, `directory.hosted-already`,
    and `directory.twin-code` when another counter bears the dehyari's code.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        row = the(
            Dehyari.objects.select_for_update(of=("self",)).select_related("agency"),
            dehyari_id,
            "dehyari",
        )
        if not row.agency.active:
            raise Refused("directory.closed", N_("It is closed already."))
        if row.counter_id is None:
            row.counter_id = _counter(actor, row, counter_id)
            row.save(update_fields=["counter"])
        present = _seat(actor, act, row)
        act.append(
            "dehyari.counter_hosted",
            subject=dehyari_id,
            actor=actor.ref,
            fields={"counter": str(row.counter_id), "user": str(present or "")},
        )
        return row.counter_id


def _counter(actor: Actor, row: Dehyari, counter_id: UUID | None) -> UUID:
    """Return the counter that is to be hosted, made if none is named."""
    agency = row.agency
    if counter_id is None:
        return add_counter(
            actor,
            code=agency.code,
            name=counter_name(agency.name),
            kind=CounterKind.RURAL_ICT,
            division_id=agency.division_id,
        )
    if not the(Counter.objects.all(), counter_id, "counter").active:
        raise Refused("directory.counter-closed", N_("The counter is closed."))
    host = Dehyari.objects.filter(counter_id=counter_id)
    host.filter(agency__active=False).update(counter=None)
    if found := host.values_list("agency__name", flat=True).first():
        told = Message(N_("%(dehyari)s hosts this counter already."), {"dehyari": found})
        raise Refused("directory.hosted-already", fields={"counter": told})
    return counter_id


def _seat(actor: Actor, act: Act, row: Dehyari) -> UUID | None:
    """Seat the present dehyar at the counter instead of former ones; return who he is."""
    assert row.counter_id is not None
    holdings = Holding.objects.filter(post_id=row.post_id)
    present = holdings.filter(holds_at(act.at)).values_list("user_id", flat=True).first()
    working = Holding.objects.filter(holds_at(act.at), counter_id=row.counter_id)
    here = set(working.values_list("user_id", flat=True))
    former = set(holdings.values_list("user_id", flat=True)) - {present}
    for user in sorted(here & former):
        remove_clerk(actor, counter_id=row.counter_id, user_id=user)
    if present is not None and present not in here:
        add_clerk(actor, counter_id=row.counter_id, user_id=present, role=ClerkRole.MANAGER)
    return present
