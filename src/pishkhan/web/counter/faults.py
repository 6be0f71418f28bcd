"""Refusals as a form of the counter shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pishkhan.kernel.errors import PishkhanError
from pishkhan.web.templatetags.pishkhan import digits


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
            return [(f"id_{name}", sentence) for name, sentence in self.fields.items()]
        return [("", self.title)] if self.title else []

    @classmethod
    def of(cls, error: PishkhanError) -> Faults:
        """Return the refusal in the person's language and digits."""
        told = error.to_dict(_)
        return cls(
            title=digits(told["title"]),
            code=error.code,
            status=error.status,
            fields={name: digits(sentence) for name, sentence in told["fields"].items()},
        )
