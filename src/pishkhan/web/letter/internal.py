"""An internal letter on the screens: to which posts it goes, and the answer to one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel import text
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import AddresseeView, ArrivalView, PostTo
from pishkhan.web import vacant
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import places
from pishkhan.web.letter.door import Failed, on_desk

MOST_RECEIVERS = 8
"""Places for receivers; who writes to more refers, or writes a circular."""

SHOWN = 12


@on_desk
@require_GET
def posts(request: DeskRequest) -> JsonResponse:
    """Answer the combobox: posts of the writer's own agency, by title or holder."""
    request.actor.require(Right.CARTABLE)
    own = request.actor.post_id
    agency = directory.post(own).agency_id if own else None
    asked = request.GET.get("q", "")[:80]
    found = directory.open_posts(agency, asked, limit=SHOWN + 1) if agency else []
    found = [post for post in found if post.id != own][:SHOWN]
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


def read_posts(request: DeskRequest) -> tuple[PostTo, ...]:
    """Return the receivers and copies that were chosen; a place left empty is none."""
    found = []
    for n in range(MOST_RECEIVERS):
        post = _key(request, f"post_{n}", f"post_name_{n}", "posts")
        if post is not None:
            found.append(PostTo(post))
    if not found:
        raise Invalid("web.post", fields={"posts": _("Choose a post from the list.")})
    for n in range(places.MOST):
        post = _key(request, f"copy_{n}", f"copy_name_{n}", "copies")
        if post is not None:
            found.append(PostTo(post, copy=True, phrase=request.POST.get(f"phrase_{n}", "")))
    return tuple(found)


def _key(request: DeskRequest, name: str, typed: str, field: str) -> UUID | None:
    given = request.POST.get(name, "")
    if not given and not request.POST.get(typed, "").strip():
        return None
    try:
        return UUID(given)
    except ValueError:
        raise Invalid("web.post", fields={field: _("Choose each post from its list.")}) from None


def post_places(values: dict[str, str], view: ArrivalView | None = None) -> dict[str, Any]:
    """Return the places for receivers and copies, with what was typed or what stands."""
    standing = view.official.addressees if view and view.official else ()
    acting = [each for each in standing if not each.copy]
    known = {f"post_{n}": str(each.post_id) for n, each in enumerate(acting)}
    known |= {f"post_name_{n}": each.agency_name for n, each in enumerate(acting)}
    shown = values if any(name.startswith("post_") for name in values) else known
    chosen = [n for n in range(MOST_RECEIVERS) if shown.get(f"post_{n}")]
    return {
        "receivers": [
            {
                "name": f"post_{n}",
                "text": f"post_name_{n}",
                "id": shown.get(f"post_{n}", ""),
                "label": shown.get(f"post_name_{n}", ""),
            }
            for n in range(MOST_RECEIVERS)
        ],
        "more_receivers": bool(chosen and chosen[-1] > 0),
        **places.copy_places(values, _copies(standing)),
    }


def _copies(standing: tuple[AddresseeView, ...]) -> list[places.Standing]:
    return [
        places.Standing(str(each.post_id), each.agency_name, each.phrase)
        for each in standing
        if each.copy
    ]


def addressing(view: ArrivalView, failed: Failed | None) -> dict[str, Any]:
    """Return what the form of an internal letter's receivers holds."""
    own = failed if failed and failed.form == "address" else None
    typed = {name: given[-1] for name, given in own.values.items() if given} if own else {}
    return post_places(typed, view)


def answer_to(actor: Actor, letter: str) -> tuple[UUID | None, dict[str, str]]:
    """Return the letter that is answered and what its answer begins with; nothing for none.

    Raises NotFound where it is not before the actor, Refused where it cannot be answered.
    """
    try:
        asked = UUID(letter)
    except ValueError:
        return None, {}
    view = letters.arrival(actor, asked)
    if "answer" not in view.deeds or view.official is None:
        raise Refused("letters.not-now")
    number = view.row.number_text
    shown = text.persian_digits(number) if get_language() == "fa" else number
    return asked, {
        "post_0": str(view.official.signer_post or ""),
        "post_name_0": view.row.from_name,
        "subject": _("Answer: %(subject)s") % {"subject": view.row.subject},
        "body": _("With greetings and respect,\nin answer to your letter %(number)s:\n\n")
        % {"number": shown},
        "classification": view.row.classification.value,
        "urgency": view.row.urgency.value,
    }
