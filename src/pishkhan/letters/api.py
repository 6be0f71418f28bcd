"""The door of letters: every deed and reading, typed. The actor comes first.

Deeds open their own act, leave an entry, and raise PishkhanError with fields where what was
entered is at fault. A letter that the actor may not see is NotFound.
"""

from __future__ import annotations

# The counter's side.
from pishkhan.letters.logic.accept import accept
from pishkhan.letters.logic.ask_withdrawal import ask_withdrawal
from pishkhan.letters.logic.complete import complete
from pishkhan.letters.logic.hand_over import hand_over
from pishkhan.letters.logic.letter_fee import letter_fee
from pishkhan.letters.logic.open_answer import open_answer
from pishkhan.letters.logic.page_blob import page_blob
from pishkhan.letters.logic.pages import store as blob_store
from pishkhan.letters.logic.persons import confirm_card, look_up_person
from pishkhan.letters.logic.submissions import (
    counter_today,
    find_submission,
    person_letters,
    receipt,
    similar_submissions,
    submission,
    submissions,
)
from pishkhan.letters.logic.track import track

__all__ = [
    "accept",
    "ask_withdrawal",
    "blob_store",
    "complete",
    "confirm_card",
    "counter_today",
    "find_submission",
    "hand_over",
    "letter_fee",
    "look_up_person",
    "open_answer",
    "page_blob",
    "person_letters",
    "receipt",
    "similar_submissions",
    "submission",
    "submissions",
    "track",
]
