"""What processes cost, read from Linux's /proc: processor time and proportional memory."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TICK = 1000.0 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 10.0
"""Milliseconds of one clock tick."""


def tree(roots: Iterable[int]) -> list[int]:
    """Return the processes below (and with) the roots that live now."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children[int(fields[1])].append(int(entry.name))
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children[pid]
    return found


def parent(pid: int) -> int:
    """Return the process that began a process. ProcessLookupError when there is none here."""
    fields = _stat(pid)
    if not fields:
        raise ProcessLookupError(pid)
    return int(fields[1])


def cpu_ms(roots: Iterable[int]) -> float:
    """Return the processor time that these trees have used so far, ended children included."""
    used = 0
    for pid in tree(roots):
        fields = _stat(pid)
        if fields:
            used += sum(int(ticks) for ticks in fields[11:15])
    return used * TICK


def pss_mb(roots: Iterable[int]) -> float:
    """Return the trees' proportional set size in megabytes of 10^6 bytes."""
    kilobytes = 0
    for pid in tree(roots):
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text("ascii")
        except OSError:
            continue
        kilobytes += next(
            (int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0
        )
    return kilobytes * 1.024 / 1000


def machine() -> dict[str, object]:
    """Return what names this machine: processor, cores, memory, kernel."""
    cpuinfo = (PROC / "cpuinfo").read_text("utf-8")
    names = [line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if "model name" in line]
    total = (PROC / "meminfo").read_text("ascii").split()[1]
    return {
        "processor": names[0] if names else os.uname().machine,
        "cores": os.cpu_count(),
        "memory_gb": round(int(total) * 1024 / 1e9, 1),
        "kernel": os.uname().release,
    }


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third on; empty when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
