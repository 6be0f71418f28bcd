"""Many letters at one press: the ticked ones are registered, referred, or both; each is told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from pishkhan.directory.contracts import Right
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel.errors import Forbidden, Invalid, PishkhanError, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalRow, ArrivalState, BulkOutcome, Order
from pishkhan.web import errors, vacant
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import sticky, terms
from pishkhan.web.letter.door import Failed
from pishkhan.web.letter.receivers import (
    order_context,
    order_form,
    read_day,
    read_instruction,
    read_receivers,
)

FORM = "bulk"
_SLOT = "bulk"
_LISTS = {"arrived": "secretariat:arrivals", "registered": "secretariat:letters"}


@desk(Right.SECRETARIAT)
@require_POST
def bulk(request: DeskRequest) -> HttpResponse:
    """Do `deed` to the ticked letters, then show the list with what became of each.

    `ask` draws the order's form first; `register`, `refer` and `both` do it. Letters that came
    before are shown before any is registered, and are left out unless the clerk ticks them.
    """
    ids = _ids(request)
    asked = request.POST.get("deed", "")
    try:
        if asked == "ask" or (asked == "register" and _unwarned(request, ids)):
            return _ask(request, ids, None, orders=asked == "ask")
        if asked == "register":
            done = letters.register_many(request.actor, ids, terms=terms.read(request))
        else:
            receivers = tuple(read_receivers(request))
            order = Order(
                receivers,
                read_instruction(request),
                read_day(request, "deadline"),
            )
            if asked == "both":
                done = letters.register_many(
                    request.actor, ids, order=order, terms=terms.read(request)
                )
            else:
                done = letters.refer_many(request.actor, ids, order=order)
            sticky.note(request)
            for sentence in vacant.warnings(each.post_id for each in receivers):
                messages.warning(request, sentence)
    except (Invalid, Refused, Forbidden) as error:
        return _ask(request, ids, error)
    token = new_id().hex
    request.session[_SLOT] = {"token": token, "rows": [_kept(each) for each in done]}
    return HttpResponseRedirect(_address(_came(request), token))


def _came(request: DeskRequest) -> str:
    came = request.POST.get("in", "")
    return came if came in _LISTS else "arrived"


def _address(came: str, token: str = "") -> str:
    found = reverse(_LISTS[came])
    query = [f"state={came}"] if came != "arrived" else []
    query += [f"result={token}"] if token else []
    return f"{found}?{'&'.join(query)}" if query else found


def _ids(request: DeskRequest, field: str = "letter") -> list[UUID]:
    found = []
    for given in request.POST.getlist(field):
        try:
            found.append(UUID(given))
        except ValueError:
            continue  # nothing that this desk draws
    return found


def _unwarned(request: DeskRequest, ids: list[UUID]) -> bool:
    """Say whether letters are about to be registered again that the clerk was not shown yet."""
    asked = ids[: letters.MOST_AT_ONCE]
    return "warned" not in request.POST and bool(letters.similar_arrivals(request.actor, asked))


def _ask(
    request: DeskRequest, ids: list[UUID], error: PishkhanError | None, *, orders: bool = True
) -> HttpResponse:
    """Draw the letters with the form of the order, and what was wrong with it.

    `ids` are ticked. What this page had shown unticked is sent along as `shown` and stays.
    """
    came = _came(request)
    before = _ids(request, "shown")
    shown = (before or ids)[: letters.MOST_AT_ONCE]
    known = letters.arrival_rows(request.actor, shown)
    alike = letters.similar_arrivals(request.actor, shown) if came == "arrived" else {}
    again = bool(before) or error is not None  # what is sent once more is ticked as it was
    failed = Failed.of(request, FORM, error) if error else None
    chosen = failed.values if failed else sticky.kept(request)
    return render(
        request,
        "secretariat/bulk.html",
        {
            "here": "secretariat",
            "in": came,
            "letters": [
                (known[id_], alike.get(id_, ()), id_ in ids if again else id_ not in alike)
                for id_ in shown
                if id_ in known
            ],
            "alike": len(alike),
            "registers": came == "arrived",
            "orders": orders,
            "back": _address(came),
            "term_fields": terms.fields(
                chosen, errors=failed.errors if failed else None, usual={Table.WAY: "counter"}
            )
            if came == "arrived"
            else [],
            "failed": failed,
            "errors": [("", sentence) for sentence in failed.errors.values()] if failed else [],
            **order_context(
                request.actor, order_form(request.actor, chosen), chosen, failed, keeps=True
            ),
        },
        status=failed.status if failed else 200,
    )


# --- what became of them -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A letter of the last press, with what became of it."""

    row: ArrivalRow
    registered: bool
    referred: bool
    why: str
    code: str

    @property
    def url(self) -> str:
        """Return where the letter is opened."""
        return reverse("secretariat:letter", args=(self.row.id,))


def _kept(outcome: BulkOutcome) -> list[Any]:
    """Return the outcome as the session keeps it: a code and a sentence, no words of a letter."""
    told = errors.told(outcome.fault) if outcome.fault else None
    why = "" if told is None else next(iter(told["fields"].values()), told["title"])
    code = "" if told is None else told["code"]
    return [str(outcome.arrival_id), outcome.registered, outcome.referred, why, code]


def result(request: DeskRequest) -> dict[str, Any] | None:
    """Return what became of the letters of the last press, when the address asks for it."""
    last = request.session.get(_SLOT) or {}
    if not last or last.get("token") != request.GET.get("result"):
        return None
    kept = [(UUID(id_), *rest) for id_, *rest in last["rows"]]
    rows = letters.arrival_rows(request.actor, [each[0] for each in kept])
    told = [Told(rows[id_], *rest) for id_, *rest in kept if id_ in rows]
    return {
        "done": [each for each in told if not each.code],
        "failed": [each for each in told if each.code],
        "unknown": len(kept) - len(told),
        "registered": sum(each.registered for each in told),
        "referred": sum(each.referred for each in told),
    }


def ticks(state: ArrivalState | None) -> bool:
    """Say whether letters of this list can be ticked."""
    return state is not None and state.value in _LISTS
