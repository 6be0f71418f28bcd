"""The rows of the journal."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One entry, written in its deed's transaction and never changed.

    `index` is given by the sequencer; `fields` is the canonical JSON of the extra fields,
    `salts` 32 bytes for each field by name, header included, `commit` the root over them.
    Where a field was erased, `erased` names it and its slot in `salts` holds its hash.
    """

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    version = models.PositiveSmallIntegerField()
    node = models.UUIDField()
    kind = models.CharField(max_length=64)
    subject = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    fields = models.TextField()
    salts = models.BinaryField()
    commit = models.BinaryField()
    erased = models.TextField(default="")
    index = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            # Only over rows that have one, so that an append costs nothing.
            models.UniqueConstraint(
                fields=["index"],
                condition=models.Q(index__isnull=False),
                name="journal_entry_one_place",
            ),
        )
        # What waits for its place: empty but for a second's work, so it costs nothing to ask.
        indexes = (
            models.Index(
                fields=["number"],
                condition=models.Q(index__isnull=True),
                name="journal_entry_waiting",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Log(models.Model):
    """A log of this node; the one of the highest epoch is written to, the others are over.

    `edge` holds the hashes of `merkle.Grown.edge`, one after another; `note` is the checkpoint of
    `size` and `root`, signed by the log.
    """

    epoch = models.PositiveIntegerField(primary_key=True)
    origin = models.CharField(max_length=120, unique=True)
    start = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    edge = models.BinaryField()
    note = models.TextField(default="")
    signed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.origin


class Witnessed(models.Model):
    """What this node last cosigned of a log of others, as a witness: never a smaller tree again.

    `note` is the checkpoint with the log's own signatures, `at` the time of the cosignature in
    POSIX seconds, `number` which key of this witness gave it. Written before anything is signed.
    """

    origin = models.CharField(max_length=255, primary_key=True)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    note = models.TextField(default="")
    at = models.BigIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.origin


class Cosigned(models.Model):
    """A published checkpoint of this node's log that witnesses were asked for.

    `note` has the log's signature and the cosignatures that came, all of them verified. `carried`
    says that it went out in a file: its answers may come back after weeks. `entry` is the anchor
    that holds the note (logic/anchor.py), `anchored_at` its time.
    """

    number = models.BigAutoField(primary_key=True)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    carried = models.BooleanField(default=False)
    entry = models.UUIDField(null=True)
    anchored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["epoch", "size"], name="journal_cosigned_one_a_size"),
        )

    def __str__(self) -> str:
        return f"{self.epoch}/{self.size}"


class Asked(models.Model):
    """How a witness of this node's log does: by its key, of the log of an epoch.

    `size` is the last that it said it cosigned; `trouble` is why the last request brought nothing,
    and `silent_since` when the first one of that row failed.
    """

    number = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=400)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField(default=0)
    cosigned_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=64, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "epoch"], name="journal_asked_one_a_log"),
        )

    def __str__(self) -> str:
        return self.key
