"""How an agency is known outside: what its letters say of it to machines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """An agency's e-mail address and its national ID (11 digits); "" where it gave none."""

    email: str = ""
    national_id: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.email and self.national_id)
