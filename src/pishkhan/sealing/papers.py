"""The second door of sealing: agencies' roots and what they say of keys, kept in tables.

Apart from `api`, which is used before Django is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.sealing import api
from pishkhan.sealing.contracts import (
    AgencyKeys,
    KeyUse,
    OwnKeys,
    Subject,
    SubjectKind,
    Switched,
)
from pishkhan.sealing.logic import rotation as _rotation
from pishkhan.sealing.logic.register_root import register_root
from pishkhan.sealing.logic.stated import (
    agency_keys,
    over_since,
    papers_of,
    relay_key,
    revoked,
    roots,
    stated_last,
)
from pishkhan.sealing.logic.switch_key import make_next, name_of, subject_of, switch_key
from pishkhan.sealing.logic.take_papers import take_papers
from pishkhan.sealing.statements import write_request

__all__ = [
    "AgencyKeys",
    "KeyUse",
    "OwnKeys",
    "Switched",
    "agency_keys",
    "key_request",
    "log_keys",
    "make_next",
    "next_request",
    "over_since",
    "own_keys",
    "papers_of",
    "register_root",
    "relay_key",
    "revoked",
    "roots",
    "switch_key",
    "take_papers",
]


def key_request() -> bytes:
    """Return the file by which this node asks its agency's root to state its three keys.

    A key that is stated for something else is left out. Raises NotFound `journal.no-log`, and what
    `api.node_key` does.
    """
    node = journal.node_id()
    witness = api.witness_key(journal.witness_number())
    subjects = [
        subject_of(KeyUse.RELAY, api.node_key().public_key),
        subject_of(KeyUse.LOG, api.log_key(journal.head().epoch).public_key),
        Subject(SubjectKind.WITNESS, journal.witness_vkey(witness), witness.public),
    ]
    said = {each: stated_last(each.key_id) for each in subjects}
    fit = [each for each, last in said.items() if last is None or last.subject == each]
    return write_request(node, fit)


def next_request(subject: Subject) -> bytes:
    """Return the file by which this node asks for a statement of its next key."""
    return write_request(journal.node_id(), [subject])


def own_keys(use: KeyUse) -> OwnKeys:
    """Return this node's relay or log keys: in use, next and former. Raises as `key_request`."""
    if use is KeyUse.RELAY:
        present, former = api.node_key(), api.former_relay_keys()
    else:
        epoch = journal.head().epoch
        present, former = api.log_key(epoch), api.former_log_keys(epoch)
    following = _rotation.next_key(Path(settings.HOME), name_of(use))
    return OwnKeys(
        subject_of(use, present.public_key),
        None if following is None else subject_of(use, following.public_key),
        former,
    )


def log_keys(epoch: int) -> Mapping[bytes, datetime | None]:
    """Return the keys by which the log of an epoch is and was signed, the present one first.

    To each T, as `over_since` has it: what it signed counts no more but by cosignatures of before.
    """
    now = clock.current().now()
    known = (api.log_key(epoch), *reversed(api.former_log_keys(epoch)))
    return {each.public_key: over_since(each.key_id, now) for each in known}
