"""`pishkhan tls`: the certificate with which this node serves over TLS itself."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pishkhan.node.console import Exit, Stop, _, command, emit, group

if TYPE_CHECKING:
    from pishkhan.sealing.contracts import Certificate

EXAMPLES = """  pishkhan tls make --name letters.example.ir --name 10.0.0.5
  pishkhan tls import office.pfx
  pishkhan tls show --json
  pishkhan tls renew"""


def register(subparsers: Any) -> None:
    """Add the command."""
    verbs = group(subparsers, "tls", _("The certificate of this node"), examples=EXAMPLES)
    make = command(verbs, "make", _("Make an authority of this office and a certificate"), _make)
    make.add_argument(
        "--name", action="append", default=[],
        help=_("host name or address of this node; may be repeated (default: that of the URL)"),
    )  # fmt: skip
    take = command(verbs, "import", _("Take in a certificate made elsewhere: PFX or PEM"), _take)
    take.add_argument("file", type=Path, help=_("PFX, or PEM with the whole chain"))
    take.add_argument("--key", type=Path, help=_("the private key, when it is in another file"))
    command(verbs, "show", _("Show the certificate and when it ends"), _show)
    command(verbs, "renew", _("Make the certificate anew for the same names"), _renew)


def folder() -> Path:
    """Return where the certificate lies."""
    from django.conf import settings

    home: Path = settings.HOME
    return home / "tls"


def _make(args: argparse.Namespace) -> int:
    from django.conf import settings

    from pishkhan.sealing import api as sealing

    names = args.name or [urlsplit(settings.PISHKHAN_URL).hostname or ""]
    return _say(args, sealing.make_certificate(folder(), names))


def _renew(args: argparse.Namespace) -> int:
    from pishkhan.sealing import api as sealing

    present = sealing.certificate(folder())
    if not present.own:
        raise Stop(
            _("This certificate was made elsewhere: get a new one, then `pishkhan tls import`."),
            Exit.REFUSED,
        )
    return _say(args, sealing.make_certificate(folder(), present.names))


def _take(args: argparse.Namespace) -> int:
    from pishkhan.sealing import api as sealing

    try:
        data = args.file.read_bytes()
        key = args.key.read_bytes() if args.key else b""
    except OSError as error:
        words = _("%(file)s: %(why)s") % {"file": error.filename, "why": error.strerror}
        raise Stop(words, Exit.NOT_FOUND) from None
    return _say(args, sealing.take_certificate(folder(), data, key=key, password=_password(data)))


def _password(data: bytes) -> str:
    if b"-----BEGIN" in data and b"ENCRYPTED" not in data:
        return ""
    if "PISHKHAN_PASSWORD" in os.environ:
        return os.environ["PISHKHAN_PASSWORD"]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(_("Password of the file: "))


def _show(args: argparse.Namespace) -> int:
    from pishkhan.sealing import api as sealing

    return _say(args, sealing.certificate(folder()))


def _say(args: argparse.Namespace, found: Certificate) -> int:
    from django.conf import settings

    from pishkhan.kernel import clock

    left = (found.ends - clock.current().now()).days
    lines = [
        _("Names: %(names)s") % {"names": ", ".join(found.names)},
        _("Ends on %(day)s, in %(n)s days.") % {"day": f"{found.ends:%Y-%m-%d}", "n": left},
        _("Fingerprint (SHA-256): %(fingerprint)s") % {"fingerprint": found.fingerprint},
    ]
    if found.own:
        words = _("Trust on each PC, once: %(file)s")
        lines.append(words % {"file": folder() / "ca.crt"})
    if not settings.NODE.https:
        words = _("Set PISHKHAN_URL=https://%(name)s and restart: `serve` then speaks TLS itself.")
        lines.append(words % {"name": found.names[0] if found.names else "…"})
    else:
        lines.append(_("A running `serve` shows it after its restart."))
    emit(args, {**asdict(found), "days": left, "folder": str(folder())}, lines)
    return Exit.DONE if left >= 0 else Exit.FAILED
