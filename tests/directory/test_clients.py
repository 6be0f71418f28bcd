from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, ActorKind, Right, Scope
from pishkhan.directory.models import ApiClient
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, Refused


def test_a_token_acts_from_its_seat_within_its_scopes(world):
    client, token = api.add_client(
        SYSTEM, name="سامانهٔ نمونه", scopes=[Scope.LETTERS_WRITE], counter_id=world.counter
    )
    actor = api.client_actor(token)
    assert actor is not None
    assert (actor.kind, actor.ref) == (ActorKind.CLIENT, f"client:{client}")
    assert actor.rights == {Right.COUNTER}
    assert actor.office is not None
    assert actor.office.id == world.counter
    actor.require_scope(Scope.LETTERS_WRITE)
    with pytest.raises(Forbidden, match=r"directory\.no-scope"):
        actor.require_scope(Scope.LETTERS_READ)
    with pytest.raises(Forbidden, match=r"directory\.no-right"):
        actor.require(Right.ADMIN)


def test_a_token_of_a_post_has_the_posts_rights(world):
    _, token = api.add_client(
        SYSTEM, name="نمونه", scopes=["letters:read"], post_id=world.clerk_post
    )
    actor = api.client_actor(token)
    assert actor is not None
    assert Right.SECRETARIAT in actor.rights
    assert actor.post_id == world.clerk_post


def test_only_a_digest_of_the_token_is_kept(world):
    _, token = api.add_client(SYSTEM, name="n", scopes=["letters:read"], post_id=world.head)
    row = ApiClient.objects.get()
    secret = token.rpartition("_")[2]
    assert secret not in repr((row.name, row.prefix, row.scopes, bytes(row.secret_hash)))
    assert len(bytes(row.secret_hash)) == 32
    assert secret not in repr(journal.entries())


def test_wrong_tokens_open_nothing(world):
    _, token = api.add_client(SYSTEM, name="n", scopes=["letters:read"], post_id=world.head)
    flipped = token[:-1] + ("a" if token[-1] != "a" else "b")
    for wrong in (flipped, token[:-1], token + "a", token.upper(), "", "pk_", "x" * 5000, "پ"):
        assert api.client_actor(wrong) is None


def test_a_revoked_token_and_a_closed_seat_open_nothing(world):
    client, token = api.add_client(SYSTEM, name="n", scopes=["letters:read"], post_id=world.expert)
    _, other = api.add_client(SYSTEM, name="c", scopes=["letters:read"], counter_id=world.counter)
    api.revoke_client(SYSTEM, client_id=client)
    assert api.client_actor(token) is None
    with pytest.raises(Refused, match=r"directory\.client-revoked"):
        api.revoke_client(SYSTEM, client_id=client)
    api.change_counter(SYSTEM, counter_id=world.counter, active=False)
    assert api.client_actor(other) is None


def test_it_costs_one_query_and_notes_its_use_every_ten_minutes(world):
    _, token = api.add_client(SYSTEM, name="n", scopes=["letters:read"], post_id=world.head)
    start = clock.current().now()
    with clock.use(clock.FakeClock(start)) as now:
        assert isinstance(now, clock.FakeClock)
        assert api.clients()[0].last_used is None
        api.client_actor(token)
        assert api.clients()[0].last_used == start
        now.advance(timedelta(minutes=9))
        with CaptureQueriesContext(connection) as queries:
            assert api.client_actor(token) is not None
        assert len(queries) == 1
        now.advance(timedelta(minutes=1))
        api.client_actor(token)
        assert api.clients()[0].last_used == now.now()


@pytest.mark.parametrize(
    ("scopes", "seats"),
    [
        (["letters:read"], ()),
        (["letters:read"], ("post", "counter")),
        (["all"], ("post",)),
        ([], ("post",)),
    ],
)
def test_a_client_has_one_seat_and_known_scopes(world, scopes, seats):
    given = {"post_id": world.head} if "post" in seats else {}
    if "counter" in seats:
        given["counter_id"] = world.counter
    with pytest.raises(Invalid):
        api.add_client(SYSTEM, name="n", scopes=scopes, **given)
    assert api.clients() == []
