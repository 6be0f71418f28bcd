"""This node as a witness of other logs (C2SP tlog-witness): it remembers first, then it signs.

HOME/witness/<number>/<hash of the origin>   size and root that were remembered last: by it a
                                             database that was put back to an older copy is noticed

What is true after a crash stands at each line of `add_checkpoint`.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pishkhan.journal import guard
from pishkhan.journal.checkpoint import Checkpoint, KeyKind, Note, NoteKey, cosign, read_note
from pishkhan.journal.contracts import Answer, Signer, Verify
from pishkhan.journal.logic import trust
from pishkhan.journal.merkle import BadProof, check_consistency
from pishkhan.journal.models import Witnessed
from pishkhan.journal.witnessing import (
    BadRequest,
    Request,
    Untrusted,
    read_request,
    trusted_lines,
)
from pishkhan.kernel import clock, durable, faults
from pishkhan.kernel.errors import N_, NotFound, Unavailable

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
EMPTY = sha256(b"").digest()


class _Refused(Exception):
    """The request is refused, with this answer."""

    def __init__(self, status: int, words: str, media: str = TEXT) -> None:
        super().__init__(status)
        self.answer = Answer(status, f"{words}\n".encode(), media)


def add_checkpoint(body: bytes, signer: Signer, verify: Verify) -> Answer:
    """Cosign what a log asks for, if it only grew; see `api.add_checkpoint`."""
    key = _key(signer)
    try:
        request = _admitted(body, verify)
        # A crash before its commit: nothing was remembered and nothing signed.
        seconds = _remember(request, _number(key))
    except _Refused as refused:
        return refused.answer
    # A crash here: the row has it and the file in HOME, which is never ahead of it, has not.
    faults.point("witness.committed")
    _mark(request.head, key)
    # A crash here: it is remembered and was not signed. The log asks from its old size, is told
    # the new one (409), and asks again for the same tree, to which there can be no other root.
    faults.point("witness.remembered")
    line = cosign(request.note.text, key, signer.sign, seconds=seconds)
    # A crash here: signed, and nobody got it; it is asked for again in the same way.
    faults.point("witness.signed")
    return Answer(200, str(line).encode(), TEXT)


def _admitted(body: bytes, verify: Verify) -> Request:
    """Return a request of a log that is trusted, with the log's own signatures alone."""
    try:
        request = read_request(body)
    except BadRequest as bad:
        raise _Refused(400, str(bad)) from None
    head = request.head
    policy = trust.policy()
    keys = policy.keys_of(head.origin) if policy else ()
    if not keys or head.origin.startswith(trust.own_prefix()):
        raise _Refused(404, "this log is not witnessed here")
    try:
        lines = trusted_lines(request.note, keys, verify)
    except Untrusted as bad:
        raise _Refused(403, str(bad)) from None
    if request.old > head.size:
        raise _Refused(400, "the old size is larger than the checkpoint's")
    return replace(request, note=Note(request.note.text, lines))


def latest(origin_hash: str, signer: Signer) -> bytes:
    """Return the checkpoint that was cosigned last of a log; see `api.witnessed_of`.

    Ed25519 (RFC 8032) has one signature for a message: this is the cosignature that was given.
    """
    key = _key(signer)
    for row in Witnessed.objects.filter(number=_number(key)):
        if sha256(row.origin.encode()).hexdigest() == origin_hash:
            note = read_note(row.note.encode())
            line = cosign(note.text, key, signer.sign, seconds=row.at)
            return str(note.with_lines([line])).encode()
    raise NotFound("journal.not-witnessed", N_("Nothing of this log was cosigned here."))


def check() -> None:
    """Raise Unavailable `journal.witness-put-back` when any log's row is older than was signed."""
    number = int(trust.key_name().rpartition("/")[2])
    for row in Witnessed.objects.all():
        _check_not_put_back(row, number)


def vkey(signer: Signer) -> str:
    """Return this witness's key as a policy names it."""
    return str(_key(signer))


def _key(signer: Signer) -> NoteKey:
    return NoteKey(trust.key_name(), KeyKind.WITNESS, signer.public)


def _number(key: NoteKey) -> int:
    return int(key.name.rpartition("/")[2])


def _remember(request: Request, number: int) -> int:
    """Write durably that this is the log's head now; return the time of the cosignature.

    The row is locked from the comparison to the commit: of two requests the second sees what the
    first left. Raises _Refused when the log does not go on from there, or did not only grow.
    """
    head = request.head
    with transaction.atomic(durable=True), guard.witnessing():
        # Rolled back with all else when it is refused: what is refused leaves nothing.
        first = Witnessed(origin=head.origin, root=EMPTY)
        Witnessed.objects.bulk_create([first], ignore_conflicts=True)
        row = Witnessed.objects.select_for_update().get(origin=head.origin)
        _check_not_put_back(row, number)
        if row.size != request.old:
            raise _Refused(409, str(row.size), SIZE)
        try:
            check_consistency(row.size, head.size, bytes(row.root), head.root, request.proof)
        except BadProof as bad:
            raise _Refused(422, str(bad)) from None
        # A clock that was put back does not say of an older moment that this was the largest.
        seconds = max(int(clock.current().now().timestamp()), row.at)
        Witnessed.objects.filter(origin=head.origin).update(
            size=head.size, root=head.root, note=str(request.note), at=seconds, number=number
        )
        faults.point("witness.written")
    return seconds


def _file(origin: str, number: int) -> Path:
    home = Path(settings.HOME)
    return home / "witness" / str(number) / sha256(origin.encode()).hexdigest()


def _mark(head: Checkpoint, key: NoteKey) -> None:
    """Write into HOME what the row has; of two at once the larger may be lost, never gained."""
    path = _file(head.origin, _number(key))
    durable.make_dir(path.parent)
    durable.write_file(path, f"{head.size} {head.root.hex()}\n".encode("ascii"))


def _check_not_put_back(row: Witnessed, number: int) -> None:
    path = _file(row.origin, number)
    if not path.exists():
        return
    size, _, root = path.read_text("ascii").strip().partition(" ")
    if int(size) > row.size or (int(size) == row.size and root != bytes(row.root).hex()):
        raise Unavailable(
            "journal.witness-put-back",
            N_(
                "The database is older than what this witness signed: bring the newest back, or "
                "go on with a new key by: pishkhan journal witness-anew"
            ),
            permanent=True,
        )
