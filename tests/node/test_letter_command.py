"""The whole main job by the command line alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.letters.world import World, drain, national_id, refusing

from pishkhan.letters.logic import wire
from pishkhan.node import cli
from pishkhan.node.console import Exit, _catalogue, language

SCAN = Path(__file__).parents[1] / "data" / "scan_page_1.jpg"

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def world(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    settings.HOME = tmp_path
    settings.BLOB_ROOT = tmp_path / "blobs"
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PISHKHAN_LANG", "en")
    language.cache_clear()
    _catalogue.cache_clear()
    yield World.make()
    language.cache_clear()
    _catalogue.cache_clear()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, Any]:
        code = cli.main(["letter", *arguments, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out or err)

    return command


def accept(run: Run) -> str:
    code, told = run(
        "accept", "--as", "clerk", "--national-id", national_id(1), "--name", "فرد نمونه",
        "--agency", "آبفا", "--subject", "قطعی آب", str(SCAN),
    )  # fmt: skip
    assert code == Exit.DONE
    drain()
    return str(told["code"])


def test_a_letter_goes_from_the_counter_to_the_answer_and_back(world: World, run: Run) -> None:
    code = accept(run)

    def done(*arguments: str) -> Any:
        exit_code, told = run(*arguments)
        assert exit_code == Exit.DONE, told
        drain()
        return told

    assert done("arrivals", "--as", "registrar")["rows"][0]["code"] == code
    number = done("register", code, "--as", "registrar")["number"]
    done("refer", number, "--as", "registrar", "--to", "کارشناس شبکه", "--deadline", "1499/01/05")
    assert done("cartable", "--as", "expert")["rows"][0]["number"] == number
    assert "draft" in done("read", number, "--as", "expert")["deeds"]
    done("return", number, "--as", "expert", "--missing", "تصویر سند")
    assert done("show", code, "--as", "clerk")["state"] == "returned"
    done("complete", code, str(SCAN), "--as", "clerk", "--note", "سند")
    done("draft", number, "--as", "expert", "--subject", "پاسخ", "--text", "یک")
    done("draft", number, "--as", "expert", "--subject", "پاسخ", "--text", "دو")
    done("refer", number, "--as", "expert", "--to", "معاون", "--purpose", "signature")
    done("initial", number, "--as", "deputy")
    done("refer", number, "--as", "deputy", "--to", "مدیرعامل", "--purpose", "signature")
    done("sign", number, "--as", "head")
    assert done("dispatch", number, "--as", "registrar")["number"]
    done("hand-over", code, "--as", "clerk", "--national-id", national_id(1))
    told = done("track", code, "--national-id", national_id(1))
    assert told["state"] == "handed_over"
    assert done("search", "قطعی", "--as", "clerk")["rows"][0]["code"] == code


def test_a_letter_that_did_not_reach_its_agency_is_sent_again(world: World, run: Run) -> None:
    with refusing(wire.SUBMITTED):
        code = accept(run)
    assert run("show", code, "--as", "clerk")[1]["state"] == "undelivered"
    assert run("send-again", code, "--as", "clerk")[0] == Exit.DONE
    drain()
    assert run("show", code, "--as", "clerk")[1]["state"] == "arrived"


def test_a_letter_elsewhere_is_not_there(world: World, run: Run) -> None:
    code = accept(run)
    assert run("read", code, "--as", "registrar2")[0] == Exit.NOT_FOUND
    assert run("show", code, "--as", "clerk3")[0] == Exit.NOT_FOUND
    assert run("show", code, "--as", "expert")[0] == Exit.FORBIDDEN


def test_a_deed_out_of_place_is_refused_with_its_code(world: World, run: Run) -> None:
    code = accept(run)
    exit_code, told = run("close", code, "--as", "registrar", "--outcome", "x")
    assert exit_code == Exit.REFUSED
    assert told["code"] == "letters.not-now"
    assert run("sign", code, "--as", "registrar")[0] == Exit.REFUSED


def test_what_is_not_registrable_goes_back_with_its_reason(world: World, run: Run) -> None:
    code = accept(run)
    assert run("set-aside", code, "--as", "registrar2", "--reason", "x")[0] == Exit.NOT_FOUND
    assert run("set-aside", code, "--as", "registrar", "--reason", "ناخوانا")[0] == Exit.DONE
    drain()
    assert run("show", code, "--as", "clerk")[1]["state"] == "set_aside"


def test_a_letter_for_another_agency_is_transferred(world: World, run: Run) -> None:
    code = accept(run)
    to = ("--to", "برق", "--reason", "موضوع برق است")
    assert run("transfer", code, "--as", "registrar2", *to)[0] == Exit.NOT_FOUND
    assert run("transfer", code, "--as", "registrar", *to)[0] == Exit.DONE
    drain()
    assert run("read", code, "--as", "registrar")[1]["state"] == "transferred"
    assert run("read", code, "--as", "registrar2")[1]["state"] == "arrived"
    back = ("--to", "آبفا", "--reason", "x")
    assert run("transfer", code, "--as", "registrar2", *back)[0] == Exit.INVALID
    assert run("transfer", code, "--as", "registrar2", *back, "--again")[0] == Exit.DONE
    drain()
    assert run("read", code, "--as", "registrar")[1]["state"] == "arrived"


def test_a_letter_to_another_agency_is_written(world: World, run: Run) -> None:
    words = ("--recipient", "مدیر محترم", "--subject", "قطع برق", "--text", "متن")
    exit_code, told = run("write", "--as", "expert", "--to", "برق", *words)
    assert exit_code == Exit.DONE
    assert run("read", told["id"], "--as", "expert")[1]["subject"] == "قطع برق"
    assert run("read", told["id"], "--as", "expert2")[0] != Exit.DONE
    assert run("write", "--as", "expert", "--to", "آبفا", *words)[0] == Exit.INVALID
    assert run("write", "--as", "clerk", "--to", "برق", *words)[0] == Exit.FORBIDDEN


def test_an_unclear_post_is_asked_for(world: World, run: Run) -> None:
    code = accept(run)
    run("register", code, "--as", "registrar")
    exit_code, told = run("refer", code, "--as", "registrar", "--to", "کارشناس")
    assert exit_code == Exit.INVALID
    assert "کارشناس شبکه" in told["title"]
    assert run("refer", code, "--as", "registrar", "--to", "هیچ‌کس")[0] == Exit.INVALID


def test_closing_ends_the_work(world: World, run: Run) -> None:
    code = accept(run)
    run("register", code, "--as", "registrar")
    exit_code, _told = run("close", code, "--as", "registrar", "--outcome", "تلفنی حل شد")
    assert exit_code == Exit.DONE
    drain()
    assert run("track", code, "--national-id", national_id(1))[1]["state"] == "closed"
