"""Words of a letter's page: purposes, ready phrases, what may be missing, steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel.jalali import to_jalali
from pishkhan.letters.contracts import (
    LetterKind,
    PageRole,
    ProxyPaper,
    Purpose,
    RecipientKind,
    Relation,
    Step,
    StepKind,
    Urgency,
)
from pishkhan.relay import api as relay
from pishkhan.web.letter import terms
from pishkhan.web.letter.words_between import BETWEEN, drafted
from pishkhan.web.templatetags.pishkhan import digits, isolate, jalali_date

PURPOSES: dict[Purpose, Any] = {
    Purpose.ACTION: pgettext_lazy("referral purpose", "for action"),
    Purpose.INFORMATION: pgettext_lazy("referral purpose", "for information"),
    Purpose.OPINION: pgettext_lazy("referral purpose", "for an opinion"),
    Purpose.SIGNATURE: pgettext_lazy("referral purpose", "for signature"),
    Purpose.APPROVAL: pgettext_lazy("referral purpose", "for approval of its class"),
}
PURPOSES_SHORT: dict[Purpose, Any] = {
    Purpose.ACTION: pgettext_lazy("referral purpose, one word", "action"),
    Purpose.INFORMATION: pgettext_lazy("referral purpose, one word", "information"),
    Purpose.OPINION: pgettext_lazy("referral purpose, one word", "opinion"),
    Purpose.SIGNATURE: pgettext_lazy("referral purpose, one word", "signature"),
    Purpose.APPROVAL: pgettext_lazy("referral purpose, one word", "approval"),
}
KINDS: dict[LetterKind, Any] = {
    LetterKind.REQUEST: pgettext_lazy("letter kind", "Request"),
    LetterKind.COMPLAINT: pgettext_lazy("letter kind", "Complaint"),
    LetterKind.PROPOSAL: pgettext_lazy("letter kind", "Proposal"),
    LetterKind.REPORT: pgettext_lazy("letter kind", "Report"),
}
RELATIONS: dict[Relation, Any] = {
    Relation.ANSWERS: pgettext_lazy("relation of letters", "Answers"),
    Relation.FOLLOWS: pgettext_lazy("relation of letters", "Follows"),
}
ROLES: dict[PageRole, Any] = {
    PageRole.LETTER: pgettext_lazy("page", "letter"),
    PageRole.ENCLOSURE: pgettext_lazy("page", "enclosure"),
    PageRole.SIGNATURES: pgettext_lazy("page", "signatures"),
}

PAPERS: dict[ProxyPaper, Any] = {
    ProxyPaper.ATTORNEY: pgettext_lazy("a proxy's paper", "power of attorney"),
    ProxyPaper.WRITTEN: pgettext_lazy("a proxy's paper", "written authorisation"),
    ProxyPaper.GUARDIAN: pgettext_lazy("a proxy's paper", "guardian's papers"),
    ProxyPaper.DELEGATE: pgettext_lazy("a proxy's paper", "letter of introduction"),
}

FIELDS: dict[str, Any] = {
    **{terms.field_name(table): label for table, label in terms.TABLES.items()},
    "outcome": gettext_lazy("Outcome"),
    "reason": gettext_lazy("Reason"),
    "note": gettext_lazy("What should be amended"),
    "missing": gettext_lazy("What is missing"),
    "until": gettext_lazy("Until"),
    "deadline": gettext_lazy("Deadline"),
    "to": gettext_lazy("Refer to"),
    "instruction": gettext_lazy("Instruction"),
    "sender_number": gettext_lazy("Sender's number"),
    "sender_date": gettext_lazy("Sender's date"),
    "links": gettext_lazy("Related letter"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text"),
    "agency_id": gettext_lazy("Agency"),
    "recipient": gettext_lazy("Line over the text: to whom"),
    "copies": gettext_lazy("Copies"),
    "bodies": gettext_lazy("To which bodies"),
    "posts": gettext_lazy("To which post"),
    "classification": gettext_lazy("Class"),
}
"""Names of fields as the summary of faults says them."""

NEWS: dict[StepKind | None, Any] = {
    StepKind.COMPLETED: pgettext_lazy("news of a letter", "Completed"),
    StepKind.WITHDRAWN: pgettext_lazy("news of a letter", "Withdrawn by the applicant"),
    StepKind.WITHDRAWAL_ASKED: pgettext_lazy("news of a letter", "Withdrawal asked for"),
    StepKind.REFUSED: pgettext_lazy("news of a letter", "Answer refused by the counter"),
    StepKind.RECALL_DECLINED: pgettext_lazy("news of a letter", "Not given back"),
    StepKind.GIVEN_BACK: pgettext_lazy("news of a letter", "Given back"),
    StepKind.CLASS_SET: pgettext_lazy("news of a letter", "Its class was lowered"),
    StepKind.CIRCULAR_REMINDED: pgettext_lazy("news of a letter", "The sender waits for your note"),
}
"""What leads a letter to the head of the cartable once more; reminders and requests to give it
back do so too and have marks of their own, which stay."""

PHRASES: tuple[Any, ...] = (
    gettext_lazy("Please look into it and give your opinion."),
    gettext_lazy("Act according to the regulations."),
    gettext_lazy("Prepare a suitable answer."),
    gettext_lazy("For your information."),
)
GROUNDS: tuple[Any, ...] = (
    gettext_lazy("the letter asks for nothing"),
    gettext_lazy("the pages cannot be read"),
    gettext_lazy("the same letter came before"),
    gettext_lazy("it is not this agency's work"),
    gettext_lazy("it is a private or advertising letter"),
)
"""Why a letter is not registrable; in words for the applicant."""
MISSING: tuple[Any, ...] = (
    gettext_lazy("copy of the deed"),
    gettext_lazy("copy of the national card"),
    gettext_lazy("the applicant's signature"),
    gettext_lazy("full address and postal code"),
    gettext_lazy("a readable copy of the pages"),
)

_PLAIN: dict[StepKind, Any] = {
    StepKind.SENT_AGAIN: gettext_lazy("Sent to the agency again"),
    StepKind.OPENED: pgettext_lazy("timeline", "Opened"),
    StepKind.RECALL_DECLINED: gettext_lazy("The receiver keeps the referral that was asked back"),
    StepKind.WRITTEN_ON: gettext_lazy("Note written on a page by pen"),
    StepKind.PREPARED: gettext_lazy("Order prepared, to be confirmed"),
    StepKind.RETURNED: gettext_lazy("Returned to the applicant for completion"),
    StepKind.COMPLETED: gettext_lazy("What was missing has arrived"),
    StepKind.ANSWERED: gettext_lazy("Answer received at the counter"),
    StepKind.READY: gettext_lazy("Answer ready at the counter"),
    StepKind.CLOSED: gettext_lazy("Closed and filed"),
    StepKind.REOPENED: pgettext_lazy("timeline", "Reopened"),
    StepKind.WITHDRAWN: gettext_lazy("Withdrawn by the applicant"),
    StepKind.CORRECTED: gettext_lazy("Particulars corrected"),
    StepKind.ACKNOWLEDGED: gettext_lazy("Note taken of the circular"),
    StepKind.SET_ASIDE: gettext_lazy("Not registrable; returned without a number"),
}

PARTICULARS: dict[str, Any] = {
    "subject": pgettext_lazy("particular of a letter", "subject"),
    "applicant_name": pgettext_lazy("particular of a letter", "applicant"),
    "kind": pgettext_lazy("particular of a letter", "kind"),
    "urgency": pgettext_lazy("particular of a letter", "urgency"),
    "sender_number": pgettext_lazy("particular of a letter", "sender's number"),
    "sender_date": pgettext_lazy("particular of a letter", "sender's date"),
}


def _purpose(given: dict[str, str]) -> object:
    known = {each.value: label for each, label in PURPOSES.items()}
    return known.get(given.get("purpose", ""), "")


def _accepted(given: dict[str, str]) -> str:
    if "taken_on" not in given:
        return _("Accepted at the counter")
    day = jalali_date(date.fromisoformat(given["taken_on"]))
    return _("Accepted at the counter; taken on paper on %(day)s") % {"day": day}


def _arrived(given: dict[str, str]) -> str:
    return _("Arrived from %(from)s") % {"from": isolate(given.get("from", ""))}


def _registered(given: dict[str, str]) -> str:
    return _("Registered with number %(number)s") % {"number": given.get("number", "")}


def _referred(given: dict[str, str]) -> str:
    return _("Referred to %(to)s, %(purpose)s") % {
        "to": isolate(given.get("to", "")),
        "purpose": _purpose(given),
    }


def _taken_back(given: dict[str, str]) -> str:
    return _("Referral to %(to)s taken back") % {"to": isolate(given.get("from", ""))}


def _recall_asked(given: dict[str, str]) -> str:
    return _("%(from)s was asked to give the referral back") % {
        "from": isolate(given.get("from", ""))
    }


def _given_back(given: dict[str, str]) -> str:
    return _("Referral to %(from)s given back as asked") % {"from": isolate(given.get("from", ""))}


def _reminded(given: dict[str, str]) -> str:
    return _("%(to)s was reminded") % {"to": isolate(given.get("to", ""))}


def _done(given: dict[str, str]) -> str:
    return _("Referral %(purpose)s finished") % {"purpose": _purpose(given)}


def _linked(given: dict[str, str]) -> str:
    known = {each.value: label for each, label in RELATIONS.items()}
    return _("Linked: %(relation)s %(number)s") % {
        "relation": known.get(given.get("relation", ""), ""),
        "number": given.get("number", ""),
    }


def _drafted(given: dict[str, str]) -> str:
    return _("Answer drafted, version %(version)s") % {"version": given.get("version", "")}


def _initialled(given: dict[str, str]) -> str:
    return _("Version %(version)s of the draft initialled") % {"version": given.get("version", "")}


def _sent_back(given: dict[str, str]) -> str:
    return _("Draft sent back to %(to)s") % {"to": isolate(given.get("to", ""))}


def _dispatched(given: dict[str, str]) -> str:
    return _("Answer dispatched with number %(number)s") % {"number": given.get("number", "")}


def _handed_over(given: dict[str, str]) -> str:
    to = given.get("to")
    if to == RecipientKind.SIGNER:
        return (
            _("Answer handed over to a signer (%(name)s)")
            % {"name": isolate(given.get("name", ""))}
            if given.get("name")
            else _("Answer handed over to another signer")
        )
    if to not in (RecipientKind.PROXY, RecipientKind.BEARER):
        return _("Answer handed over to the applicant")
    papers = {each.value: label for each, label in PAPERS.items()}
    shown = papers.get(given.get("paper", ""), "")
    whom = isolate(given.get("name", ""))
    if shown and given.get("name"):
        return _("Answer handed over to a proxy (%(name)s), shown: %(paper)s") % {
            "name": whom,
            "paper": shown,
        }
    if shown:
        return _("Answer handed over to a proxy, shown: %(paper)s") % {"paper": shown}
    return _("Answer handed over to a proxy")


def _voided(given: dict[str, str]) -> str:
    return _("Number %(number)s voided") % {"number": given.get("number", "")}


def _withdrawal_asked(given: dict[str, str]) -> str:
    if given.get("refused"):
        return _("The applicant asked to withdraw the letter; it was too late")
    return _("The applicant asked to withdraw the letter")


def _refused(given: dict[str, str]) -> str:
    return _("The counter's node refused the answer with number %(number)s") % {
        "number": given.get("number", "")
    }


_UNDELIVERED: dict[str, Any] = {
    "letter": gettext_lazy("The agency’s side refused to take the letter in"),
    "completion": gettext_lazy("The agency’s side refused to take in what was added"),
    "withdrawal": gettext_lazy("The agency’s side refused to take in the wish to withdraw"),
    "hand_over": gettext_lazy("The agency’s side refused to take in that it was handed over"),
}
_WHY: dict[str, Any] = {
    "directory.no-office": gettext_lazy("The office that it was sent to is not known there."),
    "letters.not-a-secretariat": gettext_lazy("The office that it was sent to takes no letters."),
    "letters.bad-message": gettext_lazy("The agency’s program could not read it."),
    "letters.not-found": gettext_lazy("The agency’s side does not know the letter."),
}


def _undelivered(given: dict[str, str]) -> str:
    return str(_UNDELIVERED.get(given.get("what", ""), _UNDELIVERED["letter"]))


def why(step: Step) -> str:
    """Return in words why the agency's side refused what was sent."""
    code = step.params.get("why", "")
    return str(_WHY[code]) if code in _WHY else relay.reason_in_words(code).render(_)


def _signed(given: dict[str, str]) -> str:
    if given.get("hand_as") == StandInKind.PER_PRO:
        return _("Answer signed per pro %(post)s") % {"post": isolate(given.get("for", ""))}
    return _("Answer signed")


_MADE: dict[StepKind, Callable[[dict[str, str]], str]] = {
    **BETWEEN,
    StepKind.ACCEPTED: _accepted,
    StepKind.ARRIVED: _arrived,
    StepKind.REGISTERED: _registered,
    StepKind.REFERRED: _referred,
    StepKind.TAKEN_BACK: _taken_back,
    StepKind.RECALL_ASKED: _recall_asked,
    StepKind.GIVEN_BACK: _given_back,
    StepKind.REMINDED: _reminded,
    StepKind.DONE: _done,
    StepKind.LINKED: _linked,
    StepKind.DRAFTED: _drafted,
    StepKind.INITIALLED: _initialled,
    StepKind.SENT_BACK: _sent_back,
    StepKind.SIGNED: _signed,
    StepKind.DISPATCHED: _dispatched,
    StepKind.HANDED_OVER: _handed_over,
    StepKind.REFUSED: _refused,
    StepKind.UNDELIVERED: _undelivered,
    StepKind.NUMBER_VOIDED: _voided,
    StepKind.WITHDRAWAL_ASKED: _withdrawal_asked,
}


def doer(step: Step) -> str:
    """Return who did a step: a post, and by whose hand where somebody stood in for it."""
    hand = step.params.get("hand", "")
    if not hand:
        return step.by
    known = {"hand": isolate(hand), "post": isolate(step.by)}
    if step.params.get("hand_as") == StandInKind.CHIEF:
        return _("%(hand)s, office chief of %(post)s") % known
    return _("%(hand)s, deputy of %(post)s") % known


def sentence(step: Step, *, outgoing: bool = False) -> str:
    """Return what a step of the timeline says; of a letter written here it is no answer."""
    if outgoing and step.kind is StepKind.DRAFTED:
        return drafted(step.params)
    if outgoing and step.kind is StepKind.SIGNED:
        return _("Letter signed")
    made = _MADE.get(step.kind)
    return made(step.params) if made else str(_PLAIN[step.kind])


def quoted(step: Step) -> str:
    """Return what somebody wrote at the step: what is missing, a reason, a note; or nothing."""
    given = step.params
    if step.kind is StepKind.UNDELIVERED:
        return why(step)
    if given.get("refused"):  # its value is a word between nodes, not a person's
        return _("It had been answered or closed before the wish came; the letter goes on.")
    if step.kind is StepKind.CORRECTED:
        return _corrected(given)
    for name in ("missing", "reason", "note", "outcome"):
        if given.get(name):
            return given[name]
    return ""


def _corrected(given: dict[str, str]) -> str:
    """Return each particular with what stood there before, and the reason."""
    told = [
        _("%(what)s was %(before)s, is %(after)s")
        % {
            "what": word,
            "before": isolate(_particular(name, given[f"{name}_before"])),
            "after": isolate(_particular(name, given[f"{name}_after"])),
        }
        for name, word in (PARTICULARS | terms.PARTICULARS).items()
        if f"{name}_after" in given
    ]
    return "\n".join([*told, _("Reason: %(reason)s") % {"reason": given.get("reason", "")}])


def _particular(name: str, value: str) -> str:
    if not value:
        return "–"
    if name == "kind":
        return str(KINDS[LetterKind(value)])
    if name == "urgency":
        return terms.Urgencies().name(Urgency(value))
    if name in terms.PARTICULARS:
        return terms.called(name, value)
    if name == "sender_date":
        return digits("{:04}/{:02}/{:02}".format(*to_jalali(date.fromisoformat(value))))
    return value
