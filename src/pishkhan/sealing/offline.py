"""The door of sealing for a machine without a node: an agency's root. Needs no Django."""

from __future__ import annotations

from pishkhan.sealing.logic.root_files import RootFile, change, make, open_root, revoke, state
from pishkhan.sealing.statements import read_request

__all__ = ["RootFile", "change", "make", "open_root", "read_request", "revoke", "state"]
