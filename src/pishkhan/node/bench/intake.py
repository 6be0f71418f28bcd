"""The request that measures intake: one letter of one scan of 200 kB, sent as multipart."""

from __future__ import annotations

import json
import os
from uuid import UUID

from pishkhan.node.bench.client import PERSON, UNIQUE, Request, national_id

SCAN_BYTES = 200_000
BOUNDARY = "pishkhan-bench-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def body(agency: UUID | str) -> Request:
    """Return the body in pieces; what differs from letter to letter stands in the small one."""
    letter = {
        "applicant": {
            "number": PERSON.decode(),
            "name": "فرد نمونهٔ سنجش",
            "mobile": "09999000001",
        },
        "agency_id": str(agency),
        "subject": "قطعی آب شرب روستا، شهرستان خرم‌آباد",
        "fee": {"way": "card", "commission": {"minor": 300_000}, "rrn": "123456789012"},
    }
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="letter"\r\n\r\n'
        f"{json.dumps(letter, ensure_ascii=False)}\r\n"
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="pages"; filename="scan.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    first, rest = scan()
    return [head + first, rest + f"\r\n--{BOUNDARY}--\r\n".encode()]


def scan() -> Request:
    """Return a picture of 200 kB in two pieces; the first has a comment that differs each time."""
    import io
    import random

    from PIL import Image

    noise = random.Random(1).randbytes(380 * 540)
    picture = Image.frombytes("L", (380, 540), noise)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=75)
    whole = data.getvalue()
    pad = SCAN_BYTES - len(whole) - 4 - len(UNIQUE)
    comments = b"\xff\xfe" + (2 + len(UNIQUE)).to_bytes(2, "big") + UNIQUE
    fill = b""
    while pad > 4:
        take = min(pad - 4, 60_000)
        fill += b"\xff\xfe" + (2 + take).to_bytes(2, "big") + bytes(take)
        pad -= take + 4
    return [whole[:2] + comments, fill + whole[2:]]


def requests(
    agency: UUID | str, tokens: list[str], path: str = "/api/v1/submissions"
) -> list[Request]:
    """Return one request for each token, in pieces."""
    pieces = body(agency)
    length = sum(map(len, filled(pieces)))
    return [
        [
            (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                f"Idempotency-Key: bench-{UNIQUE.decode()}\r\nContent-Type: {CONTENT_TYPE}\r\n"
                f"Content-Length: {length}\r\n\r\n"
            ).encode()
            + pieces[0],
            pieces[1],
        ]
        for token in tokens
    ]


def fresh() -> str:
    """Return a key that was not used before."""
    return f"bench-{os.urandom(8).hex()}"


def filled(parts: Request) -> Request:
    """Return the pieces with digits and a person of their own."""
    unique = os.urandom(8).hex().encode()
    person = national_id(int.from_bytes(os.urandom(3), "big") % 9_000_000).encode()
    return [part.replace(UNIQUE, unique).replace(PERSON, person) for part in parts]
