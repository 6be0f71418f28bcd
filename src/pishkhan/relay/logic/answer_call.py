"""Answer a village's call: who calls, what waits for it, and how far its own bag has come.

What is true after a crash at any line: nothing but the row of this line was written, and an entry
where the caller's clock has changed. A hello that
was not answered is followed by one with a higher number, and that is answered anew.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, PishkhanError
from pishkhan.relay import line as words
from pishkhan.relay.bundle import Succession
from pishkhan.relay.line import Answer, Bag, Hello
from pishkhan.relay.logic import bags_in, clocks, kept, origins, succession
from pishkhan.relay.logic.receive import count_rejection
from pishkhan.relay.models import Line
from pishkhan.sealing import api as sealing

CONTACT_LASTS = timedelta(hours=1)
"""How long a token opens new requests; one that is under way goes on."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it travels; `fresh` is False when the hello was told before."""

    data: bytes
    fresh: bool


def answer_call(data: bytes) -> Answered:
    """Return the answer to a hello.

    Raises Forbidden `relay.line-unknown`, the same for a damaged hello, one for another node, an
    unknown node, a wrong signature and a revoked key; nothing is noted of it here. Raises
    Unavailable `relay.line-busy` while another contact of the same node is under way.
    """
    now = clock.current().now()
    hello = _believed(data, now)
    with kept.alone(hello.node):
        row = kept.line_to(hello.node)
        fresh = Line.objects.filter(node=hello.node, number__lt=hello.number).update(
            number=hello.number, reached_at=now
        )
        if not fresh:
            told = Answer(hello.node, hello.number, row.number, now)
            return Answered(_signed(told), fresh=False)
        row.number = hello.number
        clocks.compared(row, (hello.at - now).total_seconds())
        return Answered(_signed(_answer(row, hello, now)), fresh=True)


def caller_of(token: str) -> UUID | None:
    """Return the node whose contact has this token; None once it is over or the node revoked."""
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    now = clock.current().now()
    node = (
        Line.objects.filter(token=digest, token_until__gt=now).values_list("node", flat=True)
    ).first()
    if node is None or directory.other_node(node).revoked_at is not None:
        return None
    return node


def _believed(data: bytes, now: datetime) -> Hello:
    try:
        body, signature = words.split(data)
        hello = words.read_hello(body)
        if hello.to != journal.node_id() or hello.node == hello.to:
            raise words.ill_formed()
        believed = origins.Origins()
        key = believed.public_key(hello.node, hello.epoch, hello.key)
        heirs: tuple[Succession, ...] = ()
        if key is None:
            heirs = succession.heirs(hello.node, hello.epoch, hello.key, hello.successions)
            key = heirs[-1].key if heirs else None
        if key is None or not sealing.verify(words.HELLO, body, signature, key):
            raise words.ill_formed()
        # A former key may have been copied with the disk; who calls is the node as it is now.
        former = believed.is_former(hello.node, hello.epoch)
        if former or believed.is_over(hello.node, hello.key, now):
            raise words.ill_formed()
    except (Invalid, NotFound):
        raise unknown() from None
    if heirs:
        succession.adopt(hello.node, heirs)
    return hello


def count_stranger(data: bytes) -> None:
    """Take note that somebody called who is not known: a digest and a count."""
    digest = hashlib.sha256(data).hexdigest()
    count_rejection(digest, "relay.line-unknown", clock.current().now())


def unknown() -> Forbidden:
    """Return the one refusal for whoever is not known to be an enrolled node."""
    return Forbidden("relay.line-unknown", words.REASONS["relay.line-unknown"])


def _answer(row: Line, hello: Hello, now: datetime) -> Answer:
    kept.heard(row, hello.heard)
    if hello.want:
        kept.note(row, wanted=True)
    token = secrets.token_urlsafe(16)
    kept.note(
        row,
        token=hashlib.sha256(token.encode()).hexdigest(),
        token_until=now + CONTACT_LASTS,
    )
    up = bags_in.unfinished(row, hello.bag)
    return Answer(
        hello.node,
        hello.number,
        hello.number,
        clock.current().now(),
        token=token,
        heard=row.taken,
        bag=_waiting(row, light=hello.light),
        up=up,
        want=row.want,
    )


def _waiting(row: Line, *, light: bool) -> Bag | None:
    """Return what waits for the caller; None also where this node may or can make nothing now.

    Why not is told here, in `relay status`: it is nothing that the caller could change.
    """
    try:
        return kept.bag_for(row, light=light)
    except PishkhanError:
        return None


def _signed(answer: Answer) -> bytes:
    me = origins.this_node()
    told = succession.shown_to(answer.to)[-words.MOST_SUCCESSIONS :]
    answer = replace(answer, epoch=me.epoch, key=me.key.key_id, successions=told)
    body = words.write_answer(answer)
    return words.join(body, me.key.sign(words.ANSWER, body))
