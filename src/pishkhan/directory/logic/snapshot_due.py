from __future__ import annotations

import hashlib
from uuid import UUID

from pishkhan.directory.logic.snapshot_for import Snapshot, snapshot_for
from pishkhan.directory.models import SentSnapshot
from pishkhan.journal.api import Act
from pishkhan.kernel import canonical


def snapshot_due(node_id: UUID) -> Snapshot | None:
    """Return the directory for another node, or None when it was told the very same last time.

    Raises what `snapshot_for` does.
    """
    snapshot = snapshot_for(node_id)
    told = SentSnapshot.objects.filter(node_id=node_id).values_list("digest", flat=True).first()
    return None if told == _digest(snapshot) else snapshot


def snapshot_sent(act: Act, node_id: UUID, snapshot: Snapshot) -> None:
    """Remember that a node is told this; part of the act that sends it."""
    digest = _digest(snapshot)
    SentSnapshot.objects.update_or_create(
        node_id=node_id, defaults={"digest": digest, "sent_at": act.at}
    )
    act.append(
        "directory.snapshot_sent", subject=node_id, actor="system", fields={"digest": digest}
    )


def _digest(snapshot: Snapshot) -> str:
    said = {name: value for name, value in snapshot.items() if name != "at"}
    return hashlib.sha256(canonical.dumps(said)).hexdigest()
