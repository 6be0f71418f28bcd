"""A letter as a bundle of evidence tells it: what its rows say, and who only by an order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pishkhan.kernel import sniff
from pishkhan.letters.contracts import DraftState, Page
from pishkhan.letters.logic.pages import pages_of
from pishkhan.letters.models import Answer, Arrival, Draft, DraftVersion, Submission

_BOTH = (
    "tracking_code", "kind", "subject", "body", "urgency", "classification", "medium", "sheets",
    "accepted_at", "taken_on", "state", "number_text", "missing", "missing_until", "rounds",
    "withdrawal_asked_at", "hop",
)  # fmt: skip
_AT_COUNTER = (
    "counter_id", "counter_name", "agency_id", "agency_name", "secretariat_id", "now_with",
    "state_fee", "commission", "currency_epoch", "pay_way", "status_at", "last_step_at",
    "handed_over_at", "receipt_printed_at",
)  # fmt: skip
_AT_AGENCY = (
    "secretariat_id", "agency_id", "from_office_id", "from_name", "arrived_at", "number", "year",
    "registered_at", "sender_number", "sender_date", "way", "gone_to_id", "via_office_id",
    "closed_at",
)  # fmt: skip
_WHO = (
    "applicant_id_kind", "applicant_number", "applicant_name", "applicant_mobile", "others",
    "circumstances",
)  # fmt: skip
_ANSWER = (
    "number_text", "signer_title", "signed_as", "signed_for", "signed_at", "dispatched_at",
    "text_digest", "key_id",
)  # fmt: skip


def letter_of(
    submission: Submission | None, arrivals: Iterable[Arrival], *, identity: bool
) -> dict[str, Any]:
    """Return the letter as each office of this node holds it, as JSON values.

    Names and numbers of persons, and what a file was called when it was scanned, are there only
    with `identity`.
    """
    held = []
    if submission is not None:
        told = _office(submission, (*_BOTH, *_AT_COUNTER), submission.counter_id, identity=identity)
        told["answers"] = _received(submission, identity=identity)
        held.append({"office": "counter", **told})
    for arrival in arrivals:
        told = _office(arrival, (*_BOTH, *_AT_AGENCY), arrival.secretariat_id, identity=identity)
        told["answers"] = _written(arrival, identity=identity)
        held.append({"office": "secretariat", **told})
    return {"held": held}


def pages_held(submission: Submission | None, arrivals: Iterable[Arrival]) -> list[Page]:
    """Return the files of the letter at all offices of this node, each once, in order."""
    offices = [] if submission is None else [(submission.counter_id, submission.pk)]
    offices += [(arrival.secretariat_id, arrival.letter_id) for arrival in arrivals]
    found: dict[str, Page] = {}
    for office, letter in offices:
        for page in pages_of(office, letter):
            found.setdefault(page.digest, page)
    return list(found.values())


def page_names(pages: Iterable[Page]) -> dict[str, str]:
    """Return where the file of each digest lies in the bundle."""
    endings = sniff.EXTENSIONS
    return {
        page.digest: f"pages/{place:03}-{page.digest}.{endings.get(page.media_type, 'bin')}"
        for place, page in enumerate(pages, 1)
    }


def _office(
    row: Submission | Arrival, names: Iterable[str], office: UUID, *, identity: bool
) -> dict[str, Any]:
    letter = row.pk if isinstance(row, Submission) else row.letter_id
    told = {name: _json(getattr(row, name)) for name in names}
    told["pages"] = [_page(page, identity=identity) for page in pages_of(office, letter)]
    if identity:
        told["applicant"] = {name: _json(getattr(row, name)) for name in _WHO}
    return told


def _page(page: Page, *, identity: bool) -> dict[str, Any]:
    told = {
        "seq": page.seq,
        "round": page.round,
        "role": page.role.value,
        "sha256": page.digest,
        "media_type": page.media_type,
        "size": page.size,
        "leaves": page.leaves,
    }
    return {**told, "name": page.name} if identity else told


def _received(submission: Submission, *, identity: bool) -> list[dict[str, Any]]:
    """Return the answers that came to the counter, oldest first."""
    rows = Answer.objects.filter(letter_id=submission.pk, counter_id=submission.counter_id)
    return [
        _answer(row, (row.subject, row.body, row.recipient), identity=identity)
        for row in rows.order_by("received_at", "id")
    ]


def _written(arrival: Arrival, *, identity: bool) -> list[dict[str, Any]]:
    """Return the answers that the agency dispatched, oldest first, as they were signed."""
    rows = Draft.objects.filter(arrival=arrival, state=DraftState.DISPATCHED.value).order_by("id")
    versions = DraftVersion.objects.filter(draft__in=rows)
    texts = {(text.draft_id, text.no): text for text in versions}
    found = []
    for row in rows:
        text = texts[row.pk, row.version]
        found.append(_answer(row, (text.subject, text.body, text.recipient), identity=identity))
    return found


def _answer(row: Answer | Draft, words: tuple[str, str, str], *, identity: bool) -> dict[str, Any]:
    subject, body, recipient = words
    told = {name: _json(getattr(row, name)) for name in _ANSWER}
    told |= {
        "id": str(row.pk),
        "subject": subject,
        "body": body,
        "signature": bytes(row.signature).hex(),
    }
    if identity:  # `covers` names who else was written to
        told |= {"recipient": recipient, "signer_name": row.signer_name, "covers": row.covers}
    return told


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
