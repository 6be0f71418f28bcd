"""Cosignatures by file, for witnesses without a line: the same bodies, the same checks."""

from __future__ import annotations

from collections.abc import Collection, Set

from pishkhan.journal.checkpoint import BadNote, Note, read_checkpoint, read_note
from pishkhan.journal.contracts import Answer, Brought, Signer, Verify
from pishkhan.journal.logic import ask, cosigned, trust, witness
from pishkhan.journal.logic.publish import published
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.models import Asked, Cosigned, Log
from pishkhan.journal.policy import Policy, Witness
from pishkhan.journal.witnessing import (
    Ask,
    BadRequest,
    Told,
    read_answers,
    read_asks,
    read_request,
    write_answers,
    write_asks,
)
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused, Unavailable


def write(names: Collection[str]) -> bytes:
    """Return a file of requests for witnesses; see `api.ask_witnesses`."""
    policy = _policy()
    parties = _parties(policy, names)
    log = Log.objects.order_by("-epoch").first()
    sizes = {
        each.key: each.size
        for each in Asked.objects.filter(
            epoch=log.epoch if log else 0, key__in=[str(party.key) for party in parties]
        )
    }
    row = _row(policy, log, {each.name for each in parties}, max(sizes.values(), default=0))
    return write_asks(
        Ask(party.key.name, ask.request_for(row, sizes.get(str(party.key), 0))) for party in parties
    )


def _policy() -> Policy:
    found = trust.policy()
    if found is None:
        raise Refused(
            "journal.no-policy",
            N_("No witnesses are set: write HOME/witness.policy first (docs/howto/witnesses.md)."),
        )
    return found


def _parties(policy: Policy, names: Collection[str]) -> list[Witness]:
    """Return the witnesses of these names; without names those that have no address."""
    known = trust.foreign(policy)
    if unknown := set(names) - {each.name for each in known}:
        words = N_("The policy has no witness of this name: %(names)s")
        raise NotFound("journal.no-witness", Message(words, {"names": ", ".join(sorted(unknown))}))
    chosen = [each for each in known if (each.name in names if names else not each.url)]
    if not chosen:
        raise Refused(
            "journal.nobody-to-ask",
            N_("Every witness has an address and is asked by it; name one to ask it by file."),
        )
    return chosen


def _row(policy: Policy, log: Log | None, asked: Set[str], least: int) -> Cosigned:
    """Return the checkpoint to ask for: the newest that most of the other witnesses cosigned.

    So what comes back in a file meets what came by line. `least` is what one of those who are
    asked has cosigned: none of them goes back.
    """
    store = Store(home_of(log.epoch if log else 0))
    size = published(store).size
    if log is None or not size or size < least:
        raise Unavailable(
            "journal.not-published", N_("This is not in the published log yet; wait a second.")
        )
    best, most = store.checkpoint(), 0
    for row in Cosigned.objects.filter(epoch=log.epoch, size__gte=least).order_by("-size"):
        note = read_note(row.note.encode())
        count = len(policy.cosigners(note) - asked)
        if count > most:
            best, most = str(Note(note.text, note.lines[:1])).encode(), count
    return cosigned.offer(log.epoch, best, carried=True)


def cosign(data: bytes, signer: Signer, verify: Verify) -> tuple[bytes, list[Brought]]:
    """Answer the requests of a file that are for this witness; see `api.witness_file`."""
    try:
        asks = read_asks(data)
    except BadRequest:
        raise _no_file() from None
    name = trust.key_name()
    mine = [each for each in asks if each.witness == name]
    if not mine:
        words = N_("No request in this file is for this witness, %(name)s.")
        raise Refused("journal.not-for-this-witness", Message(words, {"name": name}))
    told = [_answered(each, witness.add_checkpoint(each.body, signer, verify)) for each in mine]
    return write_answers(told), [
        Brought(each.checkpoint.partition("\n")[0] or name, _size(each.checkpoint), _why(each))
        for each in told
    ]


def _answered(each: Ask, answer: Answer) -> Told:
    try:
        text = read_request(each.body).note.text
    except BadRequest:
        text = ""
    return Told(each.witness, text, answer.status, answer.body)


def _why(told: Told) -> str:
    return ask.trouble_of(Answer(told.status, told.body))


def _size(text: str) -> int:
    try:
        return read_checkpoint(text).size
    except BadNote:
        return 0


def take(data: bytes, verify: Verify) -> list[Brought]:
    """Take in the answers of a file; see `api.take_cosignatures`."""
    try:
        answers = read_answers(data)
    except BadRequest:
        raise _no_file() from None
    policy = _policy()
    parties = {each.key.name: each for each in trust.foreign(policy)}
    return [_take(each, parties, verify) for each in answers]


def _take(told: Told, parties: dict[str, Witness], verify: Verify) -> Brought:
    party = parties.get(told.witness)
    if party is None:
        return Brought(told.witness, 0, "unknown-witness")
    log, row = _asked_for(told.checkpoint)
    if log is None or row is None:
        return Brought(party.name, 0, "not-asked")
    return Brought(
        party.name, row.size, ask.take(log, row, party, Answer(told.status, told.body), verify)
    )


def _asked_for(text: str) -> tuple[Log | None, Cosigned | None]:
    """Return the row whose checkpoint has exactly this text."""
    try:
        head = read_checkpoint(text)
    except BadNote:
        return None, None
    log = Log.objects.filter(origin=head.origin).first()
    row = Cosigned.objects.filter(epoch=log.epoch if log else 0, size=head.size).first()
    if row is None or read_note(row.note.encode()).text != text:
        return log, None
    return log, row


def _no_file() -> Invalid:
    return Invalid(
        "journal.witness-file",
        N_("This file was not made for it, or was changed on its way: ask for it again."),
    )
