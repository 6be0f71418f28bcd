"""Refusals as a form of the counter shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from pishkhan.kernel.errors import PishkhanError
from pishkhan.web import errors

LABELS: dict[str, Any] = {
    "number": gettext_lazy("National ID"),
    "name": gettext_lazy("Full name"),
    "mobile": gettext_lazy("Mobile"),
    "agency_id": gettext_lazy("Destination agency"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text of the letter, when it is typed"),
    "pages": gettext_lazy("Pages"),
    "rrn": gettext_lazy("Reference number (RRN)"),
    "taken_on": gettext_lazy("Day it was taken"),
    "backdate_reason": gettext_lazy("Why it is entered late"),
    "bearer_name": gettext_lazy("Who brings it"),
    "bearer_number": gettext_lazy("National ID of who brings it"),
    "bearer_paper": gettext_lazy("Paper that was shown"),
    "bearer_paper_number": gettext_lazy("Number of the paper"),
    "bearer_paper_date": gettext_lazy("Date of the paper"),
    "others": gettext_lazy("Signed besides"),
    "signers": gettext_lazy("List of those who signed"),
    "confirmed": gettext_lazy("How he confirmed the words"),
    "originals": gettext_lazy("Originals seen and given back"),
    "originals_to": gettext_lazy("Given back to"),
    "mobile_of": gettext_lazy("Whose mobile it is"),
    "code": gettext_lazy("Tracking code"),
    "national_id": gettext_lazy("National ID"),
    "to_name": gettext_lazy("Full name of the proxy"),
    "to": gettext_lazy("Receiver"),
    "to_known": gettext_lazy("His national ID"),
    "to_number": gettext_lazy("National ID of the proxy"),
    "to_paper": gettext_lazy("Paper that the proxy showed"),
    "to_reason": gettext_lazy("Why the applicant did not come"),
    "reason": gettext_lazy("Reason"),
    "pin": gettext_lazy("PIN"),
    "again": gettext_lazy("The same once more"),
    "day": gettext_lazy("Day"),
    "note": gettext_lazy("Note for the agency"),
}


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong: `fields` by name, `listed` as `components/form_errors.html` wants it."""

    title: str = ""
    code: str = ""
    status: int = 200
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for each fault, or the sentence of the whole."""
        if self.fields:
            return [
                (f"id_{name}", f"{LABELS[name]}: {sentence}" if name in LABELS else sentence)
                for name, sentence in self.fields.items()
            ]
        return [("", self.title)] if self.title else []

    @classmethod
    def of(cls, error: PishkhanError) -> Faults:
        """Return the refusal in the person's language and digits."""
        told = errors.told(error)
        return cls(
            title=told["title"],
            code=error.code,
            status=error.status,
            fields=told["fields"],
        )
