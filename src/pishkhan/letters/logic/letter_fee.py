"""What the tariff asks for accepting a letter."""

from __future__ import annotations

from datetime import datetime

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.money import Epoch, Money
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import Fee, PayWay

SETTING = "tariff.letter"
"""The dated setting: `{"state": minor units, "commission": minor units, "epoch": "rial"}`."""

DEFAULT = Fee(state=Money(0), commission=Money(300_000), way=PayWay.CARD)
"""The demonstration's tariff (COPY.fa): nothing for the state, 300,000 rials for the counter."""


def letter_fee(actor: Actor) -> Fee:
    """Return the fee that accepting a letter costs now, as if paid by card."""
    counter_of(actor)
    return fee_at(clock.current().now())


def fee_at(at: datetime) -> Fee:
    """Return the fee that holds at a moment."""
    value = directory.setting(SETTING, at=at)
    if value is None:
        return DEFAULT
    epoch = Epoch(value.get("epoch", Epoch.RIAL_1310))
    return Fee(
        state=Money(int(value["state"]), epoch),
        commission=Money(int(value["commission"]), epoch),
        way=PayWay.CARD,
    )
