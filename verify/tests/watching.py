"""The parts that the monitor's tests share: keys, a policy, a clock, a server that ends."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from pishkhan_verify.monitor import cli, web
from tests import maker
from tests.publisher import Monitor, Published, Server


@dataclass
class Place:
    folder: object
    capsys: object
    clock: list[int]
    servers: list[Server] = field(default_factory=list)
    witnesses: list[maker.Key] = field(
        default_factory=lambda: [maker.witness_key(n) for n in (1, 2)]
    )

    def log(self, name="log", **options):
        options.setdefault("witnesses", self.witnesses)
        return Published(self.folder / name, **options)

    def serve(self, log):
        server = Server(log.folder)
        self.servers.append(server)
        return server

    def policy(self, *keys, **options):
        options.setdefault("witnesses", self.witnesses)
        return maker.policy(*(keys or (maker.log_key(),)), **options)

    def monitor(self, name="auditor", policy=None):
        return Monitor(self.folder / name, policy or self.policy(), self.capsys)

    def now(self):
        return self.clock[0]

    def wait(self, seconds):
        self.clock[0] += seconds


@pytest.fixture
def place(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(web, "PAUSE_SECONDS", 0)
    found = Place(tmp_path, capsys, [maker.ACCEPTED + 600])
    monkeypatch.setattr(cli, "now", lambda: datetime.fromtimestamp(found.clock[0], UTC))
    yield found
    for server in found.servers:
        server.stop()


@pytest.fixture
def watched(place, monkeypatch):
    """A log that was seen good once; its monitor, its server."""
    monkeypatch.setattr(web, "WAIT_SECONDS", 0.4)
    monkeypatch.setattr(web, "MOST_SECONDS", 0.6)
    monkeypatch.setattr(web, "TRIES", 1)
    place.published = log = place.log().grow(300)
    log.publish()
    place.server, place.auditor = place.serve(log), place.monitor()
    place.auditor.look(place.server.url, code=0)
    log.grow(5).publish()
    return place


def remembered(watched):
    note = watched.auditor.remembered["logs"][maker.ORIGIN]["newest"]["note"]
    return int(note.split("\n")[1])
