"""Time as a bracket, by the page's script and by `pishkhan-verify`: both say the same."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.web.verifiers import Case, agree, maker, moment

NOW = moment("2026-11-23T12:00:00")
HOUR = 3600


def case(at: int, *names: str, witnesses: int = 2, change: dict[str, Any] | None = None) -> Case:
    """Return a proof of a letter behind an anchor that was cosigned at a time."""
    cosigning = [maker.witness_key(number) for number in (1, 2, 3)]
    letter, log = maker.Letter(), maker.Log()
    log.leaves = [hashlib.sha256(bytes([n])).digest() for n in range(3)]
    anchor = maker.Anchor(log.checkpoint(witnesses=cosigning[:witnesses], at=at))
    log.leaves += [anchor.leaf, letter.leaf, hashlib.sha256(b"y").digest()]
    after = log.after(anchor) | (change or {})
    text = log.proof(letter, *(names or ("slip",)), witnesses=cosigning[:2], after=after)
    return Case((text.encode(),), maker.policy(log.key, witnesses=cosigning).encode(), NOW)


def test_a_bracket_is_told_alike_and_what_is_dated_back_refused_alike():
    early, late = maker.ACCEPTED - HOUR, maker.ACCEPTED + HOUR
    told = agree(
        [
            case(early),
            case(early, witnesses=1),
            case(late),
            case(late, "at"),
            case(late, "kind"),
            case(maker.ACCEPTED + 500),
            case(maker.ACCEPTED + 560),
        ]
    )
    unknown = [{"code": "before-unknown"}]
    assert [each.get("cautions") == unknown for each in told] == [n == 1 for n in range(len(told))]
    assert [each.get("not_before", each.get("code")) for each in told] == [
        early + 60, None, "back-dated", "back-dated", late + 60, maker.ACCEPTED + 560, "back-dated",
    ]  # fmt: skip


def test_what_is_malformed_or_elsewhere_is_refused_alike():
    changes: list[dict[str, Any]] = [
        {"index": 5}, {"index": 4}, {"index": 2}, {"index": -1}, {"index": "3"}, {"index": True},
        {"index": 99}, {"path": []}, {"path": [1]}, {"path": "x"}, {"path": ["0" * 64]},
        {"path": ["AA" * 32]}, {"more": 1}, {"opening": {}}, {"opening": None},
    ]  # fmt: skip
    told = agree([case(maker.ACCEPTED - HOUR, change=change) for change in changes])
    assert not any(each["ok"] for each in told)
