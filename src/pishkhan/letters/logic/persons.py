"""People known at one counter: kept when a letter is accepted, found by number."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import clock, rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Forbidden, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.kernel.text import mask_mobile, mask_name
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import Applicant, IdKind, KnownPerson, MaskedPerson
from pishkhan.letters.logic.check_number import check_number
from pishkhan.letters.models import LookupThrottle, Person, Reading, Submission

MOST_LOOKUPS = 30
"""Look-ups by one clerk in an hour. Nobody at a counter serves more people: beyond it, an alarm."""

_MOST_COUNTED = 99


_KNOWN = Prepared(
    lambda office_id, id_kind, number: Person.objects.filter(
        office_id=office_id, id_kind=id_kind, number=number
    ).values_list("id", "name", "mobile", "mobile_of"),
    office_id=UUID,
    id_kind=str,
    number=str,
)


def keep_person(act: Act, office_id: UUID, applicant: Applicant, *, mobile_of: str = "") -> UUID:
    """Keep the person as last written at this counter and return the person's id here."""
    known = _KNOWN.first(
        office_id=office_id, id_kind=applicant.id_kind.value, number=applicant.number
    )
    if known is None:
        new = new_id()
        rows.insert(
            Person,
            {
                "id": new,
                "office_id": office_id,
                "id_kind": applicant.id_kind.value,
                "number": applicant.number,
                "name": applicant.name,
                "mobile": applicant.mobile,
                "mobile_of": mobile_of,
                "updated_at": act.at,
            },
        )
        return new
    person_id: UUID = known[0]
    # A letter without a mobile says nothing about the number that was given last time.
    newest = (applicant.mobile, mobile_of) if applicant.mobile else known[2:]
    if (applicant.name, *newest) != known[1:]:
        Person.objects.filter(pk=person_id).update(
            name=applicant.name, mobile=newest[0], mobile_of=newest[1], updated_at=act.at
        )
    return person_id


def look_up_person(actor: Actor, *, id_kind: IdKind, number: str) -> MaskedPerson | None:
    """Return a person known at the actor's own counter, masked, or None.

    Each look-up is an entry, found or not, without the number; more than `MOST_LOOKUPS` by one
    clerk in an hour is a second one, once. Raises Invalid for a malformed number.
    """
    counter = counter_of(actor)
    number = check_number(id_kind, number)
    with journal.act() as act:
        known = _KNOWN.first(office_id=counter.id, id_kind=id_kind.value, number=number)
        _note_look_up(act, actor, counter.id, known[0] if known else None)
        if known is None:
            return None
        letters = Submission.objects.filter(
            counter_id=counter.id, applicant_number=number
        ).values_list("id", flat=True)[:_MOST_COUNTED]
        return MaskedPerson(
            id=known[0],
            masked_name=mask_name(known[1]),
            masked_mobile=mask_mobile(known[2]) if known[2] else "",
            letters=len(letters),
        )


def note_search(actor: Actor, number: str) -> None:
    """Put on record that a clerk searched for a person by number; as `look_up_person` does."""
    counter = counter_of(actor)
    with journal.act() as act:
        known = Person.objects.filter(office_id=counter.id, number=number)
        _note_look_up(act, actor, counter.id, known.values_list("id", flat=True).first())


def confirm_card(actor: Actor, *, person_id: UUID) -> KnownPerson:
    """Return the person unmasked, once the clerk has the card before him; each time an entry.

    For the rest of the day the clerk may list this person's letters at the counter.
    """
    with journal.act() as act:
        person = _person(actor, person_id)
        act.append(
            "person.card_seen",
            subject=person.id,
            actor=actor.ref,
            fields={"counter": str(person.office_id)},
        )
        Reading.objects.get_or_create(
            letter_id=person.id, reader=actor.ref, day=act.at.astimezone(TEHRAN).date()
        )
    return KnownPerson(
        id=person.id,
        id_kind=IdKind(person.id_kind),
        number=person.number,
        name=person.name,
        mobile=person.mobile,
        mobile_of=person.mobile_of,
    )


def number_after_card(actor: Actor, person_id: UUID) -> tuple[str, str]:
    """Return kind and number of a person whose card this clerk has seen today; else Forbidden."""
    person = _person(actor, person_id)
    today = clock.current().now().astimezone(TEHRAN).date()
    if not Reading.objects.filter(letter_id=person.id, reader=actor.ref, day=today).exists():
        raise Forbidden("letters.card-not-seen", N_("See the person's card first."))
    return person.id_kind, person.number


def _person(actor: Actor, person_id: UUID) -> Person:
    row = Person.objects.filter(pk=person_id, office_id=counter_of(actor).id).first()
    if row is None:
        raise NotFound("letters.no-person")
    return row


def _note_look_up(act: Act, actor: Actor, counter_id: UUID, person_id: UUID | None) -> None:
    """Write the entry of one look-up, and the alarm's when it is one too many."""
    act.append(
        "person.looked_up",
        subject=person_id or new_id(),
        actor=actor.ref,
        fields={"counter": str(counter_id), "found": person_id is not None},
    )
    if _count_lookup(act, actor.ref) == MOST_LOOKUPS + 1:
        act.append(
            "person.lookup_burst",
            subject=counter_id,
            actor=actor.ref,
            fields={"counter": str(counter_id), "most": MOST_LOOKUPS},
        )


def _count_lookup(act: Act, who: str) -> int:
    """Count one look-up of this clerk in this hour and return how many there were."""
    hour = act.at.replace(minute=0, second=0, microsecond=0)
    mine = LookupThrottle.objects.filter(who=who, hour=hour)
    if not mine.update(count=F("count") + 1):
        LookupThrottle.objects.filter(who=who, hour__lt=hour - timedelta(days=1)).delete()
        try:
            with transaction.atomic():
                LookupThrottle.objects.create(who=who, hour=hour, count=1)
        except IntegrityError:
            mine.update(count=F("count") + 1)
    return mine.values_list("count", flat=True).get()
