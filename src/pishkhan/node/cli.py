"""The `pishkhan` command. Each noun is one module of `pishkhan.node.commands`.

Only the named noun's module is imported, so that `pishkhan serve` starts fast.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec

import pishkhan
from pishkhan.node import parent
from pishkhan.node.console import STATUS_EXITS, Exit, Parser, Stop, _, fail, language

# Each noun has a module `pishkhan.node.commands.<noun>` with `register(subparsers)`.
NOUNS = (
    "serve", "worker", "check", "status", "migrate", "backup", "restore", "tls", "demo", "practice",
    "user", "directory", "post", "letter", "node", "relay", "journal", "keys", "fsck", "bench",
    "completion",
)  # fmt: skip

EXAMPLES = """  pishkhan demo --serve
  pishkhan migrate && pishkhan check && pishkhan serve
  pishkhan user add sara --name "Sara Nemooneh"
  pishkhan letter track 7214093381260 --national-id 0012345679 --json
  pishkhan manage showmigrations"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return its exit code (`pishkhan.node.console.Exit`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    parent.follow()
    args: argparse.Namespace | None = None
    try:
        if arguments[:1] == ["manage"]:
            return _manage(arguments[1:])
        args = parser(arguments).parse_args(arguments)
        if args.django:
            set_up()
        return int(args.run(args))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.DONE
    except Stop as stop:
        return fail(args, stop.code, stop.sentence)
    except Exception as error:
        return _explain(args, error)


def parser(arguments: list[str]) -> Parser:
    """Return the parser with the modules that these arguments need."""
    top = Parser(
        prog="pishkhan",
        description=_("Letters to any agency through the nearest counter, and the answer back."),
        examples=EXAMPLES,
    )
    top.add_argument("--version", action="version", version=f"pishkhan {pishkhan.__version__}")
    nouns = top.add_subparsers(dest="noun", required=True, metavar=_("command"))
    named = arguments[0] if arguments else ""
    for noun in [named] if named in NOUNS else NOUNS:
        if find_spec(f"pishkhan.node.commands.{noun}"):
            import_module(f"pishkhan.node.commands.{noun}").register(nouns)
    if named not in NOUNS:
        nouns.add_parser("manage", help=_("Django's own management commands"), add_help=False)
    return top


def set_up() -> None:
    """Load Django and speak the terminal's language."""
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language())


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["pishkhan manage", *arguments])
    return Exit.DONE


def _explain(args: argparse.Namespace | None, error: Exception) -> int:
    """Return the exit code of an expected error after saying it; re-raise any other."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from pishkhan.kernel.errors import PishkhanError

    if isinstance(error, ImproperlyConfigured):
        return fail(args, Exit.SETTINGS, str(error))
    if isinstance(error, OperationalError):
        return fail(args, Exit.UNAVAILABLE, _("The database does not answer."), "node.database")
    if not isinstance(error, PishkhanError):
        raise error
    from django.utils.translation import gettext

    sentence = error.message.render(gettext)
    details = [f"  {name}: {text.render(gettext)}" for name, text in error.fields.items()]
    code = STATUS_EXITS.get(error.status, Exit.FAILED)
    return fail(args, code, "\n".join([sentence, *details]), error.code)
