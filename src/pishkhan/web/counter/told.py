"""What became of the SMS to the applicant of a letter, as its counter sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pishkhan.notices import api as notices
from pishkhan.notices.contracts import NoticeState, Pattern

_WHAT: dict[Pattern, Any] = {
    Pattern.ACCEPTED: gettext_lazy("SMS: accepted, with the code"),
    Pattern.RETURNED: gettext_lazy("SMS: something is missing"),
    Pattern.READY: gettext_lazy("SMS: the answer is ready"),
    Pattern.HANDED_OVER: gettext_lazy("SMS: handed over"),
    Pattern.HANDED_TO_PROXY: gettext_lazy("SMS: a proxy took the answer"),
    Pattern.SET_ASIDE: gettext_lazy("SMS: not registered"),
    Pattern.TRANSFERRED: gettext_lazy("SMS: sent on to the competent agency"),
    Pattern.ONE_TIME_CODE: gettext_lazy("SMS: one-time code"),
    Pattern.STATUS: gettext_lazy("Answer to the applicant’s SMS"),
    Pattern.TRACK_HERE: gettext_lazy("Answer to the applicant’s SMS"),
}
# A masked number reads from the left in any sentence.
_LEFT, _POP = "\u2066", "\u2069"
_DOTS = {
    NoticeState.QUEUED: "next",
    NoticeState.SENDING: "now",
    NoticeState.SENT: "done",
    NoticeState.NOT_CONFIGURED: "wait",
    NoticeState.GIVEN_UP: "bad",
    NoticeState.EXPIRED: "bad",
    NoticeState.UNSURE: "wait",
}


def told(letter_id: UUID) -> list[dict[str, Any]]:
    """Return the dots of components/timeline.html for a letter's SMS, the oldest first."""
    return [
        {
            "what": _WHAT[fate.pattern],
            "at": fate.at,
            "by": f"{_LEFT}{fate.masked_to}{_POP}",
            "text": "" if fate.state is NoticeState.SENT else fate.reason.render(_),
            "state": _DOTS[fate.state],
        }
        for fate in reversed(notices.fates(letter_id))
    ]
