"""The checklist of an office, and the first passwords of its people: made, shown once, printed."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.opening import Entrance
from pishkhan.kernel.errors import Invalid, Message, Refused
from pishkhan.kernel.i18n import N_
from pishkhan.web.admin.forms import Form
from pishkhan.web.admin.onboarding import checklist, page
from pishkhan.web.admin.onboarding.checklist import Checked, Person
from pishkhan.web.admin.page import Forms, admin, draw
from pishkhan.web.admin.views.people import new_password
from pishkhan.web.http import DeskRequest


@admin
@require_safe
def agency(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Draw what an agency has and what it still needs."""
    return _draw(request, *_of_agency(request, agency_id))


@admin
@require_safe
def counter(request: DeskRequest, counter_id: UUID) -> HttpResponse:
    """Draw what a counter has and what it still needs."""
    return _draw(request, *_of_counter(counter_id))


@admin
@require_POST
def of_agency(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    """Make first passwords for people of an agency, and show them this once."""
    return _make(request, *_of_agency(request, agency_id))


@admin
@require_POST
def of_counter(request: DeskRequest, counter_id: UUID) -> HttpResponse:
    """Make first passwords for people of a counter, and show them this once."""
    return _make(request, *_of_counter(counter_id))


def _of_agency(request: DeskRequest, agency_id: UUID) -> tuple[Checked, dict[str, str]]:
    checked = checklist.agency(request.actor, agency_id)
    return checked, {
        "name": directory.agency(agency_id).name,
        "back": reverse("admin:agency", args=[agency_id]),
        "sheet": reverse("admin:agency-passwords", args=[agency_id]),
        "here": reverse("admin:agency-checklist", args=[agency_id]),
        "desk": "secretariat",
    }


def _of_counter(counter_id: UUID) -> tuple[Checked, dict[str, str]]:
    return checklist.counter(counter_id), {
        "name": directory.counter(counter_id).name,
        "back": reverse("admin:counter", args=[counter_id]),
        "sheet": reverse("admin:counter-passwords", args=[counter_id]),
        "here": reverse("admin:counter-checklist", args=[counter_id]),
        "desk": "counter",
    }


def _draw(
    request: DeskRequest, checked: Checked, office: dict[str, str], forms: Forms | None = None
) -> HttpResponse:
    states = {
        Entrance.NONE: ("bad", pgettext("a password", "none yet")),
        Entrance.GIVEN: ("wait", pgettext("a password", "given, not used yet")),
        Entrance.OWN: ("good", pgettext("a password", "chosen by the person")),
        Entrance.ELSEWHERE: ("good", pgettext("a password", "held by the organisation")),
    }
    people = [
        (person, *states[person.entrance], _may_be_given(request.actor, person))
        for person in checked.people
    ]
    context = {
        "checked": checked,
        "office": office,
        "people": people,
        "some": any(each[-1] for each in people),
        "practice": page.practice(),
    }
    return draw(request, "checklist.html", context, forms)


def _may_be_given(actor: Actor, person: Person) -> bool:
    """Return whether a first password is this page's to give: nobody's own one is taken away."""
    mine = person.user_id == actor.user_id
    return not mine and person.entrance in {Entrance.NONE, Entrance.GIVEN}


def _make(request: DeskRequest, checked: Checked, office: dict[str, str]) -> HttpResponse:
    chosen = set(request.POST.getlist("user"))
    people = [
        person
        for person in checked.people
        if str(person.user_id) in chosen and _may_be_given(request.actor, person)
    ]
    if not people:
        nobody = Message(N_("Tick who is to get a first password."))
        error = Invalid("web.choose", nobody, fields={"user": nobody})
        return _draw(request, checked, office, {"people": Form.refused(request, error)})
    slips, left = [], []
    for person in people:
        secret = new_password()
        try:
            directory.set_password(request.actor, user_id=person.user_id, password=secret)
        except (Invalid, Refused):  # linked meanwhile: the others get theirs
            left.append(person.name)
            continue
        slips.append((person, directory.user(person.user_id).username, secret))
    context = {"office": office, "slips": slips, "left": left, "address": settings.PISHKHAN_URL}
    return draw(request, "first_passwords.html", context)
