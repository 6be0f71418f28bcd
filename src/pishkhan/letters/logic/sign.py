"""Sign an answer (امضا): with this node's key for now, and labelled so by `key_id`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Refused
from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState, StepKind
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.initial import same_version
from pishkhan.letters.logic.referrals import end_referrals, mark_seen, settle_holder
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft, DraftVersion
from pishkhan.sealing import api as sealing


def sign(actor: Actor, draft_id: UUID, *, version: int | None = None, unseen: bool = True) -> None:
    """Sign the newest version of a draft, which must be initialled; needs SIGN.

    The post must have the letter before it, for action or to sign; its referral to sign ends
    with that. `version` as for `initial`; with `unseen` false, the post must have opened the
    letter since the answer was laid before it. Raises NotFound, Forbidden, Refused
    (`letters.not-initialled`, `letters.draft-settled`, `letters.draft-changed`,
    `letters.not-seen`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        rules.require_draft("sign", case.standing, draft_id)
        row = case.draft(draft_id)
        same_version(row, version)
        if not (unseen or _seen(case)):
            raise Refused("letters.not-seen", N_("Open the letter first, then sign its answer."))
        _sign(actor, case, row, at=act.at)
        mark_seen(case.mine, at=act.at)
        _end_signature(case, row, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.SIGNED,
            at=act.at,
            by=actor.post_title,
        )
        act.append(
            "letter.signed",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={
                "draft": str(draft_id),
                "version": row.version,
                "text_digest": row.text_digest,
                "key_id": row.key_id,
            },
        )


def _seen(case: Case) -> bool:
    return any(row.purpose == Purpose.SIGNATURE and row.seen_at is not None for row in case.mine)


def _sign(actor: Actor, case: Case, row: Draft, *, at: datetime) -> None:
    words = DraftVersion.objects.values("recipient", "subject", "body").get(
        draft_id=row.id, no=row.version
    )
    name, title = actor.label[:160], actor.post_title[:160]
    digest = text_digest(
        letter=case.arrival.letter_id,
        draft=row.id,
        version=row.version,
        signer_name=name,
        signer_title=title,
        at=at,
        **words,
    )
    row.state, row.signed_by_post_id = DraftState.SIGNED.value, actor.post_id
    row.signer_name, row.signer_title, row.signed_at = name, title, at
    row.text_digest = digest
    row.signature = sealing.sign(SIGNED_AS, bytes.fromhex(digest))
    row.key_id = sealing.node_key().key_id
    row.send_back_note = ""
    row.save()


def _end_signature(case: Case, row: Draft, *, at: datetime) -> None:
    """End the referrals to sign: mine is done; others have nothing left before them."""
    to_sign = [
        each
        for each in case.referrals
        if each.purpose == Purpose.SIGNATURE and each.state == ReferralState.OPEN
    ]
    mine = {each.id for each in case.mine}
    end_referrals([each for each in to_sign if each.id in mine], ReferralState.DONE, at=at)
    if not any(d.state == DraftState.TO_SIGN for d in case.drafts if d.id != row.id):
        end_referrals(
            [each for each in to_sign if each.id not in mine], ReferralState.CLOSED, at=at
        )
    settle_holder(case.arrival)
    case.arrival.save(update_fields=["holder_post_id", "holder", "deadline"])
