"""Hand answers over to the person they are for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound
from pishkhan.kernel.text import clean_line, mask_name
from pishkhan.letters.access import counter_of, submission_for
from pishkhan.letters.contracts import (
    Circumstances,
    IdKind,
    ProxyPaper,
    RecipientKind,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.logic import circumstances, notify, wire
from pishkhan.letters.logic.check_acceptance import check_name
from pishkhan.letters.logic.check_number import check_proxy_number, number_fits
from pishkhan.letters.logic.earlier import earlier
from pishkhan.letters.logic.match_pair import check_pair, letter_of, wrong_pair
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Answer, Submission
from pishkhan.letters.rules import next_submission, not_now
from pishkhan.relay import api as relay

LONGEST_REASON = 300
_CHANGED = ("state", "outgoing_id", "handed_over_at", "last_step_at")
_HANDED = (
    "handed_over_at",
    "handed_by",
    "handed_to",
    "handed_to_kind",
    "handed_to_name",
    "handed_to_number",
    "handed_paper",
    "handed_reason",
)


@dataclass(frozen=True, slots=True)
class _Taker:
    to: RecipientKind
    name: str = ""
    number: str = ""
    id_kind: str = ""
    paper: str = ""
    reason: str = ""


def hand_over(
    actor: Actor,
    letter_id: UUID,
    *,
    national_id: str,
    tracking_code: str,
    to: RecipientKind = RecipientKind.APPLICANT,
    to_name: str = "",
    to_number: str = "",
    to_id_kind: IdKind = IdKind.NATIONAL,
    to_paper: ProxyPaper | None = None,
    to_reason: str = "",
    answers: Collection[UUID] | None = None,
) -> None:
    """Hand answers over, those that `answers` names or all, against number and tracking code.

    Of a proxy are kept his name and number, the paper that he showed and why the applicant did
    not come; of the bearer, who had brought the letter, and of another signer only the number is
    asked for: it must be the one on record. The applicant is told that another took it; a legal
    person's answer always goes to somebody who stands for it.
    The counter's custody of each ends here and the agency is told of each; while another lies
    here the letter stays ready. Before anything else the pair must fit: see `match_pair`. Raises
    Refused: `letters.not-now` unless the letter is ready and all named answers lie here,
    `relay.not-custodian`. Raises Invalid with fields to, to_name, to_number, to_paper, to_reason.
    """
    counter = counter_of(actor)
    known = letter_of(letter_id)
    if not check_pair(actor, known, national_id, tracking_code):
        # Of a letter that is not this counter's nothing is said, not even that there is one.
        ours = known is not None and known.counter_id == counter.id
        raise wrong_pair() if ours else NotFound("letters.not-found")
    seen = submission_for(actor, letter_id)
    next_submission("hand_over", SubmissionState(seen.state))
    paper = to_paper.value if to_paper else ""
    taker = _taker(_Taker(to, to_name, to_number, to_id_kind.value, paper, to_reason), seen)
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        after = next_submission("hand_over", SubmissionState(row.state))
        here = list(
            Answer.objects.filter(
                letter_id=row.id, counter_id=row.counter_id, handed_over_at=None
            ).order_by("dispatched_at", "id")
        )
        given = [each for each in here if answers is None or each.id in answers]
        if not given or (answers is not None and len(given) != len(set(answers))):
            raise not_now()
        for answer in given:
            answer.handed_over_at, answer.handed_by = act.at, actor.ref
            _hand_over(act, actor, row, answer, taker)
        notify.handed_over(
            act,
            row.id,
            row.applicant_mobile,
            row.tracking_code,
            by_proxy=to is not RecipientKind.APPLICANT,
        )
        if len(given) == len(here):
            row.state = after.value
        row.handed_over_at = row.last_step_at = act.at
        row.save(update_fields=_CHANGED)


def _hand_over(act: Act, actor: Actor, row: Submission, answer: Answer, taker: _Taker) -> None:
    """End custody of one answer, with its own step, message and entry."""
    relay.release_self(act, answer.id, row.counter_id)
    answer.handed_to, answer.handed_paper = taker.to.value, taker.paper
    answer.handed_to_name, answer.handed_to_number = taker.name, taker.number
    answer.handed_to_kind = taker.id_kind
    answer.handed_reason = taker.reason
    answer.save(update_fields=_HANDED)
    row.outgoing_id = _tell_agency(act, row, answer.id, taker)
    told = {"to": taker.to.value}
    if taker.paper:
        told["paper"] = taker.paper
    # The desk's timeline shows the proxy as it shows everybody: masked.
    whom = {"name": mask_name(taker.name), "reason": taker.reason} if taker.name else {}
    add_step(
        row.counter_id,
        row.id,
        StepKind.HANDED_OVER,
        at=act.at,
        by=actor.label,
        params=told | whom | {"number": answer.number_text},
    )
    act.append(
        "letter.handed_over",
        subject=row.id,
        actor=actor.ref,
        fields={"answer": str(answer.id), "counter": str(row.counter_id), **told},
    )


def _known(to: RecipientKind, number: str, given: Circumstances) -> _Taker:
    """Return the bearer or the signer on record whose number this is."""
    bearer = given.bearer
    if to is RecipientKind.BEARER:
        if bearer is None:
            raise _bad("to", N_("Nobody brought this letter in the applicant's place."))
        if number_fits(bearer.number, number):
            paper = bearer.paper.value if bearer.paper else ""
            return _Taker(to, bearer.name, bearer.number, bearer.id_kind.value, paper)
        raise _bad("to_number", N_("This is not the number of the person who brought the letter."))
    for signer in circumstances.may_take(given):
        if number_fits(signer.number, number):
            return _Taker(to, signer.name, signer.number, signer.id_kind.value)
    raise _bad("to_number", N_("No signer who may take the answer has this number."))


def _bad(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-recipient", fields={field: Message(sentence)})


def _taker(given: _Taker, letter: Submission) -> _Taker:
    """Return who takes the answer: he that is on record, or a proxy whose particulars are right."""
    if given.to in (RecipientKind.BEARER, RecipientKind.SIGNER):
        return _known(given.to, given.number, circumstances.read(letter.circumstances))
    if given.to is RecipientKind.APPLICANT:
        if letter.applicant_id_kind == IdKind.LEGAL:
            raise _bad("to", N_("A legal person's answer goes to somebody who stands for it."))
        return _Taker(given.to)
    faults: dict[str, Message] = {}

    def field(key: str, check: Callable[[str], str], value: str) -> str:
        try:
            return check(value)
        except Invalid as error:
            faults[key] = error.message
            return ""

    name = field("to_name", check_name, given.name)
    number, kind = given.number, IdKind(given.id_kind)
    if kind is IdKind.LEGAL:
        faults["to_number"] = Message(N_("Only a person takes an answer."))
    else:
        check = partial(
            check_proxy_number,
            kind,
            applicant_kind=IdKind(letter.applicant_id_kind),
            applicant_number=letter.applicant_number,
        )
        number = field("to_number", check, number)
    if not given.paper:
        faults["to_paper"] = Message(N_("Say which paper the proxy showed."))
    reason = field("to_reason", _reason, given.reason)
    if faults:
        raise Invalid("letters.bad-recipient", fields=faults)
    return replace(given, name=name, number=number, reason=reason)


def _reason(given: str) -> str:
    reason = clean_line(given, max=LONGEST_REASON)
    if not reason:
        raise Invalid("letters.empty-field", N_("Say why the applicant did not come."))
    return reason


def _tell_agency(act: Act, row: Submission, answer_id: UUID, taker: _Taker) -> UUID:
    return relay.send(
        act,
        from_office=row.counter_id,
        to_office=row.secretariat_id,
        kind=wire.HANDED_OVER,
        version=wire.VERSION,
        subject=row.id,
        after=earlier(row),
        payload=wire.hop_out(row.hop)
        | {
            "letter": str(row.id),
            "answer": str(answer_id),
            "at": wire.iso(act.at),
            "to": taker.to.value,
            "paper": taker.paper,
        },
    )
