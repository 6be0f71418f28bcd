"""`pishkhan completion`: a script by which a shell completes this command's words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pishkhan.node.console import Exit, _, command, say

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = """  pishkhan completion bash > /etc/bash_completion.d/pishkhan
  pishkhan completion zsh > /usr/local/share/zsh/site-functions/_pishkhan
  pishkhan completion fish > ~/.config/fish/completions/pishkhan.fish"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers,
        "completion",
        _("Print a script that completes this command's words in a shell"),
        run,
        examples=EXAMPLES,
        django=False,
    )
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace) -> int:
    """Print the script. It is whole in itself: pressing Tab starts no Python."""
    import shtab

    from pishkhan.node import cli

    parser = cli.parser([])
    _complete_files(parser, shtab.FILE)
    say(shtab.complete(parser, shell=args.shell))
    return Exit.DONE


def _complete_files(parser: argparse.ArgumentParser, files: object) -> None:
    """Let words that are paths be completed with the names of files."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to walk a parser
        if action.type is Path:
            action.complete = files  # type: ignore[attr-defined] # shtab reads it there
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            for child in action.choices.values():
                _complete_files(child, files)
