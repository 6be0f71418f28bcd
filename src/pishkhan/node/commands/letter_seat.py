"""What the verbs of `pishkhan letter` share: who acts, pages from files, steps in words."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands.user import id_of
from pishkhan.node.console import Exit, Stop, _

if TYPE_CHECKING:
    from pishkhan.directory.contracts import Actor
    from pishkhan.letters.contracts import PageRef, Purpose, Step

CHUNK = 256 * 1024


def seat_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --as and --seat."""
    parser.add_argument("--as", dest="username", required=True, help=_("login of who acts"))
    parser.add_argument("--seat", type=UUID, default=None, help=_("id of the seat, if several"))


def actor_of(args: argparse.Namespace) -> Actor:
    """Return who acts; FORBIDDEN when the person sits nowhere."""
    from pishkhan.directory import api as directory

    actor = directory.actor_for(id_of(args.username), args.seat)
    if actor is None:
        raise Stop(_("This person has no seat: see `pishkhan user seats`."), Exit.FORBIDDEN)
    return actor


def stored(file: Path) -> PageRef:
    """Return a file as pages of a letter, looked through and stored durably."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import PageRef

    if not file.is_file():
        raise Stop(_("There is no file %(name)s.") % {"name": os.fspath(file)}, Exit.NOT_FOUND)
    facts = letters.inspect_file(file)
    blob = letters.blob_store().put(chunks(file))
    return PageRef(
        digest=blob.digest,
        media_type=facts.media_type,
        size=blob.size,
        leaves=facts.leaves,
        name=file.name,
    )


def chunks(file: Path) -> Iterator[bytes]:
    """Yield a file in pieces."""
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def as_data(step: Step) -> dict[str, Any]:
    """Return a step of the timeline for programs."""
    told = {"kind": step.kind, "at": step.at, "by": step.by}
    return told | {key: step.params[key] for key in ("hand", "hand_as") if key in step.params}


def as_line(step: Step) -> str:
    """Return a step of the timeline for a person, dated in the terminal's language."""
    from pishkhan.web.letter.words import doer, sentence

    return f"  {_at(step)}  {sentence(step)}  {doer(step)}".rstrip()


def as_public_line(step: Step) -> str:
    """Return a step as the citizen reads it."""
    from pishkhan.web.public.status import STEPS

    return f"  {_at(step)}  {STEPS.get(step.kind, step.kind)}"


def _at(step: Step) -> str:
    from pishkhan.kernel.jalali import format_date
    from pishkhan.node.console import language

    return format_date(step.at, language(), with_time=True)


def state_word(state: str) -> str:
    """Return a state for a person; programs read its name by --json."""
    from pishkhan.web.templatetags.words import STATES

    return str(STATES[state][1]) if state in STATES else state


def purpose_word(purpose: Purpose) -> str:
    """Return a referral's purpose for a person."""
    from pishkhan.web.letter.words import PURPOSES

    return str(PURPOSES[purpose])
