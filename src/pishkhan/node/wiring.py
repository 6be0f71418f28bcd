"""Brings together what no single context may know: the node's key and the node's directory."""

from __future__ import annotations

from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, NodeRole, NodeView
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.node.env import Role
from pishkhan.relay import api as relay
from pishkhan.sealing import api as sealing
from pishkhan.sealing.api import LogKey

__all__ = ["NODE_ROLES", "LogKey", "introduce", "witness_key"]

# A node that plays every part is its own centre.
NODE_ROLES = {
    Role.ALL: NodeRole.CENTRE,
    Role.CENTRE: NodeRole.CENTRE,
    Role.AGENCY: NodeRole.AGENCY,
    Role.COUNTER: NodeRole.COUNTER,
}


def introduce() -> NodeView:
    """Return this node's row in its own directory; make its key and the row the first time.

    Raises what `sealing.ensure_node_key` does: a lost key is for a person to judge.
    """
    journal.found_log()
    sealing.log_key(journal.head().epoch)
    witness_key()
    key = sealing.ensure_node_key(settings.HOME)
    relay.finish_epoch()
    recipient = sealing.seal_recipient()
    try:
        known = directory.node_self()
    except NotFound:
        directory.register_node(
            SYSTEM,
            name=settings.NODE.url.partition("://")[2],
            role=NODE_ROLES[settings.ROLE],
            public_key=key.public_key,
            is_self=True,
            node_id=journal.node_id(),
            recipient=recipient,
        )
    else:
        if known.recipient != recipient:
            directory.name_own_recipient(SYSTEM, recipient)
    return directory.node_self()


def witness_key() -> sealing.RawKey:
    """Return the key by which this node cosigns, after a restore the next one."""
    return sealing.witness_key(journal.witness_number())
