"""Builds the assets anew from the lock file in a folder of its own and compares every byte.

Then asks eslint whether the oldest browsers of the counters' PCs know all that was written and
built (eslint.config.mjs), and asks it first of samples that they do not know.
"""

from __future__ import annotations

import filecmp
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path("src/pishkhan/web/static")
INPUTS = (
    "package.json",
    "package-lock.json",
    "eslint.config.mjs",
    "tools/build_assets.mjs",
    "src/pishkhan/web/assets",
)
TOO_NEW = {
    "css/has.css": ".a:has(b) { color: red }",
    "css/nested.css": ".a { &:hover { color: red } }",
    "css/mixed.css": ".a { color: color-mix(in srgb, red, blue) }",
    "assets/js/sorted.js": "export const sorted = [2, 1].toSorted();",
    "static/syntax.js": "var named = /[a--b]/v;",
    "static/grouped.js": "Object.groupBy([], String);",
    "static/dropper.js": "new EyeDropper();",
}
"""What Chrome 109 or Firefox ESR 115 does not know; eslint does not know all such interfaces."""


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
    if different:
        return 1
    print("the committed assets are what their sources give")
    if not known_to_old_browsers(work):
        return 1
    shutil.rmtree(work)
    return 0


def known_to_old_browsers(work: Path) -> bool:
    """Return whether nothing is too new for them, and every sample of what is was found."""
    samples = work / "too-new"
    for name, text in TOO_NEW.items():
        path = samples / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    found = subprocess.run(
        ["npx", "eslint", "--format", "json", "too-new"], cwd=work, capture_output=True, check=False
    )
    told = {Path(file["filePath"]): file["errorCount"] for file in json.loads(found.stdout)}
    missed = [name for name in TOO_NEW if not told.get((samples / name).resolve())]
    for name in missed:
        print(f"too new and not found: {name}")
    asked = ["npx", "eslint", "src/pishkhan/web/static", "src/pishkhan/web/assets/js"]
    done = subprocess.run(asked, cwd=work, check=False)
    return done.returncode == 0 and not missed


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
