"""Begin a letter (نامهٔ صادره، نامهٔ داخلی): a case of the writer's own, with a draft."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef
from pishkhan.directory.contracts.stand_ins import kind_of_table, kind_of_way
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.journal.contracts import JSON
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Forbidden, Invalid, Message, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.access import post_of
from pishkhan.letters.contracts import (
    ArrivalState,
    Classification,
    DraftState,
    IdKind,
    LetterKind,
    Medium,
    NewLetter,
    PrintIntent,
    Purpose,
    ReferralState,
    StepKind,
    Urgency,
    Way,
)
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.accept import pages_digest
from pishkhan.letters.logic.addressees import checked_addressees, write_addressees
from pishkhan.letters.logic.answer_text import content_digest
from pishkhan.letters.logic.circular_list import checked_bodies, keep_circular, root_over
from pishkhan.letters.logic.draft import LONGEST_BODY
from pishkhan.letters.logic.enclose import add_enclosures, checked_enclosures
from pishkhan.letters.logic.internal import (
    answered_by,
    checked_posts,
    keep_internal,
    receivers_line,
)
from pishkhan.letters.logic.link import add_links, checked_links
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.terms import Kept, chosen_terms, codes_of
from pishkhan.letters.models import Arrival, Draft, DraftVersion, Referral
from pishkhan.relay import api as relay


def begin_letter(actor: Actor, given: NewLetter) -> UUID:
    """Write the first version of a letter; return the id that opens it.

    To another agency with copies, as a circular to a group of bodies below the writer's own, or to
    posts of one's own agency as an internal letter.

    For any post. It lies in the writer's cartable and goes the way of every draft: versions,
    initials, signature; it gets its number when it is dispatched. Raises Forbidden, Invalid
    (fields agency_id, bodies, posts, copies, recipient, subject, body, links, pages,
    classification, deadline, and those of `terms`); NotFound, Forbidden for `answers`.
    """
    post = directory.posts([post_of(actor)])[post_of(actor)]
    given = replace(given, classification=max(given.classification, given.enclosures_class))
    office = _office(actor, post, Classification(given.classification))
    to_name, to = _receivers(post, given)
    words = _words(given, to_name)
    links = checked_links([*answered_by(actor, given), *given.links])
    terms = chosen_terms(given.terms, {}, official=True)
    _within_kinds(actor, given, terms)
    pages = checked_enclosures(given.enclosures)
    with journal.act() as act:
        arrival = _case(act, post, words, to_name=to_name, given=given, office=office, terms=terms)
        relay.hold(act, arrival.letter_id, arrival.secretariat_id)
        write_addressees(arrival, to)
        if given.posts:
            entered.coming_day("deadline", given.deadline, at=act.at)
            keep_internal(arrival, given)
        if given.enclosures_class > Classification.NORMAL:
            arrival.official["enclosures_class"] = given.enclosures_class.value
            arrival.save(update_fields=["official"])
        if given.bodies:
            keep_circular(arrival, to_name, len(to))
        add_links(arrival, links, at=act.at)
        add_enclosures(arrival, pages)
        _to_himself(act, actor, arrival, post)
        draft = _draft(act, actor, arrival, post, words)
        office, letter = arrival.secretariat_id, arrival.letter_id
        add_step(office, letter, StepKind.DRAFTED, at=act.at, by=actor, params={"version": "1"})
        digest = content_digest(words["subject"], words["body"], words["recipient"])
        act.append(
            "letter.begun",
            subject=letter,
            actor=actor.ref,
            fields={
                "content_digest": digest,
                "draft": str(draft),
                "secretariat": str(office),
                **_to(given, to),
                **({"pages": pages_digest([page.digest for page in pages])} if pages else {}),
                "class": arrival.classification,
                "terms": codes_of(terms),
            },
        )
    return arrival.id


def _within_kinds(actor: Actor, given: NewLetter, terms: Kept) -> None:
    """Raise Forbidden where a deputy of some kinds only begins a letter of another kind."""
    way = kind_of_way("internal" if given.posts else "outgoing")
    kind = kind_of_table(terms.get(Table.KIND.value, {}).get("code", ""))
    if actor.kinds and not {way, kind} & set(actor.kinds):
        raise Forbidden(
            "letters.other-kind", N_("You stand in for this post for other kinds of letters only.")
        )


def _receivers(post: PostRef, given: NewLetter) -> tuple[str, list[dict[str, object]]]:
    """Return by which name the list shows to whom it goes, and the rows' values."""
    own = post.agency_id
    if given.posts:
        to = checked_posts(post, given.posts, classification=given.classification.value)
        return receivers_line(to), to
    if given.bodies is not None:
        return checked_bodies(own, given)
    to = checked_addressees(
        own, given.agency_id, given.copies, classification=given.classification.value
    )
    return str(to[0]["agency_name"]), to


def _to(given: NewLetter, to: list[dict[str, object]]) -> dict[str, JSON]:
    """Return what the entry says of the receivers; a circular's are too many to name each."""
    if given.posts:
        return {"posts": [str(each["post_id"]) for each in to]}
    if given.bodies is None:
        return {"to": [str(each["agency_id"]) for each in to]}
    return {
        "bodies": f"{given.bodies.kind.value}:{given.bodies.agency_id}",
        "receivers": len(to),
        "root": root_over(to),
    }


def _words(given: NewLetter, to_name: str) -> dict[str, str]:
    """Return the words; over an internal letter stand its receivers, unless others are given."""
    line = given.recipient.strip() or (to_name[:200] if given.posts else "")
    return {
        "recipient": entered.line("recipient", line, longest=200),
        "subject": entered.line("subject", given.subject, longest=300),
        "body": entered.text("body", given.body, longest=LONGEST_BODY),
    }


def _case(
    act: Act,
    post: PostRef,
    words: dict[str, str],
    *,
    to_name: str,
    given: NewLetter,
    office: UUID,
    terms: Kept,
) -> Arrival:
    """Write the row by which the agency knows the letter; who it goes to stands for a person."""
    arrival = Arrival(
        id=new_id(),
        letter_id=new_id(),
        secretariat_id=office,
        agency_id=post.agency_id,
        from_office_id=office,
        from_name=post.agency_name[:160],
        tracking_code="",
        applicant_id_kind=IdKind.LEGAL.value,
        applicant_number="",
        applicant_name=to_name[:160],
        kind=LetterKind.REQUEST.value,
        subject=words["subject"],
        norm=normalise(f"{words['subject']}\n{to_name}"),
        urgency=Urgency(given.urgency).value,
        classification=given.classification.value,
        medium=Medium.ELECTRONIC.value,
        print_intent=PrintIntent.NONE.value,
        sheets=0,
        accepted_at=act.at,
        arrived_at=act.at,
        state=ArrivalState.IN_PROGRESS.value,
        way=(Way.INTERNAL if given.posts else Way.OUTGOING).value,
        official={"agency_name": post.agency_name},
        terms=terms,
        holder_post_id=post.id,
        holder=post.title[:160],
    )
    columns = Arrival._meta.concrete_fields
    rows.insert(Arrival, {f.attname: getattr(arrival, f.attname) for f in columns})
    return arrival


def _office(actor: Actor, post: PostRef, classification: Classification) -> UUID:
    """Return the secretariat that keeps the letter: above class 1 the confidential one."""
    if classification is Classification.NORMAL:
        return post.secretariat_id
    if classification.value > actor.clearance:
        raise _wrong(N_("You are not cleared for this class."))
    try:
        return directory.confidential_secretariat(post.agency_id).id
    except NotFound:
        raise _wrong(N_("Your agency has no confidential secretariat.")) from None


def _wrong(sentence: str) -> Invalid:
    return Invalid("letters.bad-class", fields={"classification": Message(sentence)})


def _to_himself(act: Act, actor: Actor, arrival: Arrival, post: PostRef) -> None:
    made = new_id()
    rows.insert(
        Referral,
        {
            "id": made,
            "arrival_id": arrival.id,
            "from_post_id": post.id,
            "from_title": actor.title_line,
            "to_post_id": post.id,
            "to_title": post.title[:160],
            "purpose": Purpose.ACTION.value,
            "at": act.at,
            "seen_at": act.at,
            "state": ReferralState.OPEN.value,
            "folder": rules.folder_of(ReferralState.OPEN, Purpose.ACTION),
            "turn": made,
        },
    )


def _draft(act: Act, actor: Actor, arrival: Arrival, post: PostRef, words: dict[str, str]) -> UUID:
    by = {"by_post_id": post.id, "by_title": actor.title_line}
    made = new_id()
    Draft.objects.create(id=made, arrival=arrival, state=DraftState.DRAFTING.value, version=1, **by)
    rows.insert(DraftVersion, words | by | {"draft_id": made, "no": 1, "at": act.at})
    return made
