"""A letter at the agency with all that its rules ask: referrals, drafts, and who the actor is."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.prepared import PreparedModels
from pishkhan.letters import access, rules
from pishkhan.letters.contracts import ArrivalState, DraftState, Purpose, ReferralState, Way
from pishkhan.letters.logic.circular_list import circular_facts
from pishkhan.letters.logic.class_facts import approvals_of, class_facts
from pishkhan.letters.models import Arrival, ClassApproval, Draft, Initial, Referral


@dataclass(slots=True)
class Case:
    """An arrival, its rows and the actor's standing to them, read once for one deed or view."""

    arrival: Arrival
    referrals: list[Referral]
    drafts: list[Draft]
    initials: list[Initial]
    standing: rules.Standing
    approvals: list[ClassApproval] = field(default_factory=list)
    """Of the newest versions of its drafts, at its present class."""
    mine: list[Referral] = field(default_factory=list)
    """Open referrals that lie before the actor, oldest first."""

    def referral(self, referral_id: UUID) -> Referral:
        """Return the row of a referral whose facts a rule has passed."""
        return next(row for row in self.referrals if row.id == referral_id)

    def above(self, row: Referral) -> list[Referral]:
        """Return the referral that this one was made from, if it still opens the letter."""
        return [
            each
            for each in self.referrals
            if each.id == row.parent_id and each.state != ReferralState.TAKEN_BACK
        ]

    def draft(self, draft_id: UUID) -> Draft:
        """Return the row of a draft whose facts a rule has passed."""
        return next(row for row in self.drafts if row.id == draft_id)


def case_for(actor: Actor, arrival_id: UUID, *, lock: bool = False) -> Case:
    """Return the case if the actor may see it; raises as `access.arrival_for`. 3 to 5 queries."""
    return case_of(actor, access.arrival_for(actor, arrival_id, lock=lock))


def case_of(actor: Actor, arrival: Arrival) -> Case:
    """Return the case of an arrival that came through `access`."""
    referrals = _REFERRALS.all(arrival_id=arrival.pk)
    drafts = _DRAFTS.all(arrival_id=arrival.pk)
    initials = _INITIALS.all(arrival_id=arrival.pk) if drafts else []
    approvals = approvals_of(arrival, drafts)
    facts = _referral_facts(actor, arrival, referrals)
    standing = rules.Standing(
        state=ArrivalState(arrival.state),
        clerk=access.is_clerk_of(actor, arrival),
        numbered=arrival.number is not None,
        rights=actor.rights,
        official=bool(arrival.official),
        outgoing=arrival.way in (Way.OUTGOING, Way.INTERNAL),
        received=arrival.way == Way.RECEIVED,
        referrals=facts,
        drafts=tuple(_draft_facts(actor, draft, initials, approvals) for draft in drafts),
        **class_facts(actor, arrival, drafts),
        chief=actor.is_chief,
        per_pro=_live_before(facts, drafts) and bool(directory.signs_per_pro_for(actor)),
        **circular_facts(arrival),
    )
    open_mine = {fact.id for fact in facts if fact.mine}
    mine = [row for row in referrals if row.id in open_mine]
    return Case(arrival, referrals, drafts, initials, standing, approvals, mine)


_REFERRALS = PreparedModels(
    Referral,
    lambda arrival_id: Referral.objects.filter(arrival_id=arrival_id).order_by("id"),
    arrival_id=UUID,
)
_DRAFTS = PreparedModels(
    Draft,
    lambda arrival_id: Draft.objects.filter(arrival_id=arrival_id).order_by("id"),
    arrival_id=UUID,
)
_INITIALS = PreparedModels(
    Initial,
    lambda arrival_id: Initial.objects.filter(draft__arrival_id=arrival_id).order_by("id"),
    arrival_id=UUID,
)


def _live_before(facts: tuple[rules.ReferralFacts, ...], drafts: list[Draft]) -> bool:
    """Return whether a draft that can be signed lies with a letter that the actor works on."""
    return any(fact.mine and fact.purpose in rules.WORKING for fact in facts) and any(
        draft.state in rules.LIVE_DRAFT for draft in drafts
    )


def _referral_facts(
    actor: Actor, arrival: Arrival, referrals: list[Referral]
) -> tuple[rules.ReferralFacts, ...]:
    post_id = actor.post_id
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    clerk = access.is_clerk_of(actor, arrival)
    parents = {row.parent_id for row in referrals if row.state != ReferralState.TAKEN_BACK}
    return tuple(
        rules.ReferralFacts(
            id=row.id,
            purpose=Purpose(row.purpose),
            principal=row.principal,
            state=ReferralState(row.state),
            to_me=post_id is not None and row.to_post_id == post_id,
            # What a post began lies before itself: nobody sent it.
            by_me=row.from_post_id != row.to_post_id
            and (
                (post_id is not None and row.from_post_id == post_id)
                or (clerk and row.parent_id is None)
            ),
            seen=row.seen_at is not None,
            children=row.id in parents,
            recall=row.recall_asked_at is not None and row.recall_declined_at is None,
            reminded=row.reminded_at is not None
            and row.reminded_at.astimezone(clock.TEHRAN).date() == today,
        )
        for row in referrals
    )


def _draft_facts(
    actor: Actor, draft: Draft, initials: list[Initial], approvals: list[ClassApproval]
) -> rules.DraftFacts:
    newest = [i for i in initials if i.draft_id == draft.id and i.version == draft.version]
    return rules.DraftFacts(
        id=draft.id,
        state=DraftState(draft.state),
        by_me=actor.post_id is not None and draft.by_post_id == actor.post_id,
        initialled=bool(newest),
        initialled_by_me=any(i.by_post_id == actor.post_id for i in newest),
        approved=any(each.draft_id == draft.id for each in approvals),
    )
