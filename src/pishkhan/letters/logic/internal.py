"""Internal letters (نامهٔ داخلی): to posts of one's own agency, straight into their cartables.

What is written keeps its drafts, initials and notes to itself; its receivers get a row of their
own, made when it is numbered, with the words as they were signed. No message goes anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.contracts import (
    ArrivalState,
    CopyState,
    DraftState,
    IssuedNumber,
    LinkRef,
    NewLetter,
    PostTo,
    Purpose,
    ReferralState,
    Relation,
    StepKind,
    Way,
)
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.covers import enclosures_of
from pishkhan.letters.logic.link import add_links
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.referrals import end_referrals, settle_holder
from pishkhan.letters.logic.seen import deadline_of
from pishkhan.letters.logic.steps import add_step, add_steps
from pishkhan.letters.models import Addressee, Arrival, Draft, DraftVersion, Link, Referral
from pishkhan.relay import api as relay

MOST_POSTS = 50
"""Receivers and copies of one internal letter."""


def checked_posts(
    own: PostRef, posts: Sequence[PostTo], *, classification: str
) -> list[dict[str, object]]:
    """Return the rows' values, those who act first; Invalid names `posts` or `copies`.

    Above class 1 only posts whose present holder is cleared for it.
    """
    if len(posts) > MOST_POSTS:
        raise _wrong("posts", N_("These are too many receivers."))
    if len({each.post_id for each in posts}) != len(posts):
        raise _wrong("posts", N_("One receiver is named twice."))
    if not any(not each.copy for each in posts):
        raise _wrong("posts", N_("Choose at least one receiver."))
    known = {
        post.id: post
        for post in directory.open_posts(own.agency_id, only=[each.post_id for each in posts])
    }
    cleared = directory.cleared_posts(known, classification)
    found = []
    for each in sorted(posts, key=lambda each: each.copy):
        field = "copies" if each.copy else "posts"
        post = known.get(each.post_id)
        if post is None:
            raise _wrong(field, N_("Choose a post of your agency from the list."))
        if post.id == own.id:
            raise _wrong(field, N_("This is your own post; choose another one."))
        if post.id not in cleared:
            raise Invalid(
                "letters.bad-addressees",
                fields={
                    field: Message(
                        N_("%(post)s: its holder is not cleared for this class."),
                        {"post": post.title},
                    )
                },
            )
        phrase = entered.line("copies", each.phrase, longest=120, required=False)
        found.append(
            {
                "agency_id": own.agency_id,
                "agency_name": post.title[:200],
                "office_id": own.secretariat_id,
                "post_id": post.id,
                "copy": each.copy,
                "phrase": phrase if each.copy else "",
            }
        )
    return found


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-addressees", fields={field: Message(sentence)})


def receivers_line(to: Sequence[dict[str, object]]) -> str:
    """Return to whom it goes as a list says it: the receiver, or all who are to act."""
    acting = [str(each["agency_name"]) for each in to if "copy" in each and not each["copy"]]
    return "، ".join(acting) if acting else str(to[0]["agency_name"])


def answered_by(actor: Actor, given: NewLetter) -> Iterator[LinkRef]:
    """Yield the link to the internal letter that this one answers; it must lie before the actor."""
    if given.answers is None:
        return
    case = case_for(actor, given.answers)
    rules.require("answer", case.standing)
    arrival = case.arrival
    assert arrival.year is not None  # it was delivered with its number
    year, slash, number = arrival.number_text.partition("/")
    plain = bool(slash) and year.isdecimal() and number.isdecimal()
    yield LinkRef(
        Relation.ANSWERS,
        number if plain else arrival.number_text,
        int(year) if plain else arrival.year,
        arrival.from_name,
    )


def keep_internal(arrival: Arrival, given: NewLetter) -> None:
    """Note on the row until when its receivers shall act, and what it answers."""
    told = {
        "deadline": given.deadline.isoformat() if given.deadline else "",
        "answers": str(given.answers) if given.answers else "",
    }
    arrival.official = {**arrival.official, **{name: said for name, said in told.items() if said}}
    arrival.save(update_fields=["official"])


def deliver(act: Act, actor: Actor, arrival: Arrival, row: Draft, issued: IssuedNumber) -> None:
    """Lay a signed and numbered internal letter before its receivers, and tell whom it answers.

    Raises Refused (`letters.post-closed`) where a receiver's post was closed meanwhile.
    """
    to = list(Addressee.objects.filter(arrival=arrival).order_by("seq"))
    _refuse_closed(arrival, to)
    received = _row(act, arrival, row, issued, to)
    columns = Arrival._meta.concrete_fields
    rows.insert(Arrival, {f.attname: getattr(received, f.attname) for f in columns})
    relay.hold(act, received.letter_id, received.secretariat_id)
    pages = enclosures_of(arrival)
    insert_pages(received.secretariat_id, received.letter_id, list(enumerate(pages, 1)))
    add_links(received, _links(arrival), at=act.at)
    _lay(act, actor, received, row, to)
    arrival.official = {**arrival.official, "delivered": str(received.id)}
    arrival.save(update_fields=["official"])
    for each in to:
        each.state, each.draft_id = CopyState.SENT.value, row.id
        each.save(update_fields=["state", "draft_id"])
    row.state = DraftState.DISPATCHED.value
    row.save(update_fields=["state"])
    act.append(
        "letter.delivered",
        subject=received.letter_id,
        actor=actor.ref,
        fields={
            "letter": str(arrival.letter_id),
            "posts": [str(each.post_id) for each in to],
            "secretariat": str(received.secretariat_id),
        },
    )
    if arrival.official.get("answers"):
        _tell_answered(act, arrival, row)


def _refuse_closed(arrival: Arrival, to: Sequence[Addressee]) -> None:
    wanted = [each.post_id for each in to if each.post_id is not None]
    there = {post.id for post in directory.open_posts(arrival.agency_id, only=wanted)}
    for each in to:
        if each.post_id not in there:
            raise Refused(
                "letters.post-closed",
                Message(N_("%(post)s: this post is closed."), {"post": each.agency_name}),
            )


def _row(
    act: Act, arrival: Arrival, row: Draft, issued: IssuedNumber, to: Sequence[Addressee]
) -> Arrival:
    """Return the row as the receivers have it: the words, and what the paper says."""
    words = DraftVersion.objects.values("recipient", "subject", "body").get(
        draft_id=row.id, no=row.version
    )
    sender = (row.signed_for or row.signer_title)[:160]
    return Arrival(
        id=new_id(),
        letter_id=new_id(),
        **{name: getattr(arrival, name) for name in _SAME},
        from_name=sender,
        applicant_name=sender,
        subject=words["subject"],
        body=words["body"],
        norm=normalise(f"{words['subject']}\n{words['body']}\n{sender}"),
        accepted_at=act.at,
        arrived_at=act.at,
        state=ArrivalState.IN_PROGRESS.value,
        number=issued.number,
        year=issued.year,
        number_text=issued.text,
        registered_at=act.at,
        sender_number=issued.text,
        sender_date=act.at.astimezone(TEHRAN).date(),
        way=Way.RECEIVED.value,
        official=_paper(arrival, row, words["recipient"], to),
    )


_SAME = (
    "secretariat_id",
    "agency_id",
    "from_office_id",
    "tracking_code",
    "applicant_id_kind",
    "applicant_number",
    "kind",
    "urgency",
    "classification",
    "medium",
    "print_intent",
    "sheets",
    "terms",
)


def _paper(arrival: Arrival, row: Draft, recipient: str, to: Sequence[Addressee]) -> dict[str, Any]:
    deadline = deadline_of(arrival)
    assert row.signed_at is not None
    assert row.dispatched_at is not None
    return {
        "internal": True,
        "addressees": [
            {"name": each.agency_name, "phrase": each.phrase, "copy": each.copy} for each in to
        ],
        "copy": False,
        "phrase": "",
        "covers": row.covers,
        "letter": str(arrival.letter_id),
        "draft": str(row.id),
        "version": row.version,
        "agency_name": row.covers["from"]["name"],
        "recipient": recipient,
        "signer_name": row.signer_name,
        "signer_title": row.signer_title,
        "signer_post": str(row.signed_for_post_id or row.signed_by_post_id),
        "written": str(arrival.id),
        "signed_as": row.signed_as,
        "signed_for": row.signed_for,
        "signed_at": wire.iso(row.signed_at),
        "dispatched_at": wire.iso(row.dispatched_at),
        "text_digest": row.text_digest,
        "signature": bytes(row.signature).hex(),
        "key_id": row.key_id,
    } | ({"deadline": deadline.isoformat()} if deadline else {})


def _links(arrival: Arrival) -> list[LinkRef]:
    return [
        LinkRef(Relation(each.relation), each.number, each.year, each.sender)
        for each in Link.objects.filter(arrival=arrival).order_by("id")
    ]


def _lay(act: Act, actor: Actor, received: Arrival, row: Draft, to: Sequence[Addressee]) -> None:
    """Write the referrals: under one of the writer's own, by which he follows them."""
    root, sender = new_id(), received.from_name
    common = {"arrival_id": received.id, "at": act.at}
    values = [
        common
        | {
            "id": root,
            "parent_id": None,
            "from_post_id": None,
            "from_title": sender,
            "to_post_id": row.by_post_id,
            "to_title": row.by_title,
            "purpose": Purpose.INFORMATION.value,
            "principal": False,
            "deadline": None,
            "instruction": "",
            "seen_at": act.at,
            "ended_at": act.at,
            "state": ReferralState.DONE.value,
            "folder": "",  # what it brought lies in "sent"
            "turn": root,
        }
    ]
    for n, each in enumerate(to):
        made, purpose = new_id(), _purpose(each)
        values.append(
            common
            | {
                "id": made,
                "parent_id": root,
                "from_post_id": row.by_post_id,
                "from_title": sender,
                "to_post_id": each.post_id,
                "to_title": each.agency_name[:160],
                "purpose": purpose.value,
                "principal": n == 0,
                "deadline": None if each.copy else deadline_of(received),
                "instruction": each.phrase,
                "seen_at": None,
                "ended_at": None,
                "state": ReferralState.OPEN.value,
                "folder": rules.folder_of(ReferralState.OPEN, purpose),
                "turn": made,
            }
        )
    rows.insert_many(Referral, values)
    settle_holder(received)
    received.save(update_fields=["holder_post_id", "holder", "deadline"])
    at, office, letter = act.at, received.secretariat_id, received.letter_id
    number = {"number": received.number_text}
    add_step(office, letter, StepKind.REGISTERED, at=at, by=actor, params=number)
    told = [{"to": each.agency_name, "purpose": _purpose(each).value} for each in to]
    add_steps(office, letter, StepKind.REFERRED, at=at, by=sender, each=told)


def _purpose(to: Addressee) -> Purpose:
    return Purpose.INFORMATION if to.copy else Purpose.ACTION


def _tell_answered(act: Act, arrival: Arrival, row: Draft) -> None:
    """End the answerer's own part in the letter that was answered, and tell who wrote it.

    Nothing where it is over, or was taken back from him: the answer goes out all the same.
    """
    theirs = Arrival.objects.select_for_update().filter(pk=arrival.official["answers"]).first()
    if theirs is None:
        return
    there = list(Referral.objects.filter(arrival=theirs).order_by("id"))
    mine = [
        each
        for each in there
        if each.to_post_id == row.by_post_id and each.state != ReferralState.TAKEN_BACK
    ]
    if not mine:
        return
    still = [each for each in mine if each.state == ReferralState.OPEN]
    end_referrals(still, ReferralState.DONE, at=act.at, outcome=row.number_text)
    settle_holder(theirs)
    if theirs.state == ArrivalState.IN_PROGRESS and not any(
        each.state == ReferralState.OPEN and each.purpose == Purpose.ACTION for each in there
    ):
        theirs.state = ArrivalState.ANSWERED.value
    theirs.save(update_fields=["state", "holder_post_id", "holder", "deadline"])
    told = {"from": (row.signed_for or row.signer_title)[:160], "number": row.number_text}
    office = theirs.secretariat_id
    add_step(office, theirs.letter_id, StepKind.REPLIED, at=act.at, params=told)
    written = Arrival.objects.filter(pk=theirs.official["written"]).first()
    if written is None:
        return
    Addressee.objects.filter(
        arrival=written, post_id__in={_branch(there, each) for each in mine}
    ).update(state=CopyState.ANSWERED.value, told_at=act.at, number_text=row.number_text)
    add_step(office, written.letter_id, StepKind.REPLIED, at=act.at, params=told)


def _branch(there: Sequence[Referral], leaf: Referral) -> UUID:
    """Return the post to which the letter was addressed, from whom this referral comes."""
    by_id = {each.id: each for each in there}
    while leaf.parent_id is not None and by_id[leaf.parent_id].parent_id is not None:
        leaf = by_id[leaf.parent_id]
    return leaf.to_post_id
