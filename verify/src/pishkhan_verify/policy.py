"""The file that says whom to trust (C2SP tlog-policy), with the date on which it was made. Pure.

# date: 2026-11-23
log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from pishkhan_verify.errors import Unreadable
from pishkhan_verify.note import LOG, WITNESS, Key, read_key

MOST_BYTES = 256 * 1024
STALE_DAYS = 400  # a year, and a month to make and bring the next one
NONE = "none"

_ALLOWED = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
_SPACE = re.compile(r"[ \t]+")
_DATE = re.compile(r"#[ \t]*date:[ \t]*(.*)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """Names of which at least `least` must have cosigned."""

    least: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """Logs, witnesses by their name here, groups in their order, and the quorum's name.

    `urls` leads from a log's address to its origin.
    """

    made_on: date = date.min
    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    revoked: frozenset[str] = frozenset()  # witnesses whose cosignatures count no more

    def age(self, today: date) -> int:
        """Return how many days old the file is; negative when its date is still to come."""
        return (today - self.made_on).days

    def is_met(self, cosigned: Set[str]) -> bool:
        """Return whether these witnesses are the quorum's. `quorum none` is met by nobody."""
        met = set(cosigned)
        for name, group in self.groups.items():  # a group names only what stands before it
            if sum(member in met for member in group.members) >= group.least:
                met.add(name)
        return self.quorum in met

    def met_at(self, cosigned: Mapping[str, int]) -> int | None:
        """Return when the quorum was together, of the times of cosigning; None when it is not."""
        there: set[str] = set()
        for name, at in sorted(cosigned.items(), key=lambda pair: pair[1]):
            there.add(name)
            if self.is_met(there):
                return at
        return None

    def fewest(self) -> int:
        """Return how many witnesses the quorum is content with; 0 for `quorum none`."""
        needed = dict.fromkeys(self.witnesses, 1)
        for name, group in self.groups.items():
            needed[name] = sum(sorted(needed[each] for each in group.members)[: group.least])
        return needed.get(self.quorum, 0)


def read(data: bytes) -> Policy:
    """Return the policy that a file holds.

    Raises Unreadable (`policy-…`, `key-…`) with the number of the line.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    if not _ALLOWED.fullmatch(data):
        raise Unreadable("policy-text")
    if not data.endswith(b"\n"):  # a file cut off might ask for less
        raise Unreadable("policy-cut")
    reader = _Reader()
    for count, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        try:
            reader.take(line.strip(" \t"))
        except Unreadable as trouble:
            raise Unreadable(trouble.code, **{**trouble.values, "line": count}) from None
    return reader.end()


class _Reader:
    def __init__(self) -> None:
        self.policy = Policy()
        self.grouped: set[str] = set()

    def take(self, line: str) -> None:
        if line.startswith("#"):
            self.comment(line)
            return
        if not line:
            return
        word, *rest = _SPACE.split(line)
        known = {
            "log": self.log,
            "witness": self.witness,
            "group": self.group,
            "quorum": self.set_quorum,
        }
        if word not in known:
            raise Unreadable("policy-line")
        known[word](rest)

    def comment(self, line: str) -> None:
        found = _DATE.fullmatch(line)
        if not found:
            return
        if self.policy.made_on != date.min or not _DAY.fullmatch(found[1]):
            raise Unreadable("policy-date")
        try:
            self.policy.made_on = date.fromisoformat(found[1])
        except ValueError:
            raise Unreadable("policy-date") from None

    def log(self, rest: list[str]) -> None:
        if len(rest) not in (1, 2):
            raise Unreadable("policy-line")
        key = read_key(rest[0], LOG)
        if any(key.public == other.public for other in self.policy.logs):
            raise Unreadable("policy-twice")
        self.policy.logs.append(key)
        if len(rest) == 2:
            self.policy.urls[rest[1]] = key.name

    def witness(self, rest: list[str]) -> None:
        if len(rest) not in (2, 3):
            raise Unreadable("policy-line")
        key = read_key(rest[1], WITNESS)
        if any(key.public == other.public for other in self.policy.witnesses.values()):
            raise Unreadable("policy-twice")
        self.check_new(rest[0])
        self.policy.witnesses[rest[0]] = key

    def group(self, rest: list[str]) -> None:
        if len(rest) < 3:
            raise Unreadable("policy-line")
        name, least, *members = rest
        self.check_new(name)
        for member in members:
            self.check_known(member)
            if member in self.grouped:
                raise Unreadable("policy-twice")
            self.grouped.add(member)
        count = {"all": len(members), "any": 1}.get(least)
        if count is None:
            count = int(least) if _COUNT.fullmatch(least) else 0
        if not 1 <= count <= len(members):
            raise Unreadable("policy-line")
        self.policy.groups[name] = Group(count, tuple(members))

    def set_quorum(self, rest: list[str]) -> None:
        if len(rest) != 1 or self.policy.quorum:
            raise Unreadable("policy-quorum")
        if rest[0] != NONE:
            self.check_known(rest[0])
        self.policy.quorum = rest[0]

    def check_new(self, name: str) -> None:
        if name == NONE or name in self.policy.witnesses or name in self.policy.groups:
            raise Unreadable("policy-twice")

    def check_known(self, name: str) -> None:
        if name not in self.policy.witnesses and name not in self.policy.groups:
            raise Unreadable("policy-name")

    def end(self) -> Policy:
        if self.policy.made_on == date.min:
            raise Unreadable("policy-date", line="–")
        if not self.policy.quorum:
            raise Unreadable("policy-quorum", line="–")
        return self.policy
