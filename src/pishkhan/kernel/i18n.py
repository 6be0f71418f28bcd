"""Marked messages: English msgids below the edge, translated only at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["N_", "Message"]


def N_(msgid: str) -> str:  # noqa: N802 - the customary xgettext keyword
    """Return `msgid` unchanged; marks it for extraction (xgettext keyword `N_`)."""
    return msgid


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for a person: a msgid with `%(name)s` places, and what fills them.

    A parameter may itself be a Message; it is translated in its turn.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of `translate` (usually `gettext`).

        Without parameters the msgid is not formatted, so a lone per cent sign is harmless.
        """
        text = translate(self.msgid)
        if not self.params:
            return text
        return text % {
            name: value.render(translate) if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
