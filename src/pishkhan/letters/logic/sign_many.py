"""Sign many answers at one press: each on its own, so that none falls with another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel.errors import N_, Invalid, Message, PishkhanError
from pishkhan.letters.contracts import SignOutcome
from pishkhan.letters.logic.sign import sign
from pishkhan.letters.logic.to_sign import MOST_TOGETHER


def sign_many(actor: Actor, chosen: Sequence[tuple[UUID, int]]) -> tuple[SignOutcome, ...]:
    """Sign these drafts, each in the version that was read; return what became of each.

    A letter that the post has not opened since the answer was laid before it is not signed
    (`letters.not-seen`). Killed half-way, the answers before are signed and the ones after are
    untouched; sending again is harmless. Raises Forbidden without the right to sign, Invalid
    (field `draft`) for none or too many.
    """
    actor.require(Right.SIGN)
    ids = dict(chosen)
    if not ids:
        raise _wrong(Message(N_("Mark at least one answer as read.")))
    if len(ids) > MOST_TOGETHER:
        raise _wrong(Message(N_("At most %(most)s answers at once."), {"most": MOST_TOGETHER}))
    return tuple(_each(actor, draft_id, version) for draft_id, version in ids.items())


def _each(actor: Actor, draft_id: UUID, version: int) -> SignOutcome:
    try:
        sign(actor, draft_id, version=version, unseen=False)
    except PishkhanError as error:
        return SignOutcome(draft_id, error)
    return SignOutcome(draft_id)


def _wrong(sentence: Message) -> Invalid:
    return Invalid("letters.bad-selection", fields={"draft": sentence})
