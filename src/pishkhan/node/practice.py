"""The practice node: a second, wholly separate node beside this one, on which people learn.

It has a home, a database, keys and a journal of its own, made as the demonstration is, and knows
nothing of this node's. People reach it below `/practice/` of the same address (`practice_door`);
`pishkhan practice` makes it, runs it, and makes it anew each night. No Django here: what runs it
all day should cost little.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import shutil
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

from pishkhan.kernel.clock import TEHRAN

BELOW = "/practice"
"""Where it lies in the address: every address of the practice node begins so."""
COOKIES = "pishkhan_practice_"
"""How its cookies begin; a browser's other cookies never reach it."""
KEY = "PISHKHAN_PRACTICE_KEY"
"""The variable by which the practice node gets its key; nobody sets it by hand."""

NIGHT = time(2, 30)
"""When it is made anew, in Tehran: nobody practises then."""

# What the practice node takes from the settings of the node that it stands beside. No database, no
# provider of SMS or e-mail, no directory of the organisation, no secret: nothing leaves it.
TAKEN = (
    "PISHKHAN_HOSTS",
    "PISHKHAN_UPLOAD_LIMIT_MB",
    "PISHKHAN_DESK_PORT",
    "PISHKHAN_LOG_LEVEL",
    "PISHKHAN_LANG",
    "PISHKHAN_PARENT",
)


def key_of(secret: str) -> str:
    """Return what a node and its practice node know alone, made of the node's secret."""
    return hmac.new(secret.encode(), b"pishkhan.practice", hashlib.sha256).hexdigest()


def socket_of(home: Path) -> Path:
    """Return the socket on which the practice node under `home` listens."""
    return home / "door.sock"


class Place:
    """The two homes of a practice node: one as it was made, and the one that people use."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.fresh = home / "fresh"
        self.used = home / "used"
        self._making = home / "making"

    def asked_anew(self) -> bool:
        """Return whether somebody asked, by the page's button, that all begins anew."""
        return ask_file(self.used).exists()

    def made_on(self) -> str:
        """Return the day in Tehran on which it was made; "" when it is not there or not whole."""
        mark = self.fresh / "made-on"
        return mark.read_text(encoding="ascii") if mark.exists() else ""

    def begin_making(self) -> Path:
        """Return an empty home to make it in."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(self._making, ignore_errors=True)
        self._making.mkdir(mode=0o700)
        return self._making

    def made(self, day: str) -> None:
        """Take what was made in place of what was there; what people did in that is gone."""
        (self._making / "made-on").write_text(day, encoding="ascii")
        shutil.rmtree(self.used, ignore_errors=True)
        shutil.rmtree(self.fresh, ignore_errors=True)
        self._making.rename(self.fresh)

    def begin_anew(self) -> None:
        """Give people a copy of what was made; what they did in the former is gone."""
        shutil.rmtree(self.used, ignore_errors=True)
        shutil.rmtree(self._making, ignore_errors=True)
        shutil.copytree(self.fresh, self._making)
        self._making.rename(self.used)


def wanted_file(home: Path) -> Path:
    """Return the file under the practice node's own home that tells that somebody came to it."""
    return home / "wanted"


def want(home: Path) -> None:
    """Tell a practice node that waits until it is asked for; nothing where nothing can be told."""
    with contextlib.suppress(OSError):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted_file(home).touch()


def ask_file(used: Path) -> Path:
    """Return the file whose being there asks that all begins anew."""
    return used / "begin-anew"


def environment(
    base: Mapping[str, str], *, home: Path, url: str, proxy_hops: int, key: str
) -> dict[str, str]:
    """Return the environment of the practice node: little of the node's own, and no secret of it.

    The node's own door stands before it as one more proxy.
    """
    kept = {
        name: value
        for name, value in base.items()
        if name in TAKEN or not (name.startswith(("PISHKHAN_", "DJANGO_")) or name == "PORT")
    }
    return kept | {
        "PISHKHAN_HOME": str(home),
        "PISHKHAN_DEMO": "1",
        "PISHKHAN_URL": url,
        "PISHKHAN_PROXY_HOPS": str(min(proxy_hops + 1, 9)),
        KEY: key,
    }


def today(now: datetime) -> str:
    """Return the day of the practice node, as 2026-11-22: in Tehran, from one night to the next."""
    begun = timedelta(hours=NIGHT.hour, minutes=NIGHT.minute)
    return (now.astimezone(TEHRAN) - begun).date().isoformat()


def next_night(now: datetime) -> datetime:
    """Return when it is to be made anew after `now`."""
    local = now.astimezone(TEHRAN)
    night = datetime.combine(local.date(), NIGHT, TEHRAN)
    return night if night > local else night + timedelta(days=1)


def run_as(environ: Mapping[str, str]) -> None:
    """Let this process, and all that it starts, have this environment and no other."""
    for name in set(os.environ) - set(environ):
        del os.environ[name]
    os.environ.update(environ)
