"""`pishkhan fsck` tells each thing that was changed behind the program's back, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.models import F
from tests import emptying
from tests.journal.log_key import LogKey
from tests.node import fsck_ground
from tests.node.fsck_ground import (
    Ground,
    arrival,
    arrival_copied,
    behind_its_back,
    blob,
    copied,
    doubled,
    first,
    flip,
    found,
    later,
    rewrite,
    signed_by,
    submission,
    submission_copied,
    swap_pages,
    unconstrained,
)

from pishkhan.directory.models import TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.journal.logic import fsck_words
from pishkhan.journal.models import Entry, Log
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.logic import fsck_letters
from pishkhan.letters.logic.fsck_words import WORDS as LETTERS
from pishkhan.letters.models import (
    Answer,
    Arrival,
    Draft,
    DraftVersion,
    Indicator,
    LetterNumber,
    PageRow,
    Referral,
    Submission,
)
from pishkhan.node import wiring
from pishkhan.relay.logic.fsck import WORDS as RELAY
from pishkhan.relay.models import Custody, Envelope, Inbound, Outgoing, Stream
from pishkhan.web.uploads.fsck import WORDS as UPLOADS

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)
ALL = {**fsck_words.WORDS, **LETTERS, **RELAY, **UPLOADS}


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Ground]:
    """One province for all tests here: each takes back what it changes."""
    connection = connections["default"]
    with django_db_blocker.unblock():
        emptying.empty(connection)
        with fsck_ground.home(tmp_path_factory.mktemp("home")) as folder:
            yield fsck_ground.make(folder)
        emptying.empty(connection)


@dataclass(frozen=True)
class Tamper:
    """What is done behind its back, and what else must be told of it."""

    do: Callable[[Ground], object]
    also: tuple[str, ...] = ()


def entry() -> Any:
    """Return one entry that no state follows from."""
    return Entry.objects.filter(pk=Entry.objects.filter(kind="agency.added").earliest("pk").pk)


def number() -> Any:
    """Return the number of the letter that was registered and nothing more."""
    return LetterNumber.objects.filter(outgoing=False, state="issued", pk__in=_registered())


def _registered() -> Any:
    items = Arrival.objects.filter(state="registered").values("pk")
    return LetterNumber.objects.filter(item_id__in=items).values("pk")


def doubled_place(_g: Ground) -> None:
    unconstrained("journal_entry")
    Entry.objects.filter(index__isnull=True).update(index=5)


def two_custodians(_g: Ground) -> None:
    unconstrained("relay_custody")
    held = Custody.objects.filter(state="held").values_list("item", flat=True)
    first(Custody, state="released", item__in=list(held)).update(state="held")


def doubled_code(g: Ground) -> None:
    unconstrained("letters_submission")
    submission(g).update(tracking_code=g.voided.tracking_code)


def wrong_digit(g: Ground) -> None:
    code = g.registered.tracking_code
    submission(g).update(tracking_code=code[:-1] + str((int(code[-1]) + 1) % 10))


def grow_published(g: Ground) -> None:
    note = signed_by(wiring.LogKey().of(1), size=Log.objects.get().size + 1)
    (g.home / "log/1/checkpoint").write_text(note)


def publish_another(g: Ground) -> None:
    (g.home / "log/2").mkdir()
    (g.home / "log/2/checkpoint").write_bytes((g.home / "log/1/checkpoint").read_bytes())


def forgotten(g: Ground) -> None:
    made = letters.blob_store().put([b"nobody names this"])
    long_ago = clock.current().now().timestamp() - 60 * 86400
    os.utime(letters.blob_store().path(made.digest), (long_ago, long_ago))


TAMPERS: dict[str, Tamper] = {
    "entries.malformed": Tamper(lambda _g: entry().update(fields="x")),
    "entries.not-canonical": Tamper(
        lambda _g: entry().update(fields=entry().get().fields.replace("{", "{ ", 1))
    ),
    "entries.commitment": Tamper(lambda _g: entry().update(actor="applicant")),
    "entries.other-node": Tamper(lambda _g: rewrite(node=new_id())),
    "entries.back-dated": Tamper(lambda _g: rewrite(at=later(-3))),
    "entries.dated-ahead": Tamper(lambda _g: rewrite(at=later(2))),
    "entries.place-missing": Tamper(lambda _g: Entry.objects.filter(index=9).update(index=None)),
    "entries.place-doubled": Tamper(doubled_place),
    "entries.place-outside": Tamper(
        lambda _g: Entry.objects.filter(index__isnull=True).update(index=10**9)
    ),
    "log.root": Tamper(lambda _g: Log.objects.update(edge=bytes(32))),
    "log.checkpoint": Tamper(
        lambda _g: Log.objects.update(note=signed_by(wiring.LogKey().of(1), root=bytes(32)))
    ),
    "log.signature": Tamper(lambda _g: Log.objects.update(note=signed_by(LogKey(7)))),
    "log.published": Tamper(lambda g: flip(g.home / "log/1/tile/0/000")),
    "log.rolled-back": Tamper(grow_published),
    "log.mark": Tamper(lambda g: (g.home / "log.registered").write_text("another\n")),
    "log.restored": Tamper(lambda g: (g.home / "log.restored").touch()),
    "letters.state": Tamper(lambda g: submission(g).update(state="closed")),
    "letters.draft-state": Tamper(
        lambda _g: first(Draft, state="dispatched").update(state="refused")
    ),
    "letters.referral-state": Tamper(
        lambda _g: first(Referral, state="closed").update(state="open")
    ),
    "letters.transition": Tamper(
        lambda g: rewrite(
            kind="letter.draft_sent_back", subject=g.registered.letter_id, fields={"draft": "none"}
        )
    ),
    "letters.no-entry": Tamper(lambda _g: copied(Referral)),
    "letters.no-row": Tamper(
        lambda _g: Referral.objects.filter(
            pk=Referral.objects.filter(arrival__way="incoming").latest("pk").pk
        )._raw_delete("default")
    ),
    "letters.time": Tamper(lambda g: arrival(g).update(arrived_at=F("arrived_at") + SECOND)),
    "letters.content": Tamper(lambda g: submission(g).update(body="words that nobody accepted")),
    "letters.pages": Tamper(swap_pages, also=("letters.slip",)),
    "letters.slip": Tamper(
        lambda g: arrival(g).update(tracking_code=g.voided.tracking_code)
    ),
    "letters.promise": Tamper(lambda _g: first(Answer).update(promise="7")),
    "letters.no-custody": Tamper(
        lambda g: Custody.objects.filter(item=g.registered.letter_id).delete()
    ),
    "numbers.gap": Tamper(lambda _g: number().delete(), also=("numbers.no-row",)),
    "numbers.doubled": Tamper(lambda _g: doubled(LetterNumber)),
    "numbers.count": Tamper(lambda _g: Indicator.objects.update(last=F("last") + 1)),
    "numbers.no-reason": Tamper(
        lambda _g: LetterNumber.objects.filter(state="voided").update(void_reason=" ")
    ),
    "numbers.no-entry": Tamper(lambda _g: number().update(item_id=new_id())),
    "numbers.no-row": Tamper(lambda _g: number().delete(), also=("numbers.gap",)),
    "numbers.state": Tamper(lambda _g: number().update(state="voided", void_reason="so")),
    "numbers.time": Tamper(lambda _g: number().update(at=F("at") + SECOND)),
    "numbers.letter": Tamper(lambda g: arrival(g).update(number_text="1405/77")),
    "numbers.code": Tamper(wrong_digit, also=("letters.content", "letters.slip")),
    "numbers.code-doubled": Tamper(doubled_code, also=("letters.content", "letters.slip")),
    "numbers.code-block": Tamper(
        lambda _g: TrackingBlock.objects.update(block=F("block") + 1000)
    ),
    "blobs.missing": Tamper(lambda g: blob(g).unlink()),
    "blobs.damaged": Tamper(lambda g: flip(blob(g))),
    "blobs.size": Tamper(lambda _g: first(PageRow).update(size=F("size") + 1)),
    "blobs.unreferenced": Tamper(forgotten),
    "relay.envelope": Tamper(lambda _g: first(Envelope).update(payload=b"{}")),
    "relay.header": Tamper(
        lambda _g: first(Envelope).update(header=b"{}"), also=("relay.outgoing", "relay.sequence")
    ),
    "relay.signature": Tamper(lambda _g: first(Envelope).update(signature=bytes(64))),
    "relay.inbound": Tamper(lambda _g: first(Inbound).update(subject=new_id())),
    "relay.outgoing": Tamper(lambda _g: first(Outgoing, state="applied").update(payload=b"{}")),
    "relay.sequence": Tamper(
        lambda _g: first(Stream, outgoing=True).update(last=F("last") + 1)
    ),
    "relay.hole": Tamper(
        lambda _g: first(Stream, outgoing=False).update(contiguous=F("contiguous") - 1)
    ),
    "relay.custodians": Tamper(two_custodians),
    "relay.no-custodian": Tamper(
        lambda _g: first(Custody, state="handed_over").update(state="released")
    ),
    "relay.no-reason": Tamper(
        lambda _g: first(Inbound, state="refused").update(reason="")
    ),
}  # fmt: skip


MORE: dict[str, tuple[str, Callable[[Ground], object]]] = {
    "the agency's state": ("letters.state", lambda g: arrival(g).update(state="in_progress")),
    "a letter that was taken away": (
        "letters.no-row",
        lambda g: submission(g)._raw_delete("default"),
    ),
    "a letter that nobody accepted": ("letters.no-entry", submission_copied),
    "an answer that was taken away": (
        "letters.no-row",
        lambda g: Answer.objects.filter(letter_id=g.handed.letter_id)._raw_delete("default"),
    ),
    "a letter that never came to the agency": ("letters.no-entry", arrival_copied),
    "a draft that was taken away": (
        "letters.no-row numbers.no-entry",
        lambda _g: first(Draft, state="dispatched")._raw_delete("default"),
    ),
    "a draft that nobody wrote": ("letters.no-entry", lambda _g: copied(Draft)),
    "an answer that never came": (
        "letters.no-entry letters.content", lambda _g: copied(Answer)
    ),
    "when an answer came": (
        "letters.time", lambda _g: first(Answer).update(received_at=F("received_at") + SECOND)
    ),
    "when it was handed over": (
        "letters.time",
        lambda g: Answer.objects.filter(letter_id=g.handed.letter_id).update(handed_over_at=None),
    ),
    "when a letter was accepted": (
        "letters.time letters.slip",
        lambda g: submission(g).update(accepted_at=F("accepted_at") + SECOND)
    ),
    "when a letter was registered": (
        "letters.time", lambda g: arrival(g).update(registered_at=F("registered_at") + SECOND)
    ),
    "when it was closed": (
        "letters.time",
        lambda g: Arrival.objects.filter(letter_id=g.handed.letter_id).update(closed_at=None),
    ),
    "when it was signed": (
        "letters.time",
        lambda _g: first(Draft, state="dispatched").update(signed_at=F("signed_at") + SECOND),
    ),
    "when it was referred": (
        "letters.time",
        lambda _g: first(Referral, arrival__way="incoming").update(at=F("at") + SECOND),
    ),
    "what was signed": (
        "letters.content letters.promise letters.slip",
        lambda _g: first(Draft, state="dispatched").update(text_digest="0" * 64),
    ),
    "a version's words": ("letters.content", lambda _g: first(DraftVersion).update(body="others")),
    "a version less": (
        "letters.content", lambda _g: first(DraftVersion)._raw_delete("default")
    ),
    "what was paid": (
        "letters.content letters.slip", lambda g: submission(g).update(state_fee=7)
    ),
    "a file of a completion": (
        "letters.pages",
        lambda _g: PageRow.objects.filter(
            pk=PageRow.objects.filter(round=1).earliest("pk").pk
        ).update(round=2),
    ),
    "a file at the agency": (
        "letters.pages",
        lambda g: PageRow.objects.filter(
            letter_id=g.registered.letter_id, office_id=g.world.secretariat, seq=1
        ).update(seq=9),
    ),
    "an answer's number": (
        "numbers.letter",
        lambda _g: first(Draft, state="dispatched").update(number_text="1405/99"),
    ),
    "the number that a letter bears": ("numbers.letter", lambda g: arrival(g).update(number=99)),
    "a count for no number": (
        "numbers.count",
        lambda _g: Indicator.objects.create(series_id=new_id(), year=1404, last=3),
    ),
    "the root of the log's row": (
        "log.checkpoint", lambda _g: Log.objects.update(note="not a note")
    ),
    "a bundle of leaves": (
        "log.published", lambda g: flip(g.home / "log/1/tile/entries/000")
    ),
    "the published checkpoint": (
        "log.published", lambda g: flip(g.home / "log/1/checkpoint")
    ),
    "another tree of the same size": (
        "log.published",
        lambda g: (g.home / "log/1/checkpoint").write_text(
            signed_by(wiring.LogKey().of(1), root=bytes(32))
        ),
    ),
    "the newest entry of the log": (
        "entries.place-missing",
        lambda _g: Entry.objects.filter(index=Log.objects.get().size - 1).update(index=None),
    ),
    "a log without its note": ("log.checkpoint", lambda _g: Log.objects.update(note="")),
    "a log that the database does not have": ("log.rolled-back", publish_another),
    "a mark that is gone": ("log.mark", lambda g: (g.home / "log.registered").unlink()),
    "a message refused without a reason": (
        "relay.no-reason", lambda _g: first(Outgoing, state="refused").update(reason="")
    ),
    "a message without its envelope": (
        "relay.outgoing", lambda _g: first(Outgoing, state="applied").update(envelope="0" * 64)
    ),
}  # fmt: skip
"""Other ways to the same findings, one for each comparison."""


@pytest.fixture
def files(ground: Ground) -> Iterator[None]:
    """Put back whatever a test does to files of the home."""
    before = {path: path.read_bytes() for path in ground.home.rglob("*") if path.is_file()}
    yield
    for path in {*ground.home.rglob("*"), *before}:
        if path not in before and path.is_file():
            path.unlink()
        elif path in before and (not path.exists() or path.read_bytes() != before[path]):
            path.write_bytes(before[path])


def test_a_province_made_by_deeds_is_clean(ground: Ground) -> None:
    assert found() == []


@pytest.mark.parametrize("code", sorted(TAMPERS))
def test_what_was_changed_behind_its_back_is_told(ground: Ground, files: None, code: str) -> None:
    tamper = TAMPERS[code]
    with behind_its_back():
        tamper.do(ground)
        assert found() == sorted({code, *tamper.also})
    assert journal.head().size


@pytest.mark.parametrize("what", sorted(MORE))
def test_each_thing_that_is_compared_is_told(ground: Ground, files: None, what: str) -> None:
    code, do = MORE[what]
    with behind_its_back():
        do(ground)
        assert set(found()) - {"letters.no-custody"} == set(code.split())


@pytest.mark.parametrize("side", [Submission, Arrival])
def test_a_letter_that_nobody_is_answerable_for_is_told_at_each_side(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, side: Any
) -> None:
    batches = fsck_letters.batches
    monkeypatch.setattr(
        fsck_letters, "batches", lambda model: batches(model) if model is side else ()
    )
    with behind_its_back():
        Custody.objects.all()._raw_delete("default")
        assert "letters.no-custody" in found(("letters",))


def test_every_code_has_a_test_that_tampers_and_a_line_for_the_operator() -> None:
    assert TAMPERS.keys() == ALL.keys()
    page = (ROOT / "docs/howto/fsck.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| ", page, re.M)) == ALL.keys()
