"""`pishkhan journal policy, ask-witnesses, witness, take-cosignatures`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pishkhan.node.console import Exit, Stop, _, command, emit

if TYPE_CHECKING:
    from pishkhan.journal.api import Brought

ASKS, ANSWERS = "witness-asks.json", "witness-answers.json"


def register(verbs: Any) -> None:
    """Add the verbs that have to do with witnesses."""
    command(verbs, "policy", _("Read HOME/witness.policy and tell whom it trusts"), policy)
    parser = command(
        verbs, "ask-witnesses", _("Write requests to witnesses that have no line"), ask
    )
    parser.add_argument("--out", type=Path, required=True, help=_("file or folder"))
    parser.add_argument(
        "--witness", action="append", default=[], dest="names", metavar="NAME",
        help=_("a witness of the policy (default: those without an address)"),
    )  # fmt: skip
    parser = command(verbs, "witness", _("Cosign, as a witness, what a file asks for"), witness)
    parser.add_argument("file", type=Path, help=_("file that another node wrote"))
    parser.add_argument("--out", type=Path, required=True, help=_("file or folder"))
    parser = command(verbs, "take-cosignatures", _("Take in what a witness cosigned"), take)
    parser.add_argument("file", type=Path, help=_("file that the witness wrote"))
    words = _("Cosign by a new key, where the database was put back")
    parser = command(verbs, "witness-anew", words, anew)
    parser.add_argument("--yes", action="store_true", help=_("I have read the howto about it"))


def anew(args: argparse.Namespace) -> int:
    """Take the next number and a new key."""
    from pishkhan.journal import api
    from pishkhan.node import wiring

    if not args.yes:
        words = _("The others must take in the new key, for the former one never signs again: "
                  "add --yes.")  # fmt: skip
        raise Stop(words, Exit.REFUSED)
    api.witness_anew()
    own = api.witness_vkey(wiring.witness_key())
    emit(args, {"own": own}, [_("This node as a witness: %(key)s") % {"key": own}])
    return Exit.DONE


def policy(args: argparse.Namespace) -> int:
    """Print the policy; SETTINGS when it cannot be read, with the line."""
    from django.utils.translation import gettext

    from pishkhan.journal import api
    from pishkhan.kernel.errors import Unavailable
    from pishkhan.node import wiring

    own = api.witness_vkey(wiring.witness_key())
    try:
        found = api.policy()
    except Unavailable as bad:
        raise Stop(bad.message.render(gettext), Exit.SETTINGS) from None
    told = {
        "own": own,
        "file": found is not None,
        "logs": [key.name for key in found.logs] if found else [],
        "witnesses": [
            {"name": each.name, "key": each.key.name, "url": each.url}
            for each in found.witnesses.values()
        ] if found else [],
        "quorum": found.quorum if found else "",
    }  # fmt: skip
    lines = [_("This node as a witness: %(key)s") % {"key": own}]
    if found is None:
        lines.append(_("There is no HOME/witness.policy: no log is witnessed, and none asks."))
        emit(args, told, lines)
        return Exit.DONE
    lines += [_("Log that is witnessed here: %(name)s") % {"name": key.name} for key in found.logs]
    for each in found.witnesses.values():
        words = _("Witness %(name)s: %(key)s, %(where)s")
        where = each.url or _("by file")
        lines.append(words % {"name": each.name, "key": each.key.name, "where": where})
    lines.append(_("Quorum: %(name)s") % {"name": found.quorum})
    emit(args, told, lines)
    return Exit.DONE


def ask(args: argparse.Namespace) -> int:
    """Write a file of requests."""
    from pishkhan.journal import api

    _write(args, args.out, ASKS, api.ask_witnesses(args.names), [])
    return Exit.DONE


def witness(args: argparse.Namespace) -> int:
    """Cosign what is in a file; FAILED when something in it was refused."""
    from pishkhan.journal import api
    from pishkhan.node import wiring
    from pishkhan.sealing import api as sealing

    answers, fates = api.witness_file(_read(args.file), wiring.witness_key(), sealing.fits)
    _write(args, args.out, ANSWERS, answers, fates)
    return _exit(fates)


def take(args: argparse.Namespace) -> int:
    """Take in a file of answers; FAILED when something in it was refused."""
    from pishkhan.journal import api
    from pishkhan.sealing import api as sealing

    fates = api.take_cosignatures(_read(args.file), sealing.fits)
    emit(args, {"fates": [asdict(each) for each in fates]}, _lines(fates))
    return _exit(fates)


def _read(path: Path) -> bytes:
    from pishkhan.journal.api import MOST_FILE

    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE + 1)
    except OSError as error:
        words = _("The file cannot be read: %(why)s") % {"why": error.strerror}
        raise Stop(words, Exit.NOT_FOUND) from None


def _write(
    args: argparse.Namespace, out: Path, name: str, data: bytes, fates: Sequence[Brought]
) -> None:
    from pishkhan.kernel import durable

    path = out / name if out.is_dir() else out
    try:
        durable.write_file(path, data, mode=0o644)
    except OSError as error:
        raise Stop(_("The file cannot be written: %(why)s") % {"why": error.strerror}) from None
    told = {"file": str(path), "fates": [asdict(each) for each in fates]}
    emit(args, told, [*_lines(fates), _("Written: %(file)s") % {"file": path}])


def _lines(fates: Sequence[Brought]) -> list[str]:
    from pishkhan.web.admin.witnesses import why

    done, not_done = _("%(name)s: cosigned, %(size)s leaves"), _("%(name)s: refused. %(why)s")
    return [
        (not_done if each.trouble else done)
        % {"name": each.witness, "size": each.size, "why": why(each.trouble)}
        for each in fates
    ]


def _exit(fates: Sequence[Brought]) -> Exit:
    return Exit.FAILED if any(each.trouble for each in fates) else Exit.DONE
