"""From the signed archive to a page, on a bare Debian with no route out; no byte may be another.

The bare root comes from debootstrap and is kept between runs; what is installed in it is not.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pishkhan

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import kit_parts  # noqa: E402 - a tool, not a package
import offline_kit  # noqa: E402 - a tool, not a package
import openpgp  # noqa: E402 - a tool, not a package

pytestmark = pytest.mark.slow
AT_MOST = 300.0  # seconds from archive to page
CHROMIUM = "/usr/bin/chromium-headless-shell"
ENTER = """
set -e
ip link set lo up
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
echo ready
sleep infinity & wait
"""
LOOK = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as play:
    browser = play.chromium.launch(
        executable_path=sys.argv[1],
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )
    page = browser.new_page()
    print(page.goto("http://127.0.0.1:8000/accounts/login/?next=/admin/").status)
    page.screenshot(path=sys.argv[2])
    print(page.evaluate("getComputedStyle(document.body).fontFamily"))
    loaded = "document.fonts.ready.then(all => [...all].filter(f => f.status == 'loaded').length)"
    print(page.evaluate(loaded))
    print(page.locator("input[type=text], input[type=password]").count())
    browser.close()
"""
ASK = """
import http.client
line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=20)
line.request("GET", "/healthz")
print(line.getresponse().status)
"""


@dataclass
class Bare:
    """A bare Debian with processes, mounts and a network of its own, which leads nowhere."""

    root: Path
    holder: subprocess.Popen[str]
    pid: int

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["nsenter", "-t", str(self.pid), "-n", "-m", "-p", "env", "-i", "TERM=dumb",
             "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "chroot", str(self.root), *words],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def beside(self, *words: str) -> str:
        """Run a program of this machine in the bare one's network."""
        return subprocess.run(
            ["nsenter", "-t", str(self.pid), "-n", *words],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip


def bare_root() -> Path:
    """Return the archive of a bare Debian 12, as debootstrap makes it from where apt looks."""
    kept = kit_parts.CACHE / "bare-bookworm.tar"
    if kept.exists():
        return kept
    asked = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    sites = [line.split()[1] for line in told if line.startswith("bookworm ")]
    assert sites, "apt knows no Debian 12: apt-get update"
    part = kit_parts.CACHE / "bare.part"
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["debootstrap", "--variant=minbase", "bookworm", str(part), sites[0]],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.rmtree(part / "var/cache/apt/archives")
    (part / "var/cache/apt/archives/partial").mkdir(parents=True)
    whole = kept.with_suffix(".part")
    subprocess.run(["tar", "-cf", str(whole), "-C", str(part), "."], check=True)
    whole.rename(kept)
    shutil.rmtree(part)
    return kept


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Path:
    return Path(tmp_path_factory.mktemp("key") / "kit.key")


@pytest.fixture(scope="module")
def kit(tmp_path_factory, key) -> Path:
    if os.getuid() != 0:
        pytest.skip("by design: only root makes a bare Debian and installs into it")
    return offline_kit.make(key, tmp_path_factory.mktemp("dist"))[0]


@pytest.fixture(scope="module")
def told(kit) -> str:
    return openpgp.fingerprint((kit / "pishkhan-kit.gpg").read_bytes())


@pytest.fixture
def bare(kit, tmp_path) -> Iterator[Bare]:
    root = tmp_path / "root"
    root.mkdir()
    subprocess.run(["tar", "-xpf", str(bare_root()), "-C", str(root)], check=True)
    shutil.copytree(kit, root / "srv" / "kit")
    holder = subprocess.Popen(
        ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
         "sh", "-c", ENTER, "sh", str(root)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "ready\n"
        children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text()
        yield Bare(root, holder, int(children.split()[0]))
    finally:
        holder.send_signal(signal.SIGKILL)  # its whole world ends with it
        holder.communicate()
        shutil.rmtree(root, ignore_errors=True)


def left(bare: Bare) -> set[str]:
    """Return what an installation would leave."""
    names = ("opt/pishkhan", "etc/pishkhan.env", "var/lib/pishkhan", "usr/bin/python3")
    found = {name for name in names if (bare.root / name).exists()}
    found |= {path.name for path in (bare.root / "var/tmp").iterdir()}
    return found | ({"user"} if "pishkhan" in (bare.root / "etc/passwd").read_text() else set())


def test_from_archive_to_page_without_a_route_in_five_minutes(bare, kit, key, told, tmp_path):
    assert bare.beside("ip", "route").strip() == ""
    assert left(bare) == set()
    began = time.monotonic()
    installed = bare.run("sh", "/srv/kit/install.sh", "--key", told)
    assert "answers at http://127.0.0.1:8000/" in installed.stdout
    assert bare.run("/opt/pishkhan/current/bin/python", "-c", ASK).stdout == "200\n"
    picture = tmp_path / "page.png"
    status, family, fonts, fields = bare.beside(
        sys.executable, "-c", LOOK, CHROMIUM, str(picture)
    ).splitlines()
    seconds = time.monotonic() - began
    assert status == "200"
    assert "Vazirmatn" in family
    assert int(fonts) > 0
    assert int(fields) >= 1
    assert picture.stat().st_size > 5000
    assert seconds < AT_MOST, f"{seconds:.0f} s from archive to page"
    assert bare.run("stat", "-c", "%a %U", "/etc/pishkhan.env").stdout == "640 root\n"
    assert bare.run("stat", "-c", "%a %U", "/var/lib/pishkhan").stdout == "700 pishkhan\n"
    who = bare.run("sh", "-c", "stat -c %U /proc/$(cat /run/pishkhan-web.pid)")
    assert who.stdout == "pishkhan\n"
    first = bare.run("readlink", "/opt/pishkhan/current").stdout
    assert first.startswith(f"/opt/pishkhan/{pishkhan.__version__}-")
    settings = (bare.root / "etc/pishkhan.env").read_text()
    again = bare.run("sh", "/srv/kit/install.sh", "--key", told)  # begun anew, changes nothing
    assert "answers at" in again.stdout
    assert bare.run("readlink", "/opt/pishkhan/current").stdout == first
    assert (bare.root / "etc/pishkhan.env").read_text() == settings
    later(kit, key, bare.root / "srv/later", tmp_path)
    done = bare.run("sh", "/srv/later/install.sh", "--key", told, check=False)
    assert "Make a backup" in done.stderr
    assert bare.run("readlink", "/opt/pishkhan/current").stdout == first
    assert (
        "Pishkhan 99.0 answers"
        in bare.run("sh", "/srv/later/install.sh", "--key", told, "--upgrade").stdout
    )
    assert "/99.0-" in bare.run("readlink", "/opt/pishkhan/current").stdout
    assert (bare.root / "etc/pishkhan.env").read_text() == settings
    assert "its tables are up to date" in bare.run("pishkhan", "check", check=False).stdout
    assert list((bare.root / "var/tmp").iterdir()) == []


def later(kit: Path, key: Path, there: Path, scratch: Path) -> None:
    """Make a kit of a later version by the same key."""
    archive = next(kit.glob("*.tar"))
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    files = scratch / archive.stem
    for name in ("MANIFEST", "MANIFEST.sig", "SUMS"):
        (files / name).unlink()
    told = (files / "KIT").read_text().splitlines(keepends=True)
    told[0] = "VERSION=99.0\n"
    (files / "KIT").write_text("".join(told))
    offline_kit.seal(files, there, openpgp.load_or_make(key)[0])


def test_a_centre_is_installed_with_postgresql(bare, told):
    installed = bare.run("sh", "/srv/kit/install.sh", "--key", told, "--centre", "--port", "8123")
    assert "answers at http://127.0.0.1:8123/" in installed.stdout
    tables = bare.run(
        "setpriv", "--reuid", "pishkhan", "--regid", "pishkhan", "--init-groups",
        "psql", "-tAc", "SELECT count(*) > 50 FROM pg_tables WHERE schemaname = 'public'",
        "pishkhan",
    )  # fmt: skip
    assert tables.stdout == "t\n"
    assert bare.run("nginx", "-v").stderr.startswith("nginx version")


def test_a_flipped_byte_anywhere_is_refused_and_nothing_is_installed(bare, kit, told):
    archive = next(path.name for path in kit.glob("*.tar"))
    with tarfile.open(kit / archive) as tar:
        entries = {entry.name.partition("/")[2]: entry.offset_data for entry in tar}
    size = (kit / archive).stat().st_size
    package = next(at for name, at in entries.items() if name.endswith(".deb"))
    places = [0, entries["MANIFEST"] + 9, entries["MANIFEST.sig"] + 50, entries["install.sh"] + 99]
    places += [package + 1000, size // 3, size // 2, size - 1]
    flips = [(archive, at) for at in places]
    flips += [(f"{archive}.sig", 50), ("pishkhan-kit.gpg", 20), ("SHA256SUMS", 3)]
    for name, at in flips:
        flip(bare.root / "srv/kit" / name, at)
        done = bare.run("sh", "/srv/kit/install.sh", "--key", told, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("REFUSED: ")
        assert done.stderr.endswith("Nothing was installed.\n")
        assert left(bare) == set()
        flip(bare.root / "srv/kit" / name, at)
    assert bare.run("sh", "/srv/kit/install.sh", "--check", "--key", told).returncode == 0


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))
