"""The floor: a one-file Django view that does the same writes, and nothing else.

It takes the same multipart request, writes file and folder durably, and creates by plain ORM the
very rows that one real acceptance wrote (`capture.py`), in one transaction. No rights, no log, no
relay, no checks. `python -m pishkhan.node.bench.floor PLAN.json PORT THREADS` serves it with the
same server as the node.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.kernel.clock import current

PLAN: dict[str, Any] = json.loads(Path(os.environ.get("PISHKHAN_FLOOR", sys.argv[1])).read_text())
FOLDER = Path(PLAN["folder"])
NAME = "pishkhan.node.bench.floor"


def configure() -> None:
    """Set Django up with the same engine and nothing installed."""
    import django
    from django.conf import settings

    if settings.configured:  # by this file, run as a program
        return
    settings.configure(
        SECRET_KEY="the floor has no secrets",  # noqa: S106 - it serves no one
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": PLAN["database"]},
        ROOT_URLCONF=NAME,
        MIDDLEWARE=[],
        USE_TZ=True,
        FILE_UPLOAD_HANDLERS=[f"{NAME}.ToDisk"],
        LOGGING_CONFIG=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


configure()

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path


class ToDisk(FileUploadHandler):
    """Writes the file as it comes; synced with its folder at its end."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file of a new name."""
        super().new_file(*args, **kwargs)
        self.path = FOLDER / secrets.token_hex(2) / secrets.token_hex(16)
        self.path.parent.mkdir(exist_ok=True)
        self.fd = os.open(self.path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT, 0o600)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        """Write one piece."""
        os.write(self.fd, raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """Make the file and its name durable."""
        os.fsync(self.fd)
        os.close(self.fd)
        self.path.with_suffix(".part").rename(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return UploadedFile(name=self.path.name, size=file_size)


FIELDS: dict[str, Any] = {
    "BigAutoField": lambda: models.BigAutoField(primary_key=True),
    "UUIDField": models.UUIDField,
    "TextField": models.TextField,
    "DateTimeField": lambda: models.DateTimeField(null=True),
    "DateField": lambda: models.DateField(null=True),
    "JSONField": models.JSONField,
    "BinaryField": models.BinaryField,
    "BooleanField": models.BooleanField,
    "CharField": lambda: models.TextField(null=True),
}


def model_of(write: dict[str, Any]) -> type[models.Model]:
    """Return a model of a captured table, with the same columns."""
    known = MODELS.get(write["table"])
    if known is None:
        members: dict[str, Any] = {"__module__": __name__}
        members["Meta"] = type(
            "Meta", (), {"db_table": write["table"], "managed": False, "app_label": "floor"}
        )
        for name, column in write["columns"].items():
            make = FIELDS.get(column["type"], lambda: models.BigIntegerField(null=True))
            field = make()
            if name == write["pk"] and not field.primary_key:
                field = type(field)(primary_key=True)
            members[name] = field
        if write["pk"] not in members:
            members[write["pk"]] = models.BigIntegerField(primary_key=True)
        known = MODELS[write["table"]] = type(write["table"], (models.Model,), members)
    return known


MODELS: dict[str, type[models.Model]] = {}


class Fresh:
    """New values for one request: the same old value is always the same new one."""

    def __init__(self) -> None:
        self.now = current().now()
        self._seen: dict[str, Any] = {}

    def value(self, column: dict[str, Any]) -> Any:
        """Return a captured value as Python's; new where it varies from letter to letter."""
        value, kind, varies = column["value"], column["type"], column["varies"]
        if value is not None and kind in PARSERS:
            return PARSERS[kind](self, value)
        if value is not None and kind == "UUIDField":
            return self._made(value, _uuid7) if varies else UUID(value)
        if value is not None and kind == "CharField" and varies:
            return self._made(value, lambda: _like(value))
        return value

    def _made(self, value: str, make: Any) -> Any:
        found = self._seen.get(value)
        if found is None:
            found = self._seen[value] = make()
        return found


PARSERS: dict[str, Any] = {
    "DateTimeField": lambda fresh, _value: fresh.now,
    "DateField": lambda _fresh, value: date.fromisoformat(value),
    "BinaryField": lambda _fresh, value: bytes.fromhex(value),
}


def _uuid7() -> UUID:
    number = int(current().now().timestamp() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64
    return UUID(int=number | 2 << 62 | secrets.randbits(62))


def _like(text: str) -> str:
    """Return another text of the same length: digits for digits, else hexadecimal."""
    if text.isdigit():
        return str(secrets.randbelow(9 * 10 ** (len(text) - 1)) + 10 ** (len(text) - 1))
    return secrets.token_hex(len(text))[: len(text)]


def take(request: HttpRequest) -> JsonResponse:
    """Do the writes of one acceptance."""
    request.FILES  # noqa: B018 - reading it runs the upload handler
    fresh = Fresh()
    with transaction.atomic():
        newest: dict[str, Any] = {}
        for write in PLAN["rows"]:
            model = model_of(write)
            if write["verb"] == "insert":
                values = {
                    name: fresh.value(column)
                    for name, column in write["columns"].items()
                    if not (name == write["pk"] and column["type"] == "BigAutoField")
                }
                newest[write["table"]] = model._default_manager.create(**values)
            elif write["own"]:
                changed = {name: fresh.value(c) for name, c in write["columns"].items()}
                model._default_manager.filter(pk=newest[write["table"]].pk).update(**changed)
            else:
                place = secrets.choice(write["places"])
                changed = {name: models.F(name) + 1 for name in write["columns"]}
                model._default_manager.filter(pk=place).update(**changed)
    answer = JsonResponse({"done": True}, status=201)
    answer["Content-Length"] = str(len(answer.content))  # else the server sends it in chunks
    return answer


urlpatterns = [path("api/v1/submissions", take)]


def application() -> Any:
    """Return the WSGI application for a worker process."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def main() -> None:
    """Serve until ended."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ["PISHKHAN_FLOOR"] = sys.argv[1]
    Server(
        f"{NAME}:application",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=os.cpu_count() or 1,  # as many as the node
        blocking_threads=int(sys.argv[3]),
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
