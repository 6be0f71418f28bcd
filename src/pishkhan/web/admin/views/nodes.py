"""One other node with key and post, and letting a new one in: docs/protocol/enrolment.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.enrolment import api as enrolment
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError
from pishkhan.kernel.i18n import N_, Message
from pishkhan.relay import api as relay
from pishkhan.sealing import api as sealing
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import Form, key, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.admin.views import network
from pishkhan.web.http import DeskRequest

NO_FILE = N_("Choose the file that `pishkhan node request` wrote, or paste what it says.")


@admin
@require_safe
def node(request: DeskRequest, node_id: UUID) -> HttpResponse:
    """Draw one other node."""
    return _draw(request, node_id, {})


def _draw(request: DeskRequest, node_id: UUID, forms: Forms) -> HttpResponse:
    found = directory.other_node(node_id)
    counters = [each for each in directory.counters_on_map() if each.node == node_id]
    contacts = [each for each in relay.contacts() if each.node == node_id]
    (row,) = network.rows_of(contacts, counters, clock.current().now())
    return draw(
        request,
        "node.html",
        {
            "node": found,
            "role": words.NODES[found.role],
            "key": enrolment.spoken(found.key_id),
            "row": row,
            "counters": counters,
        },
        forms,
    )


@admin
@require_POST
def revoke(request: DeskRequest, node_id: UUID) -> HttpResponse:
    """Believe a node no more."""

    def deed() -> str:
        directory.revoke_node(request.actor, node_id)
        return _("It is revoked: what comes from it now waits for a person.")

    here = reverse("admin:node", args=(node_id,))
    return do(request, "revoke", deed, lambda forms: _draw(request, node_id, forms), here)


@admin
@require_POST
def believe(request: DeskRequest, node_id: UUID) -> HttpResponse:
    """Let a node that showed two histories be believed again."""

    def deed() -> str:
        relay.lift_suspension(request.actor, node_id)
        return _("What comes from it is taken in again.")

    here = reverse("admin:node", args=(node_id,))
    return do(request, "believe", deed, lambda forms: _draw(request, node_id, forms), here)


@admin
@require_http_methods(["GET", "POST"])
def let_in(request: DeskRequest) -> HttpResponse:
    """Take the request of a new node, ask for its counter and its key as read out, let it in."""
    if request.method != "POST":
        return draw(request, "node_new.html", {})
    try:
        asked = _asked(request)
        applicant = enrolment.read_request(asked)
    except PishkhanError as error:
        return draw(request, "node_new.html", {}, {"ask": Form.refused(request, error)})
    told: dict[str, Any] = {
        "asked": asked.decode(),
        "applicant": applicant,
        "role": words.NODES[applicant.role],
    }
    if "key" not in request.POST:
        return draw(request, "node_who.html", told)
    try:
        enrolled = _enrol(request, asked)
    except NotFound:
        raise
    except PishkhanError as error:
        chosen = request.POST.get("counter", "")
        name = next((c.name for c in directory.counters_on_map() if str(c.id) == chosen), "")
        forms = {"enrol": Form.refused(request, error)}
        return draw(request, "node_who.html", {**told, "counter_name": name}, forms)
    told["counter"] = directory.counter(enrolled.counter)
    told["typed"] = text(request, "key")
    told["mine"] = enrolment.spoken(sealing.node_key().key_id)
    told["codes"] = enrolled.block
    return draw(request, "node_let_in.html", told)


@admin
@require_POST
def welcome(request: DeskRequest) -> HttpResponse:
    """Answer with the welcome of a node that was let in, with the directory as it is now."""
    try:
        enrolled = _enrol(request, _asked(request))
    except PishkhanError as error:
        return draw(request, "node_new.html", {}, {"ask": Form.refused(request, error)})
    answer = HttpResponse(enrolled.welcome, content_type="text/plain; charset=utf-8")
    name = str(enrolled.node.id)[-8:]
    answer["Content-Disposition"] = f'attachment; filename="pishkhan-welcome-{name}.txt"'
    return answer


def _asked(request: DeskRequest) -> bytes:
    """Return the request's bytes, from a file or as text whose line ends a browser has changed."""
    file = request.FILES.get("file")
    if file is not None and file.size:
        data: bytes = file.read(enrolment.MOST_REQUEST + 1)
        return data
    typed = request.POST.get("asked", "").replace("\r\n", "\n").strip()
    if not typed:
        raise Invalid("web.no-request", fields={"asked": Message(NO_FILE)})
    return f"{typed}\n".encode()


def _enrol(request: DeskRequest, asked: bytes) -> enrolment.Enrolled:
    counter = key(request, "counter", required=True)
    given = text(request, "key")
    if counter is None or not given:
        raise Invalid(
            "web.no-key", fields={"key": Message(N_("Type the key as its people read it out."))}
        )
    return enrolment.enrol(request.actor, asked, key=given, counter=counter)
