"""What happens to a letter after one has looked at it leads it to the head of the cartable."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CartableRow, StepKind
from tests.letters.world import World, drain, page, refusing


def row(actor: Actor, arrival: UUID, folder: str = "open") -> tuple[int, CartableRow]:
    """Return the place of a letter in a folder, from 0, and its row."""
    rows = letters.cartable(actor, folder=folder).rows  # type: ignore[arg-type]  # names of folders
    [found] = [(at, each) for at, each in enumerate(rows) if each.arrival_id == arrival]
    return found


def test_a_completed_letter_stands_first_unread_and_marked(world: World) -> None:
    accepted, arrival = world.referred()
    letters.open_arrival(world.expert, arrival)
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    _, other = world.referred()
    assert row(world.expert, arrival)[0] == 1
    assert row(world.expert, arrival)[1].seen
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    drain()
    at, told = row(world.expert, arrival)
    assert (at, told.seen, told.news) == (0, False, StepKind.COMPLETED)
    assert told.at > row(world.expert, other)[1].at
    first = letters.cartable(world.expert, folder="open", limit=1)
    assert first.rows[0].arrival_id == arrival
    second = letters.cartable(world.expert, folder="open", after=first.next, limit=1)
    assert second.rows[0].arrival_id == other  # none is left out, none comes twice
    letters.open_arrival(world.expert, arrival)
    assert row(world.expert, arrival)[1].seen


def test_a_withdrawn_letter_is_told_among_what_is_done(world: World) -> None:
    accepted, arrival = world.referred()
    letters.open_arrival(world.expert, arrival)
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="منصرف شد")
    drain()
    _, told = row(world.expert, arrival, "done")
    assert (told.seen, told.news) == (False, StepKind.WITHDRAWN)


def test_a_refused_answer_is_told_to_who_wrote_it(world: World) -> None:
    with refusing():
        _, arrival = world.answered()
    _, told = row(world.expert, arrival, "done")
    assert (told.seen, told.news) == (False, StepKind.REFUSED)
    letters.open_arrival(world.expert, arrival)
    assert row(world.expert, arrival, "done")[1].seen


def test_what_was_sent_keeps_its_own_time(world: World) -> None:
    accepted, arrival = world.referred()
    before = row(world.registrar, arrival, "sent")[1].at
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    drain()
    told = row(world.registrar, arrival, "sent")[1]
    assert (told.at, told.news) == (before, None)
