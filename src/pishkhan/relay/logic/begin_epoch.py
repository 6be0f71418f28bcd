"""Go on in a new epoch: for a node that was restored, or whose disk was copied.

HOME/relay.restored   put there by a restore: nothing is sent before a person has said how to go on

What is true after a crash:
- before the act commits: the next keys lie there, unused, and perhaps a log without a leaf was
  begun; the command, given again, goes the whole way;
- after it: the directory names keys that do not sign yet. Nothing is packed or exported until
  `finish_epoch`, which every start and the command itself call.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock, faults
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Succession
from pishkhan.relay.contracts import RELAY_RESTORED, EpochBegun, OutgoingState
from pishkhan.relay.logic import origins
from pishkhan.relay.models import Contact, Envelope, Line, Outgoing, OwnEpoch
from pishkhan.sealing import api as sealing

RESTORED = "relay.restored"
AT_ONCE = 500


def is_restored() -> bool:
    """Return whether this home was restored and no new epoch was begun yet."""
    return (Path(settings.HOME) / RELAY_RESTORED).exists()


def begin_epoch(actor: Actor, *, epoch: int | None = None) -> EpochBegun:
    """Go on in a new epoch: other keys, log and codes; what was not received is sent anew.

    `epoch`: a later one than the next, where another node knows of one that this copy has
    forgotten. Needs ADMIN. Raises Refused `relay.no-peers` where no other node is known,
    `directory.old-epoch`.
    """
    actor.require(Right.ADMIN)
    finish_epoch()
    if not directory.other_nodes():
        raise Refused(
            "relay.no-peers", N_("No other node is known here, so no epoch has to be begun.")
        )
    me, following = origins.this_node(), sealing.make_next_keys()
    said = Succession(
        epoch=epoch or me.epoch + 1,
        key=following.relay.public_key,
        recipient=following.recipient,
        since=me.epoch,
        former=me.key.key_id,
        signature=b"",
    )
    signature = me.key.sign(bundle.SUCCESSION, said.signed(me.id))
    _begin_log()
    faults.point("epoch.log-begun")
    with act() as a:
        directory.succeed_node(
            a, None, epoch=said.epoch, public_key=said.key, recipient=said.recipient
        )
        OwnEpoch.objects.create(
            epoch=said.epoch,
            key=said.key,
            recipient=said.recipient,
            since=said.since,
            former=said.former,
            signature=signature,
        )
        count = _send_anew()
        directory.skip_codes(a)
        Contact.objects.all().update(notice="")
        # A bag that was kept for the line has the former epoch's envelopes.
        Line.objects.all().update(bag_path="", bag_sha256="", bag_size=0, bag_newest=None)
        a.append(
            "epoch.begun",
            subject=me.id,
            actor=actor.ref,
            fields={"epoch": said.epoch, "former": me.key.key_id, "messages": count},
        )
    faults.point("epoch.told")
    finish_epoch()
    return EpochBegun(said.epoch, following.relay.key_id, count)


def finish_epoch() -> None:
    """Take the keys into use that the directory names, if an epoch was begun and not finished."""
    try:
        told = directory.node_self()
    except NotFound:
        return
    if not OwnEpoch.objects.filter(epoch=told.epoch, key=told.public_key).exists():
        return
    if (sealing.node_key().key_id, sealing.seal_recipient()) != (told.key_id, told.recipient):
        relay = sealing.NodeKey(told.key_id, told.public_key)
        sealing.switch_to_next(
            sealing.NextKeys(relay, told.recipient),
            name=str(journal.node_id()),
            at=clock.current().now(),
        )
    (Path(settings.HOME) / RELAY_RESTORED).unlink(missing_ok=True)


def _begin_log() -> None:
    """Begin the log of the new epoch; one that a restore has asked for is enough."""
    before = journal.head().epoch
    journal.found_log()
    if journal.head().epoch == before:
        journal.begin_anew()
    sealing.log_key(journal.head().epoch)


def _send_anew() -> int:
    """Queue all that no other node has said to have: under its old number it would not count."""
    waiting = Envelope.objects.filter(to_node__isnull=False, to_carry__isnull=False)
    messages = [each for each in waiting.values_list("to_carry", flat=True) if each]
    for begin in range(0, len(messages), AT_ONCE):
        some = messages[begin : begin + AT_ONCE]
        Outgoing.objects.filter(id__in=some).update(
            state=OutgoingState.PENDING, envelope="", reason="", settled_at=None
        )
    waiting.update(to_carry=None)
    return len(messages)
