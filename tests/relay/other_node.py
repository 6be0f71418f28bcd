"""Another node, as far as its post bags show it: own keys, own streams, and a folder."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, CounterKind, NodeRole
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.ids import new_id
from pishkhan.relay import bundle, protocol
from pishkhan.relay.bundle import Frame, Have, Manifest, Packer, Part
from pishkhan.relay.contracts import Transfer
from pishkhan.relay.dictionary import DICTIONARY_1
from pishkhan.relay.models import Envelope
from pishkhan.relay.protocol import Header
from pishkhan.sealing import api as sealing
from pishkhan.sealing.contracts import key_id_of

MADE = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@dataclass
class OtherNode:
    """A village's node with one counter, entered in this node's directory unless `known=False`."""

    known: bool = True
    id: UUID = field(default_factory=new_id)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    seal: x25519.Identity = field(default_factory=x25519.Identity.generate)
    counter: UUID = field(init=False)
    seqs: dict[UUID, int] = field(default_factory=dict)
    number: int = 0
    former_seals: list[x25519.Identity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counter = directory.add_counter(
            SYSTEM, code=str(self.id)[-8:], name="کلاته", kind=CounterKind.RURAL_ICT
        )
        if self.known:
            self.enter()

    def enter(self) -> None:
        directory.register_node(
            SYSTEM,
            name="کلاته",
            role=NodeRole.COUNTER,
            public_key=self.public,
            recipient=str(self.seal.to_public()),
            node_id=self.id,
        )
        directory.place_office(SYSTEM, office_id=self.counter, node_id=self.id)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, label: str, data: bytes) -> bytes:
        return self.key.sign(f"pishkhan/{label}/v1\n".encode() + data)

    def header(
        self,
        to: UUID,
        payload: bytes,
        *,
        kind: str = "test.parcel",
        blobs: Sequence[str] = (),
        transfer: Transfer | None = None,
        **changed: Any,
    ) -> Header:
        """Return the header of the next envelope to an office; `changed` are any of its fields."""
        self.seqs[to] = self.seqs.get(to, 0) + 1
        made = Header(
            origin=self.id,
            epoch=1,
            key=key_id_of(self.public),
            sender=self.counter,
            to=to,
            seq=self.seqs[to],
            message=new_id(),
            kind=kind,
            version=1,
            subject=transfer.item if transfer else new_id(),
            created=MADE,
            size=len(payload),
            payload=protocol.payload_digest(payload),
            blobs=tuple(blobs),
            transfer=transfer,
            seal=protocol.SEALED,
        )
        return replace(made, **changed)

    def parcel(self, to: UUID, name: str, **fields: Any) -> Frame:
        """Return a parcel of this name, sealed to this node and signed."""
        plain = b"\x00" + canonical.dumps({"name": name})
        payload = pyrage.encrypt(plain, [x25519.Recipient.from_str(sealing.seal_recipient())])
        return self.frame(self.header(to, payload, **fields), payload)

    def receipt(self, envelope: Envelope, state: str, **said: str) -> Frame:
        """Return this node's receipt for an envelope that came to it."""
        header = protocol.read(bytes(envelope.header))
        ack = {"envelope": envelope.id, "message": str(header.message), "state": state, **said}
        plain = b"\x00" + canonical.dumps({"acks": [ack]})
        payload = pyrage.encrypt(plain, [x25519.Recipient.from_str(sealing.seal_recipient())])
        made = self.header(
            journal.node_id(), payload, kind=protocol.RECEIPT, sender=self.id, subject=self.id
        )
        return self.frame(made, payload)

    def manifest(self, path: Path) -> Manifest:
        """Return what the manifest of a bag says."""
        return bundle.read(bundle.split((path / "manifest").read_bytes())[0])

    def frame(self, header: Header, payload: bytes) -> Frame:
        data = protocol.write(header)
        return Frame(data, payload, self.sign("envelope", data))

    def sealed_file(self, content: bytes) -> bytes:
        recipient = x25519.Recipient.from_str(sealing.seal_recipient())
        out = io.BytesIO()
        pyrage.encrypt_io(io.BytesIO(content), out, [recipient])
        return out.getvalue()

    def bag(
        self,
        folder: Path,
        frames: Sequence[Frame] = (),
        files: Sequence[bytes] = (),
        *,
        have: Sequence[Have] = (),
        to: UUID | None = None,
        **changed: Any,
    ) -> Path:
        """Write a bag into a folder and return it; `changed` are fields of its manifest."""
        self.number += 1
        ends = (str(self.id)[-8:], str(journal.node_id())[-8:])
        epoch = changed.get("epoch", 1)
        path = folder / f"pishkhan-{ends[0]}-{epoch}-{ends[1]}-{self.number}.bag"
        path.mkdir()
        parts = []
        if frames:
            packer = Packer()
            data = b"".join(packer.add(frame) for frame in frames) + packer.end()
            parts.append(put(path, "envelopes-1", data))
        for content in files:
            parts.append(put(path, digest(content), self.sealed_file(content)))
        manifest = Manifest(
            origin=self.id,
            epoch=1,
            key=key_id_of(self.public),
            to=to or journal.node_id(),
            number=self.number,
            made=MADE,
            have=tuple(have),
            parts=tuple(parts),
        )
        self.write_manifest(path, bundle.write(replace(manifest, **changed)))
        return path

    def write_manifest(self, path: Path, body: bytes) -> None:
        (path / "manifest").write_bytes(bundle.text(body, self.sign("bundle", body)))

    def opened(self, path: Path) -> tuple[Manifest, list[tuple[Header, dict[str, Any]]]]:
        """Return what this node reads in a bag made for it: manifest, headers and payloads."""
        body, signature = bundle.split((path / "manifest").read_bytes())
        assert sealing.verify("bundle", body, signature, sealing.node_key().public_key)
        manifest = bundle.read(body)
        found = []
        for part in manifest.parts:
            data = (path / part.name).read_bytes()
            assert (len(data), digest(data)) == (part.size, part.sha256)
            if part.is_file:
                continue
            for frame in bundle.unpack(data):
                header = protocol.read(frame.header)
                protocol.check_payload(header, frame.payload)
                assert sealing.verify(
                    "envelope", frame.header, frame.signature, sealing.node_key().public_key
                )
                plain = pyrage.decrypt(frame.payload, [self.seal, *self.former_seals])
                inflate = zlib.decompressobj(wbits=-15, zdict=DICTIONARY_1)
                text = plain[1:] if plain[:1] == b"\x00" else inflate.decompress(plain[1:])
                found.append((header, canonical.loads(text)))
        return manifest, found

    def file_in(self, path: Path, name: str) -> bytes:
        """Return a file of a bag made for this node, opened."""
        return pyrage.decrypt((path / name).read_bytes(), [self.seal])


def put(path: Path, name: str, data: bytes) -> Part:
    (path / name).write_bytes(data)
    return Part(name, len(data), digest(data))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
