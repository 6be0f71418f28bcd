"""Neighbours' bags that this node carries to the centre, and the centre's bags for them.

Where sticks are banned, or a neighbour's line is down, its bag comes here as a file, by a phone or
over the room's network, and goes on with this node's next contact. Nobody here can open or change
it. Source: docs/protocol/line.md, section 8.

HOME/line/carried/<origin>.bag       a neighbour's newest bag for the centre, as one file
HOME/line/carried/<origin>.at        where the centre has a part of it
HOME/line/carried/<origin>.refused   why the centre did not take it: a code
HOME/line/carried/<origin>.due       the centre has taken it: its own bag for the neighbour is due;
                                     the file holds the ETag of what came of that
HOME/line/carried/<origin>.part      what came of it
HOME/line/carried/<origin>.back      it came whole, for the neighbour to take home

All of it may be lost: the neighbour sends again what it was not told to have arrived. What is true
after a crash at any line: each of these is written whole under another name before it has its own,
and the next contact goes on from what lies there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.durable import fsync_dir, make_dir, write_file
from pishkhan.kernel.errors import N_, Invalid, NotFound
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Manifest
from pishkhan.relay.carriers import tus
from pishkhan.relay.carriers.http import LineRefused, Wire, failed
from pishkhan.relay.contracts.contacts import CarriedBag, CarriedState
from pishkhan.relay.line import TAG
from pishkhan.relay.logic import bags, bags_in, import_bundles
from pishkhan.relay.logic.line_settings import line_settings
from pishkhan.relay.models import Line

MOST_NEIGHBOURS = 50
KEPT = timedelta(days=30)
BLOCK = 256 * 1024
_FOR_GOOD = frozenset({
    "relay.line-unknown", "relay.line-other-bag", "relay.line-damaged", "relay.line-too-large",
    "relay.bundle", "relay.bad-signature", "relay.unknown-origin", "relay.key-revoked",
})  # fmt: skip
"""Reasons that the same bag would meet again."""
_ITS_OWN = frozenset({409, 413, 422})
"""Answers that are about the bag, and not about the line."""


def take_along(folder: Path) -> list[CarriedBag]:
    """Keep what lies in a folder for this node's centre, of other nodes, and return it.

    The newest bag of a node gives way to a newer one only: that holds all that it held. One that
    is damaged, too large or finds no room is left as it lies. Raises Invalid `relay.no-folder`.
    """
    line = line_settings()
    found = []
    for path in bags.bags_in(folder):
        manifest = _told(path)
        if line is None or manifest is None or manifest.to != line.node:
            continue
        if manifest.origin != journal.node_id() and _keep(path, manifest):
            found.append(_view(_folder() / f"{manifest.origin}.bag"))
    if found and line is not None:
        Line.objects.filter(node=line.node, reason="").update(next_at=clock.current().now())
    return [each for each in found if each is not None]


def give_back(folder: Path) -> int:
    """Put the centre's bags into a folder for those nodes whose own bags lie there; how many.

    Raises OSError where the folder takes nothing.
    """
    wanted = {manifest.origin for path in bags.bags_in(folder) if (manifest := _told(path))}
    given = 0
    for origin in sorted(wanted):
        source = _folder() / f"{origin}.back"
        if (manifest := _told(source)) is None:
            continue
        name = bags.name_of(manifest.origin, manifest.epoch, manifest.to, manifest.number)
        target = folder / f"{name}{bags.SUFFIX}"
        if not target.exists():
            write_file(target, _pieces(source))
            given += 1
    return given


def carried() -> list[CarriedBag]:
    """Return what is carried now, by neighbour; what is older than 30 days is forgotten."""
    before = (clock.current().now() - KEPT).timestamp()
    found = []
    for path in sorted(_folder().iterdir()):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
            elif (view := _view(path)) is not None:
                found.append(view)
    return found


def bag_to_take_home(origin: UUID) -> CarriedBag:
    """Return the centre's bag for a neighbour; NotFound `relay.line-no-bag` when there is none."""
    view = _view(_folder() / f"{origin}.back")
    if view is None:
        raise NotFound("relay.line-no-bag", N_("This post bag is not on its way here any more."))
    return view


def carry(wire: Wire, token: str, *, light: bool) -> None:
    """Give the centre the neighbours' bags and fetch its own for them: a part of a contact.

    In `light` hours one with files waits. Raises LineFailed; what the centre takes from nobody is
    noted and hinders nothing.
    """
    for path in sorted(_folder().glob("*.bag")):
        manifest = _told(path)
        if manifest is None:
            path.unlink()
        elif not (light and any(part.is_file for part in manifest.parts)):
            _send(wire, token, path, manifest)
    for due in sorted(_folder().glob("*.due")):
        _fetch(wire, token, due)


def _send(wire: Wire, token: str, path: Path, manifest: Manifest) -> None:
    reason, at = "", path.with_suffix(".at")
    with path.open("rb") as source:
        tag = hashlib.file_digest(source, "sha256").hexdigest()[:TAG]
        told = {"sha256": tag, "origin": str(manifest.origin)}
        size = path.stat().st_size
        key = {"Authorization": f"Bearer {token}"}
        sending = tus.Sending(source, size, "up", key, told, address=_begun(path, tag))
        sending.remember = lambda address: write_file(at, f"{tag} {address}".encode())
        try:
            # Made room for first: only so is its address known when the line is cut.
            tus.send(wire, sending, with_creation=False)
        except LineRefused as error:
            if error.answered not in _ITS_OWN:
                raise
            if error.told not in _FOR_GOOD:
                return  # no room there, say: with the next contact
            reason = error.told
    write_file(path.with_suffix(".refused" if reason else ".due"), reason.encode())
    path.unlink()
    at.unlink(missing_ok=True)
    with act() as a:
        a.append(
            "bundle.carried",
            subject=manifest.origin,
            actor="system",
            fields={"bytes": size, "number": manifest.number, "reason": reason},
        )


def _begun(path: Path, tag: str) -> str | None:
    """Return where the centre has a part of this bag; None: nowhere."""
    try:
        begun, _, address = path.with_suffix(".at").read_text().partition(" ")
    except OSError:
        return None
    return address if begun == tag else None


def _fetch(wire: Wire, token: str, due: Path) -> None:
    """Fetch the centre's bag for a neighbour from where it was cut."""
    part, etag = due.with_suffix(".part"), due.read_text()
    here = part.stat().st_size if etag and part.exists() else 0
    headers = {"Authorization": f"Bearer {token}"}
    if here:
        headers |= {"Range": f"bytes={here}-", "If-Range": etag}
    reply, pieces = wire.fetch(f"down?for={due.stem}", headers)
    if reply.status in {404, 416}:  # another has brought a newer one, or the neighbour called
        part.unlink(missing_ok=True)
        due.unlink()
        return
    size, etag = reply.number("content-length"), reply.headers.get("etag", "")
    if reply.status not in {200, 206} or size is None or not etag:
        raise tus.refused(reply)
    whole = size + (here if reply.status == 206 else 0)
    if whole > bags_in.most() or shutil.disk_usage(part.parent).free < size:
        wire.close()
        return
    write_file(due, etag.encode())
    with part.open("ab" if reply.status == 206 else "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if part.stat().st_size < whole:
        wire.close()
        raise failed(ConnectionResetError())
    if _is_for(part, etag, UUID(due.stem)):
        part.rename(due.with_suffix(".back"))
        due.with_suffix(".refused").unlink(missing_ok=True)
        fsync_dir(part.parent)
    else:
        part.unlink()
    due.unlink()


def _is_for(path: Path, etag: str, node: UUID) -> bool:
    """Return whether this is what the centre named, its own bag for this neighbour."""
    with path.open("rb") as file:
        if f'"{hashlib.file_digest(file, "sha256").hexdigest()}"' != etag:
            return False
    manifest, reason = import_bundles.read_bundle(path)
    line = line_settings()
    if manifest is None or reason or line is None:
        return False
    return (manifest.origin, manifest.to) == (line.node, node)


def _keep(path: Path, manifest: Manifest) -> bool:
    target = _folder() / f"{manifest.origin}.bag"
    there = _told(target)
    if there is not None and (there.epoch, there.number) >= (manifest.epoch, manifest.number):
        return True
    size = sum(part.size for part in manifest.parts)
    room = shutil.disk_usage(settings.HOME).free - size >= import_bundles.RESERVE
    known = {each.stem for each in _folder().iterdir()} | {str(manifest.origin)}
    if not room or size > bags_in.most() or len(known) > MOST_NEIGHBOURS:
        return False
    try:
        write_file(target, _one_file(path, manifest))
    except (Invalid, OSError):
        return False
    target.with_suffix(".refused").unlink(missing_ok=True)
    return True


def _one_file(path: Path, manifest: Manifest) -> Iterator[bytes]:
    """Yield a bag as one file; Invalid `relay.bundle` where a part is not as its maker signed."""
    yield bundle.text(*bags.read_manifest(path))
    for part in manifest.parts:
        source = bags.open_part(path, manifest, part)
        if source is None:
            raise bundle.broken()
        try:
            while piece := source.read(BLOCK):
                yield piece
        finally:
            source.close()
        if source.found.hexdigest() != part.sha256:
            raise bundle.broken()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(BLOCK):
            yield piece


def _told(path: Path) -> Manifest | None:
    """Return what a bag says of itself, whoever wrote that; None for what is no bag."""
    try:
        return bundle.read(bags.read_manifest(path)[0])
    except (Invalid, OSError):
        return None


def _view(path: Path) -> CarriedBag | None:
    states = {
        ".bag": CarriedState.WAITS, ".refused": CarriedState.REFUSED,
        ".due": CarriedState.TAKEN, ".back": CarriedState.BACK,
    }  # fmt: skip
    try:
        state, origin = states[path.suffix], UUID(path.stem)
        size = path.stat().st_size
    except (KeyError, ValueError, OSError):
        return None
    reason = path.read_text() if state is CarriedState.REFUSED else ""
    return CarriedBag(origin, state, size, reason, path)


def _folder() -> Path:
    folder = Path(settings.HOME) / "line" / "carried"
    if not folder.is_dir():
        make_dir(folder.parent)
        make_dir(folder)
    return folder
