"""A village's node that goes on in a new epoch, as other nodes see it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519
from tests.relay.other_node import OtherNode

from pishkhan.relay import bundle
from pishkhan.relay.bundle import Succession
from pishkhan.sealing.contracts import key_id_of


@dataclass
class Heir:
    """A village's node as it goes on in a new epoch; the stick and offices are the same."""

    node: OtherNode
    said: list[Succession]

    def bag(self, stick: Path, frames: Any = (), files: Any = (), **changed: Any) -> Path:
        given: dict[str, Any] = {"epoch": self.said[-1].epoch, "successions": tuple(self.said)}
        return self.node.bag(stick, frames, files, **(given | changed))

    def parcel(self, to: UUID, name: str, **fields: Any) -> Any:
        return self.node.parcel(to, name, epoch=self.said[-1].epoch, **fields)


def heir(former: OtherNode, /, *, epoch: int = 2, since: int = 1, **changed: Any) -> Heir:
    """Return a node's next epoch, as it signs it by its former key. It counts from the start."""
    node = copy(former)
    node.key, node.seal = Ed25519PrivateKey.generate(), x25519.Identity.generate()
    node.seqs, node.number, node.former_seals = {}, 0, [former.seal]
    said = Succession(
        epoch=epoch,
        key=node.public,
        recipient=str(node.seal.to_public()),
        since=since,
        former=key_id_of(former.public),
        signature=b"",
    )
    said = replace(said, **changed)
    signature = former.sign(bundle.SUCCESSION, said.signed(former.id))
    return Heir(node, [replace(said, signature=signature)])
