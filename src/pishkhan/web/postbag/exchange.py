"""One exchange with a stick: take in what lies there, pack what waits, write bags for the others.

It runs in a thread; a row tells every process how far it is. What is true when the process dies or
the stick is pulled out at any line: what was taken in stands here durably; a bag counts only when
it is whole, and goes out again in the next one until the other node says that it arrived. The row
then rests without a beat, and after `SILENCE` the page says that the exchange stopped.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, PishkhanError, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import BundleFate, BundleTaken, StepReport
from pishkhan.web.models import Exchange
from pishkhan.web.postbag import places
from pishkhan.web.postbag.places import Place

log = logging.getLogger(__name__)

BEAT = 0.7
"""Seconds between two looks at how far it is."""
SILENCE = timedelta(seconds=30)
"""A running exchange beats each second: after this it runs no more."""
KEPT = timedelta(days=1)

TAKE, PACK, WRITE, END = "take", "pack", "write", "end"
RUNNING, DONE, FAILED = "running", "done", "failed"
GONE = "web.stick-gone"

_first: list[Callable[[], object]] = []


def before_bags(call: Callable[[], object]) -> None:
    """Let this be called before bags are made; the node's role registers what it has to queue."""
    if call not in _first:
        _first.append(call)


def pack() -> StepReport:
    """Apply what arrived, queue what the role adds, pack what waits; return what was done."""
    report = relay.drain()
    for call in _first:
        call()
    return report + relay.drain()


@dataclass
class Progress:
    """How far the work is; written by it, carried into the row by the beat."""

    stage: str = TAKE
    done: int = 0
    of: int = 0

    def enter(self, stage: str) -> None:
        """Go on to another stage."""
        self.stage, self.done, self.of = stage, 0, 0

    def tell(self, done: int, of: int) -> None:
        """Say how far this stage is."""
        self.done, self.of = done, of


def latest() -> Exchange | None:
    """Return the newest exchange, with its state as it is now."""
    row = Exchange.objects.order_by("-started_at").first()
    if row is not None and row.state == RUNNING and _is_silent(row):
        row.state, row.code = FAILED, "web.exchange-stopped"
    return row


def start(place: Place, *, owner: str) -> UUID:
    """Begin an exchange with a plugged stick and return its id; Refused `web.exchange-runs`."""
    now = clock.current().now()
    Exchange.objects.filter(state=RUNNING, beat_at__lt=now - SILENCE).update(
        state=FAILED, code="web.exchange-stopped"
    )
    Exchange.objects.filter(started_at__lt=now - KEPT).exclude(state=RUNNING).delete()
    try:
        with transaction.atomic():
            row = Exchange.objects.create(
                id=new_id(), owner=owner, place=place.name, started_at=now, beat_at=now
            )
    except IntegrityError:
        raise Refused(
            "web.exchange-runs", N_("An exchange is under way; wait until it is done.")
        ) from None
    language = translation.get_language() or "fa"
    threading.Thread(
        target=_run, args=(row.id, place, language), name="post bags", daemon=True
    ).start()
    return row.id


def _is_silent(row: Exchange) -> bool:
    return clock.current().now() - row.beat_at > SILENCE


def _run(id_: UUID, place: Place, language: str) -> None:
    """Do the exchange, and put its end into the row, whatever that is."""
    progress, ended = Progress(), threading.Event()
    beat = threading.Thread(target=_beat, args=(id_, progress, ended), name="post bags: beat")
    beat.start()
    code, said = "web.fault", {}
    try:
        with translation.override(language):
            said = exchange(place, progress)
            code = ""
    except PishkhanError as error:
        with translation.override(language):
            code, said = error.code, {"words": error.message.render(_)}
    except OSError:
        code = GONE
    except Exception:
        log.exception("exchange failed")
    ended.set()
    beat.join()
    try:
        Exchange.objects.filter(id=id_).update(
            state=FAILED if code else DONE, stage=END, code=code, said=said,
            beat_at=clock.current().now(),
        )  # fmt: skip
    finally:
        connection.close()


def _beat(id_: UUID, progress: Progress, ended: threading.Event) -> None:
    try:
        while not ended.wait(BEAT):
            with suppress(Exception):  # the next beat says the same
                Exchange.objects.filter(id=id_).update(
                    stage=progress.stage, done=progress.done, of=progress.of,
                    beat_at=clock.current().now(),
                )  # fmt: skip
    finally:
        connection.close()


def exchange(place: Place, progress: Progress) -> dict[str, Any]:
    """Take in, pack, write, in this order, and return what was done as JSON.

    Raises what the import does, OSError when the stick is gone; a bag that could not be made is
    told in `failed` and hinders no other.
    """
    disk = place.path.stat().st_dev
    taken = relay.import_bundles(place.path, tell=progress.tell)
    along = relay.take_along(place.path)
    progress.enter(PACK)
    report = pack()
    progress.enter(WRITE)
    _still_there(place, disk)
    made, failed = _write(place.path, progress)
    given = relay.give_back(place.path)
    _still_there(place, disk)
    return {
        # What this node put there last time says nothing to the person who waits.
        "taken": told([each for each in taken if each.fate is not BundleFate.OWN]),
        "applied": report.applied,
        "stopped": report.refused + report.quarantined,
        "along": len(along),
        "given": given,
        "made": made,
        "failed": failed,
    }


def _write(folder: Path, progress: Progress) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    made: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for each in relay.contacts():
        if each.revoked:
            continue
        progress.enter(WRITE)
        try:
            bag = relay.export_bundle(each.node, folder, tell=progress.tell)
        except PishkhanError as error:
            words = error.message.render(_)
            failed.append({"name": each.name, "code": error.code, "words": words})
        else:
            counts = {"envelopes": bag.envelopes, "files": bag.files, "size": bag.size}
            made.append({"name": each.name, "number": bag.number, **counts})
    return made, failed


def _still_there(place: Place, disk: int) -> None:
    """Raise OSError unless the same stick is still there: its folder may outlive it, empty."""
    if place.id not in {each.id for each in places.places()} or place.path.stat().st_dev != disk:
        raise OSError(GONE)


def told(taken: list[BundleTaken]) -> list[dict[str, Any]]:
    """Return what became of bags as JSON: whose each is, and its reason in words."""
    names = {each.node: each.name for each in relay.contacts()}
    return [
        {
            "name": bag.name,
            "sender": names.get(bag.origin, "") if bag.origin else "",
            "number": bag.number,
            "fate": bag.fate.value,
            "why": relay.reason_in_words(bag.reason).render(_) if bag.reason else "",
            "new": bag.new,
            "known": bag.known,
            "rejected": bag.rejected,
            "files": bag.files,
            "lost": bag.lost,
        }
        for bag in taken
    ]
