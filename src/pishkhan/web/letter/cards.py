"""A draft as a letter's page shows it, with the deeds that may be done on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pishkhan.letters.contracts import ArrivalView, DraftState, DraftView

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
    )
