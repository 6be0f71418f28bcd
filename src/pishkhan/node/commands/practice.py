"""`pishkhan practice`: the practice node beside this one, and what makes it anew each night."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import time
from datetime import datetime
from typing import Any

from pishkhan.kernel import clock
from pishkhan.node import practice
from pishkhan.node.console import Exit, Stop, _, command, say
from pishkhan.node.practice import Place
from pishkhan.node.processes import Processes

EXAMPLES = """  PISHKHAN_PRACTICE=1 pishkhan practice
  pishkhan practice --clear"""
LOOK = 1.0  # seconds between two looks at the children, the button and the clock


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "practice", _("Run the practice node beside this one"), run,
        examples=EXAMPLES, django=False,
    )  # fmt: skip
    parser.add_argument(
        "--when-asked", action="store_true",
        help=_("make and run it only once somebody comes to its door"),
    )  # fmt: skip
    parser.add_argument(
        "--clear", action="store_true", help=_("remove the practice node and all in it, and end")
    )


def run(args: argparse.Namespace) -> int:
    """Run it until Ctrl-C or SIGTERM; make it when it is missing or of another day."""
    from pishkhan.node import env

    node = env.read()
    place = Place(node.practice_home)
    if args.clear:
        shutil.rmtree(place.home, ignore_errors=True)
        return Exit.DONE
    if not node.practice:
        words = _("PISHKHAN_PRACTICE is not 1: no desk would lead to the practice node.")
        raise Stop(words, Exit.SETTINGS)
    practice.run_as(
        practice.environment(
            os.environ,
            home=place.used,
            url=node.url,
            proxy_hops=node.proxy_hops,
            key=node.practice_key,
        )
    )
    try:
        if args.when_asked:
            wait_until_wanted(place)
        while True:
            make_ready(place, clock.current().now())
            serve(place, practice.next_night(clock.current().now()))
    except KeyboardInterrupt:
        return Exit.DONE


def wait_until_wanted(place: Place) -> None:
    """Wait until somebody comes to the door; who came before this began comes again by itself."""
    wanted = practice.wanted_file(place.home)
    wanted.unlink(missing_ok=True)
    say(_("The exercises are made ready once somebody presses “Practise” in the menu of a desk."))
    with Processes():  # ends by the same signals as when it runs
        while not wanted.exists():
            time.sleep(LOOK)


def make_ready(place: Place, now: datetime) -> None:
    """See that people find it made today and as it was made, or as they left it today."""
    if place.made_on() != practice.today(now):
        say(_("Making the practice node; it takes less than a minute."))
        making = place.begin_making()
        with Processes() as processes:
            os.environ["PISHKHAN_HOME"] = str(making)
            try:
                code = processes.start("demo", "--json").wait()
            finally:
                os.environ["PISHKHAN_HOME"] = str(place.used)
        if code != 0:
            raise Stop(_("The practice node could not be made; the lines above say why."))
        place.made(practice.today(now))
    if not place.used.exists() or place.asked_anew():
        place.begin_anew()


def serve(place: Place, night: datetime) -> None:
    """Run web and worker until somebody asks that all begins anew, or until the night."""
    listens = practice.socket_of(place.home)
    with Processes() as processes:
        web = processes.start("serve", "--socket", str(listens), "--workers", "1", "--files", "8")
        processes.start("worker")
        say(_("The practice node runs; the menu of each desk leads to it."))
        while not place.asked_anew() and clock.current().now() < night:
            for child in processes.running:
                code = child.poll()
                if code is not None:
                    what = _("The web server") if child is web else _("The worker")
                    words = _("%(what)s ended by itself (%(code)s).")
                    raise Stop(words % {"what": what, "code": code})
            time.sleep(LOOK)
    with contextlib.suppress(FileNotFoundError):
        listens.unlink()
