"""Export a letter as evidence: itself, its pages, its entries with their proofs, and the keys."""

from __future__ import annotations

from dataclasses import replace

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, zips
from pishkhan.letters import access
from pishkhan.letters.contracts.audit import Evidence, EvidenceOrder
from pishkhan.letters.logic.audit import reason_of
from pishkhan.letters.logic.evidence_files import make_bundle

PATIENCE = 2.0  # seconds; the log takes a moment for what was just written


def export_evidence(
    actor: Actor, order: EvidenceOrder, *, verify_page: bytes, wait: float = PATIENCE
) -> Evidence:
    """Return a letter's bundle, ready to be sent piece by piece; the order is on record before.

    Needs AUDIT. The entry (`evidence.exported`) has the reasons as they were written, whether
    persons are named, and the digest of the bundle's list, by which a bundle is known again. It is
    written once all files were found whole: what breaks off while it is sent was exported all the
    same. Names and numbers of persons are in it only with `identity`, which has a reason of its
    own. `verify_page` is the saved page that checks proofs. Raises Forbidden;
    NotFound `letters.not-found`, also for a class above his clearance; Invalid (`reason`,
    `identity_reason`); Unavailable `letters.evidence-page`.
    """
    actor.require(Right.AUDIT)
    access.audited(actor, order.letter_id)
    order = _checked(order)
    about = journal.entries_of(order.letter_id)
    if about and wait:
        journal.await_published(about[-1].id, wait)
    # Before the act: files are read through, and nobody else's deed waits for that.
    at, held = clock.current().now(), access.audited(actor, order.letter_id)
    made = make_bundle(order, held, at=at, verify_page=verify_page)
    with journal.act() as act:
        access.audited(actor, order.letter_id)  # its class may have been raised meanwhile
        why = {"identity_reason": order.identity_reason} if order.identity else {}
        act.append(
            "evidence.exported",
            subject=order.letter_id,
            actor=actor.ref,
            fields={
                "reason": order.reason,
                "identity": order.identity,
                "sums": made.sums,
                **why,
            },
        )
    return Evidence(
        name=f"evidence-{order.letter_id}.zip",
        sums=made.sums,
        entries=made.entries,
        waiting=made.waiting,
        files=len(made.files) + len(made.pages),
        chunks=zips.streamed(made.parts()),
    )


def _checked(order: EvidenceOrder) -> EvidenceOrder:
    reason = reason_of("reason", order.reason)
    why = reason_of("identity_reason", order.identity_reason) if order.identity else ""
    return replace(order, reason=reason, identity_reason=why)
