"""A device with a passkey, in software: what a phone answers (WebAuthn, ES256, no attestation)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unread(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One device with one passkey at most; `origin` is the site that the browser shows."""

    origin: str = "https://testserver"
    host: str = "testserver"
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    owner: str = ""

    def make(self, options: dict[str, Any]) -> str:
        """Return the answer to `navigator.credentials.create` as the page sends it."""
        told = options["publicKey"]
        self.owner = told["user"]["id"]
        point = self.key.public_key().public_numbers()
        public = cbor.encode(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        attested = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + public
        data = self._about(self.flags | HAS_KEY) + attested
        answer = {
            "clientDataJSON": self._client("webauthn.create", told["challenge"]),
            "attestationObject": written(
                cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
            ),
        }
        return self._sent(answer, {"credProps": {"rk": True}})

    def use(self, options: dict[str, Any]) -> str:
        """Return the answer to `navigator.credentials.get` as the page sends it."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._about(self.flags)
        signed = data + hashlib.sha256(unread(client)).digest()
        answer = {
            "clientDataJSON": client,
            "authenticatorData": written(data),
            "signature": written(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.owner,
        }
        return self._sent(answer, {})

    def _about(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, challenge: str) -> str:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return written(json.dumps(told).encode())

    def _sent(self, answer: dict[str, str], more: dict[str, Any]) -> str:
        name = written(self.name)
        return json.dumps(
            {"type": "public-key", "id": name, "rawId": name, "response": answer,
             "clientExtensionResults": more, "authenticatorAttachment": "platform"}
        )  # fmt: skip
