"""The one word, and the one tone, for each state that a screen can show.

Keys are the values of the enums in `letters.contracts`, so that a template can pass a state as it
is. Tones are the ending of the CSS class `chip--…`: go (under way), wait (somebody must act),
good, bad, done (over), idle.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STATES: dict[str, tuple[str, str | Promise]] = {
    "queued": ("idle", pgettext_lazy("letter state", "Waiting to be sent")),
    "undelivered": ("bad", pgettext_lazy("letter state", "Did not reach the agency")),
    "arrived": ("go", pgettext_lazy("letter state", "Arrived at the agency")),
    "registered": ("go", pgettext_lazy("letter state", "Registered")),
    "in_progress": ("go", pgettext_lazy("letter state", "In progress")),
    "returned": ("wait", pgettext_lazy("letter state", "Returned for completion")),
    "awaiting_applicant": ("wait", pgettext_lazy("letter state", "Awaiting applicant")),
    "transferred": ("idle", pgettext_lazy("letter state", "Transferred to the competent agency")),
    "answered": ("good", pgettext_lazy("letter state", "Answered")),
    "ready": ("good", pgettext_lazy("letter state", "Ready to hand over")),
    "handed_over": ("done", pgettext_lazy("letter state", "Handed over")),
    "closed": ("done", pgettext_lazy("letter state", "Closed")),
    "withdrawn": ("done", pgettext_lazy("letter state", "Withdrawn by the applicant")),
    "set_aside": ("bad", pgettext_lazy("letter state", "Not registrable")),
    "quarantined": ("bad", pgettext_lazy("letter state", "Needs review")),
    # referrals
    "open": ("wait", pgettext_lazy("referral state", "Open")),
    "done": ("good", pgettext_lazy("referral state", "Done")),
    "taken_back": ("done", pgettext_lazy("referral state", "Taken back")),
    "seen": ("go", pgettext_lazy("referral state", "Seen")),
    "unseen": ("wait", pgettext_lazy("referral state", "Not seen")),
    # drafts
    "drafting": ("idle", pgettext_lazy("draft state", "Draft")),
    "to_sign": ("wait", pgettext_lazy("draft state", "To sign")),
    "signed": ("good", pgettext_lazy("draft state", "Signed")),
    "dispatched": ("done", pgettext_lazy("draft state", "Dispatched")),
    "refused": ("bad", pgettext_lazy("draft state", "Refused by the counter")),
    "abandoned": ("done", pgettext_lazy("draft state", "Abandoned")),
    # letter numbers
    # what became of a letter to an agency
    "waiting": ("idle", pgettext_lazy("state of a copy", "Not sent yet")),
    "sent": ("idle", pgettext_lazy("state of a copy", "Sent")),
    "not_taken": ("bad", pgettext_lazy("state of a copy", "Not taken in")),
    "issued": ("done", pgettext_lazy("number state", "Issued")),
    "voided": ("bad", pgettext_lazy("number state", "Voided")),
}

# Marks drawn before the word, so that a state is never told by colour alone.
ICONS = {"wait": "clock", "good": "check", "bad": "warning"}
