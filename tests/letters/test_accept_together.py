"""Many clerks at once: no twin, no loss, and one letter for one submit."""

from __future__ import annotations

from collections.abc import Callable

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Applicant, IdKind
from tests.letters.world import World, drain, image, national_id, page, together

CLERKS = 16


def test_sixteen_submits_of_one_letter_are_one_letter(world: World) -> None:
    acceptance = world.acceptance()
    found = together([lambda: letters.accept(world.clerk, acceptance)] * CLERKS)
    assert len({each.letter_id for each in found}) == 1
    assert sum(not each.repeated for each in found) == 1
    assert len(letters.submissions(world.clerk).rows) == 1


def test_sixteen_letters_of_new_people_at_two_counters_all_arrive(world: World) -> None:
    def job(n: int) -> Callable[[], Accepted]:
        actor = (world.clerk, world.second_clerk, world.other_clerk)[n % 3]
        # Four people, each with four letters: two clerks meet over a new person's row.
        person = Applicant(IdKind.NATIONAL, national_id(n // 4), "فرد نمونه", "09121234567")
        acceptance = world.acceptance(applicant=person, pages=(page(f"letter {n}"),))
        return lambda: letters.accept(actor, acceptance)

    found = together([job(n) for n in range(CLERKS)])
    assert len({each.letter_id for each in found}) == CLERKS
    assert len({each.tracking_code for each in found}) == CLERKS
    drain()
    arrived = {row.tracking_code: row for row in letters.arrivals(world.registrar, limit=50).rows}
    for n, each in enumerate(found):
        row = arrived[each.tracking_code]
        first = letters.page_blob(world.registrar, "agency", row.id, 1)
        kept = b"".join(letters.blob_store().iter_chunks(first.digest))
        assert kept == image(f"letter {n}")
