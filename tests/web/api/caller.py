"""Programs that call the API: one for each seat of the small province."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Scope
from pishkhan.kernel.ids import new_id
from tests.letters.world import World, national_id

BASE = "/api/v1/"
ALL = frozenset(Scope)


@dataclass
class Caller:
    """A program with a token; `post` sends a fresh Idempotency-Key unless told which."""

    token: str
    client: Client = field(default_factory=Client)

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more} if self.token else more

    def get(self, path: str, **query: Any) -> Any:
        headers = self.headers(**query.pop("headers", {}))
        return self.client.get(BASE + path, query, headers=headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Any:
        return self.send(path, json.dumps(body).encode() if body is not None else b"", key, **more)

    def send(self, path: str, data: bytes, key: str | None = None, **more: Any) -> Any:
        key = str(new_id()) if key is None else key
        headers = self.headers(**({"Idempotency-Key": key} if key else {}))
        kind = more.get("content_type", "application/json")
        return self.client.generic("POST", BASE + path, data, content_type=kind, headers=headers)

    def form(self, path: str, key: str | None = None, **parts: Any) -> Any:
        headers = self.headers(**{"Idempotency-Key": str(new_id()) if key is None else key})
        return self.client.post(BASE + path, parts, headers=headers)


def caller(seat: Actor, scopes: frozenset[Scope] = ALL) -> Caller:
    """Return a program on the same counter or post as a person of the province."""
    at: dict[str, UUID | None] = (
        {"post_id": seat.post_id} if seat.post_id else {"counter_id": seat.seat_id}
    )
    _, token = directory.add_client(SYSTEM, name="برنامهٔ نمونه", scopes=scopes, **at)
    return Caller(token)


def letter(world: World, **changes: Any) -> dict[str, Any]:
    """Return the JSON of a letter that was typed."""
    return {
        "applicant": {"number": national_id(1), "name": "فرد نمونه", "mobile": "09121234567"},
        "agency_id": str(world.agency),
        "subject": "قطعی آب شرب روستا",
        "body": "سه روز است که آب روستا قطع است.",
        "fee": {"way": "free"},
        **changes,
    }


def scan(data: bytes, name: str = "scan.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is this problem, in the one shape, and return it."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), told
    assert told["status"] == status
    assert told["type"] == f"urn:pishkhan:error:{code}"
    assert told["title"]
    assert set(told) <= {"type", "title", "status", "code", "errors"}
    return told
