"""What a paper of ours proves by itself: the promise of its entry, and its path in the log."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.promise import from_digits, read_promise, to_digits
from pishkhan.journal.slip import FIELD as SLIP
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import PaperProof
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.models import Answer
from pishkhan.sealing.api import LogKey


def receipt_proof(actor: Actor, letter_id: UUID, *, wait: float = 0.0) -> PaperProof:
    """Return what the receipt of a letter of the actor's counter proves by itself.

    Its path only where the acceptance is published, for which it waits up to `wait` seconds.
    Raises NotFound: `letters.not-found`; `letters.no-paper-proof` for a letter of a version whose
    receipts proved nothing, and on a node without a log.
    """
    entry = _accepted(submission_for(actor, letter_id).id)
    try:
        promise = journal.promise(entry, LogKey())
    except (NotFound, Refused):  # none was written, or it was erased by rule
        raise _none() from None
    if wait:
        journal.await_published(entry, wait)
    path = journal.leaf_path(entry)
    return PaperProof(promise=to_digits(promise), path=to_digits(path) if path else "")


def proof_file(given: str) -> bytes:
    """Return the whole proof of acceptance (C2SP tlog-proof) for a `TrackView.proof`.

    It shows what the receipt does and no person; it waits a second for the log. Raises Refused
    `letters.proof-over`, NotFound `letters.no-paper-proof`, Unavailable `journal.not-published`.
    """
    return _file(_accepted(proven(given, clock.current().now())))


def answer_proof_file(given: str, answer_id: UUID | None = None) -> bytes:
    """Return the whole proof (C2SP tlog-proof) of an answer to the letter of a `TrackView.proof`.

    Of the newest where none is named. It shows what the promise on the answer's paper does: whose
    answer, when, to which code, and the digest of its text. Raises as `proof_file` does, and
    NotFound `letters.proof-elsewhere` for an answer that another node's log took.
    """
    letter_id = proven(given, clock.current().now())
    found = Answer.objects.filter(letter_id=letter_id)
    if answer_id is not None:
        found = found.filter(pk=answer_id)
    promise = found.order_by("-dispatched_at", "-id").values_list("promise", flat=True).first()
    if not promise:
        raise _none()
    commit = read_promise(from_digits(promise)).commit
    try:
        entry = journal.entry_with_commit(letter_id, commit)
    except NotFound:
        raise NotFound(
            "letters.proof-elsewhere",
            N_("The proof of this answer is at the agency that sent it. Ask there."),
        ) from None
    return _file(entry)


def _file(entry: UUID) -> bytes:
    journal.await_published(entry)
    try:
        return journal.proof(entry, [SLIP])
    except (NotFound, Refused):
        raise _none() from None


def _accepted(letter_id: UUID) -> UUID:
    try:
        return journal.entry_with_slip(letter_id, "letter.accepted")
    except NotFound:
        raise _none() from None


def _none() -> NotFound:
    return NotFound("letters.no-paper-proof", N_("For this letter there is no proof in the log."))
