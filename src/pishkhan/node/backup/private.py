"""What must not stand open: keys, certificates and settings, in one archive, encrypted when asked.

Encryption is done by the program `age` (Debian's package `age`), to the public recipient of the
operator; the identity that opens it does not lie on the node.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pishkhan.node import env_file
from pishkhan.node.console import Exit, Stop, _

FOLDERS = ("keys", "tls")
SETTINGS = "settings.env"
FILES = (env_file.NAME,)
"""Files of HOME itself that may hold a password."""
RECIPIENT = re.compile(r"age1[0-9a-z]{20,2000}|ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?")


def check(recipients: Sequence[str]) -> None:
    """Stop when a recipient is malformed or the program is missing."""
    for recipient in recipients:
        if not RECIPIENT.fullmatch(recipient):
            raise Stop(
                _("This is not a recipient of age: age1…, or an SSH public key."), Exit.INVALID
            )
    if recipients:
        program()


def program() -> str:
    """Return the path of `age`; Stop with the remedy when it is not installed."""
    found = shutil.which("age")
    if found is None:
        raise Stop(_("The program age is missing: apt-get install age"), Exit.SETTINGS)
    return found


def pack(home: Path, settings: Path | None, target: Path, recipients: Sequence[str]) -> str:
    """Write the archive into the folder `target` and return its name."""
    data = io.BytesIO()  # a few keys: some kilobytes
    with tarfile.open(fileobj=data, mode="w") as archive:
        for folder in FOLDERS:
            for path in sorted((home / folder).glob("*")) if (home / folder).is_dir() else ():
                if path.is_file():
                    _add(archive, path, f"{folder}/{path.name}")
        for name in FILES:
            if (home / name).is_file():
                _add(archive, home / name, name)
        if settings is not None:
            _add(archive, settings, SETTINGS)
    name = "private.tar.age" if recipients else "private.tar"
    if not recipients:
        fd = os.open(target / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data.getvalue())
        return name
    words = [program(), "--encrypt", "--output", str(target / name)]
    for recipient in recipients:
        words += ["--recipient", recipient]
    done = subprocess.run(words, input=data.getvalue(), capture_output=True, check=False)  # noqa: S603 - a found program, no shell
    if done.returncode:
        raise Stop(_("age did not encrypt: %(why)s") % {"why": _why(done.stderr)})
    return name


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    info = tarfile.TarInfo(name)
    data = path.read_bytes()
    info.size, info.mode, info.mtime = len(data), 0o600, int(path.stat().st_mtime)
    archive.addfile(info, io.BytesIO(data))


def unpack(archive: Path, home: Path, identity: Path | None) -> list[str]:
    """Put keys and certificates into `home`, mode 0600; return the names that were put there."""
    data = archive.read_bytes()
    if archive.suffix == ".age":
        if identity is None:
            raise Stop(
                _("The keys are encrypted: give --identity FILE, which opens them."),
                Exit.SETTINGS,
            )
        words = [program(), "--decrypt", "--identity", str(identity)]
        done = subprocess.run(words, input=data, capture_output=True, check=False)  # noqa: S603 - a found program, no shell
        if done.returncode:
            raise Stop(_("The keys could not be opened: %(why)s") % {"why": _why(done.stderr)})
        data = done.stdout
    put = []
    with tarfile.open(fileobj=io.BytesIO(data)) as found:
        for info in found:
            parts = PurePosixPath(info.name).parts
            known = info.name in {SETTINGS, *FILES} or (len(parts) == 2 and parts[0] in FOLDERS)
            file = found.extractfile(info) if info.isreg() and known else None
            if file is None:
                raise Stop(
                    _("The archive of keys holds something unknown: %(name)s") % {"name": info.name}
                )
            put.append(_put(home / info.name, file.read()))
    return put


def _put(path: Path, data: bytes) -> str:
    from pishkhan.kernel.durable import make_dir, write_file

    make_dir(path.parent)
    write_file(path, data)
    return path.name


def _why(said: bytes) -> str:
    return said.decode(errors="replace").strip().splitlines()[0] if said.strip() else "?"
