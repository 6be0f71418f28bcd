"""A small tus client over Django's test client, and a person logged in on a seat."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from pishkhan.directory.contracts import Actor
from pishkhan.letters.contracts import PageRef
from pishkhan.web.uploads import files

BYTES = "application/offset+octet-stream"


def logged_in(actor: Actor, **options: Any) -> Client:
    client = Client(**options)
    assert actor.user_id is not None
    client.force_login(get_user_model().objects.get(pk=actor.user_id))
    session = client.session
    session["seat"] = str(actor.seat_id)
    session.save()
    return client


def create(
    client: Client, length: int, data: bytes | None = None, *, name: str = "page.jpg", **more: Any
) -> Any:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(length),
        "Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode(),
        **more.pop("headers", {}),
    }
    if data is None:
        return client.generic("POST", "/files/", headers=headers, **more)
    return client.generic("POST", "/files/", data, content_type=BYTES, headers=headers, **more)


def patch(client: Client, address: str, offset: int, data: bytes, **more: Any) -> Any:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        **more.pop("headers", {}),
    }
    kind = more.pop("content_type", BYTES)
    return client.generic("PATCH", address, data, content_type=kind, headers=headers, **more)


def ask(client: Client, address: str, method: str = "HEAD", **more: Any) -> Any:
    return client.generic(method, address, headers={"Tus-Resumable": "1.0.0"}, **more)


def send(client: Client, data: bytes, **more: Any) -> Any:
    """Send a whole file with its creation."""
    return create(client, len(data), data, **more)


def code(answer: Any) -> str:
    """Return the code of a problem."""
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"]
    return str(problem["code"])


def kept(actor: Actor, data: bytes, *, name: str = "a.jpg") -> PageRef:
    """Put a whole file among the actor's uploads, without a request, and return it as a page."""
    upload = files.create(actor.ref, len(data), name)
    files.receive(upload, 0, io.BytesIO(data).read, len(data))
    return fact(actor, files.finish(upload).digest)


def fact(actor: Actor, digest: str) -> PageRef:
    """Return one finished file of the actor as a page; Invalid `web.unknown-page` otherwise."""
    return files.all_facts(actor.ref, [digest])[0]
