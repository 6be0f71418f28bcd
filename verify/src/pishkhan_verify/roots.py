"""Agencies' roots, and what they say of keys: statements, revocation lists (docs/protocol/keys.md).

The file of roots is dated as the policy is, and comes by another way than what is checked:

# date: 2026-11-23
root <agency UUID> <base64 of the key>

Papers are three lines each: `pishkhan/<label>/v1`, RFC 8785 JSON, base64 of the signature over the
two lines. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from pishkhan_verify import canonical
from pishkhan_verify.entry import read_second
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.note import LOG, SIGNATURE_SIZE, WITNESS, Key, base64, read_key
from pishkhan_verify.policy import STALE_DAYS, Policy

MOST_BYTES = 1024 * 1024
MOST_PAPERS = 256
MOST_REVOKED = 2000
STATEMENT, REVOCATIONS = "key-statement", "revocations"
RELAY, NODE_LOG, NODE_WITNESS, POST = KINDS = ("node-relay", "node-log", "node-witness", "post")
REASONS = ("compromised", "lost", "superseded", "ended")

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_DATE = re.compile(r"# date: ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)
_ROOT = re.compile(rf"root ({_UUID}) (\S+)", re.ASCII)
_OF = {NODE_LOG: (LOG, "pishkhan"), NODE_WITNESS: (WITNESS, "pishkhan-witness")}


@dataclass(frozen=True, slots=True)
class Roots:
    """Each agency's root keys by their ids, and the day on which the file was made."""

    made_on: date
    keys: Mapping[tuple[str, str], bytes]  # (agency, root's id)


@dataclass(frozen=True, slots=True)
class Statement:
    """Whose key it is, by the word of an agency's root; `name` is the vkey of a log or witness."""

    agency: str
    number: int
    kind: str
    name: str
    key: bytes
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Revoked:
    """Since when a key is revoked, by which agency."""

    agency: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Revocations:
    """One list, verified."""

    agency: str
    number: int
    issued: datetime
    next: datetime
    revoked: Mapping[str, Revoked]


@dataclass(slots=True)
class Stated:
    """What the given roots say of keys."""

    made_on: date | None = None
    logs: dict[Key, Statement] = field(default_factory=dict)
    lists: dict[str, Revocations] = field(default_factory=dict)  # the newest of each agency

    def widened(self, policy: Policy) -> Policy:
        """Return the policy with the logs' keys that roots state, without revoked witnesses.

        Who has a witness's key can write any time into a cosignature, so none of it counts: what
        it said before is covered by the others of the quorum, or by nothing.
        """
        own = {key.public for key in policy.logs}
        gone = [name for name, key in policy.witnesses.items() if self.revoked(key)]
        logs = [*policy.logs, *(key for key in self.logs if key.public not in own)]
        return replace(policy, logs=logs, revoked=frozenset(gone))

    def revoked(self, key: Key) -> Revoked | None:
        """Return the earliest revocation of a key in any list: the lists' roots are all trusted."""
        id_ = key_id(key.public)
        found = [each.revoked[id_] for each in self.lists.values() if id_ in each.revoked]
        return min(found, key=lambda each: each.at, default=None)

    def check(self, key: Key, policy: Policy, quorums: Iterable[int], now: datetime) -> None:
        """Check that a log's key counts, for trees whose quorum was together at these times.

        Raises Refused: `key-revoked`, `key-ended`, unless one of them lies before the end;
        `key-not-yet` for one that a root states only from a later moment on.
        """
        first = min(quorums, default=None)
        told = {"key": key_id(key.public)}
        gone = self.revoked(key)
        if gone is not None and (first is None or first >= gone.at.timestamp()):
            raise Refused("key-revoked", **told, at=gone.at, agency=gone.agency)
        stated = self.logs.get(key)
        if stated is None or key in policy.logs:
            return
        if now < stated.begins:
            raise Refused("key-not-yet", **told, at=stated.begins)
        if stated.ends is None or now < stated.ends:
            return
        if first is None or first >= stated.ends.timestamp():
            raise Refused("key-ended", **told, at=stated.ends)

    def cautions(
        self, keys: Iterable[Key], policy: Policy, now: datetime
    ) -> list[tuple[str, dict[str, object]]]:
        """Return what is to be told with a verdict that rests on these keys."""
        if self.made_on is None:
            return []
        found: list[tuple[str, dict[str, object]]] = []
        age = (now.date() - self.made_on).days
        if age > STALE_DAYS:
            found.append(("roots-old", {"days": age}))
        if age < -1:
            found.append(("roots-future", {}))
        needed = {self.logs[key].agency for key in keys if key in self.logs}
        for agency in sorted(needed - set(self.lists)):
            found.append(("revocations-none", {"agency": agency}))
        for agency, known in sorted(self.lists.items()):
            if now > known.next:
                found.append(("revocations-old", {"agency": agency, "at": known.next}))
        return found + [("witness-revoked", {"name": name}) for name in sorted(policy.revoked)]


def key_id(key: bytes) -> str:
    """Return the id by which lists name a key: 8 bytes of SHA-256 over it, in hexadecimal."""
    return sha256(key).digest()[:8].hex()


def read_roots(data: bytes) -> Roots:
    """Return the roots of a file. Raises Unreadable (`roots-form`) with the line."""
    made_on: date | None = None
    keys: dict[tuple[str, str], bytes] = {}
    lines = data.decode("latin-1").split("\n")
    if lines.pop() or len(data) > MOST_BYTES:  # a file that was cut off
        raise Unreadable("roots-form", line=len(lines) + 1)
    for count, line in enumerate(lines, 1):
        dated, found = _DATE.fullmatch(line), _ROOT.fullmatch(line)
        try:
            if dated and made_on is None:
                made_on = date.fromisoformat(dated[1])
            elif found:
                key = base64(found[2], 32)
                if key in keys.values():
                    raise Unreadable("roots-form")
                keys[found[1], key_id(key)] = key
            elif dated or (line and not line.startswith("#")):
                raise Unreadable("roots-form")
        except (Unreadable, ValueError):
            raise Unreadable("roots-form", line=count) from None
    if made_on is None:
        raise Unreadable("roots-form", line=1)
    return Roots(made_on, keys)


def gather(
    roots: Roots | None, statements: Sequence[bytes], revocations: Sequence[bytes]
) -> Stated:
    """Return what files of papers say, each paper signed by a root that is given.

    Raises Unreadable (`paper-form`), Refused: `root-unknown`, `paper-signature`,
    `statements-differ`, `lists-differ`, `list-takes-back`.
    """
    found = Stated(None if roots is None else roots.made_on)
    numbers: dict[tuple[str, int], Statement] = {}
    owners: dict[str, str] = {}
    for data in statements:
        for value in _papers(data, STATEMENT, roots):
            stated = _statement(value)
            same = numbers.setdefault((stated.agency, stated.number), stated)
            if same != stated:
                raise Refused("statements-differ", agency=stated.agency)
            if stated.kind == NODE_LOG:
                key = read_key(stated.name, LOG)
                if owners.setdefault(key.name.split("/")[1], stated.agency) != stated.agency:
                    raise Refused("statements-differ", agency=stated.agency)
                newer = found.logs.get(key)
                if newer is None or newer.number < stated.number:
                    found.logs[key] = stated
    lists = [_list(value) for data in revocations for value in _papers(data, REVOCATIONS, roots)]
    for each in sorted(lists, key=lambda one: one.number):
        _follow(found.lists.get(each.agency), each)
        found.lists[each.agency] = each
    return found


def _follow(old: Revocations | None, new: Revocations) -> None:
    """Check that a list takes back nothing that one before it said (keys.md, Revocation list)."""
    if old is None or old == new:
        return
    if new.number == old.number or new.issued < old.issued:
        raise Refused("lists-differ", agency=new.agency, number=new.number)
    for id_, each in old.revoked.items():
        if id_ not in new.revoked or new.revoked[id_].at > each.at:
            raise Refused("list-takes-back", agency=new.agency, number=new.number)


def _papers(data: bytes, label: str, roots: Roots | None) -> list[dict[str, Any]]:
    """Return the JSON objects of a file's papers, when all are of this kind and signed."""
    lines = data.split(b"\n")
    if lines.pop() or not lines or len(lines) % 3 or len(lines) > 3 * MOST_PAPERS:
        raise Unreadable("paper-form")
    found = []
    for place in range(0, len(lines), 3):
        first, body, signature = lines[place : place + 3]
        if first != f"pishkhan/{label}/v1".encode():
            raise Unreadable("paper-form")
        value = _members(_read(canonical.read, body))
        signed = _read(lambda text: base64(text.decode("latin-1"), SIGNATURE_SIZE), signature)
        agency, root = _text(value, "agency"), _text(value, "root")
        public = roots.keys.get((agency, root)) if roots else None
        if public is None:
            raise Refused("root-unknown", root=root, agency=agency)
        if not Key(agency, 0, public).signed(first + b"\n" + body, signed):
            raise Refused("paper-signature", agency=agency)
        found.append(value)
    return found


def _statement(value: dict[str, Any]) -> Statement:
    names = {"agency", "from", "key", "kind", "number", "root", "subject"}
    if set(value) - {"until"} != names or value["kind"] not in KINDS:
        raise Unreadable("paper-form")
    key = _read(lambda text: base64(text, 32), _text(value, "key"))
    kind, name = _text(value, "kind"), _text(value, "subject")
    if kind in _OF:
        note_kind, family = _OF[kind]
        vkey = _read(lambda text: read_key(text, note_kind), name)
        form = rf"{family}/{_UUID}/[1-9][0-9]*"
        if vkey.public != key or not re.fullmatch(form, vkey.name, re.ASCII):
            raise Unreadable("paper-form")
    elif not re.fullmatch(_UUID, name, re.ASCII):
        raise Unreadable("paper-form")
    begins = _second(value, "from")
    ends = _second(value, "until") if "until" in value else None
    if (ends is not None and ends <= begins) or key_id(key) == _text(value, "root"):
        raise Unreadable("paper-form")
    return Statement(value["agency"], _number(value), kind, name, key, begins, ends)


def _list(value: dict[str, Any]) -> Revocations:
    if set(value) != {"agency", "issued", "next", "number", "revoked", "root"}:
        raise Unreadable("paper-form")
    issued, following, rows = _second(value, "issued"), _second(value, "next"), value["revoked"]
    if following <= issued or not isinstance(rows, list) or len(rows) > MOST_REVOKED:
        raise Unreadable("paper-form")
    found: dict[str, Revoked] = {}
    last = ""
    for row in rows:
        told = _members(row)
        if set(told) != {"at", "key", "reason"} or told["reason"] not in REASONS:
            raise Unreadable("paper-form")
        id_, at = _text(told, "key"), _second(told, "at")
        if not _KEY_ID.fullmatch(id_) or id_ <= last or at > issued or id_ == value["root"]:
            raise Unreadable("paper-form")
        found[id_], last = Revoked(value["agency"], at, told["reason"]), id_
    return Revocations(value["agency"], _number(value), issued, following, found)


def _read(how: Callable[[Any], Any], data: Any) -> Any:
    try:
        return how(data)
    except Unreadable:
        raise Unreadable("paper-form") from None


def _members(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("paper-form")
    return value


def _text(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(value.get(name), str):
        raise Unreadable("paper-form")
    return str(value[name])


def _number(value: Mapping[str, Any]) -> int:
    number = value["number"]
    if type(number) is not int or number < 1:
        raise Unreadable("paper-form")
    return number


def _second(value: Mapping[str, Any], name: str) -> datetime:
    found: datetime = _read(read_second, _text(value, name))
    return found.astimezone(UTC)
