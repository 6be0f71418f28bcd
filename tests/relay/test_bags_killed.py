"""The process dies, or the stick is pulled out, at every step of an export and of an import."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from tests.relay.conftest import Killed, killed_at
from tests.relay.other_node import OtherNode, digest

from pishkhan.kernel import clock
from pishkhan.kernel.errors import PishkhanError
from pishkhan.relay import api as relay
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import BundleFate
from pishkhan.relay.logic import bags, files
from pishkhan.relay.logic.apply import LEASE
from pishkhan.relay.models import Inbound

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Django closes a server's cursor after an Exception; a death in its first statement is none.
    pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path: Path) -> None:
    settings.BLOB_ROOT = tmp_path / "blobs"


@pytest.fixture
def village() -> OtherNode:
    return OtherNode()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def emptied(stick: Path) -> Path:
    shutil.rmtree(stick)
    stick.mkdir()
    return stick


def test_wherever_an_import_dies_the_same_stick_goes_on_from_there(post, village, stick) -> None:
    time = clock.FakeClock(clock.current().now())
    with clock.use(time):
        for event in itertools.count(1):
            page = b"page %d" % event * 500
            frame = village.parcel(post.agency, f"letter {event}", blobs=[digest(page)])
            village.bag(emptied(stick), [frame], [page])
            alive = False
            with killed_at(event):
                try:
                    relay.import_bundles(stick)
                    alive = True
                except Killed:
                    pass
            gc.collect()  # what the dead left open goes here, where its warning is known
            time.advance(LEASE)
            (found,) = relay.import_bundles(stick)
            assert found.fate is BundleFate.TAKEN, event
            relay.drain()
            assert post.names().count(f"letter {event}") == 1, event
            assert files.store().verify(digest(page)), event
            if alive:
                break
    assert event > 15
    assert set(Inbound.objects.values_list("state", flat=True)) == {"applied"}
    manifest, _ = village.opened(relay.export_bundle(village.id, emptied(stick)).path)
    (had,) = manifest.have
    assert replace(had, tip="") == Have(1, post.agency, event, event)


def test_wherever_an_export_dies_the_next_one_has_all_and_no_number_twice(
    post, village, stick
) -> None:
    post.counter = village.counter
    numbers: list[int] = []
    for event in itertools.count(1):
        page = files.store().put([b"answer %d" % event * 500]).digest
        post.send(f"answer {event}", back=True, blobs=(page,))
        relay.drain()
        alive = False
        with killed_at(event):
            try:
                relay.export_bundle(village.id, stick)
                alive = True
            except Killed:
                pass
        gc.collect()
        for path in bags.bags_in(stick):
            # Whatever bears a bag's name is whole, also when its maker died.
            manifest, _ = village.opened(path)
            assert manifest.number not in numbers[:-1]
        made = relay.export_bundle(village.id, stick)
        numbers.append(made.number)
        manifest, found = village.opened(made.path)
        assert len(found) == event
        assert village.file_in(made.path, page) == b"answer %d" % event * 500
        assert [path.suffix for path in stick.iterdir()] == [".bag"], event
        if alive:
            break
    assert event > 12
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("one_file", [False, True])
def test_a_stick_pulled_out_at_any_write_leaves_no_half_bag(
    post, village, stick, *, one_file: bool
) -> None:
    post.counter = village.counter
    page = files.store().put([os.urandom(300_000)]).digest
    post.send("answer", back=True, blobs=(page,))
    relay.drain()
    for event in itertools.count(1):
        emptied(stick)
        reason = ""
        with _pulled_out_at(event):
            try:
                relay.export_bundle(village.id, stick, one_file=one_file)
            except PishkhanError as error:
                reason = error.code
        if not reason:
            break
        assert reason == "relay.not-written", event
        for path in bags.bags_in(stick):
            assert relay.import_bundles(path)[0].fate is BundleFate.OWN
    assert event > 5
    assert relay.export_bundle(village.id, emptied(stick)).envelopes == 1


def _pulled_out_at(event: int):
    """Let the n-th sync or rename below fail as a stick does that is gone."""
    calls = itertools.count(1)

    def failing(real):
        def call(*args, **kwargs):
            if next(calls) == event:
                raise OSError(5, "Input/output error")
            return real(*args, **kwargs)

        return call

    return _Patches(
        mock.patch("pishkhan.relay.logic.export_bundle.os.fsync", failing(os.fsync)),
        mock.patch("pishkhan.relay.logic.export_bundle.Path.rename", failing(Path.rename)),
        mock.patch("pishkhan.relay.logic.export_bundle.Path.mkdir", failing(Path.mkdir)),
    )


class _Patches:
    def __init__(self, *patches) -> None:
        self._patches = patches

    def __enter__(self) -> None:
        for patch in self._patches:
            patch.start()

    def __exit__(self, *_: object) -> None:
        for patch in self._patches:
            patch.stop()


def test_a_stick_pulled_out_while_it_is_read_is_brought_again(post, village, stick) -> None:
    pages = [os.urandom(200_000) for _ in range(3)]
    frames = [
        village.parcel(post.agency, f"letter {n}", blobs=[digest(page)])
        for n, page in enumerate(pages)
    ]
    village.bag(stick, frames, pages)
    for event in itertools.count(1):
        calls = itertools.count(1)
        real = bags.Slice.read

        def read(self, size=-1, *, calls=calls, event=event, real=real):
            if next(calls) >= event:
                raise OSError(5, "Input/output error")
            return real(self, size)

        with mock.patch.object(bags.Slice, "read", read):
            (found,) = relay.import_bundles(stick)
        relay.drain()
        assert len(post.names()) == len(set(post.names()))
        if found.fate is BundleFate.TAKEN:
            break
    assert event > 8
    assert sorted(post.names()) == ["letter 0", "letter 1", "letter 2"]
