"""The file that says whom this node trusts: logs, witnesses, quorum (C2SP tlog-policy). Pure.

log <vkey> [<url>]               a log; this node cosigns it as a witness
witness <name> <vkey> [<url>]    a witness; with an address this node asks it for cosignatures
group <name> all|any|<k> <name>...
quorum <name>|none

It is the file that a verifier takes too; a verifier asks for a line `# date: 2026-11-23` in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from pishkhan.journal.checkpoint import (
    MOST_SIGNATURES,
    BadNote,
    KeyKind,
    Note,
    NoteKey,
    read_key,
)
from pishkhan.kernel.i18n import N_, Message

MOST_BYTES = 256 * 1024
MOST_WITNESSES = MOST_SIGNATURES - 1
"""With the log's own signature they are all that a note holds."""
NONE = "none"

_FOREIGN = re.compile(rb"[^\x09\x0a\x20-\x7e\x80-\xff]")
_SPACE = re.compile(r"[ \t]+")
_COUNT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


class BadPolicy(ValueError):
    """The file is no policy; `line` is where, from 1, and `why` says what to do."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = Message(why)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its name in this file, its key, and where it is asked ("" when it has no line)."""

    name: str
    key: NoteKey
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Names of which at least `least` must have cosigned."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What the file says; groups stand in their order, each after its members."""

    logs: tuple[NoteKey, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    def keys_of(self, origin: str) -> tuple[NoteKey, ...]:
        """Return the keys that are trusted for a log; none for an unknown one."""
        return tuple(key for key in self.logs if key.name == origin)

    def cosigners(self, note: Note) -> frozenset[str]:
        """Return the witnesses that have a line in a note whose lines were verified."""
        there = {(line.name, line.key_id) for line in note.lines}
        return frozenset(
            name for name, each in self.witnesses.items() if (each.key.name, each.key.id) in there
        )

    def is_met(self, cosigned: Set[str]) -> bool:
        """Return whether these witnesses are the quorum's. `quorum none` is met by nobody."""
        met = set(cosigned)
        for name, group in self.groups.items():  # a group names only what stands before it
            if sum(member in met for member in group.members) >= group.least:
                met.add(name)
        return self.quorum in met


def read_policy(data: bytes) -> Policy:
    """Return the policy that a file holds. Raises BadPolicy."""
    if len(data) > MOST_BYTES:
        raise BadPolicy(1, N_("The file is larger than 256 kB: it is not a policy."))
    if foreign := _FOREIGN.search(data):
        raise BadPolicy(
            data.count(b"\n", 0, foreign.start()) + 1,
            N_("A control character stands here: save it as plain text with Unix line ends."),
        )
    if not data.endswith(b"\n"):  # a file cut off might ask for less
        raise BadPolicy(
            data.count(b"\n") + 1, N_("The last line does not end: the file may be cut off.")
        )
    reader = _Reader()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    for reader.line, line in enumerate(lines, 1):
        reader.take(line.strip(" \t"))
    reader.line = len(lines) - 1
    if not reader.quorum:
        reader.stop(N_("There is no quorum: end the file with `quorum <name>` or `quorum none`."))
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    def __init__(self) -> None:
        self.line = 0
        self.logs: list[NoteKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self.grouped: set[str] = set()

    def stop(self, why: str) -> NoReturn:
        raise BadPolicy(self.line, why)

    def take(self, line: str) -> None:
        if not line or line.startswith("#"):
            return
        word, *rest = _SPACE.split(line)
        known = {
            "log": self.log,
            "witness": self.witness,
            "group": self.group,
            "quorum": self.set_quorum,
        }
        if word not in known:
            self.stop(N_("A line begins with log, witness, group, quorum or #."))
        known[word](rest)

    def log(self, rest: list[str]) -> None:
        if len(rest) not in (1, 2):
            self.stop(N_("Write: log <key> [<address>]."))
        key = self.key(rest[0], KeyKind.LOG)
        if any(key.public == other.public for other in self.logs):
            self.stop(N_("This key stands on an earlier line already: take one of them away."))
        self.logs.append(key)

    def witness(self, rest: list[str]) -> None:
        if len(rest) not in (2, 3):
            self.stop(N_("Write: witness <name> <key> [<address>]."))
        key = self.key(rest[1], KeyKind.WITNESS)
        if any(key.public == other.key.public for other in self.witnesses.values()):
            self.stop(N_("This key stands on an earlier line already: take one of them away."))
        if len(self.witnesses) == MOST_WITNESSES:
            self.stop(N_("There are more than 63 witnesses: take some away."))
        self.check_new(rest[0])
        self.witnesses[rest[0]] = Witness(rest[0], key, self.address(rest[2:]))

    def key(self, vkey: str, kind: KeyKind) -> NoteKey:
        try:
            key = read_key(vkey)
        except BadNote:
            self.stop(N_("This is no key: copy the whole of it again, name+id+key."))
        if key.kind is not kind:
            self.stop(N_("A log's key stands where a witness's belongs, or the other way round."))
        return key

    def address(self, rest: list[str]) -> str:
        if not rest:
            return ""
        try:
            parts = urlsplit(rest[0])
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            good = False
            parts = urlsplit("")
        if not good or parts.query or parts.fragment or parts.username is not None:
            self.stop(N_("Write the witness's address as https://host/journal/witness."))
        return rest[0].rstrip("/")

    def group(self, rest: list[str]) -> None:
        if len(rest) < 3:
            self.stop(N_("Write: group <name> all|any|<number> <name>..."))
        name, least, *members = rest
        self.check_new(name)
        for member in members:
            self.check_known(member)
            if member in self.grouped:
                self.stop(N_("A name may be a member once: it stands in a group already."))
            self.grouped.add(member)
        count = {"all": len(members), "any": 1}.get(least)
        if count is None:
            count = int(least) if _COUNT.fullmatch(least) else 0
        if not 1 <= count <= len(members):
            self.stop(N_("The number is all, any, or from 1 to the number of the members."))
        self.groups[name] = Group(count, tuple(members))

    def set_quorum(self, rest: list[str]) -> None:
        if len(rest) != 1 or self.quorum:
            self.stop(N_("Write `quorum <name>` or `quorum none`, once."))
        if rest[0] != NONE:
            self.check_known(rest[0])
        self.quorum = rest[0]

    def check_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            self.stop(N_("This name is taken: choose another."))

    def check_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            self.stop(N_("No witness and no group of this name stands on an earlier line."))
