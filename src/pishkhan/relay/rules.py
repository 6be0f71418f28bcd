"""Which step leads custody of an item, at one office, from which state to which. Pure.

Two offices never share a row. That no two are HELD at once follows from the order of steps:
an office leaves HELD before its offer can travel, the receiver enters HELD only by that
transfer, and the sender comes back to HELD only when the receiver has signed that it refused,
after which the receiver can never apply the same envelope.
"""

from __future__ import annotations

from enum import StrEnum

from pishkhan.kernel.errors import N_, Refused
from pishkhan.relay.contracts import CustodyState as S


class Step(StrEnum):
    """What happens to custody at one office."""

    HOLD = "hold"
    OFFER = "offer"
    TAKE = "take"
    RELEASE = "release"
    RESUME = "resume"
    HAND_OVER = "hand_over"


STEPS: dict[Step, dict[S | None, S]] = {
    Step.HOLD: {None: S.HELD},
    Step.OFFER: {S.HELD: S.OFFERED},
    # An item may come back: to an office that let go of it, or to one whose release is still on
    # its way while the item already returned with a higher hop.
    Step.TAKE: {None: S.HELD, S.RELEASED: S.HELD, S.OFFERED: S.HELD},
    Step.RELEASE: {S.OFFERED: S.RELEASED},
    Step.RESUME: {S.OFFERED: S.HELD},
    Step.HAND_OVER: {S.HELD: S.HANDED_OVER},
}


def after(step: Step, state: S | None) -> S:
    """Return the state after `step`; `state` None means that the office never had the item.

    Raises Refused: `relay.already-held` for a second beginning, `relay.not-custodian` else.
    """
    try:
        return STEPS[step][state]
    except KeyError:
        pass
    if step is Step.HOLD:
        raise Refused("relay.already-held", N_("This item already has its custodian."))
    raise not_custodian()


def not_custodian() -> Refused:
    """Return the refusal for an office that does not hold the item now."""
    return Refused(
        "relay.not-custodian",
        N_("This office does not hold the item now; it may already be on its way elsewhere."),
    )


def supersedes(*, known_hop: int, hop: int) -> bool:
    """Return whether a transfer of hop `hop` is newer than what an office already knows."""
    return hop > known_hop
