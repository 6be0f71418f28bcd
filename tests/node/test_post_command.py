"""Stand-ins and the hand-over of a post by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.letters.world import World

from pishkhan.directory import api as directory
from pishkhan.node import cli
from pishkhan.node.console import Exit, _catalogue, language

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
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
        code = cli.main(["post", *arguments, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out or err)

    return command


def test_a_deputy_is_named_listed_and_ended(world: World, run: Run) -> None:
    named = ("name", "--as", "head", "--by", str(world.deputy.post_id), "--until", "1406/01/10")
    code, _told = run("name", "--as", "expert", "--post", str(world.head.post_id), *named[3:])
    assert code == Exit.FORBIDDEN
    code, told = run(*named, "--only", "way:internal", "--basis", "12/1405")
    assert code == Exit.DONE
    code, listed = run("stand-ins", "--as", "head")
    assert code == Exit.DONE
    (row,) = listed["rows"]
    assert (row["id"], row["only"], row["kind"]) == (told["id"], ["way:internal"], "deputy")
    assert run("stand-ins", "--as", "expert", "--post", str(world.head.post_id))[0] == (
        Exit.FORBIDDEN
    )
    assert run("end", "--as", "head", told["id"])[0] == Exit.DONE
    assert run("stand-ins", "--as", "head")[1]["rows"] == []
    past = run("stand-ins", "--as", "admin", "--post", str(world.head.post_id))[1]["rows"]
    assert [each["id"] for each in past] == [told["id"]]


def test_a_post_is_handed_over_by_the_administrator_alone(world: World, run: Run) -> None:
    post = str(world.expert.post_id)
    given = ("--from", "expert", "--to", "third", post)
    directory.add_user(world.admin, username="third", full_name="سوم نمونه")
    assert run("hand-over", "--as", "head", *given)[0] == Exit.FORBIDDEN
    code, told = run("hand-over", "--as", "admin", *given)
    assert (code, told["done"]) == (Exit.DONE, True)
    assert world.expert.post_id is not None
    assert directory.post(world.expert.post_id).holder_name == "سوم نمونه"
