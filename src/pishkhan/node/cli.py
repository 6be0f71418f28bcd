"""The `pishkhan` command. Each noun is one module of `pishkhan.node.commands`."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    if arguments[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["pishkhan manage", *arguments[1:]])
        return 0
    sys.stderr.write("usage: pishkhan manage …\n")
    return 2
