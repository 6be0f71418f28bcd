"""A zip that is sent while it is written."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from pishkhan.kernel import zips


def test_it_is_written_in_pieces_and_read_by_anybody():
    sent: list[str] = []

    def pieces():
        for number in range(3):
            sent.append(f"piece {number}")
            yield b"x" * 100_000

    stream = zips.streamed([("one/a.txt", iter([b"a"]), True), ("b.bin", pieces(), False)])
    data = b""
    for piece in stream:
        data += piece
        assert len(piece) < 250_000  # never all of a file at once
    assert sent == ["piece 0", "piece 1", "piece 2"]
    book = ZipFile(io.BytesIO(data))
    assert book.testzip() is None
    assert book.namelist() == ["one/a.txt", "b.bin"]
    assert book.read("b.bin") == b"x" * 300_000
    assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "twice"])
def test_a_name_that_leads_elsewhere_or_comes_twice_is_refused(name: str):
    files = [("twice", iter([b""]), True), (name, iter([b""]), True)]
    with pytest.raises(ValueError, match="not a name"):
        list(zips.streamed(files))
