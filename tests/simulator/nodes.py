"""Nodes in one process: each with its own disk, keys, clock and memory, one acting at a time."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.test import override_settings

from pishkhan.directory.logic import next_tracking
from pishkhan.journal import node_id
from pishkhan.journal.logic import proof
from pishkhan.kernel import clock, ids
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters.logic import pages
from pishkhan.node import roles
from pishkhan.node.env import Role
from pishkhan.relay.logic import registry
from pishkhan.sealing.logic import keys

DATABASE = "pishkhan.sqlite3"
# What a power cut does to a page cache is for the tests that kill processes; here a death is told
# at each commit, and a disk that syncs would only cost time.
_UNSYNCED = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA temp_store=MEMORY"

Random = Callable[[int], bytes]
Handlers = tuple[dict[Any, Any], dict[Any, Any]]


@dataclass
class Node:
    """One installation: its folder is its disk, all else is what its process has in memory."""

    name: str
    disk: Path
    role: Role
    time: FakeClock
    random: Random
    wrapper: BaseDatabaseWrapper | None = field(default=None, repr=False)

    def connection(self) -> BaseDatabaseWrapper:
        """Return the process's connection, opened anew after a start."""
        if self.wrapper is None:
            given = connections.settings["default"]
            made = {**given, "NAME": str(self.disk / DATABASE)}
            made["OPTIONS"] = {**given["OPTIONS"], "init_command": _UNSYNCED}
            self.wrapper = load_backend(made["ENGINE"]).DatabaseWrapper(made, "default")
        return self.wrapper

    def stop(self) -> None:
        """End the process: what was not committed is gone, and all that it had in memory."""
        if self.wrapper is not None:
            self.wrapper.close()
            self.wrapper = None
        gc.collect()  # a death leaves cursors in its traceback, and they keep the file

    def copy(self, to: Path) -> None:
        """Copy the disk as it is, as a backup or a clone does."""
        self.stop()
        shutil.copytree(self.disk, to)

    def put_back(self, copy: Path) -> None:
        """Let the disk be what it was when it was copied."""
        self.stop()
        shutil.rmtree(self.disk)
        shutil.copytree(copy, self.disk)


def handlers_of_roles() -> dict[Role, Handlers]:
    """Return what each role takes in, given what all take in; for a process without a role."""
    common = (dict(registry._handlers), dict(registry._refusals))
    found: dict[Role, Handlers] = {}
    for role in (Role.ALL, Role.COUNTER, Role.AGENCY):
        with _registered(common), override_settings(ROLE=role):
            roles.receive()
            found[role] = (dict(registry._handlers), dict(registry._refusals))
    return found


HANDLERS: dict[Role, Handlers] = {}
"""Filled when the process starts: see `process.begin`."""


@contextmanager
def _registered(handlers: Handlers) -> Iterator[None]:
    with (
        mock.patch.dict(registry._handlers, handlers[0], clear=True),
        mock.patch.dict(registry._refusals, handlers[1], clear=True),
    ):
        yield


_acting: list[Node] = []


@contextmanager
def acting(node: Node) -> Iterator[Node]:
    """Let a node be the one that acts: its disk, its keys, its clock, its role, its memory.

    What a process remembers of "this node" is forgotten where the node changes; the rest of a
    process's memory is the same for every node (compiled queries, plans, templates).
    """
    if _acting:
        raise RuntimeError("one node acts at a time")
    connection = node.connection()
    own = {
        "HOME": node.disk,
        "BLOB_ROOT": node.disk / "blobs",
        "KEYS_ROOT": node.disk / "keys",
        "ROLE": node.role,
    }
    _forget()
    _acting.append(node)
    before = connections["default"]
    try:
        with ExitStack() as stack:
            stack.enter_context(override_settings(**own))
            stack.enter_context(_registered(HANDLERS[node.role]))
            stack.enter_context(clock.use(node.time))
            stack.enter_context(ids.use_random(node.random))
            connections["default"] = connection
            yield node
    finally:
        connections["default"] = before
        _acting.clear()


def _forget() -> None:
    node_id._known.clear()
    keys.forget()
    proof._readers.clear()
    pages._stores.clear()
    next_tracking.tracking_key.cache_clear()
    roles._collector = None
