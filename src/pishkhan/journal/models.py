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
