"""Take in an applicant's wish to withdraw: a request, on which the custodian's state decides."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, StepKind
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.pass_on import passed_on
from pishkhan.letters.logic.receive_completion import arrival_told
from pishkhan.letters.logic.referrals import (
    abandon_drafts,
    close_all,
    open_referrals,
    tell_news,
)
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.logic.told import TOO_LATE
from pishkhan.relay.contracts import Delivery


def receive_withdrawal(delivery: Delivery, act: Act) -> None:
    """Withdraw the letter unless it was answered or closed already; tell the counter which.

    Raises Invalid (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    arrival = arrival_told(delivery)
    if passed_on(delivery, act, arrival):
        return
    reason = wire.line(delivery.payload, "reason", 300, required=False)
    before = ArrivalState(arrival.state)
    try:
        after = rules.next_arrival("withdraw", before)
    except Refused:
        after = before
    gone = after is not before
    arrival.withdrawal_asked_at = act.at
    step = StepKind.WITHDRAWN if gone else StepKind.WITHDRAWAL_ASKED
    tell_news(open_referrals(arrival), step, at=act.at)
    if gone:
        arrival.state = after.value
        arrival.missing, arrival.missing_until = "", None
        close_all(arrival, at=act.at)
        abandon_drafts(arrival)
    arrival.save()
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        step,
        at=act.at,
        by=arrival.from_name,
        params={"reason": reason} if reason else {},
    )
    tell_counter(act, arrival, step, note="" if gone else TOO_LATE)
    act.append(
        "letter.withdrawn" if gone else "letter.withdrawal_refused",
        subject=arrival.letter_id,
        actor="system",
        fields={"before": before.value, "reason_digest": entered.digest(reason)},
    )
