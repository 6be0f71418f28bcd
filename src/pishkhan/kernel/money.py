"""Money: whole minor units, and the currency epoch they are units of.

The law of Aban 1404 takes four zeros away: one new rial is 10,000 present ones and has 100
qeran, so a qeran is 100 present rials. For years both circulate; an amount without its epoch
says nothing. Nothing here rounds: what has no exact counterpart is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.text import persian_digits

RIALS_A_QERAN = 100
QERANS_A_NEW_RIAL = 100
RIALS_A_TOMAN = 10


class Epoch(StrEnum):
    """Which rial: the one of 1310, minor unit 1 rial; the new one, minor unit 1 qeran."""

    RIAL_1310 = "rial"
    NEW_RIAL = "new_rial"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units of `epoch`, negative for what is paid back.

    Arithmetic and order only inside one epoch (ValueError otherwise); amounts of two epochs
    are never equal, `convert` first.
    """

    minor: int
    epoch: Epoch = Epoch.RIAL_1310

    def __post_init__(self) -> None:
        if type(self.minor) is not int:  # a bool is an int too
            raise TypeError("money is counted in whole minor units")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.epoch)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.epoch)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.epoch)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def rials(self) -> int:
        """Return the amount in present rials (those of 1310), whatever the epoch."""
        if self.epoch is Epoch.RIAL_1310:
            return self.minor
        return self.minor * RIALS_A_QERAN

    def convert(self, epoch: Epoch) -> Money:
        """Return the same value in another epoch.

        Raises Refused (`money.not-exact`) when present rials make no whole number of qeran.
        """
        if epoch is self.epoch:
            return self
        if epoch is Epoch.RIAL_1310:
            return Money(self.rials(), epoch)
        qerans, rest = divmod(self.minor, RIALS_A_QERAN)
        if rest:
            raise Refused(
                "money.not-exact", N_("The amount has no exact counterpart in the new currency.")
            )
        return Money(qerans, epoch)

    def _same(self, other: Money) -> int:
        if other.epoch is not self.epoch:
            raise ValueError("amounts of two currency epochs: convert one first")
        return other.minor


def format_money(money: Money, lang: str) -> str:
    """Return the amount in rials of its own epoch, digits grouped: «۳۰۰٬۰۰۰ ریال».

    `lang` is `fa` (Persian digits and separators) or anything else for English. Qeran show
    as two decimals, and only when there are any.
    """
    sign = "-" if money.minor < 0 else ""
    if money.epoch is Epoch.RIAL_1310:
        number, unit_fa, unit_en = f"{abs(money.minor):,}", "ریال", "rials"
    else:
        whole, qerans = divmod(abs(money.minor), QERANS_A_NEW_RIAL)
        number = f"{whole:,}" + (f".{qerans:02}" if qerans else "")
        unit_fa, unit_en = "ریال جدید", "new rials"
    if lang != "fa":
        return f"{sign}{number} {unit_en}"
    number = persian_digits(number).replace(",", "٬").replace(".", "٫")
    # U+2212, not the hyphen: the hyphen changes sides beside digits in right-to-left text.
    return f"{'−' if sign else ''}{number} {unit_fa}"


_ONES = [
    "صفر",
    "یک",
    "دو",
    "سه",
    "چهار",
    "پنج",
    "شش",
    "هفت",
    "هشت",
    "نه",
    "ده",
    "یازده",
    "دوازده",
    "سیزده",
    "چهارده",
    "پانزده",
    "شانزده",
]
_ONES += ["هفده", "هجده", "نوزده"]
_TENS = ["-", "-", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"]
_HUNDREDS = ["-", "صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"]
_SCALES = ("", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون", "کوینتیلیون")
_AND = " و "


def _below_thousand(n: int) -> list[str]:
    parts = []
    if n >= 100:
        parts.append(_HUNDREDS[n // 100])
        n %= 100
    if n >= 20:
        parts.append(_TENS[n // 10])
        n %= 10
    if n:
        parts.append(_ONES[n])
    return parts


def number_in_words(n: int) -> str:
    """Return a whole number in Persian words: 1,250 is «هزار و دویست و پنجاه».

    ValueError from 10²¹ up.
    """
    if n < 0:
        return f"منفی {number_in_words(-n)}"
    if n == 0:
        return _ONES[0]
    groups = []
    for scale in _SCALES:
        n, group = divmod(n, 1000)
        if group == 1 and scale == "هزار":
            groups.append(scale)
        elif group:
            groups.append(" ".join(filter(None, (_AND.join(_below_thousand(group)), scale))))
    if n:
        raise ValueError("too large a number for words")
    return _AND.join(reversed(groups))


def toman_in_words(money: Money) -> str:
    """Return the amount in Persian words, in toman of ten present rials: «سی هزار تومان».

    Rials that make no toman follow: «سی هزار تومان و پنج ریال».
    """
    rials = money.rials()
    tomans, rest = divmod(abs(rials), RIALS_A_TOMAN)
    parts = []
    if tomans or not rest:
        parts.append(f"{number_in_words(tomans)} تومان")
    if rest:
        parts.append(f"{number_in_words(rest)} ریال")
    return ("منفی " if rials < 0 else "") + _AND.join(parts)
