"""Sign and send in one act: for an office that one person runs."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import IssuedNumber
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.dispatch import dispatch
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.initial import initial
from pishkhan.letters.logic.sign import sign


def sign_and_send(
    actor: Actor, draft_id: UUID, *, version: int | None = None, series: UUID | None = None
) -> IssuedNumber:
    """Initial, sign and dispatch the newest version of a draft; return its number.

    All or nothing, each with its own entry. For who keeps the letter's secretariat and signs,
    with the letter before him. `version` and `series` as for `sign` and `dispatch`; raises what
    `initial`, `sign` and `dispatch` raise.
    """
    with journal.act():
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        facts = rules.require_draft("sign_and_send", case.standing, draft_id)
        if not facts.initialled:
            initial(actor, draft_id, version=version)
        sign(actor, draft_id, version=version)
        return dispatch(actor, draft_id, series=series)
