"""A receipt as the printer's dots draw it, photographed badly, proves itself without a network."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import random
import socket
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import typst
from django.utils.translation import override
from PIL import Image, ImageFilter

from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PaperProof
from pishkhan.sealing.api import LogKey
from pishkhan.web.counter import receipt_pdf
from pishkhan.web.paper import proof as squares
from tests.letters.world import World

PRINTER = 203
PHOTOS = 50
ROOT = Path(__file__).parents[2]


@pytest.fixture
def verifier(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what imports a module of pishkhan-verify, which shares no code with the node."""
    monkeypatch.syspath_prepend(str(ROOT / "verify" / "src"))

    def module(name: str) -> ModuleType:
        return importlib.import_module(f"pishkhan_verify.{name}")

    return module


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("the network is off")

    monkeypatch.setattr(socket.socket, "connect", refused)


def dots(pdf: bytes) -> Image.Image:
    """Return what a printer of 203 dots an inch puts on paper: each dot black or white."""
    page = pypdfium2.PdfDocument(pdf)[0]
    drawn = page.render(scale=PRINTER / 72, grayscale=True).to_pil()
    return drawn.point(lambda value: 255 if value > 128 else 0)


def photo(paper: Image.Image, chance: random.Random, pixels: float) -> bytes:
    """Return a bad photo: some pixels a dot, turned, blurred, unevenly lit, noisy, as JPEG."""
    width, height = (round(side * pixels) for side in paper.size)
    seen = paper.resize((width, height), Image.Resampling.BICUBIC)
    turn = chance.uniform(-5, 5)
    seen = seen.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 0.6) * pixels))
    light = Image.linear_gradient("L").resize(seen.size).point(lambda v: 150 + v * 100 // 255)
    seen = Image.composite(seen, Image.new("L", seen.size, 40), light)
    noise = Image.effect_noise(seen.size, chance.uniform(10, 40))
    seen = Image.blend(seen, noise, 0.25)
    kept = io.BytesIO()
    seen.save(kept, "JPEG", quality=chance.randint(50, 90))
    return kept.getvalue()


@pytest.fixture
def log(world: World, tmp_path: Path, settings: Any) -> Path:
    """Give this node a home with a log of its own, with nothing in it."""
    settings.HOME = tmp_path
    journal.found_log()
    return tmp_path


def policy() -> str:
    """Return what the verifier is to trust: this node's log and no witness."""
    return f"# date: 2026-11-23\nlog {journal.log_vkey(LogKey().public)}\nquorum none\n"


def judged(verifier: Any, folder: Path, photos: list[bytes], needed: int, verdict: str) -> None:
    """Check that the program comes to this verdict from at least so many of the photos."""
    keys = folder / "policy"
    keys.write_text(policy())
    good = 0
    for number, taken in enumerate(photos):
        path = folder / f"{number}.jpg"
        path.write_bytes(taken)
        code, said = run(verifier, [str(path), "--policy", str(keys), "--json"])
        assert code in (0, 2), said  # read rightly or not at all, never as something else
        good += code == 0 and f'"verdict": "{verdict}"' in said
    assert good >= needed, f"{good} of {len(photos)}"


def run(verifier: Any, arguments: list[str]) -> tuple[int, str]:
    """Return exit code and output of the program."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = verifier("cli").main(arguments)
    return code, out.getvalue()


def receipt(world: World, letter: UUID) -> tuple[Image.Image, PaperProof]:
    """Return the paper of a letter's receipt, and what it proves."""
    proof = letters.receipt_proof(world.clerk, letter)
    with override("fa"):
        return dots(receipt_pdf.draw(letters.receipt(world.clerk, letter), proof)), proof


def some(*counts: int) -> list[Any]:
    """Return photos and how many must be read: a few always, fifty in the slow lane."""
    few, enough, all_needed = counts
    return [(few, enough), pytest.param((PHOTOS, all_needed), marks=pytest.mark.slow)]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("counts", some(8, 8, 50))
def test_a_bad_photo_of_the_roll_is_a_promise(
    world: World, log: Path, verifier: Any, counts: tuple[int, int]
):
    promised(world, log, verifier, counts, pixels=2.0)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("counts", some(8, 7, 48))
def test_a_photo_from_far_of_the_roll_is_a_promise(
    world: World, log: Path, verifier: Any, counts: tuple[int, int]
):
    promised(world, log, verifier, counts, pixels=1.3)


def promised(
    world: World, log: Path, verifier: Any, counts: tuple[int, int], *, pixels: float
) -> None:
    paper, _proof = receipt(world, world.accept().letter_id)
    chance = random.Random(f"promise {pixels}")
    taken = [photo(paper, chance, pixels) for _ in range(counts[0])]
    judged(verifier, log, taken, counts[1], "promised")


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("counts", some(8, 7, 48))
def test_a_bad_photo_of_both_squares_is_logged(
    world: World, log: Path, verifier: Any, counts: tuple[int, int]
):
    done = world.accept()
    with journal.act() as act:
        more = [journal.NewEntry("letter.noted", world.counter, "system") for _ in range(20_000)]
        journal.append_many(act, more)
    while journal.step(LogKey()):
        pass
    _paper, proof = receipt(world, done.letter_id)
    paper = side_by_side(squares.promise_square(proof), squares.path_square(proof))
    chance = random.Random("path")
    taken = [photo(paper, chance, 2.0) for _ in range(counts[0])]
    judged(verifier, log, taken, counts[1], "logged")


def side_by_side(*drawn: squares.Square) -> Image.Image:
    """Return the dots of squares as they lie beside each other on A5 and A4."""
    source = """
        #set page(width: 148mm, height: auto, margin: 5mm)
        #let drawn(qr) = image(bytes(qr.at(0)), format: "svg", width: qr.at(1) * 1mm)
        #grid(columns: 2, column-gutter: 2mm, ..json(bytes(sys.inputs.qr)).map(drawn))
    """
    given = json.dumps([[each.svg.decode(), each.size] for each in drawn])
    return dots(typst.compile(source.encode(), sys_inputs={"qr": given}))
