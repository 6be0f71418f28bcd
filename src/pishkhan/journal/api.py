"""The door of the journal: acts, entries, openings, and the guard's registration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pishkhan.journal import guard as _guard
from pishkhan.journal.checkpoint import KeyKind, NoteKey
from pishkhan.journal.commitment import check_opening
from pishkhan.journal.contracts import (
    JSON,
    ActIsOver,
    ActWithoutEntry,
    Answer,
    Brought,
    EntryView,
    Head,
    Level,
    LogSigner,
    NewEntry,
    Opening,
    Post,
    ProofState,
    ShownField,
    Signer,
    Verify,
    WitnessView,
    WriteOutsideAct,
)
from pishkhan.journal.logic import anchor as _anchor
from pishkhan.journal.logic import append as _append
from pishkhan.journal.logic import ask as _ask
from pishkhan.journal.logic import by_file as _by_file
from pishkhan.journal.logic import log as _log
from pishkhan.journal.logic import proof as _proof
from pishkhan.journal.logic import publish as _publish
from pishkhan.journal.logic import read as _read
from pishkhan.journal.logic import scrub as _scrub
from pishkhan.journal.logic import sequence as _sequence
from pishkhan.journal.logic import trust as _trust
from pishkhan.journal.logic import witness as _witness
from pishkhan.journal.logic.about import entries_about, entries_of_kinds
from pishkhan.journal.logic.act import Act, ActScope, current_act
from pishkhan.journal.logic.browse import browse, has_subject, overlook, row_at, subject_of
from pishkhan.journal.logic.check_entry import check_entry
from pishkhan.journal.logic.erase import erase
from pishkhan.journal.logic.fsck_entries import fsck_entries
from pishkhan.journal.logic.fsck_log import fsck_log, published_now
from pishkhan.journal.logic.own_policy import own_policy
from pishkhan.journal.logic.slips import (
    await_published,
    entry_with_commit,
    entry_with_slip,
    is_own_promise,
    leaf_path,
    log_keys,
    promise,
)
from pishkhan.journal.logic.states import state, states_at
from pishkhan.journal.node_id import node_id
from pishkhan.journal.policy import Policy
from pishkhan.journal.witness_number import mark_restored as _mark_restored
from pishkhan.journal.witness_number import number as _number
from pishkhan.journal.witnessing import MOST_BODY, MOST_FILE

__all__ = [
    "JSON",
    "MOST_BODY",
    "MOST_FILE",
    "Act",
    "ActIsOver",
    "ActWithoutEntry",
    "Answer",
    "Brought",
    "EntryView",
    "Head",
    "Level",
    "NewEntry",
    "Opening",
    "Policy",
    "Post",
    "ProofState",
    "ShownField",
    "Signer",
    "Verify",
    "WitnessView",
    "WriteOutsideAct",
    "act",
    "add_checkpoint",
    "anchor_step",
    "append_many",
    "ask_step",
    "ask_witnesses",
    "await_published",
    "begin_anew",
    "browse",
    "check_entry",
    "check_opening",
    "check_witness",
    "checkpoint",
    "current_act",
    "entries",
    "entries_about",
    "entries_of",
    "entries_of_kinds",
    "entry_with_commit",
    "entry_with_slip",
    "erase",
    "found_log",
    "fsck_entries",
    "fsck_log",
    "guard",
    "has_subject",
    "head",
    "is_own_promise",
    "kinds_by",
    "leaf_path",
    "log_keys",
    "log_vkey",
    "node_id",
    "opening",
    "overlook",
    "own_policy",
    "place",
    "policy",
    "promise",
    "proof",
    "published_now",
    "rebuild",
    "row_at",
    "scrub",
    "state",
    "states_at",
    "step",
    "subject_of",
    "take_cosignatures",
    "tile",
    "witness_anew",
    "witness_file",
    "witness_number",
    "witness_vkey",
    "witnessed",
    "witnessed_of",
    "witnesses",
]


def act() -> ActScope:
    """Return a context manager that opens the act of a deed, or joins the one open here.

    `with act() as a:` opens one transaction (`BEGIN IMMEDIATE` on SQLite by the settings) and
    takes the time once, as `a.at`. When the block of the outermost act has ended, all of it is
    committed; when it raises, nothing is. It refuses to open inside another transaction
    (RuntimeError). An act that wrote to a guarded table and appended no entry of its own raises
    ActWithoutEntry and is rolled back. Acts belong to one thread.
    """
    return ActScope()


def append_many(act: Act, entries: Sequence[NewEntry]) -> None:
    """Write many entries in an act, some hundreds a statement; for bulk loading.

    An entry's own `at` may lie before the act's, never after (ValueError). Raises what
    `Act.append` raises.
    """
    ledger, frame = act.open_frame()
    _append.append_many(ledger, entries)
    frame.entries += len(entries)


def guard(app_label: str, *, free: Iterable[str] = ()) -> None:
    """Make every table of an app writable only inside an act; call it in `AppConfig.ready`.

    Covers the app's models and every table whose name begins with `<app_label>_`. `free` names
    database tables of operational state (queues, throttles) that anyone may write.
    """
    _guard.protect(app_label, free=free)


def entries(*, after: int | None = None, limit: int = 500) -> list[EntryView]:
    """Return up to `limit` entries in the order of `number`, from the one after `after`.

    On PostgreSQL a lower number may be committed after a higher one was read: a follower that
    must miss nothing follows `index`, which is given in the order of the log.
    """
    return _read.entries(after=after, limit=limit)


def entries_of(subject: UUID) -> list[EntryView]:
    """Return every entry about a subject, oldest first."""
    return _read.entries_of(subject)


def kinds_by(actor: str, since: datetime | None = None) -> frozenset[str]:
    """Return the kinds of which this actor (an `Actor.ref`) wrote any entry, `since` or ever.

    Reads all entries. For a small journal, such as a practice node's: no index answers it.
    """
    return _read.kinds_by(actor, since)


def opening(entry_id: UUID, fields: Iterable[str]) -> Opening:
    """Return salts and values of some fields of an entry, and the proof that they belong to it.

    The caller has checked that the reader may see these fields. Names are those given to
    `append` and `actor, at, kind, node, subject`. Raises NotFound (`journal.no-entry`,
    `journal.no-field`) and Refused (`journal.erased`).
    """
    return _read.opening(entry_id, fields)


# --- the log -------------------------------------------------------------------------------------


def found_log() -> None:
    """Begin the first log of this node, unless it has one.

    Raises Unavailable `journal.log-lost`, permanent, when it had one that is gone.
    """
    _log.found()


def head() -> Head:
    """Return the log that is written to. Raises NotFound `journal.no-log`."""
    return _log.head()


def log_vkey(key: LogSigner | bytes) -> str:
    """Return a key of the present log, 32 bytes, as a verifier's policy names it (C2SP vkey)."""
    head = _log.head()
    public = key if isinstance(key, bytes) else key.of(head.epoch).public
    return str(NoteKey(head.origin, KeyKind.LOG, public))


def step(keys: LogSigner) -> int:
    """Do one round of the log: give waiting entries their places, sign, publish.

    Returns how many entries got a place and how many leaves were published, together; 0 when
    there was nothing to do. Raises Unavailable: what `sequence` and `publish` in `logic` name.
    """
    _log.begin_if_restored()
    return _sequence.sequence(keys) + _publish.publish()


def begin_anew() -> str:
    """Begin a new log, of its own key, for a node whose log can not go on; return its origin."""
    return _log.begin_anew()


def checkpoint() -> bytes:
    """Return the published checkpoint (C2SP tlog-checkpoint). NotFound `journal.no-log`."""
    return _proof.checkpoint()


def tile(path: str) -> bytes:
    """Return a published tile or bundle by its path below `tile/` (C2SP tlog-tiles).

    NotFound `journal.no-tile` for what the published tree has not, and for another spelling.
    """
    return _proof.tile(path)


def proof(entry_id: UUID, fields: Iterable[str]) -> bytes:
    """Return the C2SP tlog-proof of an entry, with the opening of these fields in `extra`.

    Its checkpoint is the first anchored one that covers the entry, else the newest that has the
    policy's quorum, else the newest published; `after` shows the last anchor before it.

    The caller has checked that the reader may see the fields. Raises what `opening` does, and
    Unavailable `journal.not-published` while the entry waits for its place.
    """
    return _proof.proof(entry_id, fields)


def place(entry_id: UUID) -> int | None:
    """Return the index of an entry in the published log; None while it waits."""
    return _proof.place(entry_id)


def scrub() -> list[str]:
    """Return the published files, `<epoch>/<path>`, that are not what the rows say; reads all."""
    return _scrub.scrub()


def rebuild() -> int:
    """Derive all published files anew from the rows; return how many leaves they have.

    The former files are kept beside them. The checkpoint gets its cosignatures back at the
    next step.
    """
    return _scrub.rebuild()


# --- witnesses -----------------------------------------------------------------------------------


def policy() -> Policy | None:
    """Return whom HOME/witness.policy trusts (C2SP tlog-policy); None when there is no file.

    Raises Unavailable `journal.policy`, permanent, with the line and what to do.
    """
    return _trust.policy()


def witness_number() -> int:
    """Return which witness key of this node cosigns: 1, or after each restore the next."""
    return _number(Path(settings.HOME))


def check_witness() -> None:
    """Raise Unavailable `journal.witness-put-back` when the database is older than was signed."""
    _witness.check()


def witness_anew() -> int:
    """Go on as a witness under the next number with a new key; return the number."""
    _mark_restored(Path(settings.HOME))
    return witness_number()


def witness_vkey(signer: Signer) -> str:
    """Return this node's witness key as a policy names it (C2SP vkey)."""
    return _witness.vkey(signer)


def add_checkpoint(body: bytes, signer: Signer, verify: Verify) -> Answer:
    """Answer a log that asks for a cosignature (C2SP tlog-witness, add-checkpoint).

    200 with the signature line, after it was remembered durably; 400 malformed, or an old size
    beyond the new; 403 no trusted signature; 404 a log that the policy does not name, or one of
    this node's own; 409 with the size that was cosigned last; 422 the tree did not only grow.
    What is refused leaves nothing. Raises Unavailable, permanent: `journal.policy`;
    `journal.witness-put-back` when the database is older than what was signed.
    """
    return _witness.add_checkpoint(body, signer, verify)


def witnessed_of(origin_hash: str, signer: Signer) -> bytes:
    """Return what this witness last cosigned of a log, by the SHA-256 of its origin in hex.

    NotFound `journal.not-witnessed`: never by the present key.
    """
    return _witness.latest(origin_hash, signer)


def ask_step(post: Post, verify: Verify) -> int:
    """Ask the witnesses of the policy that are due and have an address; return how many cosigned.

    Holds no transaction while it waits for them. Raises Unavailable `journal.policy`.
    """
    return _ask.step(post, verify)


def anchor_step() -> int:
    """Write the newest checkpoint that has the quorum into the log, once a minute at most.

    What stands after it is younger than its cosignatures. Returns 1 for one written.
    """
    return _anchor.step()


def witnessed() -> bytes:
    """Return the newest checkpoint that has the quorum. NotFound `journal.not-witnessed`."""
    return _proof.witnessed()


def witnesses() -> list[WitnessView]:
    """Return how the witnesses of this node's log do; [] without a policy, or a log."""
    return _ask.views()


def ask_witnesses(names: Collection[str] = ()) -> bytes:
    """Return a file of requests for the named witnesses, or for all that have no address.

    Raises Refused `journal.no-policy`, `journal.nobody-to-ask`, NotFound `journal.no-witness`,
    Unavailable `journal.not-published`, `journal.policy`.
    """
    return _by_file.write(names)


def witness_file(data: bytes, signer: Signer, verify: Verify) -> tuple[bytes, list[Brought]]:
    """Answer the requests of a file that are for this node; return the file of answers and fates.

    Raises Invalid `journal.witness-file`, Refused `journal.not-for-this-witness`.
    """
    return _by_file.cosign(data, signer, verify)


def take_cosignatures(data: bytes, verify: Verify) -> list[Brought]:
    """Keep the cosignatures of a file of answers that verify; return each one's fate.

    Raises Invalid `journal.witness-file`, Refused `journal.no-policy`.
    """
    return _by_file.take(data, verify)
