"""One contact, from the village's side: say hello, send what waits, fetch what waits, take it in.

A faster stick: what travels are the bags that a stick carries. What is true after a crash, or a
cut, at any line: the bag that was on its way out is kept here and goes on behind what the centre
has of it; of the one that was on its way in, what came is kept and the rest is asked for. A bag is
forgotten only when the other side said, signed, that it took it, and carried in one piece or in a
hundred it is taken as from a stick: once.
"""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import N_, Invalid, NotFound, PishkhanError
from pishkhan.relay import line as words
from pishkhan.relay.bundle import Succession
from pishkhan.relay.carriers import tus
from pishkhan.relay.carriers.http import LineFailed, LineRefused, Pace, Wire, failed
from pishkhan.relay.contracts import BundleFate
from pishkhan.relay.contracts.contacts import CallReport
from pishkhan.relay.line import Answer, Bag, Hello
from pishkhan.relay.logic import carried, clocks, kept, origins, succession
from pishkhan.relay.logic.import_bundles import import_bundle
from pishkhan.relay.logic.line_settings import LineSettings, line_settings
from pishkhan.relay.models import Line
from pishkhan.sealing import api as sealing

AUTHORITY = "line-ca.pem"
"""In HOME: the authority of a centre whose certificate the machine does not know."""
MOST_ROUNDS = 64
"""Bags each way in one contact; the rest goes with the next one."""
SOON = timedelta(seconds=5)
"""Between two contacts at least: letters that are accepted one after the other go together."""
WAIT_FIRST, WAIT_MOST = timedelta(seconds=15), timedelta(minutes=30)
"""Before the next try after a failure; doubled at each, and up to half of it by chance less, so
that a province whose centre was away does not call in one second."""


def call() -> CallReport:
    """Make one contact with this node's centre now, and say what it carried.

    Raises NotFound `relay.no-line` when no line is set, LineFailed with its reason, and Unavailable
    `relay.line-busy` while another contact is under way.
    """
    line = line_settings()
    if line is None:
        raise NotFound(
            "relay.no-line", N_("No line is set: give the centre's address, `relay line ADDRESS`.")
        )
    with kept.alone(line.node):
        return _noted(line)


def call_when_due() -> int:
    """Make a contact if one is due, and return how many bags it carried: the worker's round.

    At once when something new waits, else after the minutes that are set; after a failure when its
    wait is over; never in quiet hours. A failure is noted for people, and not raised.
    """
    line = line_settings()
    now = clock.current().now()
    if line is None or line.is_quiet(now):
        return 0
    row = Line.objects.filter(node=line.node).first()
    if row is not None and row.next_at is not None and now < row.next_at:
        soon = row.tried_at is not None and now - row.tried_at < SOON
        if soon or row.reason or not kept.waits(row, light=line.is_light(now)):
            return 0
    try:
        report = call()
    except PishkhanError:
        return 0
    return report.sent + report.taken


def _noted(line: LineSettings) -> CallReport:
    row = kept.line_to(line.node)
    now = clock.current().now()
    kept.note(row, tried_at=now)
    try:
        report = _contact(line, row)
    except PishkhanError as error:
        wait = min(WAIT_FIRST * 2 ** min(row.fails, 10), WAIT_MOST)
        wait *= 1 - random.random() / 2  # noqa: S311 - spreads calls, hides nothing
        kept.note(row, reason=error.code, fails=row.fails + 1, next_at=now + wait)
        raise
    end = clock.current().now()
    kept.note(row, fails=0, reached_at=end, next_at=end + timedelta(minutes=line.minutes))
    return report


def _contact(line: LineSettings, row: Line) -> CallReport:
    report, stopped = CallReport(), ""
    pace = Pace(line.kbit)
    with Wire(line.address, pace=pace, authority=Path(settings.HOME) / AUTHORITY) as wire:
        for _round in range(MOST_ROUNDS):
            light = line.is_light(clock.current().now())
            answer = _hello(wire, row, light=light)
            kept.heard(row, answer.heard)
            if answer.want:
                kept.note(row, wanted=True)
            try:
                bag = kept.bag_for(row, light=light)
            except PishkhanError as error:  # nothing may go out; what waits here still comes in
                bag, stopped = None, error.code
            if bag is not None:
                _send(wire, row, bag, answer)
                report = _plus(report, sent=bag)
            if answer.bag is not None:
                _fetch(wire, row, answer.bag, answer.token)
                report = _plus(report, taken=answer.bag)
            # The newest bag is acknowledged by the next contact's hello, unless more waits.
            full = answer.bag is not None and answer.bag.size >= kept.MOST // 2
            moved = bag is not None or answer.bag is not None
            if not moved or not (full or row.want or kept.waits(row, light=light)):
                break
        carried.carry(wire, answer.token, light=light)
    kept.note(row, reason=stopped)
    return CallReport(
        report.sent, report.sent_bytes, report.taken, report.taken_bytes, row.ahead or 0.0
    )


def _plus(report: CallReport, *, sent: Bag | None = None, taken: Bag | None = None) -> CallReport:
    return CallReport(
        report.sent + (sent is not None),
        report.sent_bytes + (sent.size if sent else 0),
        report.taken + (taken is not None),
        report.taken_bytes + (taken.size if taken else 0),
    )


def _hello(wire: Wire, row: Line, *, light: bool) -> Answer:
    """Return the answer to a hello of this node. One more try if its number was used before.

    That is so after a restore: the number goes on above what the other node has heard.
    """
    for _try in range(2):
        answer = _say(wire, row, light=light)
        if answer.token:
            return answer
        Line.objects.filter(node=row.node, number__lt=answer.last).update(number=answer.last)
    raise LineFailed("relay.line-form")


def _say(wire: Wire, row: Line, *, light: bool) -> Answer:
    # The number is durable before it is said: it is never said twice.
    Line.objects.filter(node=row.node).update(number=F("number") + 1)
    number = Line.objects.values_list("number", flat=True).get(node=row.node)
    me = origins.this_node()
    said_at = clock.current().now()
    path = kept.path_of(row)
    hello = Hello(
        node=me.id,
        epoch=me.epoch,
        key=me.key.key_id,
        to=row.node,
        number=number,
        at=said_at,
        heard=row.taken,
        bag=Bag(row.bag_sha256, row.bag_size) if path and not row.bag_sent else None,
        light=light,
        want=row.want,
        successions=succession.shown_to(row.node)[-words.MOST_SUCCESSIONS :],
    )
    body = words.write_hello(hello)
    reply = wire.ask("POST", "hello", body=words.join(body, me.key.sign(words.HELLO, body)))
    if reply.status not in {200, 409} or len(reply.body) > words.MOST:
        raise tus.refused(reply)
    answer = _believed(reply.body, hello)
    heard_at = clock.current().now()
    clocks.compared(row, _ahead(answer.at, said_at, heard_at))
    return answer


def _believed(data: bytes, hello: Hello) -> Answer:
    """Return an answer that the called node itself signed, to this very hello."""
    try:
        body, signature = words.split(data)
        answer = words.read_answer(body)
    except Invalid:
        raise LineFailed("relay.line-form") from None
    ours = (answer.to, answer.number) == (hello.node, hello.number)
    key = origins.Origins().public_key(hello.to, answer.epoch, answer.key)
    heirs: tuple[Succession, ...] = ()
    if key is None:
        heirs = succession.heirs(hello.to, answer.epoch, answer.key, answer.successions)
        key = heirs[-1].key if heirs else None
    signed = key is not None and sealing.verify(words.ANSWER, body, signature, key)
    if not ours or not signed:
        raise LineFailed("relay.line-other-node")
    if heirs:
        succession.adopt(hello.to, heirs)
    return answer


def _ahead(told: datetime, said: datetime, heard: datetime) -> float:
    """Return by how many seconds the other clock is ahead, with half of the way there and back."""
    return round((told - (said + (heard - said) / 2)).total_seconds(), 3)


def _send(wire: Wire, row: Line, bag: Bag, answer: Answer) -> None:
    path = kept.path_of(row)
    if path is None:
        return
    begun = answer.up if not row.bag_sent else None
    with path.open("rb") as source:
        sending = tus.Sending(
            source,
            bag.size,
            "up",
            {"Authorization": f"Bearer {answer.token}"},
            {"sha256": bag.tag},
            address=f"up/{begun.id}" if begun else None,
            offset=begun.offset if begun else None,
        )
        try:
            tus.send(wire, sending)
        except LineRefused as error:
            if error.told in {"relay.line-damaged", "relay.bundle", "relay.bad-signature"}:
                kept.forget(row)  # it is made anew
            raise
    kept.note(row, bag_sent=True)


def _fetch(wire: Wire, row: Line, bag: Bag, token: str) -> None:
    """Fetch a bag from where it was cut, and take it in."""
    store = kept.incoming()
    partial = store.begin(bag.sha256, limit=bag.size)
    here = partial.offset()
    if here < bag.size:
        headers = {"Authorization": f"Bearer {token}"}
        if here:
            headers |= {"Range": f"bytes={here}-", "If-Range": f'"{bag.sha256}"'}
        reply, pieces = wire.fetch("down", headers)
        if reply.status not in {200, 206}:
            raise tus.refused(reply)
        if here and reply.status == 200:
            partial.discard()
            partial, here = store.begin(bag.sha256, limit=bag.size), 0
        for piece in pieces:
            here = partial.append(here, piece)
        if here < bag.size:
            wire.close()
            raise failed(ConnectionResetError())
    _take(row, partial, bag)


def _take(row: Line, partial: PartialBlob, bag: Bag) -> None:
    with partial.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    fate = BundleFate.REFUSED
    reason = "relay.line-damaged"
    if found == bag.sha256:
        taken = import_bundle(partial.path, origin=row.node)
        fate, reason = taken.fate, taken.reason or reason
    if fate is not BundleFate.TAKEN:
        partial.discard()
        kept.note(row, want=True)  # the same bytes again would help nobody
        raise LineFailed(reason)
    # A crash here: it is taken in once more, from the file or from the other node.
    kept.note(row, taken=bag.tag, want=False)
    partial.discard()
