"""`pishkhan demo`: the demonstration province, and with --serve the whole node on it."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
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
    if args.serve:
        os.environ.setdefault("PISHKHAN_PRACTICE", "1")  # each desk's menu leads to the exercises
    set_up()
    made = make(args)
    if not args.serve:
        emit(args, made, [f"{name}: {count}" for name, count in made.items()])
        return Exit.DONE
    return serve(args.host)


def make(args: argparse.Namespace) -> dict[str, int]:
    """Make tables and demonstration data; return how many there are of each."""
    from django.conf import settings

    from pishkhan.node import demo
    from pishkhan.node.commands.migrate import migrate

    if not settings.DEMO:
        raise Stop(_("PISHKHAN_DEMO is 0: no demonstration is made here."), Exit.SETTINGS)
    migrate()
    made = demo.made()
    if made is None:
        refuse_real_data()
        clear_half_made()
        say_quietly(args, _("Making the demonstration province; it takes less than a minute."))
        with progress(_("Demonstration province"), demo.STEPS) as step:
            made = demo.make(step=step)
    if args.letters:
        with progress(_("Synthetic letters"), args.letters) as step:
            made = {**made, **demo.load(args.letters, step=step)}
    return made


def say_quietly(args: argparse.Namespace, text: str) -> None:
    """Say what takes a while, unless a program reads the output."""
    if not args.json:
        say(text)


def refuse_real_data() -> None:
    """Raise Stop where offices or people stand that no demonstration made, or SMS would go out."""
    from django.conf import settings

    from pishkhan.directory import api as directory
    from pishkhan.node import preflight

    if settings.PISHKHAN_SMS_URL or settings.PISHKHAN_EMAIL_URL:
        sentence = _("Invented people get no messages: unset PISHKHAN_SMS_URL, PISHKHAN_EMAIL_URL.")
        raise Stop(sentence, Exit.SETTINGS)
    if preflight.marked_demo():
        return
    if directory.users(limit=1).rows or directory.counters(limit=1).rows:
        raise Stop(
            _(
                "This node has offices and people of its own; no demonstration is made among "
                "them. Choose another PISHKHAN_HOME and database."
            ),
            Exit.REFUSED,
        )


def clear_half_made() -> None:
    """Begin anew where an earlier making was broken off: nothing in it is anybody's work."""
    from django.conf import settings
    from django.db import connection

    from pishkhan.node import preflight
    from pishkhan.node.commands.migrate import migrate

    if not preflight.marked_demo():
        return
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not file.is_relative_to(settings.HOME):
        raise Stop(
            _("The making was broken off earlier: empty the database and make it again."),
            Exit.REFUSED,
        )
    connection.close()
    for end in ("-wal", "-shm", ""):
        file.with_name(file.name + end).unlink(missing_ok=True)
    migrate()


def _say_how_to_command() -> None:
    """Say how the other commands reach these data, in a form to be copied."""
    from django.conf import settings

    prefix = f"PISHKHAN_DEMO=1 PISHKHAN_HOME={shlex.quote(str(settings.HOME))}"
    say(_("In another terminal: %(line)s") % {
        "line": f"{prefix} {shlex.quote(sys.argv[0])} letter list --as demo-clerk"
    })  # fmt: skip


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
            worker = processes.start("worker")
            if not wait_until_ready(f"{address}/healthz", processes.running, READY_WITHIN):
                raise Stop(_("The server did not start; the lines above say why."), Exit.FAILED)
            say(_("Ready: %(address)s   (Ctrl-C ends it)") % {"address": f"{address}/"})
            _say_how_to_command()
            if settings.PRACTICE:  # may fail alone: the province goes on without it
                processes.start("practice", "--when-asked")
            code = processes.wait(web, worker)
            what = _("The web server") if web.poll() is not None else _("The worker")
            raise Stop(_("%(what)s ended by itself (%(code)s).") % {"what": what, "code": code})
    except KeyboardInterrupt:
        say(_("Ended."))
        return Exit.DONE
