"""The rules of deeds on one referral: taking it back, asking for it, reminding, finishing. Pure."""

from __future__ import annotations

from collections.abc import Callable

from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.letters.contracts import ReferralState
from pishkhan.letters.standing import ReferralFacts, Standing, insist
from pishkhan.letters.states import next_arrival


def _before_me(r: ReferralFacts) -> None:
    insist(r.to_me)
    if not r.mine:
        raise _ended()


def _take_back(s: Standing, r: ReferralFacts) -> None:
    _open_by_me("take_back", s, r)
    if r.seen:
        raise Refused(
            "letters.already-seen",
            N_("The receiver has opened the letter; ask him to give it back."),
        )
    if r.children:
        raise _referred_on()


def _open_by_me(deed: str, s: Standing, r: ReferralFacts) -> None:
    insist(r.by_me)
    next_arrival(deed, s.state)
    if r.state is not ReferralState.OPEN:
        raise _ended()


def _ask_back(s: Standing, r: ReferralFacts) -> None:
    _open_by_me("ask_back", s, r)
    if not r.seen:
        raise Refused("letters.not-seen", N_("Nobody has opened it yet: take it back yourself."))
    if r.recall:
        raise Refused("letters.recall-asked", N_("It was asked back already."))
    if r.children:
        raise _referred_on()


def _asked_of_me(deed: str, s: Standing, r: ReferralFacts) -> None:
    _before_me(r)
    next_arrival(deed, s.state)
    if not r.recall:
        raise Refused("letters.recall-not-asked", N_("Its sender does not ask for it back."))


def _give_back(s: Standing, r: ReferralFacts) -> None:
    _asked_of_me("give_back", s, r)
    if r.children:
        raise _referred_on()


def _remind(s: Standing, r: ReferralFacts) -> None:
    _open_by_me("remind", s, r)
    if r.reminded:
        raise Refused("letters.reminded-today", N_("The receiver was reminded today already."))


def _ended() -> Refused:
    return Refused("letters.referral-ended", N_("This referral has already ended."))


def _referred_on() -> Refused:
    return Refused("letters.referred-on", N_("The receiver has already referred it on."))


def _finish(s: Standing, r: ReferralFacts) -> None:
    _before_me(r)
    next_arrival("finish", s.state)


ON_REFERRAL: dict[str, Callable[[Standing, ReferralFacts], None]] = {
    "take_back": _take_back,
    "ask_back": _ask_back,
    "give_back": _give_back,
    "decline_recall": lambda s, r: _asked_of_me("decline_recall", s, r),
    "remind": _remind,
    "finish": _finish,
    "lift": lambda _s, r: _before_me(r),
}
