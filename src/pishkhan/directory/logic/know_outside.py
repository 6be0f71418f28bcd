"""Whose login an account at the organisation's provider opens."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from pishkhan.directory.contracts import SYSTEM, Actor, Right
from pishkhan.directory.contracts.outside import OutsideRow
from pishkhan.directory.models import OutsideAccount
from pishkhan.journal import api as journal


def know_outside(actor: Actor, *, issuer: str, subject: str, name: str) -> AbstractBaseUser | None:
    """Return the login that this account opens; None when no administrator linked one.

    At its first use the account is found by the `name` that the administrator wrote, and its
    subject is noted; from then on the subject alone counts, for a name may pass to another person.
    By the node itself.
    """
    actor.require(Right.ADMIN)
    rows = OutsideAccount.objects.select_related("user").filter(issuer=issuer)
    known = rows.filter(subject=subject).first()
    if known is not None:
        return known.user
    if not name or not rows.filter(subject="", name=name.casefold()).exists():
        return None
    with journal.act() as act:
        found = (
            OutsideAccount.objects.select_for_update()
            .filter(issuer=issuer, subject="", name=name.casefold())
            .first()
        )
        if found is None:
            return None
        found.subject = subject
        found.save(update_fields=["subject"])
        act.append("user.outside_known", subject=found.user_id, actor=SYSTEM.ref)
    return found.user


def outside_of(user_id: UUID) -> OutsideRow | None:
    """Return the account elsewhere that opens a login, if one does."""
    row = OutsideAccount.objects.filter(user_id=user_id).first()
    return None if row is None else OutsideRow(row.issuer, row.name, bool(row.subject))
