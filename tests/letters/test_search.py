"""Search on whichever engine runs: how people write, and what an attacker would."""

from __future__ import annotations

from uuid import UUID

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.kernel.text import persian_digits
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, IdKind
from tests.letters.world import World, drain, national_id, refer


def ids(actor: Actor, q: str, **more) -> list[UUID]:
    return [hit.id for hit in letters.search(actor, q, **more).rows]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("كتابخانه علي", "کتابخانه علی"),
        ("کتابخانه علی", "كتابخانه علي"),
        ("کِتابِ اَوّل", "کتاب اول"),
        ("کتاب اول", "کِتابِ"),
        ("نامه‌های روستا", "نامه های"),
        ("نامه های روستا", "نامه‌های"),
        ("قطعــی آب", "قطعی"),
        ("خانهٔ ما", "خانه ما"),
        ("مسؤول ایمنی", "مسوول"),
        ("پلاک ۱۲۳ کوچه", "123"),
        ("پلاک 123 کوچه", "۱۲۳"),
        ("پلاک ١٢٣ کوچه", "۱۲۳ پلاک"),
        ("Road Repair", "road repair"),
        ("ترمیم راه روستایی", "روستا"),
        ("راه/پل", "پل"),
        ("رایانامه a.b@example.ir", "example"),
        ("دوره-سوم", "سوم"),
        ("سه_شنبه", "شنبه"),
    ],
)
def test_a_word_is_found_however_it_was_typed(world: World, written: str, asked: str):
    accepted, arrival = world.arrive(subject=written)
    assert ids(world.registrar, asked) == [arrival]
    assert ids(world.clerk, asked) == [accepted.letter_id]
    assert ids(world.registrar, asked + " ناموجود") == []


def test_words_of_text_and_name_are_found_together(world: World):
    other = Applicant(IdKind.NATIONAL, national_id(2), "زهرا آزمایشی")
    _, arrival = world.arrive(subject="انشعاب", body="روستای ازنا بی‌آب است.", applicant=other)
    world.arrive()
    for asked in ("زهرا ازنا انشعاب", "آزمایشی", "بی آب"):
        assert ids(world.registrar, asked) == [arrival]


def test_code_number_and_person_are_found_in_any_digits(world: World):
    accepted, arrival = world.answered()
    world.arrive(applicant=Applicant(IdKind.NATIONAL, national_id(3), "دیگری نمونه"))
    view = letters.arrival(world.registrar, arrival)
    code, number = accepted.tracking_code, view.row.number_text
    outgoing = view.drafts[0].number_text
    grouped = f"{code[:3]}-{code[3:6]}-{code[6:9]}-{code[9:]}"
    for asked in (code, grouped, number, number.split("/")[1], outgoing, national_id(1)):
        for typed in (asked, persian_digits(asked), f"  {asked} "):
            assert ids(world.registrar, typed) == [arrival], typed
            assert ids(world.head, typed) == [arrival], typed
    assert ids(world.clerk, code) == [accepted.letter_id]
    assert ids(world.clerk, number) == [accepted.letter_id]
    assert outgoing != number
    for typed in (outgoing, persian_digits(outgoing), outgoing.split("/")[1]):
        assert ids(world.clerk, typed) == [accepted.letter_id], typed
    assert ids(world.other_clerk, outgoing) == []
    assert ids(world.clerk, national_id(1)) == [accepted.letter_id]
    assert ids(world.registrar, "1404/1") == []


@pytest.mark.parametrize(
    "nasty",
    [
        "",
        "   ",
        '"',
        "'",
        '" OR 1=1 --',
        "'; DROP TABLE letters_arrival; --",
        "words:آب",
        "item:x",
        "NEAR(a b)",
        "آب* OR NOT",
        "AND",
        "a & b | !c",
        ":*",
        "(((",
        "^آب",
        "{words} : x",
        "%s %(x)s %",
        "\\",
        "\u202eآب\u202c",
        "𝕬𝖇 ﷺ",
        "🙂",
        "1/2/3",
        "/1",
        "-1",
        "999999999",
        "0" * 13,
        "x" * 200,
    ],
)
def test_no_text_breaks_the_search(world: World, nasty: str):
    world.referred()
    for actor in (world.registrar, world.expert, world.clerk):
        assert len(letters.search(actor, nasty).rows) <= 1
    assert len(ids(world.registrar, "آب")) == 1


def test_too_much_or_broken_text_is_refused_with_its_field(world: World):
    for wrong in ("x" * 201, "a " * 20, "\x00", "\ud800"):
        with pytest.raises(Invalid) as caught:
            letters.search(world.registrar, wrong)
        assert set(caught.value.fields) == {"q"}


def test_pages_of_words_and_of_a_person_lose_nothing(world: World):
    for _ in range(5):
        world.accept()
    drain()
    for row in letters.arrivals(world.registrar).rows:
        letters.register(world.registrar, row.id)
        refer(world.registrar, row.id, world.expert)
    for actor in (world.registrar, world.expert, world.clerk):
        for asked in ("آب", national_id(1)):
            seen: list[UUID] = []
            after = None
            while True:
                page = letters.search(actor, asked, after=after, limit=2)
                seen += [hit.id for hit in page.rows]
                after = page.next
                if after is None:
                    break
            assert len(seen) == len(set(seen)) == 5
            assert seen == sorted(seen, reverse=True)


def test_no_office_finds_anothers_letters_not_even_by_its_mark(world: World):
    _, arrival = world.arrive()
    for actor in (world.other_registrar, world.other_head, world.head, world.other_clerk):
        for asked in ("آب", f"o{world.secretariat.hex}", f"i{arrival.hex}", f"a{world.agency.hex}"):
            assert ids(actor, asked) == []
    with pytest.raises(Forbidden):
        letters.search(world.admin, "آب")
