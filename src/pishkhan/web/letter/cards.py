"""A draft as a letter's page shows it, with the deeds that may be done on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pishkhan.directory.contracts import Actor
from pishkhan.letters.contracts import (
    ArrivalState,
    ArrivalView,
    Classification,
    DraftState,
    DraftView,
)
from pishkhan.web.letter import terms

LIVE = frozenset({DraftState.DRAFTING, DraftState.TO_SIGN})


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft with the deeds that may be done on it now."""

    view: DraftView
    live: bool
    revise: bool
    initial: bool
    send_back: bool
    sign: bool
    send: bool
    dispatch: bool
    resend: bool
    approve: bool
    ask_approval: bool

    @property
    def id(self) -> UUID:
        """Return the draft's id."""
        return self.view.id

    @property
    def newest(self) -> Any:
        """Return the newest version."""
        return self.view.versions[-1]

    @property
    def earlier(self) -> tuple[Any, ...]:
        """Return all versions, newest first."""
        return self.view.versions[::-1]


def card(view: ArrivalView, draft: DraftView) -> DraftCard:
    """Return the draft as the page shows it."""

    def may(deed: str) -> bool:
        return f"{deed}:{draft.id}" in view.deeds

    return DraftCard(
        view=draft,
        live=draft.state in LIVE,
        revise=may("revise"),
        initial=may("initial"),
        send_back=may("send_back"),
        sign=may("sign"),
        send=may("sign_and_send"),
        dispatch=may("dispatch"),
        resend=may("resend"),
        approve=may("approve"),
        ask_approval=may("ask_approval"),
    )


def class_form(actor: Actor, view: ArrivalView) -> dict[str, Any]:
    """Return what the form of the letter's class offers: once it went out, lower ones alone."""
    now, gone = view.row.classification.value, view.row.state is ArrivalState.DISPATCHED
    offered = terms.class_options(actor.clearance)
    return {
        "classes": [
            (code, name)
            for code, name in offered
            if (code < now if gone else code > Classification.NORMAL.value)
        ],
        "class_hint": _("Its receivers are told, with the reason.")
        if gone
        else _("A new version comes of it, to be initialled anew."),
    }
