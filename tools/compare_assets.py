"""Builds the assets anew from the lock file in a folder of its own and compares every byte."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path("src/pishkhan/web/static")
INPUTS = ("package.json", "package-lock.json", "tools/build_assets.mjs", "src/pishkhan/web/assets")


def main() -> int:
    """Return 0 when the committed assets are what the sources give."""
    work = ROOT / "build" / "assets"
    shutil.rmtree(work, ignore_errors=True)
    for name in INPUTS:
        source, target = ROOT / name, work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
        subprocess.run(command, cwd=work, check=True)
    different = differences(ROOT / STATIC, work / STATIC)
    for line in different:
        print(line)
    if not different:
        print("the committed assets are what their sources give")
        shutil.rmtree(work)
    return 1 if different else 0


def differences(committed: Path, built: Path) -> list[str]:
    """Return one line for each file that differs or exists on one side only."""
    left = {path.relative_to(committed) for path in committed.rglob("*") if path.is_file()}
    right = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    return [
        *(f"committed, not built: {name}" for name in sorted(left - right)),
        *(f"built, not committed (make assets): {name}" for name in sorted(right - left)),
        *(
            f"differs (make assets): {name}"
            for name in sorted(left & right)
            if not filecmp.cmp(committed / name, built / name, shallow=False)
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
