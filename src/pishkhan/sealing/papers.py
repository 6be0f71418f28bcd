"""The second door of sealing: agencies' roots and what they say of keys, kept in tables.

Apart from `api`, which is used before Django is set up.
"""

from __future__ import annotations

from pishkhan.journal import api as journal
from pishkhan.sealing import api
from pishkhan.sealing.contracts import AgencyKeys, Subject, SubjectKind
from pishkhan.sealing.logic.register_root import register_root
from pishkhan.sealing.logic.stated import agency_keys, is_over, papers_of, revoked, roots
from pishkhan.sealing.logic.take_papers import take_papers
from pishkhan.sealing.statements import write_request

__all__ = [
    "AgencyKeys",
    "agency_keys",
    "is_over",
    "key_request",
    "papers_of",
    "register_root",
    "revoked",
    "roots",
    "take_papers",
]


def key_request() -> bytes:
    """Return the file by which this node asks its agency's root to state its three keys.

    Raises NotFound `journal.no-log`, and what `api.node_key` does.
    """
    node = journal.node_id()
    witness = api.witness_key(journal.witness_number())
    log = api.LogKey()
    subjects = [
        Subject(SubjectKind.RELAY, str(node), api.node_key().public_key),
        Subject(SubjectKind.LOG, journal.log_vkey(log), log.public),
        Subject(SubjectKind.WITNESS, journal.witness_vkey(witness), witness.public),
    ]
    return write_request(node, subjects)
