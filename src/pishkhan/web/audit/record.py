"""One record: opened for a reason, then its entries; and a letter's bundle of evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pishkhan.kernel import zips
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.audit import EvidenceOrder
from pishkhan.web.admin.forms import Form, flag, text
from pishkhan.web.audit.listed import audit, lines
from pishkhan.web.http import DeskRequest
from pishkhan.web.public import verify

Forms = dict[str, Form]


@audit
@require_safe
def record(request: DeskRequest, subject: UUID) -> HttpResponse:
    """Draw the entries about a record, or the form that asks why it is opened."""
    return _draw(request, subject, {})


@audit
@require_POST
def opened(request: DeskRequest, subject: UUID) -> HttpResponse:
    """Write the reason, and lead to the record, or to the entry that was wanted."""
    try:
        letters.audit(request.actor, subject, reason=text(request, "reason"))
    except Invalid as error:
        return _draw(request, subject, {"open": Form.refused(request, error)})
    wanted = _entry(request.POST.get("entry", ""))
    return redirect("audit:record", subject) if wanted is None else redirect("audit:entry", wanted)


@audit
@require_POST
def evidence(request: DeskRequest, subject: UUID) -> HttpResponse:
    """Send a letter's bundle while it is read; that it was taken out is on record before."""
    order = EvidenceOrder(
        subject,
        reason=text(request, "reason"),
        identity=flag(request, "identity"),
        identity_reason=text(request, "identity_reason"),
    )
    try:
        made = letters.export_evidence(request.actor, order, verify_page=verify.saved())
    except Invalid as error:
        return _draw(request, subject, {"evidence": Form.refused(request, error)})
    answer = StreamingHttpResponse(made.chunks, content_type=zips.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["Content-Encoding"] = "identity"  # it is packed already
    answer["X-Accel-Buffering"] = "no"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # the desk's door takes any response


def _draw(request: DeskRequest, subject: UUID, forms: Forms) -> HttpResponse:
    status = max((form.status for form in forms.values()), default=200)
    context: dict[str, Any] = {"subject": subject, "forms": forms}
    if not letters.is_audited(request.actor, subject):
        wanted = request.GET.get("entry") or request.POST.get("entry", "")
        context |= {"entry": _entry(wanted)}
        return render(request, "audit/open.html", context, status=status)
    after = request.GET.get("after")
    page = letters.audit_record(request.actor, subject, after=after)
    here = reverse("audit:record", args=[subject])
    context |= {
        "lines": lines(page.log.rows),
        "is_letter": letters.is_letter(request.actor, subject),
        "newest": here if after else "",
        "next": f"{here}?after={page.log.next}" if page.log.next else "",
    }
    return render(request, "audit/record.html", context, status=status)


def _entry(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
