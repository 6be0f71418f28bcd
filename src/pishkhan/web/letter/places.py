"""The places of a letter's form in which copies are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView
from pishkhan.web.letter.door import Failed

MOST = 20
TOGETHER = 4
"""Places for copies that the form opens at once; the next ones come when they are asked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who gets a copy already: an agency, or a post of one's own."""

    id: str
    name: str
    phrase: str


def places(values: dict[str, str], view: ArrivalView | None = None) -> dict[str, Any]:
    """Return the places for copies with what was typed, or what stands."""
    there = view.official.addressees[1:] if view and view.official else ()
    return copy_places(
        values, [Standing(str(each.agency_id), each.agency_name, each.phrase) for each in there]
    )


def copy_places(values: dict[str, str], standing: Sequence[Standing]) -> dict[str, Any]:
    """Return the places for copies with what was typed, or these."""
    known = {f"copy_{n}": each.id for n, each in enumerate(standing)}
    known |= {f"copy_name_{n}": each.name for n, each in enumerate(standing)}
    known |= {f"phrase_{n}": each.phrase for n, each in enumerate(standing)}
    shown = values if any(name.startswith("copy_") for name in values) else known
    last = max((n for n in range(MOST) if shown.get(f"copy_{n}")), default=-1)
    chosen = [each.phrase for each in standing if each.phrase]
    known_phrases = dict.fromkeys([*letters.cc_phrases(), *chosen])
    return {
        "copies": [
            {
                "name": f"copy_{n}",
                "text": f"copy_name_{n}",
                "phrase": f"phrase_{n}",
                "id": shown.get(f"copy_{n}", ""),
                "label": shown.get(f"copy_name_{n}", ""),
                "chosen": shown.get(f"phrase_{n}", ""),
                "begins": n > 0 and n % TOGETHER == 0,
                "open": n <= last,
            }
            for n in range(MOST)
        ],
        "copy_groups": range(MOST // TOGETHER - 1),
        "phrases": [
            ("", _("without a phrase")),
            *((each, each) for each in known_phrases),
        ],
    }


def addressing(view: ArrivalView, failed: Failed | None) -> dict[str, Any]:
    """Return what the form of a letter's addressees holds; nothing where there is none."""
    if "address" not in view.deeds or view.official is None:
        return {}
    own = failed if failed and failed.form == "address" else None
    typed = {name: given[-1] for name, given in own.values.items() if given} if own else {}
    first = view.official.addressees[0]
    return {
        "receiver_id": typed.get("agency_id", str(first.agency_id)),
        "receiver_name": typed.get("agency", first.agency_name),
        **places(typed, view),
    }
