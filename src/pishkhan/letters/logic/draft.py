"""Draft an answer, or a new version of a draft (پیش‌نویس)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, DraftState, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.answer_text import content_digest
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Draft, DraftVersion

WORDS = ("recipient", "subject", "body")
LONGEST_BODY = 100_000
"""Characters of an answer; some forty pages. What is longer is an enclosure."""


def draft(
    actor: Actor,
    arrival_id: UUID,
    *,
    subject: str,
    body: str,
    draft_id: UUID | None = None,
    based_on: int | None = None,
    note: str = "",
    recipient: str = "",
) -> UUID:
    """Write a draft, or the next version of `draft_id`; return the draft's id.

    For a post that has the letter for action or to sign. Initials stand on a version: a new one
    needs them anew. The same text again changes nothing. `based_on` is the version that the writer
    began from, None for the newest: words that another wrote meanwhile are never written over
    unseen. `recipient` is the line over the text, salutation and name, as it goes on the paper.
    Raises NotFound, Forbidden, Refused (`letters.not-now`, `letters.draft-settled`,
    `letters.draft-changed`), Invalid.
    """
    subject = entered.line("subject", subject, longest=300)
    body = entered.text("body", body, longest=LONGEST_BODY)
    note = entered.line("note", note, longest=300, required=False)
    recipient = entered.line("recipient", recipient, longest=200, required=False)
    words = {"recipient": recipient, "subject": subject, "body": body}
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        if draft_id is None:
            rules.require("draft", case.standing)
            made, no = _new(actor, case), 1
        else:
            rules.require_draft("revise", case.standing, draft_id)
            if _words(draft_id) == words:
                return draft_id
            _not_over_others(draft_id, based_on)
            made, no = draft_id, _next_version(case, draft_id)
        _write_version(actor, made, no, words | {"note": note}, at=act.at)
        _move_on(case)
        if not actor.is_chief:
            mark_seen(case.mine, at=act.at)
        if case.standing.state is ArrivalState.REGISTERED:
            tell_counter(act, case.arrival, StepKind.DRAFTED)
        _note(act, actor, case, (made, no), words)
    return made


def renew(act: Act, actor: Actor, case: Case, *, changed: str) -> None:
    """Make a new version of the same words where an initial stood on what changes beside them.

    An initial and the look before a signature are of the whole letter: with other addressees or
    enclosures it is another one. `changed` says which, for the timeline.
    """
    for facts in case.standing.drafts:
        words = _words(facts.id) if facts.initialled or facts.approved else None
        if words is None or facts.state not in rules.LIVE_DRAFT:
            continue
        no = _next_version(case, facts.id)
        _write_version(actor, facts.id, no, words | {"note": ""}, at=act.at)
        _note(act, actor, case, (facts.id, no), words, changed=changed)


def _note(
    act: Act,
    actor: Actor,
    case: Case,
    version: tuple[UUID, int],
    words: dict[str, str],
    *,
    changed: str = "",
) -> None:
    """Put a version (draft, its number) on the timeline and in the journal."""
    draft_id, no = version
    add_step(
        case.arrival.secretariat_id,
        case.arrival.letter_id,
        StepKind.DRAFTED,
        at=act.at,
        by=actor,
        params={"version": str(no)} | ({"changed": changed} if changed else {}),
    )
    act.append(
        "letter.drafted",
        subject=case.arrival.letter_id,
        actor=actor.ref,
        fields={
            "draft": str(draft_id),
            "version": no,
            "content_digest": content_digest(words["subject"], words["body"], words["recipient"]),
        },
    )


def arrival_of_draft(draft_id: UUID) -> UUID:
    """Return the arrival to ask `access` for; NotFound `letters.not-found` as it would say."""
    found = Draft.objects.filter(pk=draft_id).values_list("arrival_id", flat=True).first()
    if found is None:
        raise NotFound("letters.not-found")
    return found


def _new(actor: Actor, case: Case) -> UUID:
    assert actor.post_id is not None  # a referral lies before the post
    made = new_id()
    Draft.objects.create(
        id=made,
        arrival=case.arrival,
        state=DraftState.DRAFTING.value,
        by_post_id=actor.post_id,
        by_title=actor.title_line,
        version=1,
    )
    return made


def _words(draft_id: UUID, no: int | None = None) -> dict[str, str] | None:
    """Return a version's words, the newest one's unless `no` names another."""
    versions = DraftVersion.objects.filter(draft_id=draft_id).order_by("-no")
    if no is not None:
        versions = versions.filter(no=no)
    found: dict[str, str] | None = versions.values(*WORDS).first()
    return found


def _not_over_others(draft_id: UUID, based_on: int | None) -> None:
    """Pass if the words are still those of the version `based_on`, though its number may not be."""
    if based_on is not None and _words(draft_id, based_on) != _words(draft_id):
        raise draft_changed()


def draft_changed() -> Refused:
    """Return the refusal of what was done by words that are not the newest any more."""
    return Refused("letters.draft-changed", N_("The draft was changed meanwhile; read it again."))


def _next_version(case: Case, draft_id: UUID) -> int:
    row = case.draft(draft_id)
    row.version += 1
    row.state, row.send_back_note = DraftState.DRAFTING.value, ""
    row.save(update_fields=["version", "state", "send_back_note"])
    return row.version


def _write_version(
    actor: Actor, draft_id: UUID, no: int, words: dict[str, str], *, at: datetime
) -> None:
    rows.insert(
        DraftVersion,
        words
        | {
            "draft_id": draft_id,
            "no": no,
            "by_post_id": actor.post_id,
            "by_title": actor.title_line,
            "at": at,
        },
    )


def _move_on(case: Case) -> None:
    state = rules.next_arrival("draft", case.standing.state)
    if state is not case.standing.state:
        case.arrival.state = state.value
        case.arrival.save(update_fields=["state"])
