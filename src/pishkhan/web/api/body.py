"""Bodies: JSON read strictly, and multipart whose files go to the disk as they come."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import N_, Invalid, Message, TooLarge, Unsupported
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PageRef, PageRole
from pishkhan.web.api.problems import not_kept, unreadable
from pishkhan.web.uploads import files
from pishkhan.web.uploads.pieces import let_go

Shape = TypeVar("Shape", bound=BaseModel)

PARTS = {"pages": PageRole.LETTER, "enclosures": PageRole.ENCLOSURE}
"""The file parts of a multipart body and what their pages are."""

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def read(request: HttpRequest, shape: type[Shape], *, optional: bool = False) -> Shape:
    """Return the JSON body in its shape; an empty one is `{}` where the body is optional.

    Raises Unsupported `web.not-json`, BadRequest `web.bad-json`, Invalid `web.invalid` with a
    sentence for each field (as pydantic's ValidationError, which `problems` turns into it).
    """
    data = request.body
    if not data and optional:
        return shape()
    if data and request.content_type != "application/json":
        raise Unsupported("web.not-json", N_("Send the body as application/json."))
    return parse(data, shape)


def parse(data: bytes, shape: type[Shape]) -> Shape:
    """Return JSON text in its shape; strict: nothing is taken for what it is not."""
    if _NUL.search(data):
        raise not_kept()
    try:
        return shape.model_validate_json(data)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        raise (not_kept() if _has_lone_surrogates(data) else unreadable()) from None


def _has_lone_surrogates(data: bytes) -> bool:
    """Return whether that is all that is wrong: Python's own reader lets them pass."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return b"\\u" in data


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter's JSON and the pages that came with it, stored already."""

    data: bytes
    pages: tuple[PageRef, ...] = ()

    def parts(self) -> list[bytes]:
        """Return what the digest of the request covers; no boundary is among it."""
        return [self.data, *(f"{page.role}:{page.digest}".encode() for page in self.pages)]


def read_with_files(request: HttpRequest, part: str) -> Sent:
    """Return the JSON and the files of a body that is either JSON or multipart.

    Multipart has the JSON in the part named `part`, and files in parts `pages` and
    `enclosures`. Each file is looked at and stored durably; nothing is held whole in memory.
    Raises what `letters.inspect_file` raises, TooLarge, Unsupported `web.not-json-or-files`,
    Unavailable `web.disk-full`.
    """
    if request.content_type == "application/json":
        return Sent(request.body)
    if request.content_type != "multipart/form-data":
        raise Unsupported(
            "web.not-json-or-files",
            N_("Send the body as application/json or multipart/form-data."),
        )
    files.check_room(_length(request))
    if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        let_go()
    taker = PageTaker(request)
    request.upload_handlers = [taker]
    try:
        texts = request.POST.getlist(part)
        unknown = [*request.POST.keys() - {part}, *request.FILES.keys() - PARTS.keys()]
    finally:
        taker.drop()
    if unknown:
        raise Invalid("web.invalid", fields={name[:80]: _no_such() for name in unknown[:20]})
    if len(texts) != 1:
        raise Invalid("web.invalid", fields={part: Message(N_("This must be filled."))})
    if "�" in texts[0]:
        # Django has replaced what was no UTF-8, or somebody means this sign: both are refused.
        raise unreadable()
    return Sent(texts[0].encode("utf-8", "surrogatepass"), tuple(taker.pages))


def _length(request: HttpRequest) -> int:
    value = request.META.get("CONTENT_LENGTH") or "0"
    return int(value) if value.isascii() and value.isdigit() else 0


def _no_such() -> Message:
    return Message(N_("There is no such field."))


class PageTaker(FileUploadHandler):
    """Takes each file of a multipart body down the road of every upload: partial, look, blob."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.pages: list[PageRef] = []
        self.partial: PartialBlob | None = None
        self.here = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file."""
        super().new_file(*args, **kwargs)
        if self.field_name not in PARTS:
            name = str(self.field_name)[:80]
            raise Invalid("web.invalid", fields={name: _no_such()})
        self.partial = letters.blob_store().begin(str(new_id()), limit=settings.UPLOAD_LIMIT)
        self.here = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        """Write one piece."""
        assert self.partial is not None
        try:
            self.here = self.partial.append(self.here, raw_data)
        except TooLarge:
            raise files.too_large(self.here + len(raw_data)) from None

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """Look at the file by its content and make it durable."""
        assert self.partial is not None
        facts = letters.inspect_file(self.partial.path)
        blob = self.partial.finish()
        self.partial = None
        self.pages.append(
            PageRef(
                digest=blob.digest,
                media_type=facts.media_type,
                size=blob.size,
                leaves=facts.leaves,
                role=PARTS[self.field_name],
                name=str(self.file_name or "")[:160],
            )
        )
        return UploadedFile(io.BytesIO(), name=self.file_name, size=file_size)

    def drop(self) -> None:
        """Remove what came of a file that was cut off or refused."""
        if self.partial is not None:
            self.partial.discard()
            self.partial = None
