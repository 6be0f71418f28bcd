"""How a node joins its centre, by two files and a short word that two people compare.

The node writes a request: its name, its keys, signed by its own relay key. A person at the centre
enters it for one counter, after asking the node's people by another way for the id of that key.
The centre answers with a welcome: its own keys, the counter, a block of tracking codes and the
directory, signed by its relay key, whose id the node's people compare in turn. Nothing in either
file is secret. Form: docs/protocol/enrolment.md.

What is true after a crash: each of the two deeds is one transaction, and the file is written
after it. A welcome that was lost is written again by the same command.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, NodeRole, Right
from pishkhan.enrolment.contracts import Applicant, Enrolled, Joined
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.relay import api as relay
from pishkhan.sealing import api as sealing
from pishkhan.sealing.contracts import base64

REQUEST, WELCOME = "node-request", "node-welcome"
MOST_REQUEST, MOST_WELCOME = 64 * 1024, 64 * 2**20

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def request(name: str) -> bytes:
    """Return the file by which this node asks to be entered at its centre."""
    return _signed(REQUEST, {"node": _me(name)})


def read_request(data: bytes) -> Applicant:
    """Return who asks; Invalid `node.file` unless its own key signed just this."""
    told, signature = _split(REQUEST, data, MOST_REQUEST)
    body = _members(canonical.loads(told), "node")
    found = _node(body["node"])
    if not sealing.verify(REQUEST, told, signature, found.public_key):
        raise _bad()
    return found


def enrol(actor: Actor, data: bytes, *, key: str, counter: UUID) -> Enrolled:
    """Enter a node for a counter, which lives there from now on, and return the welcome for it.

    `key` is the id of the node's key as its people said it. The same request once more gives the
    welcome anew, with the present directory. One of a later epoch lets the node go on in that,
    by what its people said, where its former key can not vouch for the new one. Needs ADMIN.
    Raises Invalid `node.file`, `node.other-key`, Refused `node.role`, `node.not-centre`,
    `node.counter-has-letters`:
    what was accepted here is answered here, so a counter moves only before its first letter.
    """
    found = read_request(data)
    _compare(key, found.key_id)
    if found.role is not NodeRole.COUNTER:
        raise Refused("node.role", N_("Only a counter joins in this way today."))
    if directory.node_self().role is not NodeRole.CENTRE:
        raise Refused("node.not-centre", N_("Only a centre lets other nodes in."))
    actor.require(Right.ADMIN)
    with journal.act() as act:
        _enter(actor, act, found)
        block = _block_for(actor, act, found.id, counter)
        snapshot = directory.snapshot_for(found.id)
        directory.snapshot_sent(act, found.id, snapshot)
        act.append(
            "node.enrolled",
            subject=found.id,
            actor=actor.ref,
            fields={"block": block, "counter": str(counter), "key": found.key_id},
        )
    welcome = _signed(
        WELCOME,
        {
            "block": block,
            "centre": _me(directory.node_self().name),
            "counter": str(counter),
            "directory": snapshot,
            "node": {"id": str(found.id), "key": base64(found.public_key)},
        },
    )
    return Enrolled(found, counter, block, welcome)


def _enter(actor: Actor, act: journal.Act, found: Applicant) -> None:
    known = {node.id: node for node in directory.other_nodes()}
    if found.id not in known:
        directory.register_node(
            actor,
            name=found.name,
            role=found.role,
            public_key=found.public_key,
            epoch=found.epoch,
            recipient=found.recipient,
            node_id=found.id,
        )
    elif known[found.id].epoch < found.epoch:
        relay.take_successor(
            act, found.id, epoch=found.epoch, key=found.public_key, recipient=found.recipient
        )
    elif known[found.id].key_id != found.key_id:
        raise Refused("node.other-key", N_("This node is entered with another key."))


def _block_for(actor: Actor, act: journal.Act, node: UUID, counter: UUID) -> int:
    """Return the counter's block of tracking codes at the node, to which it moves if need be."""
    if directory.node_of_office(counter) != node:
        if letters.counter_has_letters(counter):
            raise Refused(
                "node.counter-has-letters",
                N_(
                    "This counter has accepted letters here already. Open a new counter for "
                    "the node: what was accepted here is answered here."
                ),
            )
        directory.place_office(actor, office_id=counter, node_id=node)
    elif (node, counter) not in directory.counters_without_block():
        return max(nr for nr, of in directory.code_blocks().items() if of == counter)
    return directory.give_block_away(act, counter, node)


def read_welcome(data: bytes) -> tuple[Applicant, dict[str, Any]]:
    """Return the centre, and what it says; Invalid `node.file` unless it signed just this."""
    told, signature = _split(WELCOME, data, MOST_WELCOME)
    body = _members(canonical.loads(told), "block", "centre", "counter", "directory", "node")
    centre = _node(body["centre"])
    if not sealing.verify(WELCOME, told, signature, centre.public_key):
        raise _bad()
    return centre, body


def join(actor: Actor, data: bytes, *, key: str) -> Joined:
    """Take in the welcome of this node's centre. Once more, it changes nothing but the directory.

    `key` is the id of the centre's key as its people said it. Needs ADMIN. Raises Invalid
    `node.file`, `node.other-key`, Refused `node.welcome-elsewhere` for another node's.
    """
    centre, body = read_welcome(data)
    _compare(key, centre.key_id)
    mine = sealing.node_key()
    node = _members(body["node"], "id", "key")
    if (node["id"], node["key"]) != (str(journal.node_id()), base64(mine.public_key)):
        raise Refused("node.welcome-elsewhere", N_("This welcome is for another node."))
    counter, block = _uuid(body["counter"]), _int(body["block"])
    with journal.act() as act:
        known = {each.id: each for each in directory.other_nodes()}
        if centre.id not in known:
            directory.register_node(
                actor,
                name=centre.name,
                role=centre.role,
                public_key=centre.public_key,
                epoch=centre.epoch,
                recipient=centre.recipient,
                node_id=centre.id,
            )
        elif known[centre.id].key_id != centre.key_id:
            raise Refused("node.other-key", N_("This node is entered with another key."))
        directory.take_snapshot(act, body["directory"], origin=centre.id, joining=True)
        directory.take_block(act, counter, block)
        act.append(
            "node.joined",
            subject=centre.id,
            actor=actor.ref,
            fields={"block": block, "counter": str(counter), "key": centre.key_id},
        )
    return Joined(centre, counter, block)


def _me(name: str) -> dict[str, Any]:
    node = directory.node_self()
    return {
        "epoch": node.epoch,
        "id": str(journal.node_id()),
        "key": base64(sealing.node_key().public_key),
        "name": name,
        "recipient": sealing.seal_recipient(),
        "role": node.role.value,
    }


def _signed(label: str, value: dict[str, Any]) -> bytes:
    body = canonical.dumps(value)
    signature = sealing.sign(label, body).hex().encode("ascii")
    return b"pishkhan/%b/v1\n%b\n%b\n" % (label.encode("ascii"), body, signature)


def _split(label: str, data: bytes, most: int) -> tuple[bytes, bytes]:
    lines = data.split(b"\n") if len(data) <= most else []
    first = f"pishkhan/{label}/v1".encode("ascii")
    if len(lines) != 4 or lines[0] != first or lines[3]:
        raise _bad()
    if re.fullmatch(rb"[0-9a-f]{128}", lines[2]) is None:
        raise _bad()
    return lines[1], bytes.fromhex(lines[2].decode("ascii"))


def _node(value: object) -> Applicant:
    told = _members(value, "epoch", "id", "key", "name", "recipient", "role")
    name, recipient = told["name"], told["recipient"]
    if not isinstance(name, str) or not 1 <= len(name) <= 120 or not isinstance(recipient, str):
        raise _bad()
    try:
        key = b64decode(told["key"], validate=True)
        role = NodeRole(told["role"])
        recipient = sealing.check_recipient(recipient)
    except (ValueError, TypeError, Invalid):
        raise _bad() from None
    if len(key) != 32:
        raise _bad()
    return Applicant(_uuid(told["id"]), name, role, _int(told["epoch"]), key, recipient)


def _compare(given: str, found: str) -> None:
    if re.sub(r"[\s-]", "", given).lower() != found:
        raise Invalid(
            "node.other-key",
            N_("The key of the file is not the one that was read out: stop, and ask again."),
        )


def _members(value: object, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise _bad()
    return value


def _int(value: object) -> int:
    if type(value) is not int or not 1 <= value < 2**53:
        raise _bad()
    return value


def _uuid(value: object) -> UUID:
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise _bad()
    return UUID(value)


def _bad() -> Invalid:
    return Invalid("node.file", N_("The file is damaged, or it is another kind of file."))
