"""One paper scanned twice: counter and secretariat are told, and nothing is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PageRef, PageRole, SubmissionRow
from pishkhan.letters.logic import looks
from pishkhan.letters.models import PageLook
from tests.letters.scans import scanned, stored, written
from tests.letters.world import World, national_id, person
from tests.web import tus

pytestmark = pytest.mark.django_db(transaction=True)

ROAD, LOAN, TREE = "ترمیم پل تخریب‌شده در سیل", "درخواست وام", "خسارت سرمازدگی باغ"


@pytest.fixture
def world() -> World:
    return World.make()


def first(world: World, page: PageRef) -> None:
    world.arrive(subject=ROAD, applicant=person(1), pages=(page,))


def asked(world: World, *files: str) -> list[SubmissionRow]:
    return letters.similar_submissions(
        world.clerk, number=national_id(1), agency_id=world.agency, subject=LOAN, files=files
    )


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PDF"])
def test_counter_and_secretariat_are_told_of_a_second_scan(world: World, kind: str) -> None:
    first(world, stored(scanned(written(1))))
    again = stored(scanned(written(1), tilt=1.2, light=215, crop=5), kind=kind)
    (row,) = asked(world, again.digest)
    assert (row.subject, row.by_scan) == (ROAD, True)
    assert row.applicant_name != person(1).name, "masked"
    clerk = tus.logged_in(world.clerk)
    given = {"number": national_id(1), "agency_id": world.agency, "subject": LOAN}
    told = clerk.post("/counter/similar", {**given, "pages": again.digest})
    assert told.status_code == 200
    _, arrival = world.arrive(subject=LOAN, applicant=person(1), pages=(again,))
    (like,) = letters.similar_arrivals(world.registrar, [arrival])[arrival]
    assert (like.subject, like.by_scan) == (ROAD, True)
    page = tus.logged_in(world.registrar).get(f"/secretariat/letters/{arrival}/").content.decode()
    assert "تصویر صفحه‌ها مانند آن است" in page


def test_another_letter_an_enclosure_and_what_cannot_be_drawn_are_not_like_it(
    world: World,
) -> None:
    card = stored(scanned(written(5)), "card")
    letter = stored(scanned(written(1)))
    world.arrive(
        subject=ROAD,
        applicant=person(1),
        pages=(letter, replace(card, role=PageRole.ENCLOSURE)),
    )
    same_card = stored(scanned(written(5), tilt=0.7)).digest
    broken = letters.blob_store().put([b"\xff\xd8\xff\xe0 nothing that can be drawn"]).digest
    assert asked(world, stored(scanned(written(2))).digest, same_card, broken) == []
    assert bytes(PageLook.objects.get(digest=broken).look) == b""


def test_an_answer_costs_two_queries_more_and_makes_a_few_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (1, 2, 3):
        world.arrive(subject=f"{ROAD} {seed}", applicant=person(1), pages=(page(seed),))
    again = stored(scanned(written(3), tilt=-1)).digest
    monkeypatch.setattr(looks, "MADE_AT_ONCE", 3)
    asked(world, again)
    assert PageLook.objects.count() == 3
    asked(world, again)
    assert PageLook.objects.count() == 4
    with CaptureQueriesContext(connection) as told:
        (row,) = asked(world, again)
    assert row.by_scan
    assert len(told) == 4, "the letters, their files, their first pages, the looks"
    with CaptureQueriesContext(connection) as told:
        letters.similar_submissions(
            world.clerk, number=national_id(2), agency_id=world.agency, subject=LOAN, files=[again]
        )
    assert len(told) == 1, "who has not written before pays nothing"


def page(seed: int) -> PageRef:
    return stored(scanned(written(seed)))


def test_a_file_that_is_gone_takes_its_look_with_it(world: World) -> None:
    first(world, page(1))
    again = page(1).digest
    asked(world, stored(scanned(written(1), tilt=1)).digest)
    assert PageLook.objects.filter(digest=again).exists()
    letters.forget_previews(again)
    assert not PageLook.objects.filter(digest=again).exists()
