"""Numbers that everybody may read: none so small that somebody could be recognised in it."""

from __future__ import annotations

from collections.abc import Mapping

SMALL = 5
"""Fewer are not told in public: who they are could be guessed."""

FEW = "few"
"""Stands for a number under `SMALL`."""

SOME = "some"
"""Stands for `SMALL` or more where the sum itself would tell what is hidden in it."""


def without_small(parts: Mapping[str, int], sum_name: str) -> dict[str, int | str]:
    """Return the sum and its parts as they may be shown: none under SMALL, nor a sum that tells it.

    The sum stands first, under `sum_name`.
    """
    shown: dict[str, int | str] = {
        name: FEW if number < SMALL else number for name, number in parts.items()
    }
    whole = sum(parts.values())
    told: int | str = whole
    if FEW in shown.values():
        told = FEW if whole < SMALL else SOME
    return {sum_name: told, **shown}
