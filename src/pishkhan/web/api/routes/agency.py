"""The agency's operations: arrivals, registration, referrals, cartable, end and new beginning."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.pages import Page
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalRow,
    ArrivalState,
    ArrivalView,
    CartableRow,
    CopyTo,
    Correction,
    DispatchRow,
    IssuedNumber,
    LinkRef,
    NewLetter,
    Receiver,
    SearchHit,
)
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, common, counter, numbers

office = ops.Group(N_("Secretariat"))
cartable = ops.Group(N_("Cartable"))
letter = ops.Group(N_("Letters"))


@letter.query(
    "search", counter.Query, common.PageOf[counter.Hit], N_("Search letters this seat may open")
)
def search(actor: Actor, given: counter.Query) -> Page[SearchHit]:
    """By tracking code, letter number, person, or words. A POST: names stand in no address."""
    return letters.search(actor, given.q, after=given.after, limit=given.limit)


@office.ask(
    "arrivals",
    common.PageOf[agency.ArrivalLine],
    N_("List the secretariat's letters, newest first"),
)
def arrivals(
    actor: Actor, state: ArrivalState | None = None, after: ops.After = None, limit: ops.Rows = 25
) -> Page[ArrivalRow]:
    """Of one state, or all."""
    return letters.arrivals(actor, state=state, after=after, limit=limit)


@letter.ask("arrivals/{uuid:arrival_id}", agency.Arrival, N_("Open a letter"))
def open_arrival(actor: Actor, arrival_id: UUID) -> dict[str, Any]:
    """With its pages, timeline, referrals and drafts. The reading goes on record once a day."""
    return _arrival(letters.open_arrival(actor, arrival_id))


def _arrival(view: ArrivalView) -> dict[str, Any]:
    told = {name: getattr(view, name) for name in agency.Arrival.model_fields}
    terms = [
        {"table": table, "code": term.code, "fa": term.fa, "en": term.en}
        for table, term in view.terms.items()
    ]
    return told | {"deeds": sorted(view.deeds.allowed), "terms": terms}


@office.deed(
    "arrivals/{uuid:arrival_id}/register",
    N_("Register an arrived letter"),
    given=numbers.Registration,
    shape=numbers.NumberTold,
    optional=True,
)
def register(actor: Actor, given: numbers.Registration, arrival_id: UUID) -> IssuedNumber:
    """The letter's number in the secretariat's book: gap-free in each Jalali year."""
    return letters.register(
        actor,
        arrival_id,
        sender_number=given.sender_number,
        sender_date=given.sender_date,
        links=[_link(each) for each in given.links],
        terms=given.terms,
        series=given.series,
    )


def _link(given: numbers.LinkGiven) -> LinkRef:
    return LinkRef(given.relation, given.number, given.year, given.sender)


@letter.deed(
    "arrivals/{uuid:arrival_id}/refer",
    N_("Refer a letter"),
    given=agency.ReferralGiven,
    shape=agency.Referred,
)
def refer(actor: Actor, given: agency.ReferralGiven, arrival_id: UUID) -> dict[str, Any]:
    """To posts within reach: for action, information, an opinion or a signature."""
    made = letters.refer(
        actor,
        arrival_id,
        to=[Receiver(each.post_id, each.purpose, each.principal) for each in given.to],
        instruction=given.instruction,
        deadline=given.deadline,
        parent=given.parent,
    )
    return {"referrals": made}


@letter.deed(
    "referrals/{uuid:referral_id}/take-back",
    N_("Take a referral back before it is opened"),
    given=agency.OptionalReason,
    optional=True,
)
def take_back(actor: Actor, given: agency.OptionalReason, referral_id: UUID) -> None:
    """Only one's own; once its receiver has opened the letter it is too late."""
    letters.take_back(actor, referral_id, reason=given.reason)


@letter.deed(
    "referrals/{uuid:referral_id}/remind",
    N_("Remind the receiver of an open referral"),
    given=agency.ReminderGiven,
    optional=True,
)
def remind(actor: Actor, given: agency.ReminderGiven, referral_id: UUID) -> None:
    """Only of one's own, once a day."""
    letters.remind(actor, referral_id, note=given.note)


@letter.deed(
    "referrals/{uuid:referral_id}/ask-back",
    N_("Ask for a referral back that was opened"),
    given=agency.ReasonGiven,
)
def ask_back(actor: Actor, given: agency.ReasonGiven, referral_id: UUID) -> None:
    """The receiver gives it back, or declines with a reason."""
    letters.ask_back(actor, referral_id, reason=given.reason)


@cartable.deed(
    "referrals/{uuid:referral_id}/give-back",
    N_("Give a referral back that its sender asked for"),
)
def give_back(actor: Actor, referral_id: UUID) -> None:
    """The letter then no longer lies before this post."""
    letters.give_back(actor, referral_id)


@cartable.deed(
    "referrals/{uuid:referral_id}/decline-recall",
    N_("Keep a referral that its sender asked back"),
    given=agency.ReasonGiven,
)
def decline_recall(actor: Actor, given: agency.ReasonGiven, referral_id: UUID) -> None:
    """The sender reads the reason."""
    letters.decline_recall(actor, referral_id, reason=given.reason)


@cartable.deed(
    "referrals/{uuid:referral_id}/finish", N_("Finish one's own referral"), given=agency.Outcome
)
def finish(actor: Actor, given: agency.Outcome, referral_id: UUID) -> None:
    """The letter itself goes on."""
    letters.finish(actor, referral_id, outcome=given.outcome)


@letter.deed(
    "arrivals/{uuid:arrival_id}/return",
    N_("Return a letter for a deficiency"),
    given=agency.Deficiency,
)
def return_for_deficiency(actor: Actor, given: agency.Deficiency, arrival_id: UUID) -> None:
    """To its counter, which completes it under the same code."""
    letters.return_for_deficiency(actor, arrival_id, missing=given.missing, until=given.until)


@office.deed(
    "arrivals/{uuid:arrival_id}/correct",
    N_("Correct a letter's particulars"),
    given=agency.CorrectionGiven,
)
def correct(actor: Actor, given: agency.CorrectionGiven, arrival_id: UUID) -> None:
    """What stood before stays in the letter's steps."""
    letters.correct(
        actor,
        arrival_id,
        _particulars(given),
        reason=given.reason,
        stood=_particulars(given.stood) if given.stood else None,
    )


def _particulars(given: agency.Particulars) -> Correction:
    return Correction(
        subject=given.subject,
        applicant_name=given.applicant_name,
        kind=given.kind,
        urgency=given.urgency,
        sender_number=given.sender_number,
        sender_date=given.sender_date,
        terms=given.terms,
    )


@office.deed(
    "arrivals/{uuid:arrival_id}/set-aside",
    N_("Return a letter that is not registrable"),
    given=agency.ReasonGiven,
)
def set_aside(actor: Actor, given: agency.ReasonGiven, arrival_id: UUID) -> None:
    """It gets no number; the counter and the applicant read the reason."""
    letters.set_aside(actor, arrival_id, reason=given.reason)


@office.deed(
    "arrivals/{uuid:arrival_id}/transfer",
    N_("Transfer a letter to the competent agency"),
    given=agency.TransferGiven,
)
def transfer(actor: Actor, given: agency.TransferGiven, arrival_id: UUID) -> None:
    """Under the same code, unless this agency has answered; the counter and applicant are told."""
    letters.transfer(
        actor, arrival_id, agency_id=given.agency_id, reason=given.reason, again=given.again
    )


@cartable.deed(
    "outgoing",
    N_("Begin a letter to another agency"),
    given=agency.OutgoingGiven,
    shape=agency.LetterMade,
)
def begin_letter(actor: Actor, given: agency.OutgoingGiven) -> dict[str, Any]:
    """Its first draft; it is initialled, signed and dispatched as an answer is."""
    made = letters.begin_letter(
        actor,
        NewLetter(
            agency_id=given.agency_id,
            recipient=given.recipient,
            subject=given.subject,
            body=given.body,
            copies=_copies(given),
            urgency=given.urgency,
            classification=given.classification,
            enclosures_class=given.enclosures_class,
            links=tuple(_link(each) for each in given.links),
        ),
    )
    return {"id": made}


@cartable.deed(
    "arrivals/{uuid:arrival_id}/address",
    N_("Change to whom a letter goes that is not signed yet"),
    given=agency.AddresseesGiven,
)
def address(actor: Actor, given: agency.AddresseesGiven, arrival_id: UUID) -> None:
    """The receiver and all copies, as they shall stand."""
    letters.address(actor, arrival_id, agency_id=given.agency_id, copies=_copies(given))


def _copies(given: agency.AddresseesGiven) -> tuple[CopyTo, ...]:
    return tuple(CopyTo(each.agency_id, each.phrase) for each in given.copies)


@letter.deed("arrivals/{uuid:arrival_id}/close", N_("Close a letter"), given=agency.Closing)
def close(actor: Actor, given: agency.Closing, arrival_id: UUID) -> None:
    """Open referrals end with it, unsent drafts are given up."""
    letters.close(actor, arrival_id, outcome=given.outcome)


@office.deed(
    "arrivals/{uuid:arrival_id}/reopen", N_("Take a letter up again"), given=counter.Reason
)
def reopen(actor: Actor, given: counter.Reason, arrival_id: UUID) -> None:
    """Past referrals stay ended."""
    letters.reopen(actor, arrival_id, reason=given.reason)


@letter.deed(
    "arrivals/{uuid:arrival_id}/link",
    N_("Note that a letter answers or follows another"),
    given=numbers.LinkGiven,
)
def link(actor: Actor, given: numbers.LinkGiven, arrival_id: UUID) -> None:
    """By the other letter's number, Jalali year and sender."""
    letters.link(actor, arrival_id, _link(given))


@office.deed(
    "numbers/void", N_("Void a number that was given by mistake"), given=numbers.NumberVoided
)
def void_number(actor: Actor, given: numbers.NumberVoided) -> None:
    """It is never issued again; the book keeps it with the reason."""
    letters.void_number(
        actor, year=given.year, number=given.number, reason=given.reason, series=given.series
    )


@office.ask(
    "to-dispatch",
    common.PageOf[agency.DispatchLine],
    N_("List signed answers that have not gone out"),
)
def to_dispatch(actor: Actor, after: ops.After = None, limit: ops.Rows = 25) -> Page[DispatchRow]:
    """Those of the secretariat, newest first."""
    return letters.to_dispatch(actor, after=after, limit=limit)


@cartable.ask(
    "cartable", common.PageOf[agency.CartableLine], N_("List a folder of the post's cartable")
)
def folder(
    actor: Actor,
    folder: Literal["open", "to_sign", "done", "sent"] = "open",
    after: ops.After = None,
    limit: ops.Rows = 25,
) -> Page[CartableRow]:
    """What lies before the post, waits for its signature, is done, or was sent by it."""
    return letters.cartable(actor, folder=folder, after=after, limit=limit)


@cartable.ask("cartable/counts", agency.CartableCounts, N_("Count what waits in the cartable"))
def cartable_counts(actor: Actor) -> Any:
    """Counted only so far as a person cares."""
    return letters.cartable_counts(actor)
