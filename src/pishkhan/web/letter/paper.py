"""A letter's paper as PDF, for whoever may read the letter: drafts, what goes out, what came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView, DraftView, Official, Way
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import on_desk
from pishkhan.web.paper.answer import identifier
from pishkhan.web.paper.letter import LANGUAGE, Letter, Signer, pdf, signed_notes
from pishkhan.web.templatetags.pishkhan import isolate, jalali_date


def send(letter: Letter) -> HttpResponse:
    """Answer with the letter's PDF, to be shown; its name is the letter's number."""
    answer = HttpResponse(pdf(letter), content_type="application/pdf")
    name = letter.number.replace("/", "-") if letter.number.isascii() else ""
    kept = "".join(sign for sign in name if sign.isalnum() or sign == "-")
    answer["Content-Disposition"] = f'inline; filename="{kept or "letter"}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def proof(at: datetime | None, key_id: str, digest: str) -> tuple[str, ...]:
    """Return what the foot of the letter says of its signature."""
    with translation.override(LANGUAGE):
        return signed_notes(at, key_id, digest)


def approval(by: str, at: datetime | None) -> tuple[str, ...]:
    """Return what the foot of a secret letter says of its class."""
    if at is None:
        return ()
    with translation.override(LANGUAGE):
        return (
            _("Class approved by %(who)s on %(on)s")
            % {"who": isolate(by), "on": jalali_date(at, "number")},
        )


@on_desk
@require_safe
def draft(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Send the newest version of a draft; until it has gone out it is marked as one."""
    view = letters.open_arrival(request.actor, letter)
    for each in view.drafts:
        if each.id == draft:
            return send(_of_draft(view, each))
    raise NotFound("letters.no-draft")


@on_desk
@require_safe
def came(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send what another agency wrote, as its paper is."""
    view = letters.open_arrival(request.actor, letter)
    if view.official is None or view.way in (Way.OUTGOING, Way.INTERNAL):
        raise NotFound("letters.no-draft")
    return send(_of_official(view, view.official))


def _of_draft(view: ArrivalView, draft: DraftView) -> Letter:
    newest = draft.versions[-1]
    office = directory.office(view.secretariat_id)
    official, outgoing = view.official, view.way in (Way.OUTGOING, Way.INTERNAL)
    out = draft.dispatched_at is not None
    return Letter(
        agency_id=office.agency_id,
        agency=draft.agency_name or office.agency_name,
        recipient=newest.recipient,
        subject=newest.subject,
        body=newest.body,
        number=draft.number_text if out else "",
        at=draft.dispatched_at,
        signer=Signer(draft.signer_name, draft.signer_title, draft.signed_as, draft.signed_for)
        if draft.signed_at
        else None,
        copies=_copies(official) if official and outgoing else (),
        links=view.links if outgoing else (),
        urgency=view.row.urgency,
        enclosures=sum(page.leaves for page in view.pages) if outgoing else 0,
        classification=official.classification if official else "",
        notes=(
            *approval(draft.approved_by, draft.approved_at),
            *proof(draft.signed_at, draft.key_id, draft.text_digest),
        ),
        promise=draft.promise,
        shams=identifier(office.agency_id, draft.number_text, draft.dispatched_at, draft.id)
        if official is None
        else "",
    )


def _of_official(view: ArrivalView, official: Official) -> Letter:
    return Letter(
        agency_id=official.agency_id,
        agency=official.agency_name,
        recipient=official.recipient,
        subject=view.row.subject,
        body=view.body,
        number=official.number_text,
        at=official.dispatched_at,
        signer=Signer(
            official.signer_name, official.signer_title, official.signed_as, official.signed_for
        ),
        copies=_copies(official),
        links=view.links,
        urgency=view.row.urgency,
        enclosures=sum(page.leaves for page in view.pages),
        classification=official.classification,
        notes=(
            *approval(official.approved_by, official.approved_at),
            *proof(official.signed_at, official.key_id, official.text_digest),
        ),
    )


def _copies(official: Official) -> tuple[tuple[str, str], ...]:
    return tuple((each.agency_name, each.phrase) for each in official.addressees if each.copy)
