"""`pishkhan demo`: the demonstration province, and with --serve the whole node on it."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import Any

from pishkhan.node.console import Exit, Stop, _, command, emit, progress, say

EXAMPLES = """  pishkhan demo --serve
  PORT=8080 PISHKHAN_HOME=/tmp/demo pishkhan demo --serve
  pishkhan demo --letters 10000"""
READY_WITHIN = 60.0  # seconds


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "demo", _("Make the demonstration province"), run, examples=EXAMPLES,
        django=False,
    )  # fmt: skip
    add = parser.add_argument
    add("--serve", action="store_true", help=_("then start web and worker, until Ctrl-C"))
    add("--letters", type=int, metavar="N", help=_("load N synthetic letters, for measuring"))
    add("--host", default="127.0.0.1", help=_("address to listen on"))


def run(args: argparse.Namespace) -> int:
    """Make what is missing of the demonstration; serve it if asked."""
    from pishkhan.node.cli import set_up

    os.environ.setdefault("PISHKHAN_DEMO", "1")
    set_up()
    made = make(args)
    if not args.serve:
        emit(args, made, [f"{name}: {count}" for name, count in made.items()])
        return Exit.DONE
    return serve(args.host)


def make(args: argparse.Namespace) -> dict[str, int]:
    """Make tables and demonstration data; return how many of each were made."""
    from django.conf import settings

    from pishkhan.node import preflight, wiring
    from pishkhan.node.commands.migrate import migrate

    if not settings.DEMO:
        raise Stop(_("PISHKHAN_DEMO is 0: no demonstration is made here."), Exit.SETTINGS)
    migrate()
    wiring.introduce()
    demo = import_module("pishkhan.node.demo")  # late: it loads every context

    preflight.mark_demo()
    made: dict[str, int] = {}
    with progress(_("Demonstration province"), None) as step:
        made.update(demo.make(step=step))
    if args.letters:
        with progress(_("Synthetic letters"), args.letters) as step:
            made.update(demo.load(args.letters, step=step))
    return made


def serve(host: str) -> int:
    """Run web and worker until one of them ends or Ctrl-C; end both."""
    from django.conf import settings
    from django.db import connections

    from pishkhan.node.processes import Processes, wait_until_ready

    connections.close_all()
    port = settings.NODE.port
    address = f"http://{'localhost' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - named to be shown, not bound
    try:
        with Processes() as processes:
            web = processes.start("serve", "--host", host, "--port", str(port))
            processes.start("worker")
            if not wait_until_ready(f"{address}/healthz", processes.running, READY_WITHIN):
                raise Stop(_("The server did not start; the lines above say why."), Exit.FAILED)
            say(_("Ready: %(address)s   (Ctrl-C ends it)") % {"address": f"{address}/"})
            code = processes.wait()
            what = _("The web server") if web.poll() is not None else _("The worker")
            raise Stop(_("%(what)s ended by itself (%(code)s).") % {"what": what, "code": code})
    except KeyboardInterrupt:
        say(_("Ended."))
        return Exit.DONE
