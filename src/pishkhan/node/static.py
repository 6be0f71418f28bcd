"""Static files straight from the package, under names that carry their content's hash.

The built assets are committed, so a node needs no collectstatic: each file is found once at the
start, `{% static %}` gives `name.<hash>.ext`, and that address may be kept for ever. The plain
name works too (style sheets name their fonts so) and is asked again after a day.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

PACKED = (".gz", ".br")
HASH_LENGTH = 12


def hashed(name: str, content_hash: str) -> str:
    """Return "web/app.js" as "web/app.0123456789ab.js"."""
    stem, dot, extension = name.rpartition(".")
    return f"{stem}.{content_hash}{dot}{extension}" if dot else f"{name}.{content_hash}"


@cache
def content_hash(path: str) -> str:
    """Return the first 12 hex digits of the file's SHA-256."""
    with open(path, "rb") as file:  # noqa: PTH123 - whitenoise and the finders speak in strings
        return hashlib.file_digest(file, "sha256").hexdigest()[:HASH_LENGTH]


@cache
def address(name: str) -> str:
    """Return the address of a static file; raise ValueError when there is no such file."""
    path = finders.find(name)
    if not path:
        raise ValueError(f"no static file {name}")
    return urljoin(settings.STATIC_URL, hashed(name, content_hash(str(path))))


class PackagedStorage(StaticFilesStorage):
    """Gives hashed addresses for the package's own files."""

    def url(self, name: str | None) -> str:
        return address(str(name))


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # whitenoise is untyped
    """Serves each static file under its plain and its hashed name, read from the package."""

    def __init__(self, get_response: Any = None) -> None:
        super().__init__(get_response)
        prefix = str(self.static_prefix)
        for finder in finders.get_finders():
            for relative, storage in finder.list(None):
                if relative.endswith(PACKED):
                    continue
                name, path = relative.replace("\\", "/"), storage.path(relative)
                self.add_file_to_dictionary(prefix + name, path)
                self.add_file_to_dictionary(prefix + hashed(name, content_hash(path)), path)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Return True for addresses that carry the content's hash."""
        return f".{content_hash(path)}." in url
