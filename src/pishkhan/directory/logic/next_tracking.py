"""Tracking codes of a counter: its block, and the next serial taken from it.

Codes need not be gap-free: a serial whose transaction fails is given again, and nobody saw it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from pishkhan.directory.logic.skip_codes import least_block, skip_if_restored
from pishkhan.directory.models import Counter, OfficePlace, TrackingBlock
from pishkhan.journal.api import Act
from pishkhan.kernel import durable, rows, tracking
from pishkhan.kernel.errors import NotFound, Refused, Unavailable
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.ids import random_bytes

FIRST_BLOCK = 100_000
"""Blocks below it stay free: a code that begins with a zero is misread on the telephone."""

_TRIES = 5
_KEY_BYTES = 32

_TAKE = (
    "UPDATE directory_trackingblock SET serial = serial + 1 WHERE counter_id = %s AND is_open"
    " RETURNING block, serial - 1"
)


def next_tracking(act: Act, counter_id: UUID) -> str:
    """Take one serial of the counter's block and return its 13-digit tracking code.

    One statement on both engines; the row stays locked until the act ends, so call it late. A
    full block is followed by the next free one, which is an entry; Refused `directory.block-full`
    where only the centre gives the next one. NotFound `directory.no-counter`; Refused
    `directory.counter-elsewhere` for a counter that works at another node, and
    `directory.no-block` for one here that waits for its block.
    """
    skip_if_restored(act, Path(settings.HOME))
    block, serial = _take(counter_id)
    if serial >= tracking.SERIALS:
        if TrackingBlock.objects.filter(pk=block, is_lent=True).exists():
            raise Refused(
                "directory.block-full",
                N_("The tracking codes of this counter are used up; ask the centre for more."),
            )
        TrackingBlock.objects.filter(pk=block).update(is_open=False, serial=tracking.SERIALS)
        given = give_block(counter_id)
        act.append(
            "counter.block_given", subject=counter_id, actor="system", fields={"block": given}
        )
        block, serial = _take(counter_id)
    return tracking.make(tracking_key(settings.KEYS_ROOT), block, serial)


def give_block(
    counter_id: UUID,
    *,
    wanted: int | None = None,
    is_open: bool = True,
    is_lent: bool = False,
    epoch: int = 1,
) -> int:
    """Give a counter a block of codes, inside an act, and return the block's number.

    `is_open`: it is used here. `is_lent`: the centre of another node gave it. `epoch`: of the
    node that uses it.

    Raises Refused: `directory.bad-block` outside six digits, `directory.twin-block` when the
    wanted one was ever given.
    """
    if wanted is not None and not 0 <= wanted < tracking.BLOCKS:
        raise Refused("directory.bad-block", N_("A block of tracking codes has six digits."))
    for _ in range(1 if wanted is not None else _TRIES):
        block = _next_block() if wanted is None else wanted
        try:
            with transaction.atomic():
                rows.insert(
                    TrackingBlock,
                    {
                        "block": block,
                        "counter_id": counter_id,
                        "is_open": is_open,
                        "is_lent": is_lent,
                        "epoch": epoch,
                    },
                )
        except IntegrityError:
            continue
        return block
    raise Refused("directory.twin-block", N_("This block of tracking codes is taken."))


def _take(counter_id: UUID) -> tuple[int, int]:
    """Return (block, serial) and move on; the one statement here that the ORM cannot say.

    The ORM has no UPDATE … RETURNING, and a second statement for what the first one wrote
    costs a round trip in the deed for which a line of people waits.
    """
    field = TrackingBlock._meta.get_field("counter")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [field.get_db_prep_value(counter_id, connection)])
        row = cursor.fetchone()
    if row is None:
        raise _no_block(counter_id)
    return int(row[0]), int(row[1])


def _no_block(counter_id: UUID) -> NotFound | Refused:
    if OfficePlace.objects.filter(pk=counter_id).exists():
        return Refused("directory.counter-elsewhere", N_("This counter works at its own node."))
    if Counter.objects.filter(pk=counter_id).exists():
        return Refused("directory.no-block", N_("This counter waits for its tracking codes."))
    return NotFound("directory.no-counter")


def _next_block() -> int:
    """Return the number after the highest ever given: blocks are never deleted.

    On a node that was restored a later one, for others may have been given since the backup.
    """
    highest: int | None = TrackingBlock.objects.aggregate(top=Max("block"))["top"]
    return max(FIRST_BLOCK, (highest or 0) + 1, least_block())


@cache
def tracking_key(keys: Path) -> bytes:
    """Return this node's key for tracking codes, made once and never replaced.

    Linked into place, not renamed over: of two processes that start together one makes the
    key and the other reads it. With two keys one block would give one code twice.
    """
    path = keys / "tracking.key"
    if not path.exists():
        durable.make_dir(keys)
        mine = keys / f".tracking-{os.getpid()}-{random_bytes(8).hex()}"
        durable.write_file(mine, random_bytes(_KEY_BYTES))
        try:
            os.link(mine, path)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            mine.unlink()
        durable.fsync_dir(keys)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise Unavailable("directory.tracking-key", N_("The key of tracking codes is damaged."))
    return key
