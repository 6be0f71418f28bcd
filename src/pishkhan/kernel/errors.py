"""Errors a person may see: a stable code, a sentence to translate, and fields.

`str(error)` is the code and nothing else, so that an error that reaches a log carries no
personal data: what was typed belongs in `message.params`, which only the edge renders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pishkhan.kernel.i18n import N_, Message

__all__ = [
    "N_",
    "Forbidden",
    "Invalid",
    "Message",
    "NotFound",
    "PishkhanError",
    "Refused",
    "TooLarge",
    "TooMany",
    "Unavailable",
    "Unsupported",
]


def _as_message(value: Message | str) -> Message:
    return value if isinstance(value, Message) else Message(value)


class PishkhanError(Exception):
    """Base of every expected failure.

    `code` is stable and dotted kebab (`letters.not-yours`); `message` is the sentence, by
    default the class's own; `fields` names the inputs at fault. `status` is HTTP-like and
    `permanent` tells a carrier or queue that trying again unchanged cannot help.
    """

    status: ClassVar[int] = 500
    default_permanent: ClassVar[bool] = True
    default_message: ClassVar[str] = N_("It was not done; nothing was lost. Try again.")

    def __init__(
        self,
        code: str,
        message: Message | str | None = None,
        *,
        fields: Mapping[str, Message | str] | None = None,
        permanent: bool | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = _as_message(self.default_message if message is None else message)
        self.fields: dict[str, Message] = {k: _as_message(v) for k, v in (fields or {}).items()}
        self.permanent = self.default_permanent if permanent is None else permanent

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r})"

    def to_dict(self, translate: Callable[[str], str]) -> dict[str, Any]:
        """Return `{code, title, status, fields: {name: sentence}}` in one language."""
        return {
            "code": self.code,
            "title": self.message.render(translate),
            "status": self.status,
            "fields": {name: text.render(translate) for name, text in self.fields.items()},
        }


class Invalid(PishkhanError):
    """What was given is malformed or incomplete (422)."""

    status = 422
    default_message = N_("Something that was entered is not right; look at it again.")


class Refused(PishkhanError):
    """A rule of the domain forbids the deed in the present state (409)."""

    status = 409
    default_message = N_("This cannot be done now.")


class Forbidden(PishkhanError):
    """The actor has no right to the deed (403)."""

    status = 403
    default_message = N_("You have no right to do this.")


class NotFound(PishkhanError):
    """There is no such thing, or the actor may not know that there is (404)."""

    status = 404
    default_message = N_("Nothing was found here.")


class TooLarge(PishkhanError):
    """The input is bigger than what is accepted (413)."""

    status = 413
    default_message = N_("The file is too large.")


class Unsupported(PishkhanError):
    """The type of the input is not one that is accepted (415)."""

    status = 415
    default_message = N_("Files of this type are not accepted.")


class TooMany(PishkhanError):
    """Too many tries; `retry_after` is in whole seconds (429). Passes with time."""

    status = 429
    default_permanent = False
    default_message = N_("Too many tries; wait a little and try again.")

    def __init__(
        self,
        code: str,
        message: Message | str | None = None,
        *,
        retry_after: int = 60,
        fields: Mapping[str, Message | str] | None = None,
        permanent: bool | None = None,
    ) -> None:
        super().__init__(code, message, fields=fields, permanent=permanent)
        self.retry_after = retry_after

    def to_dict(self, translate: Callable[[str], str]) -> dict[str, Any]:
        """Return what the base returns, with `retry_after` in seconds."""
        return {**super().to_dict(translate), "retry_after": self.retry_after}


class Unavailable(PishkhanError):
    """Something the deed needs does not answer now (503). Passes with time."""

    status = 503
    default_permanent = False
    default_message = N_("The service does not answer now; try again in a while.")
