"""Sign an answer (امضا): with this node's key for now, and labelled so by `key_id`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Forbidden, Refused
from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState, SignedAs, StepKind
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.letters.logic.approve_class import write_approval
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.class_facts import approved_covers
from pishkhan.letters.logic.covers import covers_of
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.initial import same_version
from pishkhan.letters.logic.readings import read_by
from pishkhan.letters.logic.referrals import end_referrals, mark_seen, settle_holder
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft, DraftVersion
from pishkhan.sealing import api as sealing


def sign(
    actor: Actor,
    draft_id: UUID,
    *,
    version: int | None = None,
    unseen: bool = True,
    per_pro: UUID | None = None,
) -> None:
    """Sign the newest version of a draft, initialled or of the post's own words; needs SIGN.

    `per_pro` is a post for which the actor's post may sign per pro (از طرف); then that post's
    right counts. Who signs so, or as a deputy, signs with his own name and post, and what is
    signed names the other post too.

    The post must have the letter before it, for action or to sign; its referral to sign ends
    with that. `version` as for `initial`; with `unseen` false, the post must have opened the
    letter since the answer was laid before it. Raises NotFound, Forbidden (also
    `letters.not-per-pro`), Refused
    (`letters.not-initialled`, `letters.draft-settled`, `letters.draft-changed`,
    `letters.not-seen`, `letters.not-approved`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        rules.require_draft("sign", case.standing, draft_id)
        row = case.draft(draft_id)
        same_version(row, version)
        capacity = _capacity(actor, per_pro)
        if not (unseen or _seen(actor, case)):
            raise Refused("letters.not-seen", N_("Open the letter first, then sign its answer."))
        draft = next(each for each in case.standing.drafts if each.id == draft_id)
        if per_pro is not None and not draft.initialled:
            raise rules.not_initialled()
        if case.standing.secret and not draft.approved:  # the head himself signs
            write_approval(act, actor, case, row)
        _sign(actor, case, row, capacity, at=act.at)
        mark_seen(case.mine, at=act.at)
        _end_signature(case, row, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.SIGNED,
            at=act.at,
            by=actor,
            params=_told(capacity),
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
                **_named(capacity),
            },
        )


@dataclass(frozen=True, slots=True)
class _Capacity:
    """In which capacity the actor signs: with which title of his own, and for which post."""

    title: str
    signed_as: SignedAs = SignedAs.SELF
    post_id: UUID | None = None
    post_title: str = ""


def _capacity(actor: Actor, per_pro: UUID | None) -> _Capacity:
    """Return it; Forbidden where neither his post's right nor another post's leave covers it."""
    if per_pro is not None:
        for each in directory.signs_per_pro_for(actor):
            if each.for_post_id == per_pro:
                return _Capacity(
                    actor.post_title[:160], SignedAs.PER_PRO, per_pro, each.for_title[:160]
                )
        raise Forbidden(
            "letters.not-per-pro", N_("Your post may not sign per pro for that one now.")
        )
    if Right.SIGN not in actor.rights:
        raise rules.no_right()
    if actor.hand is not None:
        own = actor.hand.post_title[:160]
        return _Capacity(own, SignedAs.DEPUTY, actor.post_id, actor.post_title[:160])
    return _Capacity(actor.post_title[:160])


def _told(capacity: _Capacity) -> dict[str, str]:
    if capacity.signed_as is not SignedAs.PER_PRO:
        return {}  # a deputy's step names his post as every step of his
    return {"hand_as": capacity.signed_as.value, "for": capacity.post_title}


def _named(capacity: _Capacity) -> dict[str, str]:
    if capacity.signed_as is SignedAs.SELF:
        return {}
    return {"signed_as": capacity.signed_as.value, "signed_for": str(capacity.post_id)}


def _seen(actor: Actor, case: Case) -> bool:
    """Return whether the answer was opened since it came, by the deputy himself if he signs."""
    if not any(r.purpose == Purpose.SIGNATURE and r.seen_at is not None for r in case.mine):
        return False
    return actor.hand is None or case.arrival.id in read_by(actor, [case.arrival.id])


def _sign(actor: Actor, case: Case, row: Draft, capacity: _Capacity, *, at: datetime) -> None:
    words = DraftVersion.objects.values("recipient", "subject", "body").get(
        draft_id=row.id, no=row.version
    )
    name, title = actor.label[:160], capacity.title
    row.covers = covers_of(case.arrival) | approved_covers(case.approvals, row)
    digest = text_digest(
        letter=case.arrival.letter_id,
        draft=row.id,
        version=row.version,
        signer_name=name,
        signer_title=title,
        at=at,
        signed_as=capacity.signed_as.value,
        signed_for=capacity.post_title,
        covers=row.covers,
        **words,
    )
    row.state, row.signed_by_post_id = DraftState.SIGNED.value, actor.own_post_id
    row.signer_name, row.signer_title, row.signed_at = name, title, at
    row.signed_as, row.signed_for = capacity.signed_as.value, capacity.post_title
    row.signed_for_post_id = capacity.post_id
    row.text_digest = digest
    key = sealing.signing_key()
    row.signature, row.key_id = key.sign(SIGNED_AS, bytes.fromhex(digest)), key.key_id
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
