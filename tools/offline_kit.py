"""Makes the offline kit: one signed archive that installs this version on a bare Debian 12.

`make offline-kit [KEY=file] [OUT=folder]`. It gathers the wheels of requirements/run.lock, the
project's own wheels, and the Debian packages of tools/kit/packages.txt with all they depend on,
from wherever pip and apt are set up to look; writes a manifest of SHA-256 digests, signs it and
the archive with an Ed25519 key, and puts the installer beside it. See docs/howto/offline-kit.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import kit_parts
import openpgp

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "tools" / "kit"
KEY = (
    Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "pishkhan/offline-kit.key"
)
RING = "pishkhan-kit.gpg"


def main(arguments: list[str] | None = None) -> int:
    """Make the kit; return 0, or 1 after one sentence that says why not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--key", type=Path, default=KEY, help="Ed25519 key in PEM; made if absent")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the kit")
    args = parser.parse_args(arguments)
    try:
        folder, public, made = make(args.key, args.out)
    except (kit_parts.CanNotGather, openpgp.Unsafe) as error:
        print(error, file=sys.stderr)
        return 1
    if made:
        print(f"A key was made and is kept in {args.key}: copy it to a safe place.")
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{folder}: {size:.0f} MB. Give it on, and the fingerprint of its key by another way:")
    print(f"  {openpgp.fingerprint(public)}")
    return 0


def make(key_file: Path, out: Path) -> tuple[Path, bytes, bool]:
    """Return the kit's folder, the public key, and whether the key was made just now.

    The folder appears whole or not at all. Raise kit_parts.CanNotGather, openpgp.Unsafe.
    """
    key, made = openpgp.load_or_make(key_file)
    facts = kit_parts.facts(ROOT)
    name = f"pishkhan-kit-{facts['VERSION']}-{facts['CODENAME']}-{facts['ARCH']}"
    out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".kit-", dir=out))
    try:
        files = work / name
        files.mkdir()
        kit_parts.gather(ROOT, files, facts)
        for part in ("install.sh", "pishkhan", "pishkhan-web.service", "pishkhan-worker.service"):
            shutil.copyfile(PARTS / part, files / part)
        kit = work / "kit"
        seal(files, kit, key)
        shutil.rmtree(out / name, ignore_errors=True)
        kit.rename(out / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return out / name, openpgp.public_file(key), made


def seal(files: Path, kit: Path, key: Ed25519PrivateKey) -> None:
    """Sign what lies in `files` and write the kit: archive, signature, key, sums, installer.

    The archive holds a folder of the same name as `files`. The sums say nothing of who made a
    file: they tell a bad copy from a changed one, and hold what no signature can, its own bytes.
    """
    now = int(time.time())
    (files / RING).unlink(missing_ok=True)
    listed = sorted(path for path in files.rglob("*") if path.is_file())
    (files / "MANIFEST").write_text(sums(files, listed))
    (files / "MANIFEST.sig").write_bytes(openpgp.sign_file(key, files / "MANIFEST", now))
    (files / RING).write_bytes(openpgp.public_file(key))
    own = [files / each for each in ("MANIFEST", "MANIFEST.sig", RING)]
    (files / "SUMS").write_text(sums(files, own))

    kit.mkdir()
    archive = kit / f"{files.name}.tar"
    pack(files, archive, now)
    signature = archive.with_name(archive.name + ".sig")
    signature.write_bytes(openpgp.sign_file(key, archive, now))
    (kit / RING).write_bytes(openpgp.public_file(key))
    (kit / "SHA256SUMS").write_text(sums(kit, [archive, signature, kit / RING]))
    shutil.copyfile(files / "install.sh", kit / "install.sh")


def sums(folder: Path, paths: list[Path]) -> str:
    """Return one line a file, as `sha256sum` writes it."""
    lines = []
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder)}\n")
    return "".join(lines)


def pack(files: Path, archive: Path, when: int) -> None:
    """Write a tar that tells nothing of the machine it was made on."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = when
        entry.mode = 0o755 if entry.isdir() else 0o644
        return entry

    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(files, files.name, filter=plain)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[:4]))} … failed ({error.returncode})")
