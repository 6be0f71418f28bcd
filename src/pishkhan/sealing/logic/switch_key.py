"""Go on to this node's next relay or log key, which its agency's root has stated."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.api import JSON, Act
from pishkhan.kernel import clock, faults
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.sealing.contracts import KeyUse, Subject, SubjectKind, Switched
from pishkhan.sealing.logic import keys, rotation
from pishkhan.sealing.logic.stated import over_since, stated_last
from pishkhan.sealing.models import Root

ENTRY = "key.switched"


def name_of(use: KeyUse) -> str:
    """Return by which name the files of a relay or log key go. NotFound `journal.no-log`."""
    return keys.log_use(journal.head().epoch) if use is KeyUse.LOG else use


def subject_of(use: KeyUse, public: bytes) -> Subject:
    """Return what a relay or log key of this node is stated for. NotFound `journal.no-log`."""
    if use is KeyUse.RELAY:
        return Subject(SubjectKind.RELAY, str(journal.node_id()), public)
    return Subject(SubjectKind.LOG, journal.log_vkey(public), public)


def make_next(actor: Actor, use: KeyUse) -> Subject:
    """Make the key that comes after the present one and return what is to be stated of it.

    The same one until it is in use; another where that one can not be any more, for it is revoked
    or stated for something else. Nothing is signed by it before `switch_key`. Needs ADMIN.
    """
    actor.require(Right.ADMIN)
    home, name = Path(settings.HOME), name_of(use)
    subject = subject_of(use, rotation.make_next(home, name).public_key)
    said, now = stated_last(subject.key_id), clock.current().now()
    if said is None or (said.subject == subject and over_since(said.subject.key_id, now) is None):
        return subject
    rotation.drop_next(home, name)
    return subject_of(use, rotation.make_next(home, name).public_key)


def switch_key(actor: Actor, use: KeyUse) -> Switched:
    """Sign by the next key from now on, in every process of this node; an entry tells of it.

    Once more where it did not come to its end: it goes on from there. Needs ADMIN. Raises NotFound
    `sealing.no-next-key`; Refused `sealing.not-stated`, `sealing.key-revoked`,
    `sealing.key-not-yet`.
    """
    actor.require(Right.ADMIN)
    home, files = Path(settings.HOME), name_of(use)
    with journal.act() as act:
        # Of two operators at once the second finds what the first one did.
        list(Root.objects.select_for_update().filter(ended_at=None).order_by("id"))
        following = rotation.next_key(home, files)
        if following is not None:
            _check_stated(act, subject_of(use, following.public_key))
            name = str(journal.node_id()) if use is KeyUse.RELAY else journal.head().origin
            rotation.switch(home, files, name=name, at=act.at)
            # A crash here, before the commit: the new key signs, and neither the entry nor the
            # node's row says so yet. The same command, given once more, writes them.
            faults.point("switch.untold")
        held = keys.held(home, files)
        if not held.former:
            raise NotFound(
                "sealing.no-next-key",
                N_("There is no next key: make one by `pishkhan keys next` first."),
            )
        rotation.sweep(home, files)
        subject = subject_of(use, held.public.public_key)
        former = held.former[-1].key_id
        return Switched(subject, former, new=_tell(act, actor, subject, former))


def _tell(act: Act, actor: Actor, subject: Subject, former: str) -> bool:
    """Write the entry of a switch, and the node's row, unless both were written; tell which."""
    said = stated_last(subject.key_id)
    if said is None:  # the database is an older copy than HOME
        raise _not_stated()
    for entry in journal.entries_of(said.agency):
        if entry.kind == ENTRY and entry.fields["key"] == subject.key_id:
            return False
    if subject.kind is SubjectKind.RELAY:
        directory.renew_own_key(act, subject.key)
    fields: dict[str, JSON] = {
        "key": subject.key_id, "of": subject.kind.value, "named": subject.name, "former": former,
    }  # fmt: skip
    act.append(ENTRY, subject=said.agency, actor=actor.ref, fields=fields)
    return True


def _check_stated(act: Act, subject: Subject) -> None:
    said = stated_last(subject.key_id)
    if said is None or said.subject != subject:
        raise _not_stated()
    if over_since(subject.key_id, act.at) is not None:
        raise Refused("sealing.key-revoked", N_("This key is revoked, and stays so."))
    if said.begins > act.at:
        raise Refused("sealing.key-not-yet", N_("The key is stated from a later moment on."))


def _not_stated() -> Refused:
    return Refused(
        "sealing.not-stated",
        N_("No root has stated this key here: `pishkhan keys take` its statement first."),
    )
