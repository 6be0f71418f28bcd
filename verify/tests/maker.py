"""A tiny log, its witnesses and its receipts, written straight from the specifications.

Nothing here is taken from `pishkhan_verify`: what a checker computes wrongly, a maker that shares
its code would compute wrongly too.
"""

import hashlib
import json
from base64 import b64encode
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "pishkhan/0199c3a1-7c00-7a10-8000-00000000000a/1"
AGENCY = "0199c3a1-7c00-7a10-8000-0000000000aa"
TODAY = "2026-11-23"
ACCEPTED = 1795415650  # 2026-11-23 06:34:10 UTC
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CODE = "7214093381260"
PAGES = (b"first page", b"second page")


def h(data):
    return hashlib.sha256(data).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(hashes):
    """RFC 9162, 2.1.1, over leaf hashes, by its recursive definition."""
    if not hashes:
        return h(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return h(b"\x01" + mth(hashes[:k]) + mth(hashes[k:]))


def path(m, hashes):
    """RFC 9162, 2.1.3.1, by its recursive definition."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def hidden(start, hashes, shown):
    """journal-entry.md: the hashes beside the shown fields, in tree order."""
    places = range(start, start + len(hashes))
    if not shown.intersection(places):
        return [mth(hashes)]
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    return hidden(start, hashes[:k], shown) + hidden(start + k, hashes[k:], shown)


class Key:
    def __init__(self, name, kind, seed):
        self.name, self.kind = name, kind
        self.private = Ed25519PrivateKey.from_private_bytes(h(seed.encode()))
        self.public = self.private.public_key().public_bytes_raw()
        self.id = h(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]

    @property
    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def line(self, signature):
        return f"\u2014 {self.name} {b64(self.id + signature)}\n"


def b64(data):
    return b64encode(data).decode()


def log_key(seed="log", name=ORIGIN):
    return Key(name, 1, seed)


def witness_key(number):
    return Key(f"pishkhan-witness/{number}", 4, f"witness {number}")


def pages_digest(pages=PAGES):
    told = "".join(f"{hashlib.sha256(page).hexdigest()}\n" for page in pages)
    return hashlib.sha256(told.encode()).hexdigest()


class Entry:
    """An entry of these fields, with salts that follow from a seed."""

    def __init__(self, values, seed):
        self.values = values
        self.names = sorted(values)
        self.salts = {name: h(f"{seed} {name}".encode()) for name in self.names}
        self.hashes = [
            h(b"\x00" + h(self.salts[name] + name.encode() + b"\x00" + dumps(values[name])))
            for name in self.names
        ]
        self.commit = mth(self.hashes)
        self.leaf = h(b"\x00\x01" + self.commit)

    def opening(self, *names):
        shown = {self.names.index(name) for name in names}
        return {
            "v": 1,
            "size": len(self.names),
            "shown": [
                {
                    "place": place,
                    "name": self.names[place],
                    "salt": self.salts[self.names[place]].hex(),
                    "value": self.values[self.names[place]],
                }
                for place in sorted(shown)
            ],
            "proof": [each.hex() for each in hidden(0, self.hashes, shown)],
        }


class Anchor(Entry):
    """An entry that holds what witnesses had cosigned."""

    def __init__(self, note):
        values = {"actor": "system", "kind": "log.witnessed", "note": note, "subject": AGENCY}
        super().__init__(values, note)


class Letter(Entry):
    """An entry of an acceptance; `slip` at its place among the names."""

    def __init__(self, code=CODE, **changed):
        self.slip = {
            "agency": AGENCY,
            "at": datetime.fromtimestamp(ACCEPTED, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "code": code,
            "epoch": "rial",
            "fee": 300_000,
            "pages": pages_digest(),
        } | changed
        values = {
            "actor": "system",
            "at": f"{self.slip['at'][:-1]}.000000Z",
            "kind": "letter.accepted",
            "node": AGENCY,
            "slip": self.slip,
            "subject": AGENCY,
            "urgency": "normal",
        }
        super().__init__(values, code)

    def promise(self, key, hours=24):
        """The bytes of a promise (journal.md)."""
        place = self.names.index("slip")
        at = int(datetime.fromisoformat(self.slip["at"]).timestamp())
        body = b"".join(
            (
                b"\x01",
                key.id,
                bytes([len(self.names), place]),
                self.salts["slip"],
                int(self.slip["code"]).to_bytes(6, "big"),
                at.to_bytes(5, "big"),
                bytes.fromhex(self.slip["agency"].replace("-", "")),
                bytes.fromhex(self.slip["pages"]),
                self.slip["fee"].to_bytes(5, "big"),
                bytes([{"rial": 1, "new_rial": 2}[self.slip["epoch"]], hours]),
                *hidden(0, self.hashes, {place}),
            )
        )
        return body + key.private.sign(b"pishkhan/promise/v1\n" + body)


def dumps(value):
    """RFC 8785 for the plain values that are used here."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Log:
    def __init__(self, key=None, leaves=()):
        self.key = key or log_key()
        self.leaves = list(leaves)

    def body(self, size):
        return f"{self.key.name}\n{size}\n{b64(mth(self.leaves[:size]))}\n"

    def checkpoint(self, size=None, witnesses=(), at=ACCEPTED + 60):
        """A signed checkpoint; `witnesses` cosign a minute apart, from `at` on."""
        text = self.body(len(self.leaves) if size is None else size)
        lines = self.key.line(self.key.private.sign(text.encode()))
        for number, key in enumerate(witnesses):
            seconds = at + 60 * number
            told = f"cosignature/v1\ntime {seconds}\n{text}".encode()
            lines += key.line(seconds.to_bytes(8, "big") + key.private.sign(told))
        return f"{text}\n{lines}"

    def after(self, anchor, size=None, **changed):
        """What shows that an anchor is in the tree of this size."""
        index = self.leaves.index(anchor.leaf)
        hashes = [each.hex() for each in path(index, self.leaves[: size or len(self.leaves)])]
        return {"index": index, "opening": anchor.opening("note"), "path": hashes} | changed

    def proof(self, letter, *names, witnesses=(), size=None, after=None):
        size = size or len(self.leaves)
        index = self.leaves.index(letter.leaf)
        lines = "".join(f"{b64(each)}\n" for each in path(index, self.leaves[:size]))
        opening = letter.opening(*names)
        extra = b64(dumps(opening if after is None else opening | {"after": after}))
        note = self.checkpoint(size, witnesses)
        return f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{lines}\n{note}"

    def path_qr(self, letter, size=None):
        """The bytes of a path (journal.md)."""
        size = size or len(self.leaves)
        index = self.leaves.index(letter.leaf)
        return b"".join(
            (
                b"\x02",
                self.key.id,
                index.to_bytes(6, "big"),
                size.to_bytes(6, "big"),
                letter.commit,
                self.key.private.sign(self.body(size).encode()),
                *path(index, self.leaves[:size]),
            )
        )

    def write_tiles(self, folder, size=None):
        """C2SP tlog-tiles below `folder`, by the formula of the specification."""
        size = len(self.leaves) if size is None else size
        level = 0
        while (count := size >> 8 * level) > 0:
            span = 256**level
            row = [mth(self.leaves[i * span : (i + 1) * span]) for i in range(count)]
            for place in range((count + 255) // 256):
                part = row[place * 256 : place * 256 + 256]
                name = f"tile/{level}/{place:03}" + (f".p/{len(part)}" if len(part) < 256 else "")
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(b"".join(part))
            level += 1


def qr(data, address="https://letters.example.ir/verify"):
    """The text of a QR."""
    return f"{address}#{int.from_bytes(bytes([1]) + data, 'big')}"


def policy(*logs, witnesses=(), quorum="both", day=TODAY):
    lines = [f"# date: {day}", *(f"log {key.vkey}" for key in logs)]
    lines += [f"witness w{number} {key.vkey}" for number, key in enumerate(witnesses, 1)]
    if quorum == "both":
        names = " ".join(f"w{number}" for number in range(1, len(witnesses) + 1))
        lines.append(f"group both 2 {names}")
    return "\n".join([*lines, f"quorum {quorum}"]) + "\n"
