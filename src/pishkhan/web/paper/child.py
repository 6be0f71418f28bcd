"""Sets one letter in a process of its own, with little memory and time.

Run by `typeset.py` as `python -I child.py FOLDER FONTS`: FOLDER holds `letter.typ` and what the
letter says as `letter.json`; `letter.pdf` is written beside them. It knows nothing of Django, the
database or the node's keys, and the folder is all that the typesetter may read.
"""

from __future__ import annotations

import sys
from pathlib import Path

MEMORY = 1536 * 2**20  # bytes of address space; fonts, threads and a letter of forty pages
SECONDS = 20  # of CPU


def limit() -> None:
    """Take memory, time and output away from this process; on Windows only the parent's watch."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 * 2**20, 32 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: Path, fonts: Path) -> None:
    """Write `letter.pdf`; its bytes follow from the folder and the version of typst alone."""
    import typst

    typst.compile(
        folder / "letter.typ",
        output=folder / "letter.pdf",
        root=folder,
        font_paths=[fonts],
        ignore_system_fonts=True,
        package_path=folder,
        package_cache_path=folder,
    )


if __name__ == "__main__":
    limit()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
