"""The queue of notices: each row carries its whole fate."""

from __future__ import annotations

from django.db import models

from pishkhan.kernel.ids import new_id
from pishkhan.notices.contracts import Channel, NoticeState, Pattern


class Notice(models.Model):
    """One message to one person. Once sent, the address is masked and the parameters are gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.UUIDField()
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    recipient = models.CharField(max_length=254)
    pattern = models.CharField(max_length=20, choices=[(p.value, p.value) for p in Pattern])
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in NoticeState])
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    in_flight_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, default="")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before"],
                condition=models.Q(state=NoticeState.QUEUED.value),
                name="notice_due",
            ),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["sending", "not_configured"]),
                name="notice_stuck",
            ),
            models.Index(fields=["subject"], name="notice_subject"),
        )

    def __str__(self) -> str:
        return f"{self.pattern} {self.id}"
