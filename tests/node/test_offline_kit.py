"""A kit is what its maker signed, byte for byte, or it is refused before anything is unpacked.

The kit here is a small one: two files stand for wheels and packages. The whole one is installed
on a bare Debian by `test_offline_install.py`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import offline_kit  # noqa: E402 - a tool, not a package
import openpgp  # noqa: E402 - a tool, not a package

NAME = "pishkhan-kit-1.0-bookworm-amd64"


def make(folder: Path, key: Ed25519PrivateKey) -> Path:
    files = folder / NAME
    (files / "wheels").mkdir(parents=True)
    (files / "wheels" / "a.whl").write_bytes(b"wheel" * 300)
    (files / "KIT").write_text("VERSION=1.0\nCODENAME=nowhere\nARCH=none\n")
    shutil.copyfile(ROOT / "tools/kit/install.sh", files / "install.sh")
    offline_kit.seal(files, folder / "kit", key)
    return folder / "kit"


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Ed25519PrivateKey:
    return openpgp.load_or_make(tmp_path_factory.mktemp("key") / "kit.key")[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory, key) -> Path:
    return make(tmp_path_factory.mktemp("kit"), key)


@pytest.fixture
def kit(made, tmp_path) -> Path:
    """Give a copy of the archive with what lies beside it."""
    return Path(shutil.copytree(made, tmp_path / "kit"))


@pytest.fixture
def opened(made, tmp_path) -> Path:
    """Give a copy of what is in the archive."""
    return Path(shutil.copytree(made.parent / NAME, tmp_path / NAME))


def known(key) -> str:
    return openpgp.fingerprint(openpgp.public_file(key))


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", folder / "install.sh", "--check", *words],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def refused(folder: Path, *words: str) -> str:
    done = check(folder, *words)
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("REFUSED: "), done.stderr
    assert done.stderr.endswith(" Nothing was installed.\n")
    return done.stderr


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def test_a_whole_kit_passes_with_the_fingerprint_that_was_told(kit, key):
    done = check(kit, "--key", known(key).upper())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "The archive is as it was signed.",
        "Every file in it is as it was signed.",
    ]


def test_what_the_page_says_to_type_by_hand_finds_the_same(kit, key):
    archive = kit / f"{NAME}.tar"
    by_hand = ["gpgv", "--keyring", kit / "pishkhan-kit.gpg", f"{archive}.sig", archive]
    done = subprocess.run(by_hand, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Good signature" in done.stderr
    digest = hashlib.sha256((kit / "pishkhan-kit.gpg").read_bytes()).hexdigest()
    assert known(key).replace(" ", "") == digest


@pytest.mark.parametrize("at", [0, 148, 600, 1023, 1024, 5000, -1], ids=str)
def test_a_flipped_byte_of_the_archive_is_refused_before_it_is_unpacked(kit, key, at):
    flip(kit / f"{NAME}.tar", at)
    assert f"{NAME}.tar is not what SHA256SUMS says" in refused(kit, "--key", known(key))


def test_a_flipped_byte_is_refused_also_where_the_sums_were_made_anew(kit, key):
    archive = kit / f"{NAME}.tar"
    flip(archive, 5000)
    beside = [archive, kit / f"{NAME}.tar.sig", kit / "pishkhan-kit.gpg"]
    (kit / "SHA256SUMS").write_text(offline_kit.sums(kit, beside))
    assert "was not signed with this key" in refused(kit, "--key", known(key))


@pytest.mark.parametrize("name", [f"{NAME}.tar.sig", "pishkhan-kit.gpg", "SHA256SUMS"])
def test_a_flipped_byte_beside_the_archive_is_refused(kit, key, name):
    whole = (kit / name).read_bytes()
    # 49 to 52: what gpgv does not look at in a signature. 5: the case of the sums' letters.
    for at, bit in [(0, 0), (1, 3), (49, 0), (50, 7), (52, 0), (60, 5), (len(whole) - 1, 0)]:
        flip(kit / name, at, bit)
        assert refused(kit, "--key", known(key))
        (kit / name).write_bytes(whole)


@pytest.mark.parametrize(
    "name", ["MANIFEST", "MANIFEST.sig", "SUMS", "pishkhan-kit.gpg", "wheels/a.whl", "KIT"]
)
def test_a_flipped_byte_in_what_was_unpacked_is_refused(opened, key, name):
    size = (opened / name).stat().st_size
    for at in (0, min(50, size // 2), size - 1):
        flip(opened / name, at)
        assert name in refused(opened, "--key", known(key))
        flip(opened / name, at)
    assert check(opened, "--key", known(key)).returncode == 0


def test_a_changed_installer_is_refused_by_itself_and_by_the_lists(opened, key):
    with (opened / "install.sh").open("a") as file:
        file.write("# kindly\n")
    assert "damaged or missing: install.sh" in refused(opened, "--key", known(key))


def test_a_file_more_a_file_less_and_a_link_are_refused(opened, key):
    (opened / "wheels" / "b.whl").write_bytes(b"")
    assert "nobody signed wheels/b.whl" in refused(opened, "--key", known(key))
    (opened / "wheels" / "b.whl").unlink()
    whole = (opened / "wheels" / "a.whl").rename(opened.parent / "a.whl")
    assert "damaged or missing: wheels/a.whl" in refused(opened, "--key", known(key))
    (opened / "wheels" / "a.whl").symlink_to(whole)
    assert "nobody signed ./wheels/a.whl" in refused(opened, "--key", known(key))


def test_a_kit_that_another_signed_is_refused(tmp_path, key):
    stranger, _ = openpgp.load_or_make(tmp_path / "other.key")
    theirs = make(tmp_path, stranger)
    assert "is not the one that you named" in refused(theirs, "--key", known(key))
    assert check(theirs, "--key", known(stranger)).returncode == 0


def test_without_a_fingerprint_it_is_shown_and_nobody_is_there_to_compare_it(kit, key):
    done = check(kit)
    assert done.returncode == 1
    assert known(key) in done.stdout
    assert "with --key" in done.stderr


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "config" / "kit.key"
    first, made = openpgp.load_or_make(path)
    again, made_again = openpgp.load_or_make(path)
    assert (made, made_again) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert openpgp.public_file(first) == openpgp.public_file(again)
    path.chmod(0o640)
    with pytest.raises(openpgp.Unsafe, match="others can read"):
        openpgp.load_or_make(path)


def test_a_key_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "kit.key"
    path.touch(mode=0o600)
    path.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(openpgp.Unsafe, match="no Ed25519 key"):
        openpgp.load_or_make(path)
    path.write_bytes(b"none")
    with pytest.raises(openpgp.Unsafe, match="no private key"):
        openpgp.load_or_make(path)
