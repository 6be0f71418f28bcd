"""`pishkhan node init` and `node services`: from an installed program to a node that starts."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from pishkhan.node.console import Exit, Stop, _, command, emit


def register(verbs: Any) -> None:
    """Add the two verbs."""
    parser = command(verbs, "init", _("Make a node: settings, secret, tables"), init, django=False)
    add = parser.add_argument
    add("--role", required=True, choices=["all", "centre", "agency", "counter"],
        help=_("what the node is for"))  # fmt: skip
    add("--url", default="", help=_("the address people type (default: this machine alone)"))
    add("--port", type=int, default=None, help=_("where it listens (default: 8000)"))
    add("--database", default="", help=_("PostgreSQL, such as postgresql://user@host/name"))
    parser = command(verbs, "services", _("Write the units of systemd for this user"), services,
                     django=False)  # fmt: skip
    parser.add_argument("--out", type=Path, default=None,
                        help=_("another folder than systemd's own"))  # fmt: skip


def init(args: argparse.Namespace) -> int:
    """Write the settings and the secret into HOME, make tables and keys; harmless once more."""
    from pishkhan.node import cli, env, env_file

    home = env.home_of(os.environ)
    path = home / env_file.NAME
    given = {
        "PISHKHAN_ROLE": args.role,
        "PISHKHAN_URL": args.url,
        "PORT": "" if args.port is None else str(args.port),
        "PISHKHAN_DATABASE_URL": args.database,
    }
    wanted = {name: value for name, value in given.items() if value}
    known = env_file.read(path)
    if known and known != wanted:
        words = _("There is a node in %(home)s already, with other settings: see %(file)s there.")
        raise Stop(words % {"home": home, "file": env_file.NAME}, Exit.REFUSED)
    if not known and (home / "node.id").exists():
        words = _("There is a node in %(home)s already, set by its environment.")
        raise Stop(words % {"home": home}, Exit.REFUSED)
    # Checked before anything is written: a wrong value leaves nothing behind.
    env.read({**os.environ, **wanted, "PISHKHAN_SECRET_KEY": "x" * env.MIN_SECRET})
    env.kept_secret(home / "keys" / env.SECRET)
    env_file.write(path, wanted)
    cli.set_up()
    return _tell(args, home)


def _tell(args: argparse.Namespace, home: Path) -> int:
    from django.conf import settings

    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.enrolment import api as enrolment
    from pishkhan.node import wiring
    from pishkhan.node.commands.migrate import migrate

    migrate()
    wiring.introduce()
    directory.add_provinces(SYSTEM)
    node = directory.node_self()
    lines = [
        _("The node stands in %(home)s and answers at %(url)s once it runs.")
        % {"home": home, "url": settings.NODE.url},
        _('Next: pishkhan user add NAME --name "…" --administrator'),
    ]
    if args.role == "counter":
        lines.append(_('Join the centre: pishkhan node request --name "…" --out request.txt'))
    lines.append(_("Let it run: pishkhan node services, or pishkhan serve and pishkhan worker"))
    told = {
        "home": str(home), "role": args.role, "url": settings.NODE.url,
        "key": enrolment.spoken(node.key_id),
    }  # fmt: skip
    emit(args, told, lines)
    return Exit.DONE


def services(args: argparse.Namespace) -> int:
    """Write both units, and say how they are started and stay after the user logs out."""
    from pishkhan.node import env
    from pishkhan.node import services as units

    home = env.read().home
    made = units.write(args.out or units.folder_of_user(), home)
    lines = [str(path) for path in made]
    lines.append("systemctl --user daemon-reload")
    lines.append("systemctl --user enable --now pishkhan-web pishkhan-worker")
    lines.append("loginctl enable-linger")
    emit(args, {"files": [str(path) for path in made], "home": str(home)}, lines)
    return Exit.DONE
