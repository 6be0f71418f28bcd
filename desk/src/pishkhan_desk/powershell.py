"""Runs a script in Windows PowerShell, which every Windows since 7 has; no package is needed.

Scripts keep to PowerShell 2 (Windows 7): no JSON. What they are given comes by environment
variables, so that no text of a page becomes part of a script; what they say comes in lines.
"""

from __future__ import annotations

import base64
import threading
from typing import Callable, Mapping

from pishkhan_desk import lines

PROGRAM = "powershell.exe"
HEAD = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
function Tell { [Console]::Out.WriteLine(($args -join "`t")); [Console]::Out.Flush() }
"""


def command(script: str, program: str = PROGRAM) -> tuple[str, ...]:
    """Return the words that run a script; encoded, so that no quoting can break it."""
    encoded = base64.b64encode((HEAD + script).encode("utf-16-le")).decode("ascii")
    return (program, "-NoProfile", "-NonInteractive", "-STA", "-EncodedCommand", encoded)


def run(
    script: str,
    given: Mapping[str, str],
    *,
    patience: float,
    heard: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    program: str = PROGRAM,
    absent: str = "program.absent",
) -> tuple[int, str, str]:
    """Return exit code, output and errors of a script; see `lines.run`."""
    return lines.run(
        command(script, program), patience=patience, heard=heard, stop=stop, env=given,
        absent=absent,
    )  # fmt: skip
