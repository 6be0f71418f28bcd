"""A letter as the agency's people see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.letters import rules
from pishkhan.letters.contracts import (
    Applicant,
    ArrivalRow,
    ArrivalState,
    ArrivalView,
    Classification,
    Deeds,
    DraftState,
    DraftVersionView,
    DraftView,
    IdKind,
    LetterKind,
    LinkRef,
    Medium,
    Purpose,
    ReferralState,
    ReferralView,
    Relation,
    SignedAs,
    Urgency,
    Way,
)
from pishkhan.letters.logic import circumstances
from pishkhan.letters.logic.addressees import official_of
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.pages import pages_of
from pishkhan.letters.logic.pen_notes import pen_notes
from pishkhan.letters.logic.prepared import prepared_for
from pishkhan.letters.logic.steps import proved, steps_of
from pishkhan.letters.logic.terms import terms_of
from pishkhan.letters.logic.trail import trail_of
from pishkhan.letters.models import Arrival, ClassApproval, DraftVersion, Link


def arrival(actor: Actor, arrival_id: UUID) -> ArrivalView:
    """Return a letter without the reading entry, for what shows no text of it to a person.

    A page that a person reads calls `open_arrival`. Raises as `access.arrival_for`.
    """
    return view_of(case_for(actor, arrival_id))


def view_of(case: Case) -> ArrivalView:
    """Return the view of a case: the same rows, and the deeds that its rules let pass."""
    row = case.arrival
    return ArrivalView(
        row=_row(row),
        secretariat_id=row.secretariat_id,
        letter_id=row.letter_id,
        applicant=_applicant(row),
        body=row.body,
        medium=Medium(row.medium),
        sheets=row.sheets,
        accepted_at=row.accepted_at,
        taken_on=row.taken_on,
        late_reason=row.late_reason,
        trail=trail_of(row.trail),
        way=Way(row.way),
        official=official_of(row),
        terms=terms_of(row.terms),
        passed_to=row.outcome if row.state == ArrivalState.TRANSFERRED else "",
        circumstances=circumstances.read(row.circumstances),
        sender_number=row.sender_number,
        sender_date=row.sender_date,
        registered_at=row.registered_at,
        pages=pages_of(row.secretariat_id, row.letter_id),
        steps=proved(row.letter_id, steps_of(row.secretariat_id, row.letter_id)),
        referrals=_referrals(case),
        drafts=_drafts(case),
        links=tuple(
            LinkRef(Relation(each.relation), each.number, each.year, each.sender)
            for each in Link.objects.filter(arrival=row).order_by("id")
        ),
        missing=row.missing,
        missing_until=row.missing_until,
        deeds=Deeds(rules.allowed(case.standing)),
        prepared=prepared_for(case),
        pen_notes=pen_notes(row),
    )


def _applicant(row: Arrival) -> Applicant:
    return Applicant(
        IdKind(row.applicant_id_kind),
        row.applicant_number,
        row.applicant_name,
        row.applicant_mobile,
    )


def _row(row: Arrival) -> ArrivalRow:
    return ArrivalRow(
        id=row.id,
        tracking_code=row.tracking_code,
        subject=row.subject,
        applicant_name=row.applicant_name,
        from_name=row.from_name,
        kind=LetterKind(row.kind),
        urgency=Urgency(row.urgency),
        state=ArrivalState(row.state),
        number_text=row.number_text,
        arrived_at=row.arrived_at,
        deadline=row.deadline,
        holder=row.holder,
        outcome=row.outcome,
        others=row.others,
        classification=Classification(row.classification),
    )


def _referrals(case: Case) -> tuple[ReferralView, ...]:
    facts = {fact.id: fact for fact in case.standing.referrals}
    return tuple(
        ReferralView(
            id=each.id,
            parent_id=each.parent_id,
            from_title=each.from_title,
            to_post_id=each.to_post_id,
            to_title=each.to_title,
            purpose=Purpose(each.purpose),
            principal=each.principal,
            instruction=each.instruction,
            deadline=each.deadline,
            at=each.at,
            seen_at=each.seen_at,
            state=ReferralState(each.state),
            outcome=each.outcome,
            mine=facts[each.id].mine,
            ended_at=each.ended_at,
            recall_asked_at=each.recall_asked_at,
            recall_reason=each.recall_reason,
            recall_declined_at=each.recall_declined_at,
            recall_answer=each.recall_answer,
            reminded_at=each.reminded_at,
            reminder=each.reminder,
        )
        for each in case.referrals
    )


def _drafts(case: Case) -> tuple[DraftView, ...]:
    if not case.drafts:
        return ()
    versions = list(DraftVersion.objects.filter(draft__in=case.drafts).order_by("no"))
    initials: dict[tuple[UUID, int], list[str]] = {}
    for each in case.initials:
        initials.setdefault((each.draft_id, each.version), []).append(each.by_title)
    approved = {each.draft_id: each for each in case.approvals}
    return tuple(
        DraftView(
            id=draft.id,
            state=DraftState(draft.state),
            by_title=draft.by_title,
            versions=tuple(
                DraftVersionView(
                    no=each.no,
                    subject=each.subject,
                    body=each.body,
                    by_title=each.by_title,
                    at=each.at,
                    note=each.note,
                    recipient=each.recipient,
                    initials=tuple(initials.get((draft.id, each.no), ())),
                )
                for each in versions
                if each.draft_id == draft.id
            ),
            signer_name=draft.signer_name,
            signer_title=draft.signer_title,
            signed_at=draft.signed_at,
            key_id=draft.key_id,
            number_text=draft.number_text,
            send_back_note=draft.send_back_note,
            signed_as=SignedAs(draft.signed_as),
            signed_for=draft.signed_for,
            dispatched_at=draft.dispatched_at,
            text_digest=draft.text_digest,
            agency_name=draft.covers["from"]["name"] if draft.covers else "",
            **_approved(approved.get(draft.id)),
            must_be_approved=case.standing.secret,
            promise=draft.promise,
        )
        for draft in case.drafts
    )


def _approved(found: ClassApproval | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"approved_by": f"{found.by_name}، {found.by_title}", "approved_at": found.at}
