"""HOME/node.env: the settings that `pishkhan node init` wrote, so that no shell has to hold them.

Lines of `NAME=value`, and remarks that begin with #. What the environment says goes before it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAME = "node.env"
_LINE = re.compile(r"(PISHKHAN_[A-Z_]*[A-Z]|PORT)=([^\x00-\x1f\x7f]*)")
# Where HOME is must be known before, and a secret has a file of its own.
_ELSEWHERE = frozenset({"PISHKHAN_HOME", "PISHKHAN_SECRET_KEY"})


def read(path: Path) -> dict[str, str]:
    """Return the settings of the file, none when there is no file; ImproperlyConfigured."""
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(private(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match[1] in _ELSEWHERE or match[1] in found:
            raise ImproperlyConfigured(
                f"{NAME}, line {number}: it must be one setting, such as PISHKHAN_ROLE=counter."
            )
        found[match[1]] = match[2]
    return found


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write the settings durably, readable by the owner alone."""
    from pishkhan.kernel import durable

    lines = ["# Written by `pishkhan node init`; the environment goes before it."]
    lines += [f"{name}={value}" for name, value in values.items() if value]
    durable.make_dir(path.parent)
    durable.write_file(path, ("\n".join(lines) + "\n").encode())


def private(path: Path) -> str:
    """Return what a file holds that nobody else may read; ImproperlyConfigured when others may."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(f"{path.name} in the node's home can not be read.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(
            f"Others may read {path.name} in the node's home; take their right away (chmod 600)."
        )
    return text
