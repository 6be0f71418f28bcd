"""Every failure has one shape: RFC 9457, a code, a sentence, and a sentence by field."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Scope
from pishkhan.kernel.ids import new_id
from pishkhan.web.uploads import files
from tests.letters import hostile
from tests.letters.world import World, national_id
from tests.web import tus
from tests.web.api.caller import Caller, caller, letter, problem, scan


@pytest.fixture
def clerk(world: World) -> Caller:
    return caller(world.clerk)


def test_an_address_where_nothing_is(clerk: Caller):
    for path in ["nothing", "submissions/", "submissions/not-an-id", "track/x"]:
        problem(clerk.get(path), 404, "web.not-found")


def test_a_method_that_an_address_does_not_take(clerk: Caller):
    answer = clerk.client.delete("/api/v1/submissions", headers=clerk.headers())
    problem(answer, 405, "web.not-allowed")
    assert set(answer["Allow"].split(", ")) >= {"GET", "POST"}


def test_a_call_without_a_token_that_serves():
    for told in [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer \0"]:
        program = Caller("")
        headers = {} if told is None else {"Authorization": told}
        answer = program.client.get("/api/v1/submissions", headers=headers)
        problem(answer, 401, "web.no-token")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token(world: World, clerk: Caller):
    [row] = directory.clients()
    directory.revoke_client(world.admin, client_id=row.id)
    problem(clerk.get("me"), 401, "web.no-token")


def test_a_token_without_the_scope(world: World):
    reader = caller(world.clerk, frozenset({Scope.LETTERS_READ}))
    assert reader.get("submissions").status_code == 200
    problem(reader.post("submissions", letter(world)), 403, "directory.no-scope")
    problem(reader.get("me"), 403, "directory.no-scope")


def test_a_session_is_nobody_here(world: World):
    program = Caller("", tus.logged_in(world.clerk))
    problem(program.get("submissions"), 401, "web.no-token")


def test_a_body_that_is_no_json(clerk: Caller):
    for data in [b"", b"{", b"nothing", b'{"q": "\xff\xfe"}', b'{"q": "\x00"}', b"[" * 5000]:
        problem(clerk.send("search", data), 400, "web.bad-json")


def test_nul_and_lone_surrogates(clerk: Caller):
    for text in [r"a\u0000b", r"\ud800", r"\udfff\ud800", r"\\\u0000"]:
        problem(clerk.send("search", f'{{"q": "{text}"}}'.encode()), 422, "text.not-unicode")


def test_a_backslash_before_u0000_is_mere_text(clerk: Caller):
    assert clerk.send("search", rb'{"q": "\\u0000"}').status_code == 200


def test_nul_in_a_query(clerk: Caller):
    for query in ["q=%00", "q=a&%00=1", "q=%ed%a0%80"]:
        answer = clerk.client.get(f"/api/v1/agencies?{query}", headers=clerk.headers())
        assert answer.status_code in {200, 422}
        if "%00" in query:
            problem(answer, 422, "text.not-unicode")


def test_each_field_at_fault_is_named_with_a_sentence(world: World, clerk: Caller):
    body = letter(world, agency_id="x", extra=1, taken_on="1405/08/30")
    del body["subject"]
    body["applicant"]["name"] = 5
    told = problem(clerk.post("submissions", body), 422, "web.invalid")
    assert set(told["errors"]) == {"agency_id", "extra", "taken_on", "subject", "applicant.name"}
    assert all(told["errors"].values())


def test_what_the_deed_finds_wrong_is_named_where_it_stands_in_the_body(
    world: World, clerk: Caller
):
    body = letter(world, body="")
    body["applicant"] |= {"number": "1234567890", "mobile": "12"}
    told = problem(clerk.post("submissions", body), 422, "letters.bad-acceptance")
    assert set(told["errors"]) == {"applicant.number", "applicant.mobile", "pages"}


def test_nothing_that_was_sent_is_repeated_in_a_problem(world: World, clerk: Caller):
    body = letter(world, kind="راز")
    body["applicant"]["number"] = 990000001
    answer = clerk.post("submissions", body)
    assert answer.status_code == 422
    assert "990000001" not in answer.content.decode()
    assert "راز" not in answer.content.decode()


def test_bounds_of_a_page(clerk: Caller):
    for limit in ["0", "101", "-1", "x", "", "9" * 40, "1.5"]:
        told = problem(clerk.get("submissions", limit=limit), 422, "web.invalid")
        assert set(told["errors"]) == {"limit"}


def test_bounds_of_a_pages_number(world: World, clerk: Caller):
    for seq in ["0", "9" * 30, "x"]:
        made = world.accept()
        answer = clerk.get(f"submissions/{made.letter_id}/pages/{seq}")
        problem(answer, 422, "web.invalid")


def test_bounds_of_numbers_in_a_body(world: World):
    for number in [0, -1, 10**30, "1", 1.5, None, True]:
        registrar = caller(world.registrar)
        body = {"year": 1405, "number": number, "reason": "آزمون"}
        told = problem(registrar.post("numbers/void", body), 422, "web.invalid")
        assert set(told["errors"]) == {"number"}


def test_a_cursor_that_is_none_of_ours(clerk: Caller):
    for after in ["x", "é", "e30", "W10"]:
        problem(clerk.get("submissions", after=after), 422, "pages.cursor")
    told = problem(clerk.get("submissions", after="A" * 600), 422, "web.invalid")
    assert set(told["errors"]) == {"after"}


def test_a_body_of_another_type(world: World, clerk: Caller):
    answer = clerk.send("submissions", b"a=b", content_type="text/plain")
    problem(answer, 415, "web.not-json-or-files")
    problem(clerk.send("search", b"{}", content_type="text/plain"), 415, "web.not-json")


def test_a_body_that_is_too_large(world: World, clerk: Caller):
    body = letter(world, body="x" * 1_100_000)
    problem(clerk.post("submissions", body), 413, "web.body-too-large")


def test_a_file_that_can_not_be_a_page_is_dropped_with_the_others(world: World, clerk: Caller):
    body = json.dumps(letter(world))
    answer = clerk.form(
        "submissions", letter=body, pages=[scan(hostile.scan()), scan(b"<svg onload=x>" * 50)]
    )
    problem(answer, 415, "letters.file-type")
    assert clerk.get("submissions").json()["items"] == []


def test_a_multipart_body_cut_off_in_a_file_leaves_no_partial(
    world: World, clerk: Caller, settings
):
    data = (
        b'--B\r\nContent-Disposition: form-data; name="pages"; filename="a.jpg"\r\n\r\n'
        + hostile.scan()[:5000]
    )
    answer = clerk.send("submissions", data, content_type="multipart/form-data; boundary=B")
    assert 400 <= answer.status_code < 500
    partial = settings.BLOB_ROOT / "partial"
    assert not partial.exists() or not list(partial.iterdir())


def test_a_file_larger_than_the_limit(world: World, clerk: Caller, settings):
    settings.UPLOAD_LIMIT = 1000
    answer = clerk.form("submissions", letter=json.dumps(letter(world)), pages=scan(hostile.scan()))
    problem(answer, 413, "web.upload-too-large")


def test_parts_that_are_not_known(world: World, clerk: Caller):
    answer = clerk.form("submissions", letter="{}", other=scan(hostile.scan()))
    assert set(problem(answer, 422, "web.invalid")["errors"]) == {"other"}
    answer = clerk.form("submissions", letter=json.dumps(letter(world)), more="x")
    assert set(problem(answer, 422, "web.invalid")["errors"]) == {"more"}
    answer = clerk.form("submissions", pages=scan(hostile.scan()))
    assert set(problem(answer, 422, "web.invalid")["errors"]) == {"letter"}


def test_an_unknown_token_is_refused_before_the_body_is_read(world: World):
    class Untouched:
        def read(self, *_args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/submissions",
        "HTTP_HOST": "testserver",
        "HTTP_AUTHORIZATION": "Bearer wrong",
        "CONTENT_TYPE": "multipart/form-data; boundary=B",
        "CONTENT_LENGTH": "100000",
        "wsgi.input": Untouched(),
    }
    setup_testing_defaults(environ)
    told: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Any:
        told.append(status)

    with closing(get_wsgi_application()(environ, start)):
        pass
    assert told == ["401 Unauthorized"]


def test_tracking_is_slowed_down_with_a_time_to_come_back(world: World):
    made = world.accept()
    program = Caller("")
    pair = {"tracking_code": made.tracking_code, "national_id": national_id(7)}
    for _ in range(4):
        answer = program.post("track", pair, key="")
    problem(answer, 429, "letters.track-slower")
    assert int(answer["Retry-After"]) >= 1


def test_problems_speak_the_language_of_the_cookie(clerk: Caller):
    assert "ا" in problem(clerk.get("nothing"), 404, "web.not-found")["title"]
    clerk.client.cookies["pishkhan_language"] = "en"
    assert problem(clerk.get("nothing"), 404, "web.not-found")["title"].isascii()


def test_an_unknown_letter_and_anothers_look_the_same(world: World):
    made = world.accept()
    other = caller(world.other_clerk)
    theirs = other.get(f"submissions/{made.letter_id}")
    nobodys = other.get(f"submissions/{new_id()}")
    assert theirs.content == nobodys.content
    problem(theirs, 404, "letters.not-found")


def test_a_full_disk_refuses_files_before_they_come(
    world: World, clerk: Caller, settings, monkeypatch
):
    settings.BLOB_ROOT.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(files, "SPARE", 2**60)
    text = json.dumps(letter(world))
    answer = clerk.form("submissions", letter=text, pages=scan(hostile.scan()))
    problem(answer, 503, "web.disk-full")
    assert clerk.post("submissions", letter(world)).status_code == 201  # words still fit
