"""A letter to another agency or within one's own: begun here, and to whom it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Forbidden, Invalid, PishkhanError, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CopyTo, NewLetter, PageRole, Urgency
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import alone, internal, saved, templates_ready, terms, words
from pishkhan.web.letter.classes import chosen as chosen_class
from pishkhan.web.letter.deeds import deed, go, read_links
from pishkhan.web.letter.door import Failed, here, on_desk
from pishkhan.web.letter.groups import group_options, read_bodies
from pishkhan.web.letter.places import MOST, places
from pishkhan.web.letter.receivers import read_day
from pishkhan.web.letter.transfer import chosen_agency
from pishkhan.web.uploads.chosen import listed, uploaded

MOST_FILES = 200

TYPED = (
    "agency_id", "agency", "recipient", "subject", "body", "urgency", "classification",
    "bodies", "link_relation", "link_number", "link_year", "link_sender", "pages",
    *(terms.field_name(table) for table in terms.WRITTEN),
    *(f"{name}_{n}" for n in range(MOST) for name in ("copy", "copy_name", "phrase")),
    *(f"{name}_{n}" for n in range(internal.MOST_RECEIVERS) for name in ("post", "post_name")),
    "deadline", "answer", "enclosures_class",
)  # fmt: skip
"""What the form holds, for keeping it while it is typed."""

FORM, SLOT, MANY, OWN = "write", "new", "many", "own"
"""Under these a seat's one unsent letter is kept, its one circular, its one internal letter."""

FIELDS = {
    "agency_id": "id_receiver",
    "copies": "id_copy_0",
    "posts": "id_post_0",
    "bodies": "id_bodies",
    "links": "id_link_sender",
}
"""Where a field of the form stands, when its id is not `id_<field>`."""


@on_desk
@require_http_methods(["GET", "POST"])
def write(request: DeskRequest) -> HttpResponse:
    """Draw the form, or begin the letter: it lies in the writer's cartable then."""
    request.actor.require(Right.CARTABLE)
    failed = None
    slot, groups = _slot(request), group_options(request.actor)
    answers, values = _answer(request) if slot == OWN else (None, {})
    begun, values = values, {}
    if request.method == "POST" and "use" in request.POST:
        given = {name: request.POST.get(name, "") for name in request.POST}
        fields = templates_ready.common(given.get("agency", ""))
        values = templates_ready.put_in(request, given, {}, fields)
    elif request.method == "POST":
        try:
            made = letters.begin_letter(request.actor, _given(request))
        except PishkhanError as error:
            failed = Failed.of(request, "write", error)
        else:
            saved.forget(request.actor, FORM, _kept_in(request))
            messages.success(request, _("The draft is written."))
            return HttpResponseRedirect(reverse(f"{here(request)}:letter", args=[made]))
    if failed:
        values = {name: given[-1] for name, given in failed.values.items()}
    kept = saved.kept(request.actor, FORM, _kept_in(request)) if request.method == "GET" else None
    if kept and kept.get("classification", "1") > request.actor.clearance:
        kept = None  # of a class for which the seat's holder was cleared then
    if request.method == "GET" and slot == SLOT:
        values = alone.first_receiver(request.actor)
    values = kept or values or begun
    return render(
        request,
        "letter/write.html",
        {
            "here": here(request),
            "failed": failed,
            "values": values,
            "restored": bool(kept),
            "many": slot == MANY and bool(groups),
            "own": slot == OWN,
            "answers": answers or "",
            "suffix": slot if slot == SLOT else f"{slot}{answers or ''}",
            "groups": groups,
            "errors": _faults(failed),
            "templates": templates_ready.choices(request),
            "urgencies": terms.Urgencies().options(),
            "relations": [(each.value, word) for each, word in words.RELATIONS.items()],
            "classes": terms.class_options(request.actor.clearance),
            "term_fields": terms.fields(
                values, errors=failed.errors if failed else None, tables=terms.WRITTEN
            ),
            "number": ("", ""),
            **capture(values.get("pages", "")),
            **(internal.post_places(values) if slot == OWN else places(values)),
        },
        status=failed.status if failed else 200,
    )


@on_desk
@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """Keep what is typed, and say when; an emptied form is forgotten."""
    request.actor.require(Right.CARTABLE)
    typed = {name: request.POST.get(name, "") for name in TYPED if request.POST.get(name)}
    if any(name in typed for name in ("agency", "post_name_0", "recipient", "subject", "body")):
        saved.keep(request.actor, FORM, _kept_in(request), typed)
    else:
        saved.forget(request.actor, FORM, _kept_in(request))
    return saved.told()


@on_desk
@require_POST
def discard(request: DeskRequest) -> HttpResponse:
    """Forget what was typed and not sent; begin anew."""
    saved.forget(request.actor, FORM, _kept_in(request))
    slot, again = _slot(request), reverse(f"{here(request)}:write")
    return HttpResponseRedirect(again if slot == SLOT else f"{again}?to={slot}")


def _slot(request: DeskRequest) -> str:
    """Return what is written: a letter to one agency, an internal one, or a circular."""
    chosen = request.POST if request.method == "POST" else request.GET
    to = chosen.get("to", "")
    return to if to in (MANY, OWN) else SLOT


def _asked(request: DeskRequest) -> str:
    chosen = request.POST if request.method == "POST" else request.GET
    return chosen.get("answer", "")


def _answer(request: DeskRequest) -> tuple[UUID | None, dict[str, str]]:
    """Return the internal letter that is answered, and what its answer begins with."""
    if request.method == "POST" and not _asked(request):
        return None, {}
    return internal.answer_to(request.actor, _asked(request))


def _kept_in(request: DeskRequest) -> str:
    """Return where what is typed is kept: each answer apart, else by what is written."""
    slot = _slot(request)
    try:
        return str(UUID(_asked(request))) if slot == OWN and _asked(request) else slot
    except ValueError:
        return slot


def _given(request: DeskRequest) -> NewLetter:
    posted, slot = request.POST, _slot(request)
    many, own = slot == MANY, slot == OWN
    urgency = posted.get("urgency", Urgency.NORMAL.value)
    return NewLetter(
        agency_id=None if many or own else chosen_agency(request),
        bodies=read_bodies(request) if many else None,
        posts=internal.read_posts(request) if own else (),
        deadline=read_day(request, "deadline") if own else None,
        answers=_answer(request)[0] if own else None,
        recipient=posted.get("recipient", ""),
        subject=posted.get("subject", ""),
        body=posted.get("body", ""),
        copies=() if many or own else read_copies(request),
        enclosures=uploaded(request.actor, listed(posted)),
        urgency=Urgency(urgency) if urgency in set(Urgency) else Urgency.NORMAL,
        classification=chosen_class(request, "classification"),
        enclosures_class=chosen_class(request, "enclosures_class"),
        links=tuple(read_links(request, required=False)),
        terms=terms.read(request, terms.WRITTEN),
    )


def _faults(failed: Failed | None) -> list[tuple[str, str]]:
    if failed is None:
        return []
    return [
        (
            FIELDS.get(name, f"id_{name}"),
            f"{words.FIELDS[name]}: {said}" if name in words.FIELDS else said,
        )
        for name, said in failed.errors.items()
    ]


def read_copies(request: DeskRequest) -> tuple[CopyTo, ...]:
    """Return the copies that were chosen; a place left empty is none."""
    found = []
    for place in range(MOST):
        agency = request.POST.get(f"copy_{place}", "")
        if not agency and not request.POST.get(f"copy_name_{place}", "").strip():
            continue
        try:
            found.append(CopyTo(UUID(agency), request.POST.get(f"phrase_{place}", "")))
        except ValueError:
            raise Invalid(
                "web.agency", fields={"copies": _("Choose each agency from its list.")}
            ) from None
    return tuple(found)


def capture(typed: str = "") -> dict[str, Any]:
    """Return what the component that takes enclosures wants."""
    return {
        "typed_pages": typed or "[]",
        "upload_url": reverse("files:create"),
        "preview_url": reverse("files:create") + "{upload}/preview",
        "max_size": settings.UPLOAD_LIMIT,
        "page_roles": [(PageRole.ENCLOSURE.value, words.ROLES[PageRole.ENCLOSURE])],
    }


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def enclose(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the enclosures of a letter that is written here; add some, take some away."""
    failed = None
    if request.method == "POST":
        try:
            letters.enclose(
                request.actor,
                letter,
                add=uploaded(request.actor, listed(request.POST)),
                drop=[int(n) for n in request.POST.getlist("drop") if n.isdecimal()][:MOST_FILES],
            )
        except (Invalid, Refused, Forbidden) as error:
            failed = Failed.of(request, "enclose", error)
        else:
            messages.success(request, _("The enclosures are kept."))
            return go(request, letter)
    view = letters.open_arrival(request.actor, letter)
    if "enclose" not in view.deeds and failed is None:
        raise Refused("letters.not-now")
    return render(
        request,
        "letter/enclose.html",
        {
            "here": here(request),
            "row": view.row,
            "enclosures": view.pages,
            "failed": failed,
            **capture(failed.values.get("pages", [""])[-1] if failed else ""),
        },
        status=failed.status if failed else 200,
    )


@deed("address")
def address(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Change to whom the letter goes."""
    if "post_0" in request.POST:
        letters.address(request.actor, letter, posts=internal.read_posts(request))
    else:
        letters.address(
            request.actor, letter, agency_id=chosen_agency(request), copies=read_copies(request)
        )
    messages.success(request, _("The addressees are changed."))
    return go(request, letter)
