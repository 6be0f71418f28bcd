"""The signature of a letter between agencies covers to whom it goes, its copies and its links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest import mock

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.errors import Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CopyState, CopyTo, LinkRef, Purpose, Relation, Urgency
from pishkhan.letters.logic import sign
from pishkhan.letters.models import Draft
from pishkhan.relay import api as relay
from tests.letters.test_begin_letter import GAS, POWER, WATER, gas, letter, there
from tests.letters.world import World, drain, refer

LINK = LinkRef(Relation.FOLLOWS, "12", 1404, POWER)


def signed(world: World, **changes: object) -> Any:
    """Write and sign a letter; return the id that opens it and its draft."""
    made = letters.begin_letter(world.expert, letter(world, **changes))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    return made, draft


def test_what_is_signed_names_writer_receiver_copies_links_and_urgency(world: World):
    agency, _ = gas(world)
    _, draft = signed(
        world, copies=(CopyTo(agency, "جهت استحضار"),), links=(LINK,), urgency=Urgency.URGENT
    )
    row = Draft.objects.get(pk=draft)
    assert row.covers == {
        "form": 2,
        "from": {"agency": str(world.agency), "name": WATER},
        "to": [
            {"agency": str(world.other_agency), "name": POWER, "phrase": ""},
            {"agency": str(agency), "name": GAS, "phrase": "جهت استحضار"},
        ],
        "links": [{"relation": "follows", "number": "12", "year": 1404, "sender": POWER}],
        "urgency": "2",
        "class": "1",
        "enclosures": [],
    }


@contextmanager
def on_the_way(change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Let each letter that goes out meanwhile be changed by somebody after it was signed."""
    send = relay.send

    def changed(*given: Any, **more: Any) -> Any:
        change(more["payload"])
        return send(*given, **more)

    with mock.patch.object(relay, "send", changed):
        yield


def _forge(covers: dict[str, Any], which: str) -> dict[str, Any]:
    forged = deepcopy(covers)
    if which == "a copy less":
        forged["to"].pop()
    elif which == "another phrase":
        forged["to"][1]["phrase"] = "جهت اقدام لازم"
    elif which == "another name":
        forged["from"]["name"] = "دیگری"
    elif which == "a link more":
        forged["links"] = [{"relation": "answers", "number": "1", "year": 1405, "sender": ""}]
    elif which == "more urgent":
        forged["urgency"] = "4"
    elif which == "an older form":
        return {}
    return forged


@pytest.mark.parametrize(
    "which",
    [
        "a copy less",
        "another phrase",
        "another name",
        "a link more",
        "more urgent",
        "an older form",
    ],
)
def test_a_letter_whose_head_is_not_what_was_signed_is_refused(world: World, which: str):
    agency, clerk = gas(world)
    made, draft = signed(world, copies=(CopyTo(agency, "جهت استحضار"),))

    def forge(payload: dict[str, Any]) -> None:
        payload["covers"] = _forge(payload["covers"], which)

    with on_the_way(forge):
        letters.dispatch(world.registrar, draft)
    drain()
    assert letters.arrivals(world.other_registrar).rows == ()
    assert letters.arrivals(clerk).rows == ()
    own = letters.arrival(world.registrar, made).official
    assert own is not None
    assert own.addressees[0].state is CopyState.NOT_TAKEN


def test_a_letter_to_one_agency_is_not_taken_for_another(world: World):
    agency, clerk = gas(world)
    _, draft = signed(world, copies=(CopyTo(agency),))

    def swap(payload: dict[str, Any]) -> None:
        payload["place"] = 1 - payload["place"]

    with on_the_way(swap):
        letters.dispatch(world.registrar, draft)
    drain()
    assert letters.arrivals(world.other_registrar).rows == ()
    assert letters.arrivals(clerk).rows == ()


def test_it_goes_out_as_it_was_signed_though_its_agency_is_renamed_since(world: World):
    _, draft = signed(world, links=(LINK,))
    directory.rename_agency(SYSTEM, agency_id=world.agency, name="شرکت دیگر", short="دیگر")
    letters.dispatch(world.registrar, draft)
    drain()
    view = there(world.other_registrar)
    assert (view.row.from_name, view.links) == (WATER, (LINK,))


def test_a_letter_that_was_signed_before_goes_out_and_verifies_as_it_did(world: World):
    agency, clerk = gas(world)
    with mock.patch.object(sign, "covers_of", return_value={}):
        made, draft = signed(world, copies=(CopyTo(agency, "جهت استحضار"),), links=(LINK,))
    letters.dispatch(world.registrar, draft)
    drain()
    for actor, copy in ((world.other_registrar, False), (clerk, True)):
        view = there(actor)
        assert view.official is not None
        assert [each.agency_name for each in view.official.addressees] == [POWER, GAS]
        assert view.official.as_copy is copy
        assert view.links == (LINK,)
    own = letters.arrival(world.registrar, made).official
    assert own is not None
    assert {each.state for each in own.addressees} == {CopyState.ARRIVED}


def test_a_link_is_not_added_between_signature_and_dispatch(world: World):
    made, draft = signed(world)
    with pytest.raises(Refused, match=r"letters\.signed-already"):
        letters.link(world.registrar, made, LINK)
    letters.dispatch(world.registrar, draft)
    letters.link(world.registrar, made, LINK)  # a note of the office's own by then
