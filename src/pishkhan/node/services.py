"""The two services of a node as units of systemd."""

from __future__ import annotations

import sys
from pathlib import Path

from pishkhan.kernel import durable

WORDS = {"web": ("Pishkhan web", "serve"), "worker": ("Pishkhan worker", "worker")}


def unit(name: str, home: Path) -> str:
    """Return the unit `web` or `worker` for the user whose systemd takes it in.

    The program is the one that runs now. What a unit of a user can not ask for (ProtectSystem
    with another owner's folders) is left out; the home is the only folder that it writes.
    """
    title, verb = WORDS[name]
    return f"""[Unit]
Description={title}

[Service]
Environment="PISHKHAN_HOME={_quoted(str(home))}"
ExecStart="{_quoted(sys.executable)}" -m pishkhan {verb}
Restart=always
RestartSec=2
TimeoutStopSec=30
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def write(folder: Path, home: Path) -> list[Path]:
    """Write both units into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in WORDS:
        path = folder / f"pishkhan-{name}.service"
        durable.write_file(path, unit(name, home).encode(), mode=0o644)
        made.append(path)
    return made


def folder_of_user() -> Path:
    """Return where systemd looks for the units of the user who runs this."""
    return Path.home() / ".config" / "systemd" / "user"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
