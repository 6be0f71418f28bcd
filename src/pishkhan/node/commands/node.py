"""`pishkhan node`: how a counter's own node joins its centre, and who has joined."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands import node_init
from pishkhan.node.commands.keys_root import written
from pishkhan.node.console import Exit, Stop, _, command, emit, group

if TYPE_CHECKING:
    from pishkhan.enrolment.contracts import Applicant

EXAMPLES = """  pishkhan node init --role counter
  pishkhan node services
  pishkhan node request --name "کلاته نمونه" --out request.txt
  pishkhan node show request.txt
  pishkhan node enrol request.txt --counter 01890000-0000-7000-8000-000000000001 \\
      --key 53e1-0c9a-77b2-4d10 --out welcome.txt
  pishkhan node join welcome.txt --key 9b2c-4d8e-1f53-076a
  pishkhan node new-epoch --yes
  pishkhan node revoke 01890000-0000-7000-8000-000000000002
  pishkhan node list --json"""


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(subparsers, "node", _("Nodes: join a centre, who has joined"), examples=EXAMPLES)
    node_init.register(verbs)
    parser = command(verbs, "request", _("Write this node's request to its centre"), request)
    parser.add_argument("--name", required=True, help=_("what the node is called in lists"))
    parser.add_argument("--out", type=Path, required=True, help=_("file to be written"))
    parser = command(verbs, "show", _("Show who asks in a request"), show)
    parser.add_argument("file", type=Path, help=_("the request"))
    parser = command(verbs, "enrol", _("Let a node in, and write its welcome"), enrol)
    parser.add_argument("file", type=Path, help=_("the request"))
    parser.add_argument(
        "--counter", type=UUID, required=True, help=_("id of its counter: see `directory counters`")
    )
    parser.add_argument(
        "--key", required=True, help=_("the node's key as its people read it out to you")
    )
    parser.add_argument("--out", type=Path, required=True, help=_("file to be written"))
    parser = command(verbs, "join", _("Take in the welcome of this node's centre"), join)
    parser.add_argument("file", type=Path, help=_("the welcome"))
    parser.add_argument(
        "--key", required=True, help=_("the centre's key as its people read it out to you")
    )
    parser = command(
        verbs, "new-epoch", _("Go on after a restore, or after this disk was copied"), new_epoch
    )
    parser.add_argument(
        "--epoch", type=int, default=None,
        help=_("a later one than the next, if the others know of one that is forgotten here"),
    )  # fmt: skip
    parser.add_argument("--yes", action="store_true", help=_("I have read the howto about it"))
    parser = command(verbs, "revoke", _("Believe a node no more, from now on"), revoke)
    parser.add_argument("id", type=UUID, help=_("as `list` shows it"))
    command(verbs, "list", _("List this node and those that are known"), nodes)


def request(args: argparse.Namespace) -> int:
    """Write the request, and say the key to be read out."""
    from pishkhan.enrolment import api as deeds
    from pishkhan.node import wiring

    wiring.introduce()
    data = deeds.request(args.name)
    found = deeds.read_request(data)
    return written(args, data, [_words(found)], key=deeds.spoken(found.key_id))


def _read(path: Path) -> bytes:
    """Return a file's bytes, not many more than a welcome may have."""
    from pishkhan.enrolment import api as deeds

    try:
        with path.open("rb") as file:
            return file.read(deeds.MOST_WELCOME + 1)
    except OSError as error:
        words = _("The file cannot be read: %(why)s") % {"why": error.strerror}
        raise Stop(words, Exit.NOT_FOUND) from None


def show(args: argparse.Namespace) -> int:
    """Print who asks; nothing is taken in."""
    from pishkhan.enrolment import api as deeds

    found = deeds.read_request(_read(args.file))
    told = {
        "id": found.id, "name": found.name, "role": found.role.value,
        "key": deeds.spoken(found.key_id),
    }  # fmt: skip
    emit(args, told, [f"{found.name}\t{found.role.value}\t{found.id}", _words(found)])
    return Exit.DONE


def _words(found: Applicant) -> str:
    from pishkhan.enrolment import api as deeds

    told = {"name": found.name, "key": deeds.spoken(found.key_id)}
    return _("The key of %(name)s, to be compared by telephone: %(key)s") % told


def enrol(args: argparse.Namespace) -> int:
    """Let the node in and write its welcome; the same once more writes it anew."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.enrolment import api as deeds
    from pishkhan.sealing import api as sealing

    found = deeds.enrol(SYSTEM, _read(args.file), key=args.key, counter=args.counter)
    mine = deeds.spoken(sealing.node_key().key_id)
    lines = [
        _("%(name)s is let in; its tracking codes begin with %(block)s.")
        % {"name": found.node.name, "block": found.block},
        _("This node's key, for its people to compare: %(key)s") % {"key": mine},
    ]
    return written(args, found.welcome, lines, key=mine)


def join(args: argparse.Namespace) -> int:
    """Take the welcome in: the centre, the counter, its block of codes and the directory."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.enrolment import api as deeds

    found = deeds.join(SYSTEM, _read(args.file), key=args.key)
    told = {"centre": found.centre.name, "counter": found.counter, "block": found.block}
    words = _("Joined %(centre)s. Its counter %(counter)s works here; codes begin with %(block)s.")
    emit(args, told, [words % told])
    return Exit.DONE


def new_epoch(args: argparse.Namespace) -> int:
    """Begin the next epoch: other keys, another log, other codes, what waits is sent anew."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.enrolment import api as deeds
    from pishkhan.relay import api as relay

    if not args.yes:
        words = _(
            "This ends the present epoch for good: no other copy of this node may go on. Read "
            "docs/howto/nodes.md, then give --yes."
        )
        raise Stop(words, Exit.REFUSED)
    found = relay.begin_epoch(SYSTEM, epoch=args.epoch)
    told = {"epoch": found.epoch, "key": deeds.spoken(found.key), "messages": found.messages}
    words = _("Epoch %(epoch)s has begun. %(messages)s messages are sent anew. The key: %(key)s")
    emit(args, told, [words % told])
    return Exit.DONE


def revoke(args: argparse.Namespace) -> int:
    """Believe a node no more."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.revoke_node(SYSTEM, args.id)
    emit(args, {"done": True}, [_("Revoked: what comes from it now waits for a person.")])
    return Exit.DONE


def nodes(args: argparse.Namespace) -> int:
    """Print this node first, then the others by name."""
    from pishkhan.directory import api as directory
    from pishkhan.enrolment import api as deeds
    from pishkhan.journal import api as journal

    me = directory.node_self()
    rows = [
        {
            "id": journal.node_id() if each is me else each.id, "name": each.name,
            "role": each.role.value, "epoch": each.epoch, "key": deeds.spoken(each.key_id),
            "self": each is me, "revoked": each.revoked_at,
            "offices": [] if each is me else directory.offices_at(each.id),
        }
        for each in (me, *directory.other_nodes())
    ]  # fmt: skip
    lines = [f"{row['id']}\t{row['role']}\t{row['key']}\t{row['name']}" for row in rows]
    emit(args, {"rows": rows}, lines)
    return Exit.DONE
