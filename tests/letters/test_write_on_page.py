"""What an official writes on a page by pen stays with the letter, and rubbish stays out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters import pen
from pishkhan.letters.logic import write_on_page as deed
from tests.letters.test_stand_ins import chief_of
from tests.letters.world import World

STROKES = [[[100, 200], [150, 260, 90]], [[0, 10_000]]]


def write(actor: Actor, arrival: UUID, **changes: Any) -> UUID:
    given: dict[str, Any] = {"seq": 1, "leaf": 1, "strokes": STROKES}
    if "digest" not in changes:
        given["digest"] = letters.arrival(actor, arrival).pages[0].digest
    return letters.write_on_page(actor, arrival, **given | changes)


def test_what_was_written_is_there_for_all_who_see_the_letter(world: World):
    _, arrival = world.referred(to=world.head)
    note = write(world.head, arrival)
    for actor in (world.head, world.registrar):
        view = letters.arrival(actor, arrival)
        (found,) = view.pen_notes
        assert (found.id, found.seq, found.leaf) == (note, 1, 1)
        assert found.page_digest == view.pages[0].digest
        assert found.by_title == world.head.post_title
        assert [[list(point) for point in stroke] for stroke in found.strokes] == STROKES
        assert view.steps[-1].kind == "written_on"


def test_the_entry_commits_to_the_strokes_and_to_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    _, arrival = world.referred(to=world.head)
    page = letters.arrival(world.head, arrival).pages[0].digest
    told: list[tuple[str, dict[str, Any]]] = []
    append = journal.Act.append

    def listened(self: Any, kind: str, **given: Any) -> Any:
        told.append((kind, dict(given.get("fields") or {})))
        return append(self, kind, **given)

    monkeypatch.setattr(journal.Act, "append", listened)
    note = write(world.head, arrival, digest=page)
    assert ("letter.written_on", {
        "note": str(note),
        "page": 1,
        "leaf": 1,
        "page_digest": page,
        "strokes_digest": pen.digest(STROKES),
    }) in told  # fmt: skip


def test_only_before_whom_the_letter_lies_may_write_on_it(world: World):
    _, arrival = world.referred(to=world.head)
    page = letters.arrival(world.head, arrival).pages[0].digest
    with pytest.raises(Forbidden):
        write(chief_of(world, world.head, world.colleague), arrival, digest=page)
    with pytest.raises(Forbidden):
        write(world.registrar, arrival, digest=page)
    for actor in (world.expert, world.other_head, world.admin):
        with pytest.raises(NotFound):
            write(actor, arrival, digest=page)
    letters.finish(world.head, letters.arrival(world.head, arrival).referrals[0].id, outcome="شد")
    with pytest.raises((Forbidden, Refused)):
        write(world.head, arrival, digest=page)
    assert letters.arrival(world.head, arrival).pen_notes == ()


def test_the_page_is_the_one_that_was_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    _, arrival = world.referred(to=world.head)
    with pytest.raises(Refused, match=r"letters\.other-page"):
        write(world.head, arrival, digest="0" * 64)
    for where in ({"seq": 99}, {"leaf": 0}, {"leaf": 99}):
        with pytest.raises(NotFound):
            write(world.head, arrival, **where)
    monkeypatch.setattr(deed, "MOST_NOTES", 1)
    write(world.head, arrival)
    with pytest.raises(Refused, match=r"letters\.too-many-notes"):
        write(world.head, arrival)


@pytest.mark.parametrize(
    "rubbish",
    [
        None,
        [],
        {},
        [[]],
        [None],
        ["x"],
        [[[1]]],
        [[[1, 2, 3, 4]]],
        [[["1", "2"]]],
        [[[1.5, 2]]],
        [[[float("nan"), 2]]],
        [[[float("inf"), 2]]],
        [[[True, 2]]],
        [[[-1, 2]]],
        [[[1, 10_001]]],
        [[[1, 2, 256]]],
        [[[10**400, 2]]],
        [[[1, 2]]] * (pen.MOST_STROKES + 1),
        [[[1, 2]] * (pen.MOST_POINTS + 1)],
    ],
)
def test_rubbish_is_no_stroke(rubbish: object):
    with pytest.raises(Invalid) as refused:
        pen.checked(rubbish)
    assert "strokes" in refused.value.fields
