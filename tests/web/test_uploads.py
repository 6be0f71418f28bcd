from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.node import roles
from pishkhan.web.models import Upload
from pishkhan.web.uploads import files
from tests.letters import hostile
from tests.letters.world import World
from tests.web import tus


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path):
    """Acts insist on being the outermost transaction. Each test has files of its own."""
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def clerk(world: World) -> Client:
    return tus.logged_in(world.clerk)


def partials() -> list[str]:
    folder = letters.blob_store().root / "partial"
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def test_a_file_sent_with_its_creation_is_a_page_at_once(world, clerk):
    data = hostile.scan()
    answer = tus.send(clerk, data)
    assert answer.status_code == 201
    digest = hashlib.sha256(data).hexdigest()
    assert answer["Upload-Digest"] == digest
    assert answer["Upload-Media-Type"] == "image/jpeg"
    assert answer["Upload-Leaves"] == "1"
    assert answer["Upload-Offset"] == str(len(data))
    assert letters.blob_store().verify(digest)
    page = tus.fact(world.clerk, digest)
    assert (page.media_type, page.size, page.leaves, page.name) == (
        "image/jpeg",
        len(data),
        1,
        "page.jpg",
    )


def test_a_file_comes_in_pieces_and_goes_on_after_a_cut(world, clerk):
    data = hostile.scan(2)
    made = tus.create(clerk, len(data))
    assert made.status_code == 201
    address = made["Location"]
    assert tus.patch(clerk, address, 0, data[:100_000])["Upload-Offset"] == "100000"
    # The line breaks here: another tab asks how far it is, and goes on.
    head = tus.ask(clerk, address)
    assert head.status_code == 200
    assert head["Upload-Offset"] == "100000"
    assert head["Upload-Length"] == str(len(data))
    assert head["Cache-Control"] == "no-store"
    last = tus.patch(clerk, address, 100_000, data[100_000:])
    assert last.status_code == 204
    assert last["Upload-Digest"] == hashlib.sha256(data).hexdigest()
    # The last answer was lost: asking again says the same.
    assert tus.ask(clerk, address)["Upload-Digest"] == last["Upload-Digest"]
    assert partials() == []


def test_another_offset_is_a_conflict_and_changes_nothing(clerk):
    data = hostile.scan()
    address = tus.create(clerk, len(data))["Location"]
    tus.patch(clerk, address, 0, data[:1000])
    answer = tus.patch(clerk, address, 999, data[999:])
    assert (answer.status_code, tus.code(answer)) == (409, "blobs.offset")
    assert tus.ask(clerk, address)["Upload-Offset"] == "1000"


def test_more_than_was_declared_is_refused_before_it_is_read(clerk):
    address = tus.create(clerk, 1000)["Location"]
    answer = tus.patch(clerk, address, 0, bytes(1001))
    assert (answer.status_code, tus.code(answer)) == (413, "web.upload-overrun")
    assert tus.ask(clerk, address)["Upload-Offset"] == "0"


def test_four_gigabytes_are_refused_at_creation_with_both_figures(clerk):
    answer = tus.create(clerk, 4 * 2**30)
    assert (answer.status_code, tus.code(answer)) == (413, "web.upload-too-large")
    assert answer.json()["title"] == "حجم فایل ۴۰۹۶ مگابایت است؛ بیش از ۶۴ مگابایت پذیرفته نمی‌شود."
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused(clerk):
    answer = tus.create(clerk, 0)
    assert (answer.status_code, tus.code(answer)) == (422, "letters.file-empty")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "letters.file-type"),
        (b"MZ" + bytes(500), 415, "letters.file-type"),
        (hostile.scan()[:200_000], 422, "letters.file-broken"),
        (hostile.png(60_000, 60_000), 413, "letters.file-pixels"),
        (hostile.pdf(10_000), 413, "letters.file-leaves"),
        (hostile.pdf(1, encrypted=True), 422, "letters.file-encrypted"),
    ],
)
def test_what_cannot_be_a_page_is_refused_and_its_bytes_are_dropped(clerk, data, status, code):
    address = tus.create(clerk, len(data))["Location"]
    answer = tus.patch(clerk, address, 0, data)
    assert (answer.status_code, tus.code(answer)) == (status, code)
    assert partials() == []
    assert not letters.blob_store().exists(hashlib.sha256(data).hexdigest())
    assert tus.ask(clerk, address).status_code == 404


def test_refusals_speak_the_persons_language(world, clerk):
    rubbish = b"hello there, no picture"
    assert "نیست" in tus.send(clerk, rubbish).json()["title"]
    directory.set_language(world.clerk, language="en")
    answer = tus.send(clerk, rubbish)
    assert answer["Content-Language"] == "en"
    assert answer.json()["title"].startswith("This is not a PDF")


def test_nobody_sends_without_a_seat_that_takes_files(world):
    for client, status in (
        (Client(), 401),
        (tus.logged_in(world.admin), 403),
    ):
        assert tus.create(client, 10).status_code == status
    assert tus.create(tus.logged_in(world.expert), 10).status_code == 201


def test_another_person_finds_no_upload_there(world, clerk):
    data = hostile.scan()
    answer = tus.send(clerk, data)
    address, digest = answer["Location"], answer["Upload-Digest"]
    for other in (world.second_clerk, world.other_clerk, world.registrar):
        stranger = tus.logged_in(other)
        assert tus.ask(stranger, address).status_code == 404
        assert tus.patch(stranger, address, 0, b"x").status_code == 404
        assert tus.ask(stranger, address, "DELETE").status_code == 404
        assert stranger.get(f"{address}/preview").status_code == 404
        with pytest.raises(Invalid) as refused:
            tus.fact(other, digest)
        assert refused.value.code == "web.unknown-page"


def test_a_session_needs_the_form_token(world):
    strict = tus.logged_in(world.clerk, enforce_csrf_checks=True)
    answer = tus.create(strict, 100)
    assert (answer.status_code, tus.code(answer)) == (403, "web.stale-page")
    strict.cookies["pishkhan_csrf"] = "a" * 32
    answer = tus.create(strict, 100, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201
    assert tus.patch(strict, answer["Location"], 0, b"x").status_code == 403


def test_a_client_sends_with_its_token_and_without_a_form_token(world):
    _, token = directory.add_client(
        SYSTEM, name="scanner", scopes=["letters:write"], counter_id=world.counter
    )
    _, reader = directory.add_client(
        SYSTEM, name="reader", scopes=["letters:read"], counter_id=world.counter
    )
    client = Client(enforce_csrf_checks=True)

    def status(bearer: str) -> int:
        answer = tus.send(client, hostile.scan(), headers={"Authorization": bearer})
        return answer.status_code

    assert status(f"Bearer {token}") == 201
    assert status(f"Bearer {reader}") == 403
    assert status("Bearer nothing") == 401
    assert status(f"Basic {token}") == 401


def test_forms_are_not_read_as_files(clerk):
    answer = clerk.post("/files/", {"file": "x"}, headers={"Tus-Resumable": "1.0.0"})
    assert (answer.status_code, tus.code(answer)) == (415, "web.tus-type")


def test_the_protocol_is_told_and_asked_for(clerk):
    told = Client().options("/files/")
    assert told.status_code == 204
    assert told["Tus-Version"] == "1.0.0"
    assert set(told["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "expiration",
        "checksum",
        "termination",
    }
    assert told["Tus-Max-Size"] == str(64 * 2**20)
    answer = clerk.generic("POST", "/files/", headers={"Upload-Length": "10"})
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"
    assert tus.ask(clerk, "/files/", "PUT").status_code == 405


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "۱۲", "9" * 40])
def test_a_length_that_is_no_number_is_refused(clerk, length):
    answer = clerk.generic(
        "POST", "/files/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": length}
    )
    assert answer.status_code == 400


def test_a_body_without_a_declared_length_is_refused(clerk):
    answer = tus.create(clerk, 100, headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_damaged_on_the_way_are_not_kept(clerk, algorithm):
    data = hostile.scan()
    address = tus.create(clerk, len(data))["Location"]
    wrong = tus.patch(clerk, address, 0, data, headers=checksum(data + b"x", algorithm))
    assert (wrong.status_code, tus.code(wrong)) == (460, "web.tus-damaged")
    assert tus.ask(clerk, address)["Upload-Offset"] == "0"
    right = tus.patch(clerk, address, 0, data, headers=checksum(data, algorithm))
    assert right["Upload-Digest"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("value", ["md5 AAAA", "sha256 ***", "", "sha256"])
def test_another_checksum_is_refused(clerk, value):
    address = tus.create(clerk, 100)["Location"]
    answer = tus.patch(clerk, address, 0, b"x", headers={"Upload-Checksum": value})
    assert answer.status_code in {400, 460}
    assert tus.ask(clerk, address)["Upload-Offset"] == "0"


def test_an_upload_is_removed_on_wish(clerk):
    address = tus.create(clerk, 1000, bytes(100))["Location"]
    assert tus.ask(clerk, address, "DELETE").status_code == 204
    assert tus.ask(clerk, address).status_code == 404
    assert partials() == []


def test_methods_may_be_told_in_a_header(clerk):
    address = tus.create(clerk, 1000, bytes(100))["Location"]
    answer = clerk.generic(
        "POST",
        address,
        headers={"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"},
    )
    assert answer.status_code == 204


def test_unfinished_uploads_end_after_a_day_and_are_removed(world, clerk):
    start = clock.current().now()
    with clock.use(clock.FakeClock(start)) as now:
        assert isinstance(now, clock.FakeClock)
        address = tus.create(clerk, 1000, bytes(100))["Location"]
        done = tus.send(clerk, hostile.scan())
        now.advance(timedelta(hours=23))
        assert files.purge() == 0
        now.advance(timedelta(hours=2))
        kept = Upload.objects.get(length__gt=1000)
        assert files.find(world.clerk.ref, kept.pk) == kept
        assert files.purge() == 1
        assert partials() == []
        assert tus.ask(clerk, address).status_code == 404
        assert tus.fact(world.clerk, done["Upload-Digest"]).leaves == 1
        now.advance(timedelta(days=7))
        assert files.purge() == 1
        assert letters.blob_store().exists(done["Upload-Digest"])


def test_one_owner_has_so_many_bytes_on_their_way_and_no_more(clerk, settings):
    settings.UPLOAD_LIMIT = 1000
    for _ in range(files.MOST_WAITING):
        assert tus.create(clerk, 1000).status_code == 201
    answer = tus.create(clerk, 1)
    assert (answer.status_code, tus.code(answer)) == (429, "web.upload-quota")
    assert answer["Retry-After"] == "60"


def test_a_process_that_died_after_the_last_byte_loses_nothing(clerk):
    data = hostile.scan()
    address = tus.create(clerk, len(data), data[:-1])["Location"]
    upload = Upload.objects.get()
    letters.blob_store().resume(str(upload.pk)).append(len(data) - 1, data[-1:])
    assert tus.ask(clerk, address)["Upload-Digest"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\secret\\../نا\u202eمه ۱.jpg", "نامه ۱.jpg"),
        ("نامه\x00۱.jpg", ""),  # such a name is no person's: the page goes without one
        ("/", ""),
    ],
)
def test_names_are_kept_without_folders_and_tricks(world, clerk, sent, kept):
    answer = tus.send(clerk, hostile.scan(), name=sent)
    assert tus.fact(world.clerk, answer["Upload-Digest"]).name == kept


def test_pages_are_found_in_the_order_asked_for_by_one_query(
    world, clerk, django_assert_num_queries
):
    digests = [tus.send(clerk, hostile.scan(n))["Upload-Digest"] for n in (1, 2, 3)]
    asked = [digests[2], digests[0], digests[0]]
    with django_assert_num_queries(1):
        assert [page.digest for page in files.all_facts(world.clerk.ref, asked)] == asked


def test_the_owner_sees_a_preview(clerk):
    address = tus.send(clerk, hostile.pdf(3))["Location"]
    answer = clerk.get(f"{address}/preview?w=160&leaf=3")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert clerk.get(f"{address}/preview?leaf=9").status_code in {404, 415}
    unfinished = tus.create(clerk, 1000)["Location"]
    assert clerk.get(f"{unfinished}/preview").status_code == 415


def test_the_worker_removes_what_expired(world, clerk, monkeypatch):
    monkeypatch.setattr(roles, "_purge_after", 0.0)  # another test may have looked just now
    start = clock.current().now()
    with clock.use(clock.FakeClock(start)) as now:
        assert isinstance(now, clock.FakeClock)
        tus.create(clerk, 1000, bytes(100))
        now.advance(timedelta(days=2))
        job = next(job for job in roles.jobs() if job.name == "web")
        assert job.step() == 2  # the upload, and the session that it came in
        assert job.step() == 0
    assert partials() == []
