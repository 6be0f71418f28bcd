"""What a guess at a password costs on a node; the other tests hash at the lowest cost."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, get_hashers, make_password
from django.test import override_settings

from pishkhan.node import settings


@override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS)
def test_a_node_makes_each_guess_at_a_password_dear():
    [hasher] = get_hashers()
    kept = make_password("اسب آبی در باران")
    assert kept.startswith("argon2$argon2id$")
    costs = hasher.decode(kept)
    assert costs["time_cost"] >= 2
    assert costs["memory_cost"] >= 19 * 1024  # KiB: what OWASP asks of Argon2id
    assert check_password("اسب آبی در باران", kept)
    assert not check_password("اسب آبی در آفتاب", kept)
    assert not hasher.must_update(kept)
