from __future__ import annotations

import socket
import sys
import time

import pytest

from pishkhan.node import idle

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="by design: only Linux tells when data last moved"
)


@pytest.fixture
def pair():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    accepted, _ = listener.accept()
    client.settimeout(2)
    accepted.settimeout(2)
    yield client, accepted
    for end in (client, accepted, listener):
        end.close()


def test_a_line_on_which_nothing_moves_is_ended_and_its_reader_wakes(pair):
    client, accepted = pair
    client.sendall(b"half of")
    assert accepted.recv(100) == b"half of"
    time.sleep(0.4)
    assert idle.sweep(0.3) == 1
    assert accepted.recv(100) == b""
    assert client.recv(100) == b""


def test_a_line_that_moves_stays(pair):
    client, accepted = pair
    time.sleep(0.4)
    client.sendall(b"more")
    assert idle.sweep(0.3) == 0
    assert accepted.recv(100) == b"more"


def test_connections_that_this_process_made_are_left_alone(pair):
    client, accepted = pair
    time.sleep(0.2)
    # Seen from the client's side no port is listened on: only the accepted end is shut down.
    assert idle.sweep(0.1) == 1
    assert client.getsockname() != accepted.getsockname()
