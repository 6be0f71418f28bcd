"""An answer as PDF, for the counter where it is handed over."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import AnswerView
from pishkhan.web.counter.hand_over import is_proven
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.paper import proof, send
from pishkhan.web.paper.answer import shams_of
from pishkhan.web.paper.letter import LANGUAGE, Letter, Signer
from pishkhan.web.templatetags.pishkhan import grouped, isolate


@desk(Right.COUNTER)
@require_safe
def answer_pdf(request: DeskRequest, letter: UUID, answer: UUID) -> HttpResponse:
    """Send the paper of an answer to whoever proved the pair; reading it is an entry."""
    view = letters.submission(request.actor, letter)  # another counter's letter is not here
    if not is_proven(request, letter):
        return HttpResponseRedirect(reverse("counter:hand-over"))
    found = letters.open_answer(request.actor, letter, answer)
    with translation.override(LANGUAGE):
        where = (
            f"{_('In answer to the letter with tracking code')} "
            f"\u2066{grouped(view.row.tracking_code)}\u2069 · {isolate(view.counter_name)}"
        )
    return send(of_answer(found, where))


def of_answer(answer: AnswerView, *notes: str) -> Letter:
    """Return an answer as it goes on paper; a citizen's has no class."""
    return Letter(
        agency_id=answer.agency_id,
        agency=answer.agency_name,
        recipient=answer.recipient,
        subject=answer.subject,
        body=answer.body,
        number=answer.number_text,
        at=answer.dispatched_at,
        signer=Signer(answer.signer_name, answer.signer_title, answer.signed_as, answer.signed_for),
        notes=(*notes, *proof(answer.signed_at, answer.key_id, answer.text_digest)),
        promise=answer.promise,
        shams=shams_of(answer),
    )
