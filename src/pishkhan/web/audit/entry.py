"""One entry: all that it says, checked here line by line, and its proof to take along."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pishkhan.journal.commitment import HEADER, time_text
from pishkhan.kernel.errors import PishkhanError
from pishkhan.letters import api as letters
from pishkhan.web.admin.forms import Form
from pishkhan.web.audit import words
from pishkhan.web.audit.listed import audit
from pishkhan.web.http import DeskRequest


@audit
@require_safe
def entry(request: DeskRequest, entry_id: UUID) -> HttpResponse:
    """Draw an entry with its check; who did not open its record today says first why."""
    subject = letters.subject_of(request.actor, entry_id)
    if not letters.is_audited(request.actor, subject):
        return redirect(f"{reverse('audit:record', args=[subject])}?entry={entry_id}")
    return _draw(request, entry_id, Form())


@audit
@require_POST
def proof(request: DeskRequest, entry_id: UUID) -> HttpResponse:
    """Send the entry's proof (C2SP tlog-proof), showing the fields that were ticked."""
    ticked = request.POST.getlist("field")
    try:
        data = letters.audit_proof(request.actor, entry_id, ticked)
    except PishkhanError as error:
        if error.code not in {"journal.no-field", "journal.not-published"}:
            raise
        return _draw(request, entry_id, Form.refused(request, error))
    answer = HttpResponse(data, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{entry_id}.tlog-proof"'
    answer["Cache-Control"] = "no-store"
    return answer


def _draw(request: DeskRequest, entry_id: UUID, form: Form) -> HttpResponse:
    found = letters.audit_entry(request.actor, entry_id)
    heads = {
        "kind": found.kind,
        "at": time_text(found.at),
        "actor": found.actor,
        "subject": str(found.subject),
        "node": str(found.node),
    }
    assert heads.keys() == set(HEADER)
    fields = [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in found.fields.items()
    ]
    return render(
        request,
        "audit/entry.html",
        {
            "entry": found,
            "words": words.words_of(found.kind),
            "heads": list(heads.items()),
            "fields": fields,
            "checks": [(*words.told(line), line.values.get("at")) for line in found.lines],
            "commit": found.commit.hex(),
            "computed": found.computed.hex() if found.computed is not None else "",
            "form": form,
            "published": found.size is not None,
        },
        status=form.status,
    )
