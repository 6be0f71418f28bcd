"""The counter's operations: the applicant, acceptance, what came of it, handing over."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest, HttpResponse

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.money import Money
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import mask_mobile, mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Applicant,
    Bearer,
    Circumstances,
    Fee,
    PageRef,
    Signer,
    SubmissionRow,
    SubmissionState,
)
from pishkhan.web.api import body, ops
from pishkhan.web.api.answers import told
from pishkhan.web.api.auth import actor_of
from pishkhan.web.api.once import digest_of, key_of, once
from pishkhan.web.api.shapes import common, counter
from pishkhan.web.api.shapes import day as day_shapes
from pishkhan.web.api.shapes.circumstances import CircumstancesGiven
from pishkhan.web.paper.proof import verify_address
from pishkhan.web.uploads import files

people = ops.Group(N_("Applicants"))
desk = ops.Group(N_("Counter"))

_OF_APPLICANT = (
    {name: f"applicant.{name}" for name in ("number", "name", "mobile")}
    | {
        f"bearer_{name}": f"circumstances.bearer.{name}"
        for name in ("name", "number", "paper", "paper_number", "paper_date")
    }
    | {
        name: f"circumstances.{name}"
        for name in ("others", "signers", "confirmed", "originals", "originals_to", "mobile_of")
    }
    | {"rrn": "fee.rrn"}
)
"""Where the deed's fields stand in the API's body."""


@people.query(
    "persons/look-up",
    counter.PersonNumber,
    counter.PersonFound,
    N_("Look a person up by number"),
    scope=ops.WRITE,
)
def look_up_person(actor: Actor, given: counter.PersonNumber) -> dict[str, Any]:
    """Masked until the card is seen. Each look-up goes on record."""
    return {"person": letters.look_up_person(actor, id_kind=given.id_kind, number=given.number)}


@people.query(
    "persons/{uuid:person_id}/confirm-card",
    counter.Nothing,
    counter.Person,
    N_("Confirm that the person's card was seen"),
    scope=ops.WRITE,
)
def confirm_card(actor: Actor, _given: counter.Nothing, person_id: UUID) -> Any:
    """The person unmasked; each time goes on record. The body is `{}`."""
    return letters.confirm_card(actor, person_id=person_id)


@people.ask(
    "persons/{uuid:person_id}/submissions",
    common.PageOf[counter.SubmissionLine],
    N_("List the letters of a person whose code is lost"),
)
def person_letters(
    actor: Actor, person_id: UUID, after: ops.After = None, limit: ops.Rows = 25
) -> Page[SubmissionRow]:
    """This counter's, newest first, once the same program confirmed the card today."""
    return _all_masked(letters.person_letters(actor, person_id=person_id, after=after, limit=limit))


@desk.ask("fee", counter.FeeTold, N_("Say what accepting a letter costs now"))
def fee(actor: Actor) -> Fee:
    """The state's fee and the counter's commission, as if paid by card."""
    return letters.letter_fee(actor)


@desk.ask("counter/today", counter.Today, N_("Count this counter's day"))
def today(actor: Actor) -> Any:
    """What was accepted today, and what waits."""
    return letters.counter_today(actor)


@desk.ask("counter/day", day_shapes.DayTold, N_("Show this counter's day by clerk"))
def counter_day(actor: Actor, day: common.Day | None = None) -> Any:
    """What was accepted, handed over and taken, and what is open; today without `day`."""
    found = letters.counter_day(actor, day=day)
    return replace(found, unprinted=tuple(map(_masked, found.unprinted)))


@desk.deed(
    "counter/day/close",
    N_("Close the day of this seat"),
    given=day_shapes.DayGiven,
    shape=day_shapes.ClosingTold,
)
def close_day(actor: Actor, given: day_shapes.DayGiven) -> Any:
    """With the figures that were shown: others by now are refused."""
    return letters.close_day(
        actor,
        day=given.day,
        accepted=given.accepted,
        handed_over=given.handed_over,
        note=given.note,
    )


@desk.deed("submissions/{uuid:letter_id}/receipt/printed", N_("Note that the receipt was printed"))
def print_receipt(actor: Actor, letter_id: UUID) -> None:
    """The first time counts; later ones change nothing."""
    letters.print_receipt(actor, letter_id)


def accept(request: HttpRequest) -> HttpResponse:
    """JSON with digests of files sent to /files/ before, or multipart with the files in it.

    Multipart has this JSON in its part `letter`, and files in parts `pages` and `enclosures`.
    """
    actor, key = actor_of(request), key_of(request)
    sent = body.read_with_files(request, "letter")
    given = body.parse(sent.data, counter.LetterGiven)
    nonce = uuid5(NAMESPACE_URL, f"urn:pishkhan:accept:{actor.ref}:{key}")

    def run() -> HttpResponse:
        try:
            accepted = letters.accept(actor, _acceptance(actor, given, sent.pages, nonce))
        except Invalid as error:
            fields = {_OF_APPLICANT.get(name, name): text for name, text in error.fields.items()}
            raise Invalid(error.code, error.message, fields=fields) from None
        return told(counter.LetterAccepted, accepted, status=201)

    answer = once(actor, key, digest_of(request, *sent.parts()), run)
    answer["Location"] = f"{request.path}/{json.loads(answer.content)['letter_id']}"
    return answer


desk.with_files(
    "submissions",
    accept,
    N_("Accept a letter"),
    part="letter",
    given=counter.LetterGiven,
    answers={201: counter.LetterAccepted},
)


def _acceptance(
    actor: Actor, given: counter.LetterGiven, sent: tuple[PageRef, ...], nonce: UUID
) -> Acceptance:
    who, taken = given.applicant, given.fee
    return Acceptance(
        nonce=nonce,
        applicant=Applicant(who.id_kind, who.number, who.name, who.mobile),
        agency_id=given.agency_id,
        subject=given.subject,
        fee=Fee(
            state=Money(taken.state.minor, taken.state.epoch),
            commission=Money(taken.commission.minor, taken.commission.epoch),
            way=taken.way,
            rrn=taken.rrn,
        ),
        kind=given.kind,
        body=given.body,
        pages=(*_uploaded(actor, given.pages), *sent),
        urgency=given.urgency,
        medium=given.medium,
        print_intent=given.print_intent,
        taken_on=given.taken_on,
        backdate_reason=given.backdate_reason,
        circumstances=_circumstances(given.circumstances),
    )


def _circumstances(given: CircumstancesGiven | None) -> Circumstances:
    if given is None:
        return Circumstances()
    bearer = given.bearer
    return Circumstances(
        bearer=Bearer(
            name=bearer.name,
            number=bearer.number,
            id_kind=bearer.id_kind,
            paper=bearer.paper,
            paper_number=bearer.paper_number,
            paper_date=bearer.paper_date,
        )
        if bearer
        else None,
        others=given.others,
        signers=tuple(Signer(each.name, each.number, each.id_kind) for each in given.signers),
        answer_to=given.answer_to,
        writing=given.writing,
        confirmed=given.confirmed,
        originals=tuple(given.originals),
        originals_to=given.originals_to,
        mobile_of=given.mobile_of,
    )


def _uploaded(actor: Actor, pages: list[counter.PageGiven]) -> list[PageRef]:
    """Return the client's own uploads as pages, turned and named as it says."""
    if not pages:
        return []
    known = files.all_facts(actor.ref, [page.digest for page in pages])
    return [
        PageRef(
            digest=fact.digest,
            media_type=fact.media_type,
            size=fact.size,
            leaves=fact.leaves,
            rotation=page.rotation,
            role=page.role,
            name=fact.name,
        )
        for fact, page in zip(known, pages, strict=True)
    ]


@desk.ask(
    "submissions",
    common.PageOf[counter.SubmissionLine],
    N_("List this counter's letters, newest first"),
)
def submissions(
    actor: Actor,
    state: SubmissionState | None = None,
    day: common.Day | None = None,
    after: ops.After = None,
    limit: ops.Rows = 25,
) -> Page[SubmissionRow]:
    """Of one state, or of one day, or all; the applicants' names are masked."""
    return _all_masked(letters.submissions(actor, state=state, day=day, after=after, limit=limit))


@desk.ask("submissions/{uuid:letter_id}", counter.Submission, N_("Show a letter of this counter"))
def submission(actor: Actor, letter_id: UUID) -> dict[str, Any]:
    """The applicant is masked. The answer comes without its text, which has its own address."""
    view = letters.submission(actor, letter_id)
    who = view.applicant
    return {name: getattr(view, name) for name in counter.Submission.model_fields} | {
        "row": _masked(view.row),
        "circumstances": letters.masked(view.circumstances),
        "applicant": {
            "id_kind": who.id_kind,
            "masked_name": mask_name(who.name),
            "masked_mobile": mask_mobile(who.mobile) if who.mobile else "",
        },
    }


def _all_masked(page: Page[SubmissionRow]) -> Page[SubmissionRow]:
    return replace(page, rows=tuple(map(_masked, page.rows)))


def _masked(row: SubmissionRow) -> SubmissionRow:
    """Return a line as the counter's screens show it: a counter does not browse people."""
    return replace(row, applicant_name=mask_name(row.applicant_name))


@desk.ask("submissions/{uuid:letter_id}/receipt", counter.Receipt, N_("Show what a receipt prints"))
def receipt(actor: Actor, letter_id: UUID) -> Any:
    """What was accepted; the applicant's name is masked."""
    return letters.receipt(actor, letter_id)


@desk.ask(
    "submissions/{uuid:letter_id}/receipt/proof",
    counter.PaperProof,
    N_("Show the QRs by which a receipt proves itself"),
)
def receipt_proof(actor: Actor, letter_id: UUID) -> dict[str, str]:
    """A promise of the log, and the path once it is published; waits a second for that."""
    proof = letters.receipt_proof(actor, letter_id, wait=1.0)
    return {"address": verify_address(), "promise": proof.promise, "path": proof.path}


@desk.ask("submissions/{uuid:letter_id}/answer", counter.Answer, N_("Open the answer"))
def open_answer(actor: Actor, letter_id: UUID) -> dict[str, Any]:
    """The newest: its text and signature; the reading goes on record once a day."""
    return counter.answer_told(letters.open_answer(actor, letter_id))


@desk.ask(
    "submissions/{uuid:letter_id}/answers/{uuid:answer_id}",
    counter.Answer,
    N_("Open one of several answers"),
)
def open_one_answer(actor: Actor, letter_id: UUID, answer_id: UUID) -> dict[str, Any]:
    """A reopened letter gets another answer; each is read and handed over by itself."""
    return counter.answer_told(letters.open_answer(actor, letter_id, answer_id))


@desk.query(
    "submissions/similar",
    counter.Likeness,
    common.Items[counter.SubmissionLine],
    N_("Find letters like the one in hand"),
)
def similar(actor: Actor, given: counter.Likeness) -> dict[str, Any]:
    """The same person and agency in 90 days, and about the same subject, text or file."""
    return {
        "items": letters.similar_submissions(
            actor,
            number=given.number,
            agency_id=given.agency_id,
            subject=given.subject,
            body=given.body,
            files=given.files,
        )
    }


def complete(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Bodies as for acceptance; multipart has its JSON in the part `completion`."""
    actor, key = actor_of(request), key_of(request)
    sent = body.read_with_files(request, "completion")
    given = body.parse(sent.data, counter.Completion)

    def run() -> HttpResponse:
        pages = (*_uploaded(actor, given.pages), *sent.pages)
        letters.complete(actor, letter_id, pages=pages, note=given.note)
        return told(None, None)

    return once(actor, key, digest_of(request, *sent.parts()), run)


desk.with_files(
    "submissions/{uuid:letter_id}/complete",
    complete,
    N_("Send what was missing after a returned letter"),
    part="completion",
    given=counter.Completion,
    answers={204: None},
)


@desk.deed(
    "submissions/{uuid:letter_id}/send-again",
    N_("Send a letter again that did not reach its agency"),
)
def send_again(actor: Actor, letter_id: UUID) -> None:
    """As it was and under its code, to where the agency's letters arrive now."""
    letters.send_again(actor, letter_id)


@desk.deed(
    "submissions/{uuid:letter_id}/withdraw",
    N_("Ask the agency for the letter's withdrawal"),
    given=counter.Reason,
)
def withdraw(actor: Actor, given: counter.Reason, letter_id: UUID) -> None:
    """The agency decides; its answer shows in the letter's state."""
    letters.ask_withdrawal(actor, letter_id, reason=given.reason)


@desk.deed(
    "submissions/{uuid:letter_id}/hand-over", N_("Hand the answer over"), given=counter.HandOver
)
def hand_over(actor: Actor, given: counter.HandOver, letter_id: UUID) -> None:
    """Against the applicant's number and the tracking code; a wrong pair goes on record."""
    letters.hand_over(
        actor,
        letter_id,
        national_id=given.national_id,
        tracking_code=given.tracking_code,
        to=given.to,
        to_name=given.to_name,
        to_number=given.to_number,
        to_id_kind=given.to_id_kind,
        to_paper=given.to_paper,
        to_reason=given.to_reason,
        answers=given.answers,
    )
