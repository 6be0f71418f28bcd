"""Takes in what another node, a counter's centre, tells of its directory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from pishkhan.directory.contracts.nodes import SnapshotTaken
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.revoke_node import refuse_revoked
from pishkhan.directory.logic.snapshot_reader import Directory, bad, read
from pishkhan.directory.logic.snapshot_rows import Known, known_here, may_change, write
from pishkhan.directory.models import LastSnapshot, Node
from pishkhan.journal.api import Act
from pishkhan.kernel import canonical


def take_snapshot(
    act: Act, snapshot: Mapping[str, Any], *, origin: UUID, joining: bool = False
) -> SnapshotTaken:
    """Let this node's copy of another node's directory stand as the snapshot tells it.

    Changes only what came from that node before, or is new; a counter becomes this node's own
    only while `joining`. What is gone there is closed here. One that is older than the last is
    ignored (`stale`), without an entry. Raises Invalid `directory.bad-snapshot`, and then nothing
    has changed; Refused `directory.node-revoked`; NotFound `directory.no-node` unless joining.
    """
    found = read(snapshot, origin=origin)
    sender = Node.objects.select_for_update().filter(pk=origin).first()
    if sender is None and not joining:
        the(Node.objects.all(), origin, "node")
    if sender is not None:
        refuse_revoked(sender)
    last = LastSnapshot.objects.filter(origin_id=origin).values_list("made_at", flat=True).first()
    if last is not None and found.at < last:
        return SnapshotTaken(found.at, found.counts, stale=True)
    known = known_here(found, origin)
    may_change(found, known, origin, joining=joining)
    _write(act, found, known, origin)
    act.append(
        "directory.snapshot_taken",
        subject=origin,
        actor="system",
        fields={
            "origin": str(origin),
            "made": snapshot["at"],
            "counts": found.counts,
            "digest": hashlib.sha256(canonical.dumps(dict(snapshot))).hexdigest(),
        },
    )
    return SnapshotTaken(found.at, found.counts)


def _write(act: Act, found: Directory, known: Known, origin: UUID) -> None:
    try:
        with transaction.atomic():
            write(act, found, known, origin)
            LastSnapshot.objects.update_or_create(
                origin_id=origin, defaults={"made_at": found.at, "taken_at": act.at}
            )
    except IntegrityError:
        raise bad("tables") from None


def directory_age() -> tuple[datetime, UUID] | None:
    """Return when the newest snapshot that was taken in had been made, and by which node."""
    rows: Iterable[tuple[datetime, UUID]] = LastSnapshot.objects.order_by("-made_at").values_list(
        "made_at", "origin_id"
    )[:1]
    return next(iter(rows), None)
