"""An agency's root: the operator says which it is; only the old one, or a ruling, changes it."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.api import JSON
from pishkhan.kernel.errors import N_, Refused
from pishkhan.sealing.contracts import RootChange, RootView, base64, key_id_of
from pishkhan.sealing.models import Root
from pishkhan.sealing.statements import read, read_root_line


def register_root(
    actor: Actor, line: bytes, *, change: bytes | None = None, lost: bool = False
) -> RootView:
    """Take in the root of an agency from the file `FILE.pub` and return it.

    Where the agency has a root, `change` is the file by which the old one names the new one, or
    `lost` is the operator's ruling that the old one is lost, an entry of its own kind. Needs ADMIN.
    Raises Invalid `sealing.paper`, NotFound `directory.no-agency`, Refused `sealing.root-known`,
    `sealing.root-first`, `sealing.root-change`.
    """
    actor.require(Right.ADMIN)
    agency_id, key = read_root_line(line)
    directory.agency(agency_id)
    with journal.act() as act:
        if Root.objects.filter(key_id=key_id_of(key)).exists():
            raise Refused(
                "sealing.root-known", N_("This key is a root already, or was one: make a new one.")
            )
        old = Root.objects.select_for_update().filter(agency_id=agency_id, ended_at=None).first()
        kind = _kind(old, agency_id, key, change, lost)
        if old is not None:
            old.ended_at = act.at
            old.save(update_fields=["ended_at"])
        new = Root.objects.create(
            agency_id=agency_id,
            number=1 if old is None else old.number + 1,
            key_id=key_id_of(key),
            public_key=key,
            since=act.at,
        )
        fields: dict[str, JSON] = {"root": new.key_id, "key": base64(key), "number": new.number}
        if old is not None:
            fields["old"] = old.key_id
        act.append(kind, subject=agency_id, actor=actor.ref, fields=fields)
    return RootView(agency_id, new.key_id, key, new.number, new.since)


def _kind(old: Root | None, agency_id: UUID, key: bytes, change: bytes | None, lost: bool) -> str:
    """Return the kind of the entry, when the change may be made."""
    if old is None:
        if change is not None or lost:
            raise Refused("sealing.root-first", N_("This agency has no root here to be changed."))
        return "root.registered"
    if lost:
        return "root.lost"
    for paper in () if change is None else read(change):
        said = paper.said
        if (
            isinstance(said, RootChange)
            and (said.agency, said.number, said.key) == (agency_id, old.number + 1, key)
            and paper.is_by(bytes(old.public_key))
        ):
            return "root.changed"
    raise Refused(
        "sealing.root-change",
        N_("The present root has not signed this one: bring its file, or rule that it is lost."),
    )
