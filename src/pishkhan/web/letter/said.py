"""What is said after a deed: it names its letter where another one comes up by itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.templatetags.pishkhan import isolate

MOST = 60
"""Letters of a subject that a message has room for."""


def tell(request: DeskRequest, letter: UUID, sentence: str, onward: str, **ways: str) -> None:
    """Say that it is done; `onward` is the page that comes now, empty for the letter's own.

    `ways` on from there: `undo` takes it back, `paper` is the PDF of what went out.
    """
    tags = " ".join(f"{name}={address}" for name, address in ways.items() if address)
    said = f"{_name(request, letter)} {sentence}".strip() if onward else sentence
    messages.success(request, said, extra_tags=tags)


def _name(request: DeskRequest, letter: UUID) -> str:
    try:
        row = letters.arrival(request.actor, letter).row
    except NotFound:  # the deed took it out of sight
        return ""
    subject = isolate(Truncator(row.subject).chars(MOST))
    if not row.number_text:
        return _("“%(subject)s”:") % {"subject": subject}
    return _("“%(subject)s” (%(number)s):") % {
        "subject": subject,
        "number": isolate(row.number_text),
    }
