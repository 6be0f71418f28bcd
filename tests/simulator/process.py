"""Starts a process in which many nodes can live: Django, without a role of its own."""

from __future__ import annotations

import os
import sys
from unittest import mock


def begin() -> None:
    """Set Django up for `nodes`; call it before anything of the product is imported.

    A hash seed of its own would let sets be read in another order in each process, and a seed
    would not replay: the process starts itself again with a fixed one.
    """
    if os.environ.get("PYTHONHASHSEED") != "0":
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)
    os.environ.pop("PISHKHAN_DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django  # noqa: PLC0415 - it reads the environment

    with mock.patch("pishkhan.node.roles.receive"):
        django.setup()
    from tests.simulator import nodes  # noqa: PLC0415 - after Django is set up

    nodes.HANDLERS.update(nodes.handlers_of_roles())
