"""Accounts at the organisation's provider of OpenID Connect that open logins here."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.models.people import User
from pishkhan.kernel.ids import new_id


class OutsideAccount(models.Model):
    """That an account elsewhere opens a login here: by its name once, from then on by its subject.

    `name` is what the administrator wrote; `subject` is empty until the account is first used.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="outside")
    issuer = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["issuer", "name"], name="outside_name_once"),
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=~models.Q(subject=""),
                name="outside_subject_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
