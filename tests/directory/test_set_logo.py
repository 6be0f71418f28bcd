"""The picture at the head of an agency's letters."""

from __future__ import annotations

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound
from pishkhan.kernel.ids import new_id

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def test_an_administrator_sets_it_changes_it_and_takes_it_away(world):
    for picture in (PNG, PNG + b"x", b""):
        api.set_logo(SYSTEM, agency_id=world.water, picture=picture)
        assert api.logo(world.water) == picture
    assert api.logo(world.power) == b""


def test_only_small_pictures_and_only_by_an_administrator(world):
    for wrong in (b"GIF89a", b"%PDF-1.4", PNG + bytes(api.LARGEST_LOGO)):
        with pytest.raises(Invalid, match=r"directory\.bad-logo"):
            api.set_logo(SYSTEM, agency_id=world.water, picture=wrong)
    with pytest.raises(NotFound):
        api.set_logo(SYSTEM, agency_id=new_id(), picture=PNG)
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.set_logo(head, agency_id=world.water, picture=PNG)
