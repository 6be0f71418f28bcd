"""Set the class of a letter written here, or lower it once it went out (bylaw of 1354)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.clearances import UNCLEARED
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, Classification, CopyState, StepKind, Way
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.draft import renew
from pishkhan.letters.logic.referrals import open_referrals, tell_news
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Addressee, Arrival
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery


def set_class(
    actor: Actor, arrival_id: UUID, *, classification: Classification, reason: str
) -> None:
    """Change the class of a letter of this agency; what it was stays on its timeline.

    Before it is signed by who has it before him and initials or signs: among the classes above
    the first, and not below that of its enclosures; a new version comes of it. Once it went out,
    lower or lifted only, by the post that signed it, from class 4 on by the agency's head; its
    receivers are told. Raises NotFound, Forbidden, Refused (`letters.not-now`,
    `letters.signed-already`), Invalid (`classification`, `reason`).
    """
    classification = Classification(classification)
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        rules.require("set_class", case.standing)
        arrival, was = case.arrival, case.arrival.classification
        gone = case.standing.state is ArrivalState.DISPATCHED
        _check(actor, case, classification.value, gone=gone)
        if not gone:
            renew(act, actor, case, changed="class")
        arrival.classification = classification.value
        arrival.save(update_fields=["classification"])
        said = {"from": was, "to": classification.value, "reason": reason}
        _step(arrival, act, said, by=actor)
        act.append(
            "letter.class_set",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "from": was,
                "to": classification.value,
                "reason_digest": entered.digest(reason),
            },
        )
        if gone:
            _tell(act, arrival, said)


def _check(actor: Actor, case: Case, to: str, *, gone: bool) -> None:
    arrival = case.arrival
    if gone:
        if to >= arrival.classification:
            raise _wrong(N_("Once a letter went out, its class is lowered or lifted only."))
        return
    if to == arrival.classification:
        raise _wrong(N_("It has this class already."))
    if to <= UNCLEARED:
        raise _wrong(N_("An ordinary letter is written anew; this one is in confidential hands."))
    if to > actor.clearance:
        raise _wrong(N_("You are not cleared for this class."))
    if to < arrival.official.get("enclosures_class", UNCLEARED):
        raise _wrong(N_("The letter has at least the class of its enclosures."))
    posts = Addressee.objects.filter(arrival=arrival, post_id__isnull=False)
    wanted = {id_ for id_ in posts.values_list("post_id", flat=True) if id_ is not None}
    if directory.cleared_posts(wanted, to) != wanted:
        raise _wrong(N_("A receiver is not cleared for this class; change the addressees first."))


def _wrong(sentence: str) -> Invalid:
    return Invalid("letters.bad-class", fields={"classification": Message(sentence)})


def _step(arrival: Arrival, act: Act, said: dict[str, str], *, by: Actor | str = "") -> None:
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.CLASS_SET,
        at=act.at,
        by=by,
        params=said,
    )


def _tell(act: Act, arrival: Arrival, said: dict[str, str]) -> None:
    """Tell whoever got the letter; an internal one is changed where its receivers have it."""
    if arrival.way == Way.INTERNAL:
        there = Arrival.objects.select_for_update().filter(pk=arrival.official.get("delivered"))
        for each in there:
            _lower(each, act, said)
        return
    for to in Addressee.objects.filter(arrival=arrival).order_by("seq"):
        if to.draft_id is None or to.state in (CopyState.WAITING, CopyState.NOT_TAKEN):
            continue
        relay.send(
            act,
            from_office=arrival.secretariat_id,
            to_office=to.office_id,
            kind=wire.CLASS_SET,
            version=wire.VERSION,
            payload={
                "item": str(to.id),
                "class": said["to"],
                "reason": said["reason"],
                "at": wire.iso(act.at),
            },
            subject=arrival.letter_id,
        )


def _lower(arrival: Arrival, act: Act, said: dict[str, str]) -> None:
    arrival.classification = said["to"]
    arrival.save(update_fields=["classification"])
    _step(arrival, act, said, by=arrival.from_name)
    tell_news(open_referrals(arrival), StepKind.CLASS_SET, at=act.at)


def receive_class_set(delivery: Delivery, act: Act) -> None:
    """Lower the class of a letter as its writer says; nobody else may, and never upwards.

    Raises Invalid (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    given: Any = delivery.payload
    to, reason = wire.choice(given, "class", Classification), wire.line(given, "reason", 300)
    arrival = (
        Arrival.objects.select_for_update()
        .filter(
            letter_id=wire.key_of(given, "item"),
            secretariat_id=delivery.to_office,
            from_office_id=delivery.from_office,
            way=Way.INCOMING.value,
        )
        .first()
    )
    if arrival is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    was = arrival.classification
    if to.value < was:
        _lower(arrival, act, {"from": was, "to": to.value, "reason": reason})
    act.append(
        "letter.class_set_received",
        subject=arrival.letter_id,
        actor="system",
        fields={"from": was, "to": to.value, "secretariat": str(arrival.secretariat_id)},
    )
