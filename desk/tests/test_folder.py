"""Files of the watched folder appear when whole, once, and go to `done` when they are in."""

from __future__ import annotations

import os
import time

import pytest

from pishkhan_desk import config
from pishkhan_desk.errors import Trouble
from pishkhan_desk.folder import Folder

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100 + b"\xff\xd9"


@pytest.fixture
def place(tmp_path):
    made = tmp_path / "scans"
    made.mkdir()
    return made


@pytest.fixture
def folder(place):
    return Folder(place, still=0.05)


def whole(folder, asker=""):
    folder.papers(asker)
    time.sleep(0.06)
    return folder.papers(asker)


def test_a_whole_file_appears_and_goes_to_done(folder, place):
    (place / "a.jpg").write_bytes(JPEG)
    assert folder.papers() == []  # it may still grow
    [paper] = whole(folder)
    assert (paper.name, paper.size) == ("a.jpg", len(JPEG))
    assert folder.fetch(paper.id)[1] == JPEG
    folder.done(paper.id)
    folder.done(paper.id)
    assert folder.papers() == []
    assert (place / "done" / "a.jpg").read_bytes() == JPEG


def test_a_file_that_grows_does_not_appear(folder, place):
    with (place / "a.jpg").open("wb") as file:
        for _ in range(4):
            file.write(JPEG)
            file.flush()
            time.sleep(0.04)
            assert folder.papers() == []
    assert len(whole(folder)) == 1


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("whole.pdf", b"%PDF-1.4\n...\n%%EOF\n", True),
        ("half.pdf", b"%PDF-1.4\n...", False),
        ("whole.png", b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82", True),
        ("half.png", b"\x89PNG\r\n\x1a\n....", False),
        ("half.jpg", JPEG[:-2], False),
        ("whole.TIF", b"II*\0....", True),
        ("virus.jpg", b"MZ....", False),
        ("note.txt", JPEG, False),
        (".hidden.jpg", JPEG, False),
        ("~lock.jpg", JPEG, False),
        ("page.jpg.part", JPEG, False),
        ("empty.jpg", b"", False),
        ("نامهٔ اول.jpg", JPEG, True),
    ],
)
def test_only_whole_pages_appear(folder, place, name, content, shown):
    (place / name).write_bytes(content)
    assert [paper.name for paper in whole(folder)] == ([name] if shown else [])


def test_a_link_to_another_file_is_no_page(folder, place, tmp_path):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(JPEG)
    (place / "a.jpg").symlink_to(secret)
    assert whole(folder) == []


def test_what_one_page_fetched_is_not_shown_to_another(folder, place):
    (place / "a.jpg").write_bytes(JPEG)
    [paper] = whole(folder, "one")
    folder.fetch(paper.id, "one")
    assert folder.papers("two") == []
    with pytest.raises(Trouble, match=r"folder\.gone"):
        folder.fetch(paper.id, "two")
    folder.done(paper.id, "two")
    assert [p.id for p in folder.papers("one")] == [paper.id]


def test_files_of_one_name_do_not_overwrite_each_other(folder, place):
    for _ in range(3):
        (place / "a.jpg").write_bytes(JPEG)
        [paper] = whole(folder)
        folder.done(paper.id)
    assert sorted(p.name for p in (place / "done").iterdir()) == ["a-2.jpg", "a-3.jpg", "a.jpg"]


def test_a_changed_file_is_another_one(folder, place):
    (place / "a.jpg").write_bytes(JPEG)
    [before] = whole(folder)
    (place / "a.jpg").write_bytes(JPEG + JPEG)
    with pytest.raises(Trouble, match=r"folder\.gone"):
        folder.fetch(before.id)
    [after] = whole(folder)
    assert after.id != before.id


def test_done_files_are_removed_after_their_days(folder, place):
    (place / "done").mkdir()
    for name, days in (("old.jpg", 8), ("new.jpg", 6)):
        path = place / "done" / name
        path.write_bytes(JPEG)
        then = time.time() - days * 24 * 3600
        os.utime(path, (then, then))
    assert folder.clear(7) == 1
    assert [p.name for p in (place / "done").iterdir()] == ["new.jpg"]


def test_a_page_takes_files_over_the_wire(page, place, helper):
    assert page.ask("GET", "/v1/folder").json == {"code": "folder.none"}
    config.keep(config.Settings(folder=str(place)))
    helper.api.folder().still = 0.05
    (place / "a.jpg").write_bytes(JPEG)
    page.ask("GET", "/v1/folder")
    time.sleep(0.06)
    [row] = page.ask("GET", "/v1/folder").json
    answer = page.ask("GET", f"/v1/folder/{row['id']}")
    assert (answer.body, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert page.ask("POST", f"/v1/folder/{row['id']}", {}).status == 204
    assert page.ask("GET", "/v1/folder").json == []
    assert (place / "done" / "a.jpg").exists()


def test_a_folder_that_went_away_is_told(page, place):
    config.keep(config.Settings(folder=str(place / "gone")))
    assert page.ask("GET", "/v1/folder").json == {"code": "folder.absent"}
