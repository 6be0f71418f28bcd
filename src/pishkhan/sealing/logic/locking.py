"""Small secrets in this node's own rows, locked with a key made from the node's secret.

The key is HKDF-SHA256 (RFC 5869) of PISHKHAN_SECRET_KEY without salt, with `pishkhan/<purpose>/v1`
as info, 32 bytes; what is locked is a Fernet token (AES-128-CBC and HMAC-SHA-256). The secret is in
no row and not in HOME, so a copy of the database alone opens nothing. It has to be random, as
the settings ask: HKDF stretches no password.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pishkhan.kernel.errors import N_, Unavailable

_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def lock(secret: str, purpose: str, text: str) -> str:
    """Return the text locked for a purpose; each time another token."""
    return _fernet(secret, purpose).encrypt(text.encode()).decode("ascii")


def unlock(secrets: Sequence[str], purpose: str, token: str) -> str:
    """Return the text of a token that one of the secrets locked for this purpose.

    Raises Unavailable `sealing.secret-changed`, permanent, when none of them did.
    """
    for secret in secrets:
        try:
            return _fernet(secret, purpose).decrypt(token.encode()).decode()
        except InvalidToken:
            continue
    raise Unavailable(
        "sealing.secret-changed",
        N_(
            "What was kept here cannot be read: the node's secret has been changed. "
            "Tell who looks after the machine."
        ),
        permanent=True,
    )


@lru_cache(maxsize=16)
def _fernet(secret: str, purpose: str) -> Fernet:
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError("a purpose is lower-case letters, digits and hyphens")
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"pishkhan/{purpose}/v1".encode())
    return Fernet(base64.urlsafe_b64encode(made.derive(secret.encode())))
