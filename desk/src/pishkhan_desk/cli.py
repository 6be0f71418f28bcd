"""The command line. Exit codes: 0 done, 1 could not be done, 2 asked in a wrong way."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Sequence

from pishkhan_desk import __version__, autostart, config, machines, pairing, printing, server
from pishkhan_desk.api import Api
from pishkhan_desk.errors import Trouble
from pishkhan_desk.folder import Folder
from pishkhan_desk.words import say

DAY = 24 * 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a Persian word on an old console
        if reconfigure is not None:
            reconfigure(errors="replace")
    asked = parser().parse_args(arguments)
    try:
        code: int = asked.deed(asked)
    except Trouble as trouble:
        print(say(trouble.code), file=sys.stderr)
        return 1
    return code


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="pishkhan-desk",
        description=say("about"),
        epilog="pishkhan-desk pair https://letters.example.ir 48217730",
    )
    top.add_argument("--version", action="version", version=__version__)
    nouns = top.add_subparsers(dest="verb", required=True, metavar="")
    one = nouns.add_parser("run", help=say("run"))
    one.add_argument("--port", type=int, default=config.PORT)
    one.set_defaults(deed=run)
    one = nouns.add_parser("pair", help=say("pair"))
    one.add_argument("address", nargs="?", default="")
    one.add_argument("code", nargs="?", default="")
    one.set_defaults(deed=pair)
    one = nouns.add_parser("status", help=say("status"))
    one.add_argument("--json", action="store_true")
    one.set_defaults(deed=status)
    one = nouns.add_parser("unpair", help=say("unpair"))
    one.add_argument("pairing", nargs="?", default="")
    one.set_defaults(deed=unpair)
    one = nouns.add_parser("folder", help=say("folder"))
    one.add_argument("path", metavar="PATH|off")
    one.set_defaults(deed=folder)
    one = nouns.add_parser("autostart", help=say("autostart"))
    one.add_argument("state", choices=("on", "off"))
    one.set_defaults(deed=start_by_itself)
    return top


def run(asked: argparse.Namespace) -> int:
    """Answer the desk until Ctrl-C or SIGTERM."""
    # A queue may be put to from a handler whatever this thread does; an event may not.
    asked_to_end: SimpleQueue[int] = SimpleQueue()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda number, _frame: asked_to_end.put(number))
    try:
        made = server.start(asked.port, Api(machines.scanner(), printing.usual()), _log)
    except OSError:
        print(say("port-taken", port=asked.port), file=sys.stderr)
        return 1
    print(say("running", host=config.HOST, port=made.port), flush=True)
    if not pairing.all_pairings() and not pairing.is_open():
        print(say("no-pairing"), flush=True)
    cleared = 0.0
    try:
        while not _came(asked_to_end, 0.5):
            if time.monotonic() - cleared > DAY or not cleared:
                cleared = time.monotonic()
                _clear()
    finally:
        made.shutdown()
        made.close()
    return 0


def _came(queue: SimpleQueue[int], seconds: float) -> bool:
    try:
        queue.get(timeout=seconds)
    except Empty:
        return False
    return True


def _clear() -> None:
    kept = config.settings()
    if kept.folder:
        Folder(Path(kept.folder)).clear(kept.done_days)


def _log(sentence: str) -> None:
    """Tell what failed on standard error, where there is one (pythonw has none)."""
    if sys.stderr is not None:
        print(time.strftime("%H:%M:%S"), sentence, file=sys.stderr, flush=True)


def pair(asked: argparse.Namespace) -> int:
    """Let the page that shows the code connect."""
    address = asked.address or input(say("ask-address"))
    origin = pairing.origin_of(address)
    code = asked.code or input(say("ask-code"))
    pairing.open_for(origin, code)
    if origin.startswith("http://") and not origin.startswith(("http://localhost", "http://127.")):
        print(say("plain-http", origin=origin), file=sys.stderr)
    print(say("paired", origin=origin))
    return 0


def unpair(asked: argparse.Namespace) -> int:
    """End one connection or all."""
    count = pairing.end(asked.pairing)
    print(say("unpaired", count=count))
    return 0 if count or not asked.pairing else 1


def status(asked: argparse.Namespace) -> int:
    """Tell what is connected and what is found on this PC."""
    found: dict[str, Any] = {
        "version": __version__,
        "desks": [
            {"id": row["id"], "origin": row["origin"], "made": row.get("made", 0)}
            for row in pairing.all_pairings()
        ],
        "folder": config.settings().folder,
    }
    found["scanners"] = _tried(lambda: [d.title for d in machines.scanner().devices()])
    found["printers"] = _tried(lambda: list(printing.usual().printers().names))
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    print(f"pishkhan-desk {__version__}")
    _list(say("desks"), [f"{row['id']}  {row['origin']}" for row in found["desks"]])
    _list(say("folder-is"), [found["folder"]] if found["folder"] else [])
    _list(say("scanners"), found["scanners"])
    _list(say("printers"), found["printers"])
    return 0


def _tried(ask: Any) -> Any:
    try:
        return ask()
    except Trouble as trouble:
        return say(trouble.code)


def _list(title: str, rows: Any) -> None:
    shown: list[str] = [rows] if isinstance(rows, str) else rows or [say("none")]
    print(f"{title}:")
    for row in shown:
        print(f"  {row}")


def folder(asked: argparse.Namespace) -> int:
    """Set or end the watched folder."""
    kept = config.settings()
    if asked.path == "off":
        kept.folder = ""
        config.keep(kept)
        print(say("folder-off"))
        return 0
    path = Path(asked.path).expanduser().resolve()
    if not path.is_dir():
        print(say("folder-bad", folder=path), file=sys.stderr)
        return 1
    kept.folder = str(path)
    config.keep(kept)
    print(say("folder-set", folder=path))
    return 0


def start_by_itself(asked: argparse.Namespace) -> int:
    """Start with the session, or no more."""
    if asked.state == "on":
        print(say("autostart-on", path=autostart.on()))
    else:
        autostart.off()
        print(say("autostart-off"))
    return 0
