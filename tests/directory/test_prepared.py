from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.models import Holding, Setting
from pishkhan.kernel.prepared import Prepared


def test_it_answers_as_the_query_itself_would_for_every_type_of_column(world):
    api.set_setting(SYSTEM, key="a", value={"list": [1, "دو"], "none": None})
    prepared = Prepared(
        lambda user_id, now: (
            Holding.objects.filter(user_id=user_id, from_at__lte=now)
            .order_by("id")
            .values_list(
                "id", "user_id", "from_at", "until_at", "post__can_sign", "post__sort", "kind"
            )
        ),
        user_id=UUID,
        now=datetime,
    )
    for user in world.users.values():
        for now in (datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)):
            expected = prepared._build(user_id=user, now=now)
            assert prepared.rows(user_id=user, now=now) == list(expected)
    value = Prepared(lambda key: Setting.objects.filter(key=key).values_list("value"), key=str)
    assert value.first(key="a") == ({"list": [1, "دو"], "none": None},)
    assert value.first(key="b' OR 1=1 --") is None


def test_a_value_that_the_query_alters_is_refused_at_once():
    prepared = Prepared(
        lambda key: Setting.objects.filter(key__contains=key).values_list("value"), key=str
    )
    with pytest.raises(TypeError):
        prepared.rows(key="a")


def test_every_value_must_be_given():
    prepared = Prepared(lambda key: Setting.objects.filter(key=key).values_list("value"), key=str)
    with pytest.raises(KeyError):
        prepared.rows()
