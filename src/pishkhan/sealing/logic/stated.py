"""Reading what is known of agencies' keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.kernel.errors import N_, NotFound
from pishkhan.sealing.contracts import (
    AgencyKeys,
    Revocations,
    Revoked,
    RootView,
    Said,
    StatedKey,
    Statement,
    SubjectKind,
)
from pishkhan.sealing.models import KeyPaper, Root
from pishkhan.sealing.statements import REVOCATIONS, STATEMENT, Paper, read_body


def said_of(row: KeyPaper) -> Said:
    """Return what a kept paper says; it was verified when it was taken."""
    return read_body(row.label, bytes(row.body))


def newest_list(agency_id: UUID) -> Revocations | None:
    """Return the newest revocation list of an agency."""
    rows = KeyPaper.objects.filter(agency_id=agency_id, label=REVOCATIONS)
    row = rows.order_by("-number").first()
    found = None if row is None else said_of(row)
    return found if isinstance(found, Revocations) else None


def revoked(key_id: str) -> Revoked | None:
    """Return the revocation of a key by the agency that stated it; None when it has none."""
    row = KeyPaper.objects.filter(label=STATEMENT, key_id=key_id).first()
    known = None if row is None else newest_list(row.agency_id)
    rows = known.revoked if known else ()
    return next((each for each in rows if each.key_id == key_id), None)


def over_since(key_id: str, at: datetime) -> datetime | None:
    """Return T for a key that counts no more at a moment, None for one that does.

    It was revoked at T, or T is the `until` stated last for it, which has gone by. None for a key
    that no agency stated. Two queries at most.
    """
    said = stated_last(key_id)
    if said is None:
        return None
    known = newest_list(said.agency)
    ends = [each.at for each in (known.revoked if known else ()) if each.key_id == key_id]
    if said.ends is not None and said.ends <= at:
        ends.append(said.ends)
    return min(ends, default=None)


def stated_last(key_id: str) -> Statement | None:
    """Return the newest statement of a key; all are by one agency (`take_papers`)."""
    rows = KeyPaper.objects.filter(label=STATEMENT, key_id=key_id).order_by("-number")
    row = rows.first()
    said = None if row is None else said_of(row)
    return said if isinstance(said, Statement) else None


def relay_key(node: UUID, known: str, wanted: str, at: datetime) -> bytes | None:
    """Return the relay key of another node by its id, where a root states it; None else.

    `known` is the id of the key under which the operator entered the node: the agency that states
    that one as the node's says also which come after it, and no other agency does.
    """
    first, second = stated_last(known), stated_last(wanted)
    if first is None or second is None or second.begins > at:
        return None
    mine = (SubjectKind.RELAY, str(node))
    fits = all((each.subject.kind, each.subject.name) == mine for each in (first, second))
    return second.subject.key if fits and first.agency == second.agency else None


def agency_keys(agency_id: UUID) -> AgencyKeys:
    """Return what is known of an agency's keys. NotFound `sealing.no-root`."""
    root = Root.objects.filter(agency_id=agency_id, ended_at=None).first()
    if root is None:
        raise NotFound(
            "sealing.no-root", N_("The agency has no root here: `pishkhan keys register` first.")
        )
    known = newest_list(agency_id)
    ended = {each.key_id: each for each in known.revoked} if known else {}
    rows = KeyPaper.objects.filter(agency_id=agency_id, label=STATEMENT).order_by("number")
    stated = tuple(
        StatedKey(
            said.number, said.root, said.subject, said.begins, said.ends,
            ended.get(said.subject.key_id),
        )
        for said in map(said_of, rows) if isinstance(said, Statement)
    )  # fmt: skip
    view = RootView(agency_id, root.key_id, bytes(root.public_key), root.number, root.since)
    return AgencyKeys(view, stated, known)


def roots() -> list[UUID]:
    """Return the agencies that have a root here, in the order in which they got one."""
    return list(Root.objects.filter(ended_at=None).order_by("since").values_list(
        "agency_id", flat=True
    ))  # fmt: skip


def papers_of(agency_id: UUID) -> bytes:
    """Return all statements and the newest list of an agency as a file to hand on."""
    rows = list(KeyPaper.objects.filter(agency_id=agency_id, label=STATEMENT).order_by("number"))
    lists = KeyPaper.objects.filter(agency_id=agency_id, label=REVOCATIONS)
    rows += list(lists.order_by("-number")[:1])
    papers = (Paper(said_of(row), bytes(row.body), bytes(row.signature)) for row in rows)
    return b"".join(map(bytes, papers))
