"""The line to witnesses: one POST, a short wait, no redirect, no proxy of others."""

from __future__ import annotations

from django.conf import settings

from pishkhan.journal.api import Answer
from pishkhan.kernel.errors import N_, Unavailable

PATIENCE = (5.0, 10.0)
"""Seconds to connect, and between two pieces of the answer."""
LONGEST = 128 * 1024
AUTHORITY = "witness-ca.pem"
"""In HOME: the authority of witnesses whose certificates the machine does not know."""


def post(address: str, body: bytes) -> Answer:
    """Send a request and return the answer. Raises Unavailable `node.witness-silent`."""
    import requests

    authority = settings.HOME / AUTHORITY
    with requests.Session() as line:
        line.trust_env = False
        line.headers["Content-Type"] = "text/plain; charset=utf-8"
        try:
            with line.post(
                address, data=body, timeout=PATIENCE, allow_redirects=False, stream=True,
                verify=str(authority) if authority.exists() else True,
            ) as answer:  # fmt: skip
                told = answer.raw.read(LONGEST + 1, decode_content=True)
                status = answer.status_code
        except (requests.RequestException, OSError, ValueError) as error:
            raise _silent() from error
        except Exception as error:  # urllib3's own, when a line breaks in the midst of an answer
            if type(error).__module__.startswith("urllib3"):
                raise _silent() from error
            raise
    if len(told) > LONGEST:
        raise _silent()
    return Answer(status, told)


def _silent() -> Unavailable:
    return Unavailable("node.witness-silent", N_("The witness does not answer."))
