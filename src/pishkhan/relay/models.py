"""Tables of the relay. Sender's and receiver's rows are joined by nothing but the envelope."""

from __future__ import annotations

from django.db import models

from pishkhan.kernel.ids import new_id
from pishkhan.relay.contracts import CustodyState, InboundState, OutgoingState


def _choices(values: type[OutgoingState | InboundState | CustodyState]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Outgoing(models.Model):
    """What a deed sends: written in the deed's transaction, numbered later by the worker."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_office = models.UUIDField()
    to_office = models.UUIDField()
    kind = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    subject = models.UUIDField()
    payload = models.BinaryField()
    blobs = models.JSONField(default=list)
    after = models.JSONField(default=list)
    transfer = models.UUIDField(null=True)
    item = models.UUIDField(null=True)
    hop = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=_choices(OutgoingState), default="pending")
    envelope = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=80, default="")
    blocked_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"],
                condition=models.Q(state=OutgoingState.PENDING.value),
                name="relay_out_pending",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(state=OutgoingState.UNSENDABLE.value),
                name="relay_out_stopped",
            ),
            # Not `state IN (…)`: SQLite takes no partial index for a list that comes as values.
            models.Index(
                fields=["from_office", "id"],
                condition=models.Q(settled_at__isnull=True),
                name="relay_out_unsettled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Envelope(models.Model):
    """The sealed bytes, never changed. `id` is hexadecimal SHA-256 of header and payload."""

    id = models.CharField(primary_key=True, max_length=64)
    header = models.BinaryField()
    payload = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    to_carry = models.UUIDField(null=True)
    """The message's id (which sorts by age) while a carrier has to take it."""
    to_node = models.UUIDField(null=True)
    """The other node it goes to, which says what arrived; None: it stays on this node."""
    stream = models.ForeignKey(
        "Stream", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seq = models.PositiveBigIntegerField(null=True)
    """Stream and number of what goes to another node: by them it says what arrived."""
    carried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["to_carry"],
                condition=models.Q(to_carry__isnull=False, to_node__isnull=True),
                name="relay_env_to_carry",
            ),
            models.Index(
                fields=["to_node", "to_carry"],
                condition=models.Q(to_carry__isnull=False, to_node__isnull=False),
                name="relay_env_to_send",
            ),
            models.Index(
                fields=["stream", "seq"],
                condition=models.Q(stream__isnull=False),
                name="relay_env_in_stream",
            ),
        )

    def __str__(self) -> str:
        return self.id


class Stream(models.Model):
    """A numbered sequence from one node's epoch to one destination, seen from one end.

    `last` is the highest sequence given (outgoing) or seen (incoming); `contiguous` is, for an
    incoming stream, the highest sequence up to which nothing is missing.
    """

    outgoing = models.BooleanField()
    origin = models.UUIDField()
    epoch = models.PositiveIntegerField()
    destination = models.UUIDField()
    last = models.PositiveBigIntegerField(default=0)
    contiguous = models.PositiveBigIntegerField(default=0)
    fixed = models.PositiveBigIntegerField(null=True)
    """Of an incoming stream whose epoch is over: the last number that still counts. Of an outgoing
    one: the last number up to which the other node was told what is void."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["origin", "epoch", "destination", "outgoing"], name="relay_stream_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin}/{self.epoch} to {self.destination}"


class Void(models.Model):
    """Numbers of an incoming stream that its origin will never send, both ends included."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "first"], name="relay_void_once"),)

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class Inbound(models.Model):
    """An authentic envelope at its destination, with its whole fate."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    seq = models.PositiveBigIntegerField()
    envelope = models.OneToOneField(Envelope, on_delete=models.PROTECT)
    origin = models.UUIDField()
    message = models.UUIDField()
    from_office = models.UUIDField()
    to_office = models.UUIDField()
    kind = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    subject = models.UUIDField()
    state = models.CharField(max_length=12, choices=_choices(InboundState))
    reason = models.CharField(max_length=80, default="")
    exception = models.CharField(max_length=120, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    blocked_by = models.UUIDField(null=True)
    claim = models.UUIDField(null=True)
    receipt_due = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["stream", "seq"], name="relay_in_stream"),
            models.Index(fields=["message"], name="relay_in_message"),
            models.Index(
                fields=["id"],
                condition=models.Q(state=InboundState.VERIFIED.value),
                name="relay_in_ready",
            ),
            # One for each state: a query by one state alone finds its index also on SQLite.
            models.Index(
                fields=["id"],
                condition=models.Q(state=InboundState.RECEIVED.value),
                name="relay_in_received",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(state=InboundState.WAITING.value),
                name="relay_in_waiting",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(state=InboundState.QUARANTINED.value),
                name="relay_in_stopped",
            ),
            models.Index(fields=["id"], condition=models.Q(receipt_due=True), name="relay_in_due"),
            models.Index(
                fields=["claim"], condition=models.Q(claim__isnull=False), name="relay_in_claim"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.envelope_id}"


class Custody(models.Model):
    """What one office is to one item. The transfer is the newest that the office knows of."""

    item = models.UUIDField()
    office = models.UUIDField()
    state = models.CharField(max_length=12, choices=_choices(CustodyState))
    transfer = models.UUIDField(null=True)
    to_office = models.UUIDField(null=True)
    hop = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "office"], name="relay_custody_once"),
            # The rules keep two offices from holding at once; this makes a fault in them loud.
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(state=CustodyState.HELD.value),
                name="relay_one_custodian",
            ),
        )
        indexes = (
            models.Index(
                fields=["transfer"],
                condition=models.Q(state=CustodyState.OFFERED.value),
                name="relay_custody_offered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.state} at {self.office}"


class Peer(models.Model):
    """A node whose streams are suspended until a person rules, and why."""

    node = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=80)
    suspended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.node} {self.reason}"


class Contact(models.Model):
    """What this node knows of its exchange of bundles with another one."""

    node = models.UUIDField(primary_key=True)
    made = models.PositiveBigIntegerField(default=0)
    """The number of the last bundle made for it; a number is used once, also by a failed one."""
    made_at = models.DateTimeField(null=True)
    heard = models.PositiveBigIntegerField(default=0)
    """The highest number among the bundles that came from it."""
    heard_at = models.DateTimeField(null=True)
    """When the last one came that had a higher number than all before."""
    said_at = models.DateTimeField(null=True)
    """When that bundle was made, by the other node's clock."""
    knows = models.PositiveIntegerField(default=0)
    """The latest epoch of this node that the other one has shown to know."""
    notice = models.CharField(max_length=80, default="")
    """Why nothing may be made for it until a person rules; "": nothing stands against it."""

    def __str__(self) -> str:
        return str(self.node)


class OwnEpoch(models.Model):
    """How this node came to an epoch after its first: what it shows to the others."""

    epoch = models.PositiveIntegerField(primary_key=True)
    key = models.BinaryField(max_length=32)
    recipient = models.CharField(max_length=100)
    since = models.PositiveIntegerField()
    former = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return str(self.epoch)


class Line(models.Model):
    """How the line (HTTP) to another node stands: calls that this node makes, or answers."""

    node = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    """Of the last hello, made or answered; a number is used once."""
    ahead = models.FloatField(null=True)
    """Seconds by which the other node's clock was ahead of this one's at the last contact."""
    told_ahead = models.FloatField(null=True)
    """What the newest entry says of that."""
    reached_at = models.DateTimeField(null=True)
    taken = models.CharField(max_length=16, default="")
    """Tag of the newest bag of the other node that was taken whole here."""
    acked = models.CharField(max_length=16, default="")
    """Tag of the newest bag that the other node said to have taken."""
    want = models.BooleanField(default=False)
    """Whether this node needs the other one's newest `have`: one of them has lost something."""
    wanted = models.BooleanField(default=False)
    """Whether the other node needs this one's."""
    files_left = models.BooleanField(default=False)
    """Whether a bag was made without all the files that the other node lacks."""
    # The bag that is kept until the other node says that it has it.
    bag_sha256 = models.CharField(max_length=64, default="")
    bag_size = models.PositiveBigIntegerField(default=0)
    bag_path = models.CharField(max_length=200, default="")
    bag_newest = models.UUIDField(null=True)
    """The newest message that waited when it was made: what is newer waits for another one."""
    bag_files = models.BooleanField(default=False)
    bag_fresh = models.BooleanField(default=False)
    """Whether it was made because the other node needs the newest `have`."""
    bag_sent = models.BooleanField(default=False)
    """Whether it was sent whole, and only the other node's word is missing."""
    # Calls that this node makes.
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, default="")
    fails = models.PositiveIntegerField(default=0)
    # Calls that this node answers.
    token = models.CharField(max_length=64, default="")
    """Hexadecimal SHA-256 of the token of the present contact."""
    token_until = models.DateTimeField(null=True)
    up_id = models.UUIDField(null=True)
    up_by = models.UUIDField(null=True)
    """The neighbour that brings, or has brought, this node's bag; None: itself."""
    up_sha256 = models.CharField(max_length=64, default="")
    up_size = models.PositiveBigIntegerField(default=0)
    up_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["token"], condition=~models.Q(token=""), name="relay_line_token"),
            models.Index(
                fields=["up_id"], condition=models.Q(up_id__isnull=False), name="relay_line_up"
            ),
        )

    def __str__(self) -> str:
        return str(self.node)


class PeerFile(models.Model):
    """A file that this node and another one have exchanged.

    Without such a row an envelope may not name the file: who only knows a digest gets nothing.
    """

    node = models.UUIDField()
    digest = models.CharField(max_length=64)
    there = models.BooleanField(default=False)
    """Whether the other node is known to have it, so that it is not sent again."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["node", "digest"], name="relay_peer_file_once"),
        )

    def __str__(self) -> str:
        return self.digest


class Rejection(models.Model):
    """Bytes that no known key signed: only their digest, the reason and a count are kept."""

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
