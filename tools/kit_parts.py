"""What goes into the offline kit: wheels and Debian packages, fetched by pip and apt as set up."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

CODENAME = "bookworm"
GLIBC = 36  # Debian 12 has glibc 2.36
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pishkhan-kit"
PACKAGE = re.compile(r"^'[^']+' (\S+\.deb) \d+")
EPOCH = re.compile(r"_\d+%3a")
SOURCES = ("src", "desk", "requirements", "pyproject.toml", "README.md", "LICENSE")


class CanNotGather(Exception):
    """This machine can not make the kit; the message says what it lacks."""


def facts(root: Path) -> dict[str, str]:
    """Return what the installer reads first: version, Debian, architecture, names of packages."""
    release = Path("/etc/os-release")
    told = dict(
        line.split("=", 1) for line in release.read_text().splitlines() if "=" in line
    ) if release.exists() else {}  # fmt: skip
    if told.get("VERSION_CODENAME", "").strip('"') != CODENAME or sys.version_info[:2] != (3, 11):
        raise CanNotGather("The kit is made on the system it is for: Debian 12 with Python 3.11.")
    version = re.search(
        r'^__version__ = "([^"]+)"', (root / "src/pishkhan/__init__.py").read_text(), re.M
    )
    assert version
    wanted = wanted_packages(root / "tools/kit/packages.txt")
    return {
        "VERSION": version[1],
        "CODENAME": CODENAME,
        "ARCH": said("dpkg", "--print-architecture").strip(),
        "COMMIT": said("git", "-C", str(root), "describe", "--always", "--dirty").strip(),
        "NODE_PACKAGES": " ".join(wanted["node"]),
        "CENTRE_PACKAGES": " ".join(wanted["centre"]),
    }


def wanted_packages(path: Path) -> dict[str, list[str]]:
    """Return the names of Debian packages by what they are for: "node", "centre"."""
    found: dict[str, list[str]] = {"node": [], "centre": []}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            purpose, _, name = line.partition(":")
            found[purpose.strip()].append(name.strip())
    return found


def gather(root: Path, files: Path, told: dict[str, str]) -> None:
    """Fill `files` with wheels, their lock, Debian packages with an index, and the facts."""
    print("Wheels …", flush=True)
    wheels(root, files / "wheels", MACHINES[told["ARCH"]])
    shutil.copyfile(root / "requirements/run.lock", files / "run.lock")
    print("Debian packages …", flush=True)
    debs(files / "debs", f"{told['NODE_PACKAGES']} {told['CENTRE_PACKAGES']}".split())
    (files / "KIT").write_text(
        "".join(f"{name}={shlex.quote(value)}\n" for name, value in told.items())
    )


def wheels(root: Path, folder: Path, machine: str) -> None:
    """Put the locked wheels and the project's own two into `folder`."""
    folder.mkdir()
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1")]
    pip("download", "--no-deps", "--require-hashes", "--only-binary", ":all:",
        "--dest", str(folder), "--implementation", "cp", "--python-version", "3.11",
        *(word for each in platforms for word in ("--platform", each)),
        "-r", str(root / "requirements/run.lock"))  # fmt: skip
    sources = folder / "sources"
    listed = said("git", "-C", str(root), "ls-files", "-z", "--", *SOURCES).split("\0")
    for name in filter(None, listed):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, sources / name)
    for project in (sources, sources / "desk"):
        pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(project))
    shutil.rmtree(sources)


def debs(folder: Path, names: list[str]) -> None:
    """Put the packages and all they depend on into `folder`, with the index that apt reads.

    They are resolved against an empty system: whatever a bare root has or lacks, all is there. Only
    Debian's own packages are taken, whatever else this machine's apt knows.
    """
    (CACHE / "debs" / "partial").mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    empty = folder / "empty"
    (empty / "partial").mkdir(parents=True)
    (empty / "preferences").write_text("Package: *\nPin: release o=Debian\nPin-Priority: 990\n")
    resolve = ("apt-get", "install", "-qq", "-y", "--no-install-recommends",
               "-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1",
               "-o", "APT::Sandbox::User=root",
               "-o", f"Dir::Etc::preferences={empty / 'preferences'}")  # fmt: skip
    listed = said(*resolve, "--print-uris", "-o", f"Dir::Cache::archives={empty}", *names)
    found = [m[1] for m in map(PACKAGE.match, listed.splitlines()) if m]
    if len(found) < len(names):
        raise CanNotGather("apt knows too few packages: apt-get update")
    said(*resolve, "--download-only", "-o", f"Dir::Cache::archives={CACHE / 'debs'}", *names)
    shutil.rmtree(empty)
    index = []
    for each in sorted(found):
        told = EPOCH.sub("_", each)
        # apt writes the epoch into the names of its copies alone, and not everywhere.
        stored = next(p for p in (CACHE / "debs").iterdir() if EPOCH.sub("_", p.name) == told)
        shutil.copyfile(stored, folder / told)
        digest = hashlib.sha256(stored.read_bytes()).hexdigest()
        index.append(
            f"{said('dpkg-deb', '--field', str(stored)).rstrip()}\nFilename: ./{told}\n"
            f"Size: {stored.stat().st_size}\nSHA256: {digest}\n\n"
        )
    (folder / "Packages").write_text("".join(index))


def pip(*words: str) -> None:
    """Run pip as it is set up here; its output is shown only when it fails."""
    command = (sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check")
    said(*command, *words[1:])


def said(*command: str) -> str:
    """Return what a command writes. Raise CanNotGather with its last words when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CanNotGather(f"{command[0]} is missing on this machine") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise CanNotGather("\n".join([f"{' '.join(command[:3])} … failed:", *last]))
    return done.stdout
