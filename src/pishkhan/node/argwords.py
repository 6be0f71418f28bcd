"""argparse's own words in the terminal's language."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from pishkhan.kernel.i18n import N_

# As they stand in argparse of Python 3.11 to 3.14; one that is not found there stays English.
WORDS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("expected %s argument"),
    N_("expected %s arguments"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
)


def speak(translate: Callable[[str], str]) -> None:
    """Let argparse take its words from `translate`.

    It asks gettext's domain "messages" of the environment, where nobody puts its words; the names
    under which it asks are set here instead.
    """

    def count(one: str, many: str, n: int) -> str:
        return translate(one if n == 1 else many)

    setattr(argparse, "_", translate)  # noqa: B010 - typeshed knows no such name
    setattr(argparse, "ngettext", count)  # noqa: B010 - the same
