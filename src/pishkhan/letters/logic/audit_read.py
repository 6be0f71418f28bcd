"""What an auditor reads: the log, and the entries of records that he opened for a reason today.

An entry tells kind, subject, time, who by his reference, and its fields: never a letter's words,
pages or persons.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.auditing import CheckedEntry, Overlook
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters import access
from pishkhan.letters.contracts.audit import AuditPage
from pishkhan.letters.models import Arrival, Reading, Submission
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers


def is_audited(actor: Actor, subject: UUID) -> bool:
    """Return whether the auditor opened this record today. Raises as `audit`, but for the reason.

    Four queries.
    """
    may_see(actor, subject)
    return _has_opened(actor, subject)


def audit_head(actor: Actor) -> Overlook:
    """Return the log at a glance. Raises Forbidden, NotFound `journal.no-log`."""
    actor.require(Right.AUDIT)
    return journal.overlook()


def audit_log(
    actor: Actor,
    *,
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> AuditPage:
    """Return a page of the log, newest first: what was done and when, not to what or by whom.

    Seven queries, up to ten more when it is narrowed down. Raises Forbidden, Invalid
    `pages.cursor`.
    """
    actor.require(Right.AUDIT)
    page = journal.browse(kind=kind, since=since, until=until, after=after, limit=limit)
    subjects = {row.subject for row in page.rows}
    above = access.closed_to_auditor(actor, subjects) if subjects else set()
    closed = frozenset(row.id for row in page.rows if row.subject in above)
    return AuditPage(page, closed)


def audit_record(actor: Actor, subject: UUID, *, after: str | None = None) -> AuditPage:
    """Return the entries about a record that the auditor opened today, newest first.

    Raises Refused `letters.not-audited`, and what `is_audited` raises.
    """
    _opened(actor, subject)
    return AuditPage(journal.browse(subjects=[subject], after=after), frozenset())


def audit_entry(actor: Actor, entry_id: UUID) -> CheckedEntry:
    """Return an entry of a record that is open to him, checked against the published log.

    Raises NotFound `journal.no-entry`, and what `audit_record` raises.
    """
    _opened(actor, subject_of(actor, entry_id))
    return journal.check_entry(entry_id, papers.log_keys, sealing.fits)


def audit_proof(actor: Actor, entry_id: UUID, fields: Collection[str]) -> bytes:
    """Return the proof of an entry that shows these fields (C2SP tlog-proof).

    Raises what `audit_entry` and `journal.proof` raise.
    """
    _opened(actor, subject_of(actor, entry_id))
    return journal.proof(entry_id, fields)


def subject_of(actor: Actor, entry_id: UUID) -> UUID:
    """Return what an entry is about; NotFound `journal.no-entry`, also where closed to him."""
    actor.require(Right.AUDIT)
    subject = journal.subject_of(entry_id)
    if subject is None or access.closed_to_auditor(actor, [subject]):
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    return subject


def is_letter(actor: Actor, subject: UUID) -> bool:
    """Return whether a subject is a letter that an office of this node holds."""
    actor.require(Right.AUDIT)
    return (
        Submission.objects.filter(pk=subject).exists()
        or Arrival.objects.filter(letter_id=subject).exists()
    )


def _opened(actor: Actor, subject: UUID) -> None:
    may_see(actor, subject)
    if not _has_opened(actor, subject):
        raise Refused("letters.not-audited", N_("Write first why you open this record."))


def may_see(actor: Actor, subject: UUID) -> None:
    """Raise what `audit` raises where a record is closed to the actor, or not there."""
    actor.require(Right.AUDIT)
    if access.closed_to_auditor(actor, [subject]) or not journal.has_subject(subject):
        raise NotFound("letters.not-found")


def _has_opened(actor: Actor, subject: UUID) -> bool:
    found = Reading.objects.filter(letter_id=subject, reader=actor.ref, day=_today())
    return found.exists()


def _today() -> date:
    return clock.current().now().astimezone(TEHRAN).date()
