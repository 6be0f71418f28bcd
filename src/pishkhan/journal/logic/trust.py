"""Whom this node trusts: HOME/witness.policy, read when it is needed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pishkhan.journal.node_id import node_id
from pishkhan.journal.policy import BadPolicy, Policy, Witness, read_policy
from pishkhan.journal.witness_number import number
from pishkhan.kernel.errors import N_, Message, Unavailable

FILE = "witness.policy"


def policy() -> Policy | None:
    """Return what the file says, None when there is none.

    Raises Unavailable `journal.policy`, permanent, with the line and what to do.
    """
    try:
        data = (Path(settings.HOME) / FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        why = Message(N_("The file cannot be read: %(why)s"), {"why": error.strerror})
        raise _bad(0, why) from None
    try:
        return read_policy(data)
    except BadPolicy as bad:
        raise _bad(bad.line, bad.why) from None


def readable() -> Policy | None:
    """Return the policy where a file that cannot be read counts as none: others tell of it."""
    try:
        return policy()
    except Unavailable:
        return None


def own_prefix() -> str:
    """Return how the names of this node's own logs begin."""
    return f"pishkhan/{node_id()}/"


def key_name() -> str:
    """Return the name of this node's witness key (docs/protocol/journal.md)."""
    return f"pishkhan-witness/{node_id()}/{number(Path(settings.HOME))}"


def foreign(found: Policy) -> list[Witness]:
    """Return the witnesses of a policy but this node itself: nobody is his own witness."""
    own = f"pishkhan-witness/{node_id()}/"
    return [each for each in found.witnesses.values() if not each.key.name.startswith(own)]


def _bad(line: int, why: Message) -> Unavailable:
    words = N_("HOME/witness.policy, line %(line)s: %(why)s")
    return Unavailable("journal.policy", Message(words, {"line": line, "why": why}), permanent=True)
