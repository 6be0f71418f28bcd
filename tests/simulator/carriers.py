"""Who carries post bags: lines that break anywhere, and one stick that goes to the village.

A line carries a bag as one file; what is under way may be lost, come twice, come late, or be cut
at any byte. The stick holds what either end wrote; it is lost, copied, brought again months later.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from pishkhan.kernel.errors import Invalid
from pishkhan.relay import bundle
from pishkhan.relay.logic import bags

MOST_UNDER_WAY = 6
MOST_COPIES = 2


@dataclass
class Line:
    """The way from one node to another: where it lays its bags, and what is under way."""

    to: str
    outbox: Path
    road: Path
    under_way: list[Path] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.outbox.mkdir()
        self.road.mkdir()

    def send(self, bag: Path) -> None:
        """Take a bag that lies in the outbox on the way; the oldest gives way if there are many."""
        self.sent += 1
        place = self.road / str(self.sent)
        place.mkdir()
        shutil.copy(bag, place)
        self.under_way.append(place)
        if len(self.under_way) > MOST_UNDER_WAY:
            self.lose(0)

    def lose(self, nth: int) -> None:
        """Lose what is under way."""
        shutil.rmtree(self.under_way.pop(nth))

    def cut(self, nth: int, share: float) -> Path:
        """Return a folder with what came before the line broke; the bag stays under way."""
        (bag,) = self.under_way[nth].iterdir()
        half = self.road / "cut"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        (half / bag.name).write_bytes(bag.read_bytes()[: place_in(bag, share)])
        return half


@dataclass
class Stick:
    """The stick, wherever it is, and copies of how it was at other times."""

    folder: Path
    copies: list[Path] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()

    def copy(self) -> None:
        """Keep a copy of the stick as it is; the older of them go."""
        self.made += 1
        place = self.folder.with_name(f"stick-copy-{self.made}")
        shutil.copytree(self.folder, place)
        self.copies.append(place)
        if len(self.copies) > MOST_COPIES:
            shutil.rmtree(self.copies.pop(0))

    def lose(self) -> None:
        """Lose the stick, and take an empty one."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def damage(self, rng: Random) -> str:
        """Cut or change one file of the stick somewhere; return what was done, "" for nothing.

        Files are chosen by the order of their names: their number is what a seed knows.
        """
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        draw, share = rng.random(), rng.random()
        if not files:
            return ""
        path = files[int(draw * len(files))]
        data = bytearray(path.read_bytes())
        place = place_in(path, share)
        if rng.random() < 0.5 or place == len(data):
            path.write_bytes(data[:place])
            return "cut"
        data[place] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        return "changed a bit"


def place_in(bag: Path, share: float) -> int:
    """Return a place in a file: any byte, drawn so that the part it falls in is the seed's choice.

    How long a sealed part is hangs on what sealed it, so a share of the whole would now and then
    fall into another part when the seed is run again.
    """
    data = bag.read_bytes()
    sizes = [len(data)]
    if bag.suffix == bags.SUFFIX:  # one file with all of it
        text = b"".join(line + b"\n" for line in data.split(b"\n", 3)[:3])
        with suppress(Invalid):
            found = bundle.read(bundle.split(text)[0])
            sizes = [len(text), *(part.size for part in found.parts)]
    which, within = divmod(share * len(sizes), 1)
    begin = sum(sizes[: int(which)])
    return min(begin + int(within * sizes[int(which)]), len(data))
