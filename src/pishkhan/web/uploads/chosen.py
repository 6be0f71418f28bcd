"""The pages that the capture component wrote into a form, as the node saw their files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pishkhan.directory.contracts import Actor
from pishkhan.letters.contracts import PageRef, PageRole
from pishkhan.web.uploads import files

MOST_PAGES = 2000
_DIGEST = re.compile(r"[0-9a-f]{64}")


def listed(values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the pages that the capture component wrote; nothing for what is no such list."""
    try:
        pages = json.loads(values.get("pages") or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(pages, list):
        return []
    return [page for page in pages[:MOST_PAGES] if isinstance(page, dict)]


def digests(values: Mapping[str, str]) -> list[str]:
    """Return the digests of the pages that the capture component wrote."""
    return [digest for page in listed(values) if (digest := _digest(page))]


def uploaded(actor: Actor, pages: Sequence[dict[str, Any]]) -> tuple[PageRef, ...]:
    """Return the pages as the node saw them; Invalid for one that the actor did not send."""
    found = files.all_facts(actor.ref, [_digest(page) for page in pages])
    return tuple(
        replace(
            ref,
            rotation=_turn(page.get("rotation")),
            role=_role(page.get("role")),
        )
        for ref, page in zip(found, pages, strict=True)
    )


def _digest(page: dict[str, Any]) -> str:
    """Return the page's digest; "" for what is none, and may be what no engine takes as text."""
    value = page.get("digest")
    return value if isinstance(value, str) and _DIGEST.fullmatch(value) else ""


def _turn(value: object) -> int:
    return value if isinstance(value, int) and value in (90, 180, 270) else 0


def _role(value: object) -> PageRole:
    found = str(value or "")
    return PageRole(found) if found in set(PageRole) else PageRole.LETTER
