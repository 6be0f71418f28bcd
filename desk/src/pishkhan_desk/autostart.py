"""Starts the helper with the PC user's session: a desktop entry, or a file of Windows's Startup."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "pishkhan-desk"


def place(platform: str = sys.platform) -> Path:
    """Return the file that starts the helper."""
    if platform == "win32":
        roaming = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
        return roaming / "Microsoft/Windows/Start Menu/Programs/Startup" / f"{NAME}.cmd"
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return folder / "autostart" / f"{NAME}.desktop"


def text(platform: str = sys.platform, python: str = sys.executable) -> str:
    """Return what stands in it. The interpreter is named: a session's PATH may lack the script."""
    if platform == "win32":
        window_less = python[: -len("python.exe")] + "pythonw.exe"
        quiet = window_less if python.lower().endswith("python.exe") else python
        return f'@echo off\r\nstart "" "{quiet}" -m pishkhan_desk run\r\n'
    quoted = python.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return (
        "[Desktop Entry]\nType=Application\nName=Pishkhan desk helper\n"
        "Name[fa]=دستیار میز پیشخوان\n"
        f'Exec="{quoted}" -m pishkhan_desk run\n'
        "Terminal=false\nX-GNOME-Autostart-enabled=true\n"
    )


def on(platform: str = sys.platform) -> Path:
    """Write the file; return where."""
    path = place(platform)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(platform).encode("utf-8"))
    return path


def off(platform: str = sys.platform) -> bool:
    """Remove the file; return False when there was none."""
    path = place(platform)
    if not path.exists():
        return False
    path.unlink()
    return True
