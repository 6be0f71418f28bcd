"""The queue of notices: each row carries its whole fate."""

from __future__ import annotations

from django.db import models

from pishkhan.kernel.ids import new_id
from pishkhan.notices.contracts import Channel, Language, NoticeState, Pattern


class Notice(models.Model):
    """One message to one person. Once settled, its address is masked, its parameters gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.UUIDField()
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    recipient = models.CharField(max_length=254)
    pattern = models.CharField(max_length=20, choices=[(p.value, p.value) for p in Pattern])
    params = models.JSONField(default=dict)
    language = models.CharField(
        max_length=2, choices=[(each.value, each.value) for each in Language], default="fa"
    )
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in NoticeState])
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    in_flight_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, default="")
    carried_by = models.CharField(max_length=60, default="")  # the provider that was told it last
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before"],
                condition=models.Q(state=NoticeState.QUEUED.value),
                name="notice_due",
            ),
            # One for each state: SQLite takes no partial index for a list that comes as values.
            models.Index(
                fields=["in_flight_since"],
                condition=models.Q(state=NoticeState.SENDING.value),
                name="notice_sending",
            ),
            models.Index(
                fields=["channel"],
                condition=models.Q(state=NoticeState.NOT_CONFIGURED.value),
                name="notice_kept",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(expires_at__isnull=False),
                name="notice_expires",
            ),
            models.Index(fields=["subject"], name="notice_subject"),
            models.Index(
                fields=["state", "settled_at"],
                condition=models.Q(settled_at__isnull=False),
                name="notice_settled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pattern} {self.id}"
