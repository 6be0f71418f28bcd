"""Many deeds of one act, tried one by one, so that all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from pishkhan.kernel.errors import Invalid, Message, Refused


class Gatherer:
    """What was refused, by field; whoever opened the act raises it in the end, and all falls."""

    def __init__(self) -> None:
        self.fields: dict[str, Message] = {}

    @contextmanager
    def each(self, prefix: str, otherwise: str) -> Iterator[None]:
        """Try one deed; what it refuses is noted under `prefix` and the deed's own field.

        A refusal that names no field belongs to the field `otherwise`.
        """
        try:
            with transaction.atomic():  # a savepoint: the act goes on to the next deed
                yield
        except (Invalid, Refused) as error:
            for name, message in (error.fields or {otherwise: error.message}).items():
                self.fields.setdefault(prefix + name, message)

    def settle(self, code: str, sentence: str) -> None:
        """Raise Invalid with all that was noted; nothing if nothing was."""
        if self.fields:
            raise Invalid(code, Message(sentence), fields=self.fields)
