"""The form of a referral: who may receive, what was chosen, when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef
from pishkhan.kernel import clock, jalali
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView, DraftState, GroupView, Purpose, Ready, Receiver
from pishkhan.web import vacant
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import Failed, on_desk
from pishkhan.web.letter.words import PHRASES, PURPOSES_SHORT

SUGGESTED = 6
"""Posts shown as chips; the others are found by typing."""

MOST_SIGNERS = 40
DAYS = (3, 7, 10)
_PURPOSES = frozenset(each.value for each in Purpose)
DEFAULT = (Purpose.ACTION, Purpose.INFORMATION, Purpose.OPINION)


@dataclass(frozen=True, slots=True)
class Choice:
    """One receiver as the form draws it."""

    id: str
    title: str
    holder: str
    chosen: bool = False
    purpose: str = Purpose.ACTION.value
    principal: bool = False
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """One group of receivers as the form draws it: only who is within the actor's reach."""

    id: str
    name: str
    size: int
    json: str

    @classmethod
    def of(cls, group: GroupView) -> GroupChoice:
        """Return the choice; `json` is what the page's script adds to the receivers."""
        members = [
            {
                "id": str(each.post_id),
                "label": each.title,
                "hint": each.holder,
                "purpose": each.purpose.value,
                "principal": each.principal,
            }
            for each in group.members
            if each.within_reach
        ]
        return cls(str(group.id), group.name, len(members), json.dumps(members, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline on offer."""

    days: int
    day: date


@dataclass(frozen=True, slots=True)
class ReferForm:
    """What the form of a referral shows."""

    choices: tuple[Choice, ...]
    purposes: tuple[tuple[str, str], ...]
    signers: tuple[PostRef, ...]
    groups: tuple[GroupChoice, ...] = ()
    phrases: tuple[str, ...] = ()


def refer_form(actor: Actor, view: ArrivalView, chosen: Mapping[str, list[str]]) -> ReferForm:
    """Return the form with what was chosen before. One query, or two with other posts.

    What stands ready takes up to four more.
    """
    posts = directory.posts_for_referral(actor, limit=MOST_SIGNERS)
    signers = _signers(posts, view) if "offer_for_signature" in view.deeds else ()
    return _form(posts, letters.ready(actor), chosen, signers)


def order_form(actor: Actor, chosen: Mapping[str, list[str]]) -> ReferForm:
    """Return the form without a letter: nothing to sign. One query, or two with other posts."""
    posts = directory.posts_for_referral(actor, limit=SUGGESTED)
    return _form(posts, letters.ready(actor), chosen, ())


def _form(
    posts: Sequence[PostRef],
    ready: Ready,
    values: Mapping[str, list[str]],
    signers: tuple[PostRef, ...],
) -> ReferForm:
    shown = list(posts[:SUGGESTED])
    chosen = values.get("to", [])
    known = {str(post.id) for post in shown}
    others = [UUID(each) for each in chosen if each not in known and _is_uuid(each)]
    shown += directory.posts(others).values()
    instead = vacant.hints(shown)
    return ReferForm(
        choices=tuple(_choice(post, values, instead) for post in shown),
        purposes=tuple((p.value, str(PURPOSES_SHORT[p])) for p in DEFAULT),
        signers=signers,
        groups=tuple(GroupChoice.of(each) for each in ready.groups),
        phrases=ready.phrases or tuple(str(each) for each in PHRASES),
    )


def order_context(
    actor: Actor,
    form: ReferForm | None,
    chosen: Mapping[str, list[str]],
    failed: Failed | None,
    *,
    keeps: bool,
) -> dict[str, Any]:
    """Return what `letter/_order.html` draws; `keeps`: the choice may stay for other letters."""
    return {
        "refer": form,
        "phrases": form.phrases if form else (),
        "due": due_days(actor),
        "chosen": chosen,
        "deadline_in": chosen.get("deadline-in", [""])[-1],
        "deadline_typed": chosen.get("deadline", [""])[-1],
        "order_errors": failed.errors if failed else {},
        "may_keep": keeps,
        "kept": bool(chosen.get("keep")),
    }


def due_days(actor: Actor) -> tuple[Due, ...]:
    """Return the deadlines on offer, from today, by the agency's own calendar. One query."""
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    agency_id = None if actor.office is None else actor.office.agency_id
    calendar = directory.calendars().of_agency(agency_id)
    return tuple(Due(days, calendar.after(today, days)) for days in DAYS)


def _choice(post: PostRef, values: Mapping[str, list[str]], instead: Mapping[UUID, str]) -> Choice:
    id_ = str(post.id)
    return Choice(
        id=id_,
        title=post.title,
        holder=instead.get(post.id, post.holder_name),
        vacant=post.id in instead,
        chosen=id_ in values.get("to", []),
        purpose=values.get(f"purpose-{id_}", [Purpose.ACTION.value])[-1],
        principal=id_ in values.get("principal", []),
    )


def _signers(posts: Iterable[PostRef], view: ArrivalView) -> tuple[PostRef, ...]:
    """Return who may get the newest live draft for signature."""
    live = [d for d in view.drafts if d.state in (DraftState.DRAFTING, DraftState.TO_SIGN)]
    initialled = bool(live and live[-1].versions and live[-1].versions[-1].initials)
    return tuple(
        post
        for post in posts
        if post.can_initial or ((post.can_sign or post.per_pro) and initialled)
    )


@on_desk
@require_GET
def receivers(request: DeskRequest) -> JsonResponse:
    """Answer the combobox: posts that the typed words name, within the actor's reach."""
    found = directory.posts_for_referral(request.actor, request.GET.get("q", "")[:80], limit=12)
    instead = vacant.hints(found)
    return JsonResponse(
        [
            {
                "id": str(post.id),
                "label": post.title,
                "hint": instead.get(post.id, post.holder_name),
            }
            for post in found
        ],
        safe=False,
    )


def read_receivers(request: DeskRequest) -> list[Receiver]:
    """Return the chosen receivers and the members of chosen groups, each once.

    Who acts alone is the principal actor; of several the form names one, or the group does.
    Raises Invalid (field `to`).
    """
    posted = request.POST
    ids = list(dict.fromkeys(posted.getlist("to")))
    purposes: dict[str, Purpose] = {}
    for id_ in ids:
        asked = posted.get(f"purpose-{id_}", Purpose.ACTION.value)
        if not _is_uuid(id_) or asked not in _PURPOSES:
            raise Invalid("web.receiver", fields={"to": _("Choose the receivers again.")})
        purposes[id_] = Purpose(asked)
    by_group = _add_groups(request, purposes)
    acting = [id_ for id_, purpose in purposes.items() if purpose is Purpose.ACTION]
    named = posted.get("principal", "") or by_group
    if named not in acting and len(acting) > 1:
        raise Invalid(
            "web.principal",
            fields={"to": _("Several are to act: say who of them is the principal actor.")},
        )
    principal = named if named in acting else next(iter(acting), "")
    return [Receiver(UUID(id_), purpose, id_ == principal) for id_, purpose in purposes.items()]


def _add_groups(request: DeskRequest, purposes: dict[str, Purpose]) -> str:
    """Add the members of chosen groups; return the principal that the first of them names.

    With the page's script the members stand among the receivers and no group is sent.
    """
    wanted = request.POST.getlist("group")
    named = ""
    for group in letters.ready(request.actor).groups if wanted else ():
        if str(group.id) in wanted:
            for each in group.members:
                if each.within_reach:
                    purposes.setdefault(str(each.post_id), each.purpose)
                    if each.principal and not named:
                        named = str(each.post_id)
    return named


def read_instruction(request: DeskRequest) -> str:
    """Return the chosen phrases and the typed words as one order."""
    lines = [*request.POST.getlist("phrase"), request.POST.get("instruction", "").strip()]
    return "\n".join(line for line in lines if line)


def read_day(request: DeskRequest, name: str) -> date | None:
    """Return the typed Jalali day, else that of the chosen number of working days.

    Raises Invalid that names the field.
    """
    typed = request.POST.get(name, "").strip()
    if typed:
        try:
            return jalali.parse_date(typed)
        except Invalid as error:
            raise Invalid(error.code, fields={name: error.message}) from None
    days = request.POST.get(f"{name}-in", "")
    if not days:
        return None
    return next((due.day for due in due_days(request.actor) if str(due.days) == days), None)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
