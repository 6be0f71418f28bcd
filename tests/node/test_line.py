"""The main job over a real line: a village's node calls a centre that is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.letters.world import national_id
from tests.node import two_nodes
from tests.node.live import Node, running
from tests.node.two_nodes import Province

from pishkhan.node.console import Exit

SCAN = Path(__file__).parents[1] / "data" / "scan_page_1.jpg"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    made = two_nodes.found(tmp_path_factory.mktemp("line"))
    two_nodes.join(made)
    return made


@pytest.fixture(scope="module")
def centre(province: Province) -> Iterator[Node]:
    province.centre.run("migrate")  # with the table of rate limits
    told = {"token": "", "cookies": {}, "agency": ""}
    with running(province.centre.home, told, "--workers", "1", PISHKHAN_LANG="en") as node:
        province.village.run("relay", "line", f"http://127.0.0.1:{node.port}/relay")
        yield node


def test_a_letter_goes_out_and_its_answer_comes_back_by_the_line(
    province: Province, centre: Node
) -> None:
    centre_side, village = province.centre, province.village
    accepted = village.run(
        "letter", "accept", "--as", "keeper", "--national-id", national_id(1),
        "--name", "فرد نمونه", "--agency", "آبفا", "--subject", "قطعی آب روستا", str(SCAN),
    )  # fmt: skip
    code = accepted["code"]
    called = village.run("relay", "call")
    assert (called["sent"], called["taken"]) == (1, 0)
    assert abs(called["ahead"]) < 30
    centre_side.run("worker", "--once")
    (row,) = centre_side.run("letter", "arrivals", "--as", "registrar")["rows"]
    assert row["code"] == code
    number = centre_side.run("letter", "register", code, "--as", "registrar")["number"]
    centre_side.run("worker", "--once")
    called = village.run("relay", "call")
    assert (called["sent"], called["taken"]) == (0, 1)
    assert village.run("letter", "show", code, "--as", "keeper")["state"] == "registered"

    centre_side.run("letter", "refer", number, "--as", "registrar", "--to", "کارشناس شبکه")
    centre_side.run(
        "letter", "draft", number, "--as", "expert", "--subject", "پاسخ", "--text", "وصل شد"
    )
    for sender, receiver, deed in (("expert", "معاون", "initial"), ("deputy", "مدیرعامل", "sign")):
        centre_side.run(
            "letter", "refer", number, "--as", sender, "--to", receiver, "--purpose", "signature"
        )
        centre_side.run("letter", deed, number, "--as", "deputy" if deed == "initial" else "head")
    centre_side.run("letter", "dispatch", number, "--as", "registrar")
    centre_side.run("worker", "--once")
    village.run("relay", "call")
    assert village.run("letter", "show", code, "--as", "keeper")["state"] == "ready"
    village.run("letter", "hand-over", code, "--as", "keeper", "--national-id", national_id(1))
    for _contact in range(3):
        village.run("relay", "call")
        centre_side.run("worker", "--once")
    for side in (centre_side, village):
        (node,) = side.run("relay", "status")["nodes"]
        assert node["waiting"]["count"] == 0, node
        assert (node["holes"], node["notice"]) == (0, "")
        assert side.run("fsck")["findings"] == []
    idle = village.run("relay", "call")
    assert (idle["sent"], idle["taken"]) == (0, 0)


def test_both_sides_go_on_in_new_epochs_over_the_line(province: Province, centre: Node) -> None:
    centre_side, village = province.centre, province.village
    for number, side in enumerate((village, centre_side), start=1):
        begun = side.run("node", "new-epoch", "--yes")
        code = village.run(
            "letter", "accept", "--as", "keeper", "--national-id", national_id(1), "--name",
            "فرد نمونه", "--agency", "آبفا", "--subject", f"دورهٔ {number}", "--text", "متن",
        )["code"]  # fmt: skip
        village.run("relay", "call")
        centre_side.run("worker", "--once")
        codes = [
            row["code"]
            for row in centre_side.run("letter", "arrivals", "--as", "registrar")["rows"]
        ]
        assert codes.count(code) == 1
        other = centre_side if side is village else village
        (known,) = [row for row in other.run("node", "list")["rows"] if not row["self"]]
        assert (known["epoch"], known["key"]) == (2, begun["key"])
    # The words of both epochs came across; nothing was doubled, nothing is missing.
    centre_side.run("worker", "--once")
    village.run("relay", "call")
    for side in (centre_side, village):
        (node,) = side.run("relay", "status")["nodes"]
        assert (node["holes"], node["notice"], node["suspended"]) == (0, "", False)


def test_who_is_revoked_is_refused_like_anybody_unknown(province: Province, centre: Node) -> None:
    me = province.village.run("node", "list")["rows"][0]["id"]
    province.centre.run("node", "revoke", me)
    told = province.village.run("relay", "call", code=Exit.UNAVAILABLE)
    assert told["code"] == "relay.line-unknown"
    (node,) = province.village.run("relay", "status")["nodes"]
    assert (node["line"]["reason"], node["line"]["fails"]) == ("relay.line-unknown", 1)
