"""Secrets in rows: what opens them, and what does not."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing import api as sealing

WORDS = "JBSWY3DPEHPK3PXP"


def test_what_was_locked_opens_and_stands_nowhere_in_clear():
    token = sealing.lock("second-factor", WORDS)
    assert WORDS not in token
    assert sealing.unlock("second-factor", token) == WORDS
    assert sealing.lock("second-factor", WORDS) != token


def test_a_token_opens_for_its_own_purpose_only():
    token = sealing.lock("second-factor", WORDS)
    with pytest.raises(Unavailable, match=r"sealing\.secret-changed"):
        sealing.unlock("another", token)
    with pytest.raises(ValueError, match="purpose"):
        sealing.lock("Second factor", WORDS)


def test_a_former_secret_opens_and_locks_no_more(settings):
    token = sealing.lock("second-factor", WORDS)
    assert sealing.is_locked_anew("second-factor", token)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of the tests, long enough"
    assert sealing.unlock("second-factor", token) == WORDS
    assert not sealing.is_locked_anew("second-factor", token)
    assert sealing.is_locked_anew("second-factor", sealing.lock("second-factor", WORDS))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unavailable) as caught:
        sealing.unlock("second-factor", token)
    assert caught.value.permanent


@pytest.mark.parametrize("token", ["", WORDS, "gAAAAA", "گ" * 80, "\0"])
def test_what_is_no_token_is_told_like_a_foreign_one(token):
    with pytest.raises(Unavailable, match=r"sealing\.secret-changed"):
        sealing.unlock("second-factor", token)


def test_a_changed_token_is_not_opened():
    token = sealing.lock("second-factor", WORDS)
    for at in (10, len(token) // 2, len(token) - 5):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(Unavailable):
            sealing.unlock("second-factor", token[:at] + other + token[at + 1 :])
