"""`pishkhan serve`: the web server of this node."""

from __future__ import annotations

import argparse
import gc
import os
import socket
from typing import Any

from pishkhan.node import parent
from pishkhan.node.console import Exit, Stop, _, command

EXAMPLES = """  pishkhan serve
  PORT=8080 pishkhan serve --host 0.0.0.0
  pishkhan serve --workers 4 --desks 6 --files 128"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "serve", _("Serve the web pages and the API"), run, examples=EXAMPLES
    )
    add = parser.add_argument
    add("--host", default=os.environ.get("HOST", "127.0.0.1"), help=_("address to listen on"))
    add("--port", type=int, default=None, help=_("port to listen on (default: PORT, else 8000)"))
    add("--workers", type=int, default=0, help=_("processes (default: one for each core)"))
    add("--desks", type=int, default=4, help=_("pages in work at once in each process"))
    add("--files", type=int, default=64, help=_("uploads at once in each process"))


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit code."""
    from django.conf import settings

    from pishkhan.node import preflight

    os.environ["PISHKHAN_DESKS"] = str(args.desks)
    os.environ["PISHKHAN_FILES"] = str(args.files)
    forms = int(os.environ.setdefault("PISHKHAN_FORMS", "24"))
    preflight.refuse_foreign_data()
    parent.lead()

    from granian.constants import Interfaces
    from granian.errors import ConfigurationError
    from granian.log import LogLevels
    from granian.server import Server

    import pishkhan.node.wsgi  # noqa: F401 - loaded once here, shared by the forked processes

    port = args.port or settings.NODE.port
    probe(args.host, port)
    let_go_of_the_database()
    gc.collect()
    gc.freeze()
    try:
        server = Server(
            "pishkhan.node.wsgi:load",
            factory=True,
            address=args.host,
            port=port,
            interface=Interfaces.WSGI,
            workers=args.workers or os.cpu_count() or 1,
            blocking_threads=args.desks + args.files + forms,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
        )
        server.serve()
    except ConfigurationError as error:
        raise Stop(str(error), Exit.SETTINGS) from None
    return Exit.DONE


def let_go_of_the_database() -> None:
    """Close what the checks opened: forked processes would speak over one connection at once."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # of this engine alone


def probe(host: str, port: int) -> None:
    """Raise Stop when the address can not be listened on: granian would say it in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            why = {"host": host, "port": port, "why": error.strerror}
            raise Stop(
                _("%(host)s:%(port)s can not be used: %(why)s") % why, Exit.UNAVAILABLE
            ) from None
