"""Files that nothing names go; whatever a letter, message, upload or form names stays."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.waste import Waste
from pishkhan.letters import api as letters
from pishkhan.relay import api as relay
from pishkhan.web.counter import kept
from pishkhan.web.models import Upload
from pishkhan.web.uploads import collect, files
from tests.letters.world import NOON, World, drain, image, page
from tests.web import tus

KEEP = timedelta(days=7)
LATER = NOON + timedelta(days=8)
JUDGED = collect.GRACE + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path):
    """Acts insist on being the outermost transaction. Each test has files of its own."""
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    return World.make()


def store() -> BlobStore:
    return letters.blob_store()


def put(name: str, at: datetime = NOON) -> str:
    """Store a file as if it had been sent at `at`."""
    digest = page(name).digest
    age(digest, at)
    return digest


def age(digest: str, at: datetime = NOON) -> None:
    os.utime(store().path(digest), (at.timestamp(), at.timestamp()))


def collector() -> collect.Collector:
    return collect.Collector(store().root, keep=KEEP)


def collected(at: datetime = LATER) -> None:
    """Do the rounds that set aside what is unused at `at`, and those that remove it."""
    one = collector()
    for now in (at, at + JUDGED, at + 2 * JUDGED):
        with clock.use(FakeClock(now)):
            one.step()


def waste() -> list[Path]:
    return list((store().root / "waste").glob("*/*"))


def test_an_unused_file_goes_when_it_is_old_and_not_before():
    old, young = put("old"), put("young", LATER - KEEP + timedelta(minutes=1))
    drawn = Path(store().root.parent / "cache" / "previews" / old[:2] / f"{old}-1-160-0.jpg")
    drawn.parent.mkdir(parents=True)
    drawn.write_bytes(b"drawn")
    collected(LATER)
    assert not store().exists(old)
    assert not drawn.exists()
    assert store().exists(young)
    assert waste() == []
    assert not list((store().root / "waste").iterdir())


def test_pages_on_both_sides_and_of_a_completion_stay(world: World):
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="سند")
    drain()
    more = page("more")
    letters.complete(world.clerk, accepted.letter_id, pages=(more,))
    drain()
    view = letters.arrival(world.registrar, arrival)
    named = {each.digest for each in view.pages}
    assert len(named) == 3
    for digest in named:
        age(digest)
    collected()
    assert all(store().verify(digest) for digest in named)


def test_a_file_that_only_a_message_under_way_names_stays(world: World):
    digest = put("on its way")
    with journal.act() as act:
        relay.send(
            act,
            from_office=world.counter,
            to_office=world.secretariat,
            kind="test.parcel",
            version=1,
            payload={},
            subject=new_id(),
            blobs=(digest,),
        )
        act.append("parcel.sent", subject=new_id(), actor="system")
    collected()
    assert store().exists(digest)
    drain()  # no handler knows it: it waits at the receiver
    collected(LATER + timedelta(days=2))
    assert store().exists(digest)


def test_an_upload_keeps_its_file_until_it_expires(world: World):
    with clock.use(FakeClock(NOON)):
        ref = tus.kept(world.clerk, scan())
    age(ref.digest)
    collected(NOON + timedelta(days=20))
    assert store().exists(ref.digest)
    with clock.use(FakeClock(NOON + timedelta(days=20))):
        assert files.purge() == 1
    collected(NOON + timedelta(days=22))
    assert not store().exists(ref.digest)


def test_a_parked_letter_keeps_its_upload_and_its_file_alive(world: World):
    with clock.use(FakeClock(NOON)):
        ref = tus.kept(world.clerk, scan())
        pages = f'[{{"digest": "{ref.digest}", "rotation": 0}}]'
        kept.park(world.clerk, {"subject": "موضوع", "pages": pages})
    age(ref.digest)
    for days in range(60):
        with clock.use(FakeClock(NOON + timedelta(days=days))):
            files.purge()
    collected(NOON + timedelta(days=60))
    assert store().exists(ref.digest)
    with clock.use(FakeClock(NOON + timedelta(days=60))):
        assert tus.fact(world.clerk, ref.digest).digest == ref.digest


def scan() -> bytes:
    from tests.letters import hostile  # noqa: PLC0415 - Pillow is slow to load

    return hostile.scan()


def test_settling_known_bytes_renews_the_files_own_time():
    long_ago = NOON.replace(year=2001)
    digest = put("known", long_ago)
    store().put([image("known")])
    assert store().path(digest).stat().st_mtime > long_ago.timestamp() + 3600


# --- races ---------------------------------------------------------------------------------------


def test_one_sent_again_between_the_look_and_the_rename_is_put_back():
    digest = put("raced")
    path = store().path(digest)
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        os.utime(path, (LATER.timestamp(), LATER.timestamp()))
        return rename(self, target)

    with mock.patch.object(Path, "rename", late), clock.use(FakeClock(LATER)):
        assert collector().step() == 0
    assert store().verify(digest)
    assert waste() == []


def test_one_sent_again_while_it_lies_aside_is_there_at_once(world: World):
    digest = put("aside")
    one = collector()
    with clock.use(FakeClock(LATER)):
        assert one.step() == 1
    assert not store().exists(digest)
    with pytest.raises(Invalid):
        world.accept(pages=(known("aside", digest),))
    world.accept(pages=(page("aside"),))
    with clock.use(FakeClock(LATER + JUDGED)):
        one.step()
    assert store().verify(digest)
    assert waste() == []


def test_a_deed_that_looked_before_and_commits_after_the_file_was_set_aside_keeps_it(
    world: World,
):
    digest = put("slow")
    one = collector()
    check = letters.accept.__globals__["check_acceptance"]

    def slow(*args, **kwargs):
        checked = check(*args, **kwargs)  # the file is here now …
        waste_ = Waste(store())
        assert waste_.set_aside(digest, before=LATER - KEEP, now=LATER)
        return checked  # … and the letter that names it is written only from here on

    with mock.patch.dict(letters.accept.__globals__, {"check_acceptance": slow}):
        accepted = world.accept(pages=(known("slow", digest),))
    assert not store().exists(digest)
    with clock.use(FakeClock(LATER + JUDGED)):
        assert one.step()
    assert store().verify(digest)
    found = letters.page_blob(world.clerk, "counter", accepted.letter_id, 1)
    assert found.digest == digest


def known(name: str, digest: str):
    """Return a page by its digest without storing it."""
    from pishkhan.letters.contracts import PageRef  # noqa: PLC0415 - beside its one use

    return PageRef(digest=digest, media_type="image/jpeg", size=len(image(name)), name="x.jpg")


@pytest.mark.parametrize("dies_at", ["rename", "unlink", "replace"])
def test_a_death_at_any_step_loses_nothing_that_is_named(world: World, dies_at: str):
    free, named = put("free"), put("named")
    world.accept(pages=(known("named", named),))
    age(named)
    # Set aside by a collector that knew no better, as after a look in the wrong second.
    Waste(store()).set_aside(named, before=LATER, now=LATER - timedelta(days=1))

    def die(self: Path, *_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def work() -> None:
        one = collector()
        for now in (LATER, LATER + JUDGED):
            with clock.use(FakeClock(now)):
                one.step()

    for _ in range(2):
        with mock.patch.object(Path, dies_at, die), pytest.raises(KeyboardInterrupt):
            work()
    collected(LATER + timedelta(days=1))
    assert store().verify(named)
    assert not store().exists(free)
    assert waste() == []


def test_two_collectors_at_once_do_no_harm():
    digests = [put(f"file {n}") for n in range(20)]
    a, b = collector(), collector()
    with clock.use(FakeClock(LATER)):
        assert a.step() + b.step() == 20
    with clock.use(FakeClock(LATER + JUDGED)):
        a.step()
        b.step()
    assert not any(store().exists(digest) for digest in digests)
    assert waste() == []


def test_a_walk_goes_in_slices_and_begins_anew_after_a_day():
    for n in range(7):
        put(f"file {n}")
    with mock.patch.object(collect, "SLICE", 3):
        one = collector()
        steps = []
        with clock.use(FakeClock(LATER)):
            steps = [one.step() for _ in range(5)]
        assert sum(steps) == 7
        put("later")
        with clock.use(FakeClock(LATER + timedelta(minutes=30))):
            assert one.step() == 0
        with clock.use(FakeClock(LATER + timedelta(days=1, minutes=1))):
            assert one.step() > 0
    assert Upload.objects.count() == 0
