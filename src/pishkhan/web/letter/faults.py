"""Where on a letter's page the field of a fault stands, for the list at its head."""

from __future__ import annotations

from pishkhan.web.letter import words
from pishkhan.web.letter.door import Failed

PLACES = {
    ("finish", "outcome"): "id_finish_outcome",
    ("close", "outcome"): "id_close_outcome",
    ("reopen", "reason"): "id_reopen_reason",
    ("correct", "subject"): "id_correct_subject",
    ("correct", "applicant_name"): "id_correct_name",
    ("correct", "sender_number"): "id_correct_sender_number",
    ("correct", "sender_date"): "id_correct_sender_date",
    ("correct", "reason"): "id_correct_reason",
    ("address", "posts"): "id_post_0",
    ("address", "copies"): "id_copy_0",
    ("set_class", "classification"): "id_set_class",
    ("set_class", "reason"): "id_class_reason",
    ("void", "reason"): "id_void_reason",
    ("set_aside", "reason"): "id_aside_reason",
    ("transfer", "reason"): "id_transfer_reason",
    ("transfer", "agency_id"): "id_transfer_agency",
    ("refer", "to"): "refer",
    ("offer", "to"): "offer",
    ("register", "links"): "id_link_sender",
    ("link", "links"): "id_link_sender",
}
"""Where on the page a field of a form stands, when its id is not `id_<field>`."""


def faults(failed: Failed) -> list[tuple[str, str]]:
    """Return (id of the field, "its name: sentence") of each fault, for the head of the page."""
    referral = failed.values.get("referral", [""])[-1]
    return [
        (
            f"id_{failed.form}-{referral}"
            if referral
            else PLACES.get((failed.form, name), f"id_{name}"),
            f"{words.FIELDS[name]}: {sentence}" if name in words.FIELDS else sentence,
        )
        for name, sentence in failed.errors.items()
    ]
