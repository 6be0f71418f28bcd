"""A log of a few letters, a policy that knows it and three witnesses, and the program."""

import hashlib
import json
from dataclasses import dataclass

import pytest

from pishkhan_verify import cli
from tests import maker
from tests.watching import place, watched  # noqa: F401 - fixtures of the monitor's tests


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class World:
    """Files in a folder, and `check`, which runs the program over them in English."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.witnesses = [maker.witness_key(number) for number in (1, 2, 3)]
        self.letter = maker.Letter()
        self.other = maker.Letter("1112223334445")
        leaves = [hashlib.sha256(bytes([i])).digest() for i in range(9)]
        self.log = maker.Log(leaves=[*leaves[:5], self.letter.leaf, *leaves[5:], self.other.leaf])
        self.set_policy(maker.policy(self.log.key, witnesses=self.witnesses))

    def set_policy(self, text):
        self.policy = self.write("policy", text)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return str(path)

    def check(self, *arguments, lang="en"):
        told = [str(each) for each in arguments]
        code = cli.main([*told, "--policy", self.policy, "--lang", lang])
        out, err = self.capsys.readouterr()
        return Answer(code, out, err)

    def refused(self, sentence, *arguments):
        """Check that the program says this and no more, and exits with 1."""
        answer = self.check(*arguments)
        assert (answer.code, answer.out, answer.err) == (1, "", f"Not verified: {sentence}\n")

    def unreadable(self, sentence, *arguments):
        answer = self.check(*arguments)
        assert (answer.code, answer.out, answer.err) == (2, "", f"Could not be read: {sentence}\n")

    def proof(self, *names, **options):
        options.setdefault("witnesses", self.witnesses[:2])
        return self.log.proof(self.letter, *(names or ("slip",)), **options)


@pytest.fixture
def world(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli, "now", lambda: maker.NOW)
    return World(tmp_path, capsys)
