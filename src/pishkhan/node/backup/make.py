"""Makes a backup set: the database at one moment, then the files of letters that are new."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from django.conf import settings

import pishkhan
from pishkhan.kernel import clock, upkeep
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.durable import fsync_dir, make_dir
from pishkhan.node.backup import engines, files, private, sets
from pishkhan.node.console import Exit, Stop, _, progress


@dataclass(slots=True)
class Made:
    """What a run did."""

    name: str
    blobs: int = 0
    copied: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    same_disk: bool = False
    encrypted: bool = False


def make(
    folder: Path,
    *,
    recipients: Sequence[str] = (),
    extra: Path | None = None,
    link: bool = False,
    reread: bool = False,
) -> Made:
    """Make one set in `folder`. Killed at any line, the next run goes on with what was copied.

    Before the last rename there is no set, only files of letters, each whole under its digest.
    """
    home: Path = settings.HOME
    _suit(folder, home)
    private.check(recipients)
    with sets.alone(folder):
        sweep(folder)
        now = clock.current().now().astimezone(UTC)
        name = f"{now:%Y%m%dT%H%M%SZ}"
        made = Made(name, encrypted=bool(recipients))
        made.same_disk = folder.stat().st_dev == home.stat().st_dev
        part = folder / "sets" / f".part-{name}"
        if (folder / "sets" / name).exists():
            raise Stop(_("A backup of this very second is there already."), Exit.UNAVAILABLE)
        make_dir(part)
        kind = engines.kind(settings.DATABASES["default"])
        with progress(_("Database"), None) as step:
            rows = engines.save(settings.DATABASES["default"], part / engines.NAMES[kind], step)
        # Before the file that says which key is in use: the key it names is then among them.
        private.pack(home, extra, part, recipients)
        for path, short in files.small(home):
            target = part / "home" / short
            make_dir(target.parent)
            shutil.copyfile(path, target)
        _blobs(folder, part, made, link=link, reread=reread)
        _conclude(part, made, kind, rows)
        fsync_dir(part)
        part.rename(folder / "sets" / name)
        fsync_dir(folder / "sets")
    facts = {"set": name, "blobs": made.blobs, "missing": len(made.missing)}
    upkeep.note(home, "backup", {**facts, "encrypted": made.encrypted})
    return made


def _suit(folder: Path, home: Path) -> None:
    if folder.resolve().is_relative_to(home.resolve()):
        raise Stop(
            _("A backup inside PISHKHAN_HOME dies with it: choose another folder."), Exit.INVALID
        )
    try:
        make_dir(folder)
        make_dir(folder / "sets")
    except OSError as error:
        raise Stop(_("The folder cannot be written: %(why)s") % {"why": error.strerror}) from None


def sweep(folder: Path) -> None:
    """Remove what a killed run left: unfinished sets, homes of drills, halves of files."""
    for path in [*(folder / "sets").glob(".part-*"), *folder.glob(".drill-*")]:
        shutil.rmtree(path)
    shutil.rmtree(folder / "blobs" / "partial", ignore_errors=True)


def _blobs(folder: Path, part: Path, made: Made, *, link: bool, reread: bool) -> None:
    source = Path(settings.BLOB_ROOT)
    target = BlobStore(folder / "blobs")
    with (
        (part / "blobs.list").open("w", encoding="ascii") as listed,
        progress(_("Files of letters"), files.count(source)) as step,
    ):
        for digest, size in files.stored(source):
            step(1)
            place = target.path(digest)
            there = place.is_file() and place.stat().st_size == size
            if there and reread and not files.fits(place, digest):
                place.unlink()  # else a file of the right size would be taken for the right one
                there = False
            if not there:
                try:
                    files.carry(source / digest[:2] / digest, target, digest, link=link)
                except files.Damaged:
                    made.missing.append(digest)
                    continue
                except FileNotFoundError:
                    continue  # collected meanwhile: nothing named it
                made.copied += 1
            made.blobs += 1
            made.size += size
            listed.write(f"{digest} {size}\n")


def _conclude(part: Path, made: Made, kind: str, rows: dict[str, int]) -> None:
    from pishkhan.sealing import api as sealing

    key = sealing.signing_key()
    found = {
        path.relative_to(part).as_posix(): sets.digest_of(path)
        for path in sorted(part.rglob("*"))
        if path.is_file()
    }
    sets.write(
        part,
        sets.Manifest(
            format=sets.FORMAT,
            at=clock.current().now().isoformat(),
            version=pishkhan.__version__,
            engine=kind,
            node=settings.NODE.url,
            key_id=key.key_id,
            public_key=key.public_key.hex(),
            encrypted=made.encrypted,
            files=found,
            blobs=made.blobs,
            blob_bytes=made.size,
            rows=rows,
            missing=made.missing,
        ),
        key.sign,
    )
