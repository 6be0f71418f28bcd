"""Have a notice sent once more that may have gone, by the word of a person."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel import bell
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.notices.contracts import NoticeState
from pishkhan.notices.models import Notice


def send_again(actor: Actor, notice_id: UUID) -> None:
    """Queue a notice of which nobody knows whether it went. Needs ADMIN.

    Raises NotFound `notices.not-found`; Refused `notices.not-unsure` for any other notice and
    for one whose address is not kept any more.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        notice = Notice.objects.filter(pk=notice_id).first()
        if notice is None:
            raise NotFound("notices.not-found", N_("There is no such message."))
        again = Notice.objects.filter(pk=notice_id, state=NoticeState.UNSURE)
        if "•" in notice.recipient or not again.update(
            state=NoticeState.QUEUED, reason="", not_before=act.at, settled_at=None, attempts=0
        ):
            raise Refused("notices.not-unsure", N_("This message is not sent again any more."))
        act.append(
            "notice.sent_again",
            subject=notice.subject,
            actor=actor.ref,
            fields={"notice": str(notice.pk), "pattern": notice.pattern},
        )
        bell.ring_after_commit()
