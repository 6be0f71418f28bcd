"""Logs that grow on disk and are served by a real HTTP server; the program that watches them."""

from __future__ import annotations

import http.server
import json
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pishkhan_verify import cli
from tests import maker

HOUR = 3600


def commit(number, salt=b""):
    return maker.h(salt + number.to_bytes(4, "big"))


class Published:
    """A log of entries; `publish` writes what a node serves for one size."""

    def __init__(self, folder, *, key=None, salt=b"", witnesses=(), commits=()):
        self.folder, self.salt, self.witnesses = folder, salt, list(witnesses)
        self.commits = list(commits)
        self.log = maker.Log(key)
        self.at = maker.ACCEPTED
        self._leaves()

    def _leaves(self):
        self.log.leaves = [maker.h(b"\x00\x01" + each) for each in self.commits]

    @property
    def size(self):
        return len(self.commits)

    def grow(self, count=1, *commits):
        start = self.size
        self.commits += [commit(n, self.salt) for n in range(start, start + count)]
        self.commits += commits
        self._leaves()
        return self

    def branch(self, folder, at, salt=b"other"):
        """The same log up to `at`, then another history under the same key."""
        return Published(
            folder, key=self.log.key, salt=salt, witnesses=self.witnesses,
            commits=self.commits[:at],
        )  # fmt: skip

    def publish(self, size=None, *, at=None, witnesses=None):
        size = self.size if size is None else size
        self.at = self.at + 60 if at is None else at
        cosigners = self.witnesses if witnesses is None else witnesses
        note = self.log.checkpoint(size, cosigners, at=self.at)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.write_tiles(self.folder, size)
        self.write_entries(size)
        (self.folder / "checkpoint").write_text(note, encoding="utf-8")
        return note

    def write_entries(self, size):
        for place in range((size + 255) // 256):
            part = self.commits[place * 256 : min(size, place * 256 + 256)]
            name = f"tile/entries/{place:03}" + (f".p/{len(part)}" if len(part) < 256 else "")
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(b"\x00\x21\x01" + each for each in part))


class Listener(http.server.ThreadingHTTPServer):
    """Notes what is asked; `instead` maps an address's end to another answer."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.instead: dict[str, Callable[[Handler], None]] = {}
        self.asked: list[str] = []


class Handler(http.server.SimpleHTTPRequestHandler):
    server: Listener

    def do_GET(self):
        self.server.asked.append(self.path)
        for end, answer in self.server.instead.items():
            if self.path.endswith(end):
                answer(self)
                return
        super().do_GET()

    def log_message(self, *arguments):
        pass


class Server:
    """Serves a folder on this machine."""

    def __init__(self, folder, context=None):
        def handler(*arguments):
            return Handler(*arguments, directory=str(folder))

        self.http = Listener(handler)
        self.instead, self.asked = self.http.instead, self.http.asked
        if context is not None:
            self.http.socket = context.wrap_socket(
                self.http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


@dataclass
class Heard:
    code: int
    told: list[Any]
    err: str

    def codes(self, level=None):
        return sorted(each["code"] for each in self.told if level is None or each["level"] == level)

    @property
    def wrong(self):
        return self.codes("wrong")

    def one(self, code):
        (found,) = [each for each in self.told if each["code"] == code]
        return found


class Monitor:
    """The program with a state of its own and a clock that the test sets."""

    def __init__(self, folder, policy, capsys):
        self.state, self.capsys = folder, capsys
        self.policy = folder.parent / f"{folder.name}.policy"
        self.policy.write_text(policy, encoding="utf-8")

    def look(self, *sources, code=None, options=()):
        arguments = ["monitor", "--policy", self.policy, "--state", self.state, "--json"]
        done = cli.main([str(each) for each in [*arguments, *options, *sources]])
        out, err = self.capsys.readouterr()
        heard = Heard(done, [json.loads(line) for line in out.splitlines()], err)
        assert code is None or done == code, heard
        assert {each["level"]: each for each in heard.told}.keys() <= {"note", "wrong", "unread"}
        return heard

    def evidence(self, heard, code):
        return self.state / heard.one(code)["evidence"]

    @property
    def remembered(self):
        return json.loads((self.state / "state").read_text("utf-8").partition("\n")[2])


# --- a few lines that check evidence by themselves -----------------------------------------------


def opened(note, key):
    """Size and root of a checkpoint after verifying the log's signature, by the specification."""
    text, _, below = note.rpartition("\n\n")
    _origin, size, root = text.split("\n")
    line = next(each for each in below.split("\n") if each.startswith(f"\u2014 {key.name} "))
    raw = b64decode(line.rpartition(" ")[2])
    assert raw[:4] == key.id
    key.private.public_key().verify(raw[4:], f"{text}\n".encode())
    return int(size), b64decode(root)


def cosigned(note, key):
    """The time in a witness's line, after verifying it."""
    text, _, below = note.rpartition("\n\n")
    line = next(each for each in below.split("\n") if each.startswith(f"\u2014 {key.name} "))
    raw = b64decode(line.rpartition(" ")[2])
    at = int.from_bytes(raw[4:12], "big")
    key.private.public_key().verify(raw[12:], f"cosignature/v1\ntime {at}\n{text}\n".encode())
    return at


def prefix_root(folder, size):
    """The root over the first leaves of the level-0 tiles that a folder of evidence keeps."""
    data = b""
    for number in range((size + 255) // 256):
        full = folder / f"tile/0/{number:03}"
        (name,) = [full] if full.is_file() else folder.glob(f"tile/0/{number:03}.p/*")
        data += name.read_bytes()
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    return maker.mth(hashes[:size])
