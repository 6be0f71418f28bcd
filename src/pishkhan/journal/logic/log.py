"""The log of this node: begun once, never begun again in silence.

HOME/log.registered   the origin, written after the log's row; from then on a lost log is fatal
HOME/log.restored     put there by a restore: what was published after the copy was taken is not in
                      it, so the log may not go on and a new one begins

What is true after a crash stands at each line of `found`. The mark lies in HOME and the row in
the database, so that losing either is noticed by the other.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pishkhan.journal import guard
from pishkhan.journal.contracts import LOG_RESTORED, Head
from pishkhan.journal.logic.act import ActScope
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.node_id import node_id
from pishkhan.kernel import durable, faults
from pishkhan.kernel.errors import N_, NotFound, Unavailable


def mark_of(home: Path) -> Path:
    """Return the file that says which log this home belongs to."""
    return home / "log.registered"


def restored_of(home: Path) -> Path:
    """Return the file by which a restore says that the log may have gone on beyond its copy."""
    return home / LOG_RESTORED


def origin_of(epoch: int) -> str:
    """Return the name of this node's log of an epoch (docs/protocol/journal.md)."""
    return f"pishkhan/{node_id()}/{epoch}"


def found() -> None:
    """Begin the first log of this node, unless it has one.

    Raises Unavailable, permanent: `journal.log-lost` when the mark is there and the log is not, or
    names another one.
    """
    home = Path(settings.HOME)
    if restored_of(home).exists():
        # A crash before the last line: one more epoch without a leaf, which harms nobody.
        begin_anew()
        faults.point("log.begun-anew")
        restored_of(home).unlink()
        return
    mark = mark_of(home)
    known = mark.read_text("ascii").strip() if mark.exists() else ""
    row = Log.objects.order_by("-epoch").values_list("origin", flat=True).first()
    if row is None and known:
        raise _lost()
    if row is None:
        _begin()
        row = origin_of(1)
    # A crash here: the row is there and the mark is not; the next start writes the mark. Nobody
    # has seen a checkpoint, for the worker that signs the first one runs after this.
    faults.point("log.row-written")
    if not known:
        durable.write_file(mark, f"{row}\n".encode("ascii"), mode=0o644)
    elif known != row:
        raise _lost()


def begin_if_restored() -> None:
    """Begin a new log on a restored home before anything is signed or published from it."""
    if restored_of(Path(settings.HOME)).exists():
        found()


def begin_anew() -> str:
    """Begin the next epoch's log and return its origin; what was logged stays as it is.

    For a node that lost its log's end: restored from an older copy, or with tiles that are newer
    than its rows. The new log's first entry names the former one and its last head.
    """
    last = Log.objects.order_by("-epoch").first()
    epoch = last.epoch + 1 if last else 1
    with ActScope() as act:
        _insert(epoch)
        act.append(
            "log.begun",
            subject=node_id(),
            actor="system",
            fields={
                "epoch": epoch,
                "former": last.origin if last else "",
                "former_root": bytes(last.root).hex() if last else "",
                "former_size": last.size if last else 0,
            },
        )
    # A crash here: the mark names the former log; the next start says `journal.log-lost`, and this
    # command, given again, begins yet another epoch: an epoch without a leaf harms nobody.
    faults.point("log.row-written")
    mark = mark_of(Path(settings.HOME))
    durable.write_file(mark, f"{origin_of(epoch)}\n".encode("ascii"), mode=0o644)
    return origin_of(epoch)


def _begin() -> None:
    with transaction.atomic(durable=True):
        _insert(1)


def _insert(epoch: int) -> None:
    taken = Entry.objects.filter(index__isnull=False).order_by("-index")
    last = taken.values_list("index", flat=True).first()
    with guard.sequencing():
        Log.objects.create(
            epoch=epoch,
            origin=origin_of(epoch),
            start=0 if last is None else last + 1,
            root=sha256(b"").digest(),
            edge=b"",
        )


def head() -> Head:
    """Return the log that is written to. NotFound `journal.no-log` before `found`."""
    row = Log.objects.order_by("-epoch").first()
    if row is None:
        raise NotFound("journal.no-log", N_("This node has no log yet."))
    return head_of(row)


def head_of(row: Log) -> Head:
    """Return a log's row as others see it."""
    return Head(
        origin=row.origin,
        epoch=row.epoch,
        size=row.size,
        root=bytes(row.root),
        note=row.note,
        signed_at=row.signed_at,
    )


def _lost() -> Unavailable:
    return Unavailable(
        "journal.log-lost",
        N_(
            "The log of this node is gone or is another one; restore the database that belongs to "
            "it, or begin a new log by: pishkhan journal begin-anew"
        ),
        permanent=True,
    )
