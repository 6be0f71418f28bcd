"""`pishkhan serve`: the web server of this node."""

from __future__ import annotations

import argparse
import gc
import os
import socket
from pathlib import Path
from typing import Any

from pishkhan.kernel.hosts import loopback
from pishkhan.node import parent, socket_file
from pishkhan.node.console import Exit, Stop, _, command, complain

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
    add("--socket", type=Path, help=_("listen on this socket file instead; behind another program"))
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

    from granian.constants import Interfaces, SSLProtocols
    from granian.errors import ConfigurationError
    from granian.log import LogLevels
    from granian.server import Server

    import pishkhan.node.wsgi  # noqa: F401 - loaded once here, shared by the forked processes

    port = args.port or settings.NODE.port
    tls = None
    if args.socket:
        args.socket.unlink(missing_ok=True)  # of a server that was killed
    else:
        tls = certificate(settings.HOME / "tls", args.host)
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
            uds=args.socket,
            uds_permissions=0o600,
            interface=Interfaces.WSGI,
            workers=args.workers or os.cpu_count() or 1,
            blocking_threads=args.desks + args.files + forms,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
            ssl_cert=tls / "server.crt" if tls else None,
            ssl_key=tls / "server.key" if tls else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )
        if args.socket:
            server.bind_uds = socket_file.held(args.socket)  # it would make it long
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


def certificate(folder: Path, host: str) -> Path | None:
    """Return the folder of the certificate to serve with; None for plain HTTP.

    TLS is spoken here when people's address is https and no proxy does it. Stop when the
    certificate is missing or not whole: a node that says https and speaks http is worse.
    """
    from django.conf import settings

    from pishkhan.kernel import clock
    from pishkhan.kernel.errors import PishkhanError
    from pishkhan.sealing import api as sealing

    if settings.NODE.proxy_hops:
        return None
    if not settings.NODE.https:
        if not loopback(host):
            complain(_("PLAIN HTTP BEYOND THIS MACHINE: letters and passwords cross unprotected."))
        return None
    try:
        found = sealing.certificate(folder)
    except PishkhanError:
        if loopback(host):
            return None  # `check` says that nothing speaks TLS for the address
        raise Stop(
            _("PISHKHAN_URL is https, but there is no certificate: run `pishkhan tls make`."),
            Exit.SETTINGS,
        ) from None
    if not sealing.certificate_fits(folder):
        words = _("The certificate and its key do not belong together, or others may read the key.")
        raise Stop(words, Exit.SETTINGS)
    if found.ends <= clock.current().now():
        complain(_("THE CERTIFICATE HAS ENDED: browsers refuse it. Run `pishkhan tls renew`."))
    return folder


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
