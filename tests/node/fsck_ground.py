"""A small province whose letters went every way, its log published: what fsck must find clean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.test import override_settings
from tests.letters.circular import branches
from tests.letters.circular import sent as circular
from tests.letters.test_internal import sent as internal
from tests.letters.world import World, drain, page, refer, refusing

from pishkhan.journal import api as journal
from pishkhan.journal import guard, triggers
from pishkhan.journal.checkpoint import Checkpoint, KeyKind, NoteKey, sign_checkpoint
from pishkhan.journal.commitment import compose, time_text
from pishkhan.journal.models import Entry, Log
from pishkhan.kernel import canonical, clock, tracking
from pishkhan.kernel.findings import Survey
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.letters.models import Arrival, PageRow, Submission
from pishkhan.node import wiring
from pishkhan.node.commands import fsck

SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")


@dataclass(frozen=True)
class Ground:
    """The node: its home, its people, and letters by what became of them."""

    home: Path
    world: World
    handed: Accepted
    registered: Accepted
    voided: Accepted


@contextmanager
def home(folder: Path) -> Iterator[Path]:
    """Make `folder` the home of this process's node."""
    with override_settings(
        HOME=folder, BLOB_ROOT=folder / "blobs", KEYS_ROOT=folder / "keys", DEMO=False
    ):
        wiring.introduce()
        yield folder


def log() -> None:
    """Let the log take every entry and publish it."""
    key = wiring.LogKey()
    while journal.step(key):
        pass


def make(folder: Path) -> Ground:
    """Let letters go their ways; leave one entry that waits for its place."""
    world = World.make()
    handed, _ = world.answered()
    hand_over(world, handed)
    registered, arrival = world.arrive(pages=(page("three"), page("four")))
    letters.register(world.registrar, arrival)
    voided, arrival = world.arrive()
    number = letters.register(world.registrar, arrival)
    letters.void_number(world.registrar, year=number.year, number=number.number, reason="اشتباه")
    returned, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    letters.complete(world.clerk, returned.letter_id, pages=(page("five"),))
    drain()
    _, arrival = world.arrive()
    letters.transfer(world.registrar, arrival, agency_id=world.other_agency, reason="نه اینجا")
    drain()
    withdrawn, _ = world.referred()
    letters.ask_withdrawal(world.clerk, withdrawn.letter_id, reason="منصرف شد")
    drain()
    with refusing():
        _, arrival = world.answered()
    letters.reopen(world.registrar, arrival, reason="دوباره")
    refer(world.registrar, arrival, world.expert)
    branches(world)
    circular(world)
    internal(world)
    drain()
    log()
    with journal.act() as act:
        act.append("letter.noted", subject=SUBJECT, actor="system", fields={"n": 1})
    return Ground(folder, world, handed, registered, voided)


def hand_over(world: World, accepted: Accepted) -> None:
    """Hand the letter's answer over and carry the news."""
    seen = letters.submission(world.clerk, accepted.letter_id)
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=seen.applicant.number,
        tracking_code=accepted.tracking_code,
    )
    drain()


@contextmanager
def behind_its_back() -> Iterator[None]:
    """Allow any write inside, by this thread; all of it is taken back in the end."""
    with guard.suspended("flush"), transaction.atomic():
        triggers.drop(connection)
        yield
        transaction.set_rollback(True)


def unconstrained(table: str) -> None:
    """Take a table's constraints and indexes away, as who writes past the engine does."""
    end = "CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE loose AS SELECT * FROM {table}")
        cursor.execute(f"DROP TABLE {table} {end}")
        cursor.execute(f"ALTER TABLE loose RENAME TO {table}")


def rewrite(
    *,
    kind: str = "letter.noted",
    subject: UUID = SUBJECT,
    fields: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    node: UUID | None = None,
) -> None:
    """Write the waiting entry anew and commit to it, as a forger with the program would."""
    row = Entry.objects.get(index__isnull=True)
    at, node = at or row.at, node or row.node
    header = {
        "actor": row.actor,
        "at": time_text(at),
        "kind": kind,
        "node": str(node),
        "subject": str(subject),
    }
    given = fields or canonical.loads(row.fields.encode())
    salts = bytes(32 * (len(header) + len(given)))
    made = compose(header, given, salts)
    Entry.objects.filter(pk=row.pk).update(
        kind=kind, subject=subject, at=at, node=node,
        fields=made.fields, salts=salts, commit=made.commit,
    )  # fmt: skip


def found(parts: tuple[str, ...] = fsck.PARTS) -> list[str]:
    """Return the codes that fsck tells now, on this connection, each once and sorted."""
    survey, published = Survey(), journal.published_now()
    return sorted({each.code for part in parts for each in fsck.look(part, survey, published)})


def findings(part: str, survey: Survey | None = None) -> set[tuple[str, str]]:
    """Return what one part of fsck tells now: each code with what it says is wrong, "" for none."""
    told = fsck.look(part, survey or Survey(), journal.published_now())
    return {(each.code, str(each.message.params.get("what", ""))) for each in told}


def doubled(model: Any) -> None:
    """Insert a row once more, whose key is free."""
    row = model.objects.order_by("pk")[0]
    unconstrained(model._meta.db_table)
    row.pk = 10**6 if isinstance(row.pk, int) else new_id()
    row.save(force_insert=True)


def copied(model: Any) -> None:
    """Insert a row once more under another id."""
    row = model.objects.order_by("pk")[0]
    row.pk = new_id()
    row.save(force_insert=True)


def signed_by(key: Any, **changes: Any) -> str:
    """Return the head as `key` signs it, with `changes`."""
    row = Log.objects.get()
    head = {"origin": row.origin, "size": row.size, "root": bytes(row.root), **changes}
    name = NoteKey(row.origin, KeyKind.LOG, key.public)
    return str(sign_checkpoint(Checkpoint(**head), name, key.sign))


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def later(days: int) -> Any:
    """Return a moment so many days from now."""
    return clock.current().now() + timedelta(days=days)


def first(model: Any, **given: Any) -> Any:
    """Return the first row as a query set that may be updated."""
    return model.objects.filter(pk=model.objects.filter(**given).order_by("pk")[0].pk)


def arrival(g: Ground) -> Any:
    """Return the registered letter's row at the agency as a query set that may be updated."""
    return Arrival.objects.filter(letter_id=g.registered.letter_id)


def submission(g: Ground) -> Any:
    """Return the registered letter's row at its counter as a query set that may be updated."""
    return Submission.objects.filter(pk=g.registered.letter_id)


def blob(g: Ground) -> Path:
    """Return the file of the registered letter's first page."""
    digest = PageRow.objects.filter(letter_id=g.registered.letter_id).earliest("pk").digest
    return letters.blob_store().path(digest)


def swap_pages(g: Ground) -> None:
    """Put the registered letter's second page before its first, at the counter."""
    mine = PageRow.objects.filter(letter_id=g.registered.letter_id, office_id=g.world.counter)
    mine.filter(seq=1).update(seq=3)  # the second is the first now


def arrival_copied(g: Ground) -> None:
    """Insert a letter at the agency that came from nowhere."""
    row = arrival(g).get()
    row.pk, row.letter_id, row.number = new_id(), new_id(), None
    row.save(force_insert=True)


def submission_copied(g: Ground) -> None:
    """Insert a letter at the counter, with a code of its own, that nobody accepted."""
    row = submission(g).get()
    row.pk, row.nonce = new_id(), new_id()
    row.tracking_code = tracking.make(bytes(32), tracking.block_of(row.tracking_code), 77)
    row.save(force_insert=True)
