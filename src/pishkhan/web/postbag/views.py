"""The pages of the post desk, the same at a village's counter and at the administrator's desk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, NotFound, PishkhanError, TooLarge
from pishkhan.relay import api as relay
from pishkhan.relay.contracts.contacts import CarriedState
from pishkhan.web.admin.views.imports import PIECE, Work, streamed
from pishkhan.web.counter import age
from pishkhan.web.errors import told
from pishkhan.web.http import DeskRequest
from pishkhan.web.postbag import exchange, places
from pishkhan.web.postbag.exchange import GONE, RUNNING

RECENT = timedelta(minutes=10)
"""So long after an exchange its stick is taken to be the one that is still plugged in."""
ROOM, LEFT = "bag-", timedelta(days=1)
LARGEST = 2 * 2**30
"""Bytes of a bag that a browser sends: more is carried on a stick."""


def _desk(request: DeskRequest) -> str:
    """Return the desk that the page is at; NotFound for a counter without a node of its own."""
    assert request.resolver_match is not None
    found = request.resolver_match.namespaces[0]
    if found == "counter" and not age.shown():
        raise NotFound("web.not-found")
    return found


@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """Draw the sticks that are plugged in, how far an exchange is, and the ways without a stick."""
    return _draw(request)


@require_safe
def state(request: DeskRequest) -> HttpResponse:
    """Draw what changes while somebody looks: the sticks and the exchange."""
    _desk(request)
    answer = render(request, "postbag/_state.html", _state(request))
    add_never_cache_headers(answer)
    return answer


@require_POST
def begin(request: DeskRequest) -> HttpResponse:
    """Begin an exchange with the stick of this id; the page goes on to tell how far it is."""
    desk = _desk(request)
    try:
        place = places.place(request.POST.get("place", ""))
        exchange.start(place, owner=request.actor.ref)
    except PishkhanError as error:
        return _draw(request, error)
    return redirect(f"{desk}:stick")


@require_POST
def bag(request: DeskRequest) -> HttpResponse:
    """Answer with a bag for another node, as one file."""
    _desk(request)
    try:
        node = UUID(request.POST.get("node", ""))
    except ValueError:
        raise NotFound("directory.no-node") from None
    folder = Path(tempfile.mkdtemp(prefix=ROOM, dir=_room()))
    try:
        if node not in {each.node for each in relay.contacts()}:
            raise NotFound("directory.no-node")
        exchange.pack()
        made = relay.export_bundle(node, folder, one_file=True)
        file = made.path.open("rb")
    except PishkhanError as error:
        return _draw(request, error)
    finally:
        # An open file outlives its name, and whoever breaks off leaves nothing behind.
        shutil.rmtree(folder, ignore_errors=True)
    answer: HttpResponseBase = FileResponse(file, as_attachment=True, filename=made.path.name)
    return answer  # type: ignore[return-value]  # the desk's door takes any response


@require_POST
def neighbour(request: DeskRequest) -> HttpResponse:
    """Answer with the centre's bag for a neighbour whose own was carried from here."""
    _desk(request)
    try:
        found = relay.bag_to_take_home(UUID(request.POST.get("origin", "")))
        file = found.path.open("rb")
    except (ValueError, OSError):
        raise NotFound("relay.line-no-bag") from None
    except PishkhanError as error:
        return _draw(request, error)
    name = f"pishkhan-{short(found.origin)}.bag"
    answer: HttpResponseBase = FileResponse(file, as_attachment=True, filename=name)
    return answer  # type: ignore[return-value]  # the desk's door takes any response


def short(node: UUID) -> str:
    """Return how a node is called in the names of its bags' files."""
    return str(node)[-8:]


@require_POST
def upload(request: DeskRequest) -> HttpResponse:
    """Take in a bag that is the body of this request; the answer tells how far it is."""
    _desk(request)
    path = _receive(request)

    def take(tell: Callable[[int, int], None]) -> str:
        try:
            taken = relay.import_bundles(path, tell=tell)
            along = relay.take_along(path)
            report = exchange.pack()
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)
        said = {
            "taken": exchange.told(taken),
            "along": len(along),
            "applied": report.applied,
            "stopped": report.refused + report.quarantined,
        }
        return render_to_string("postbag/_taken.html", {"said": said})

    return streamed(Work(path, take))


def _receive(request: DeskRequest) -> Path:
    """Write the body to a file in a folder of its own, bounded; TooLarge and Invalid `web.bag`."""
    folder, size = Path(tempfile.mkdtemp(prefix=ROOM, dir=_room())), 0
    path = folder / "pishkhan-sent.bag"
    try:
        with path.open("xb") as file:
            while piece := request.read(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise TooLarge("web.bag", N_("This bag is too large; carry it on a stick."))
                file.write(piece)
        if not size:
            raise Invalid("web.bag", N_("The file is empty."))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return path


def _room() -> Path:
    """Return where files on their way lie, freed of what a killed process left there."""
    folder: Path = settings.HOME / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    before = (clock.current().now() - LEFT).timestamp()
    for left in folder.glob(f"{ROOM}*"):
        with suppress(OSError):
            if left.stat().st_mtime < before:
                shutil.rmtree(left, ignore_errors=True)
    return folder


def _draw(request: DeskRequest, error: PishkhanError | None = None) -> HttpResponse:
    desk = _desk(request)
    contacts = [each for each in relay.contacts() if not each.revoked]
    context = {
        **_state(request),
        "contacts": contacts,
        "carried": [
            {
                "origin": each.origin,
                "short": short(each.origin),
                "state": each.state.value,
                "size": each.size if each.state in {CarriedState.WAITS, CarriedState.BACK} else 0,
                "why": relay.reason_in_words(each.reason).render(_) if each.reason else "",
            }
            for each in relay.carried()
        ],
        "error": told(error) if error else None,
        "bag_url": f"{desk}:stick-bag",
        "neighbour_url": f"{desk}:stick-neighbour",
        "state_url": f"{desk}:stick-state",
        "upload_url": f"{desk}:stick-upload",
    }
    stopped = [each.notice or "relay.fork" for each in contacts if each.notice or each.suspended]
    if stopped and not (desk == "counter" and stopped[0] != "relay.fork"):  # the frame tells it
        context["notice"] = relay.reason_in_words(stopped[0]).render(_)
    return render(request, "postbag/page.html", context, status=error.status if error else 200)


def _state(request: DeskRequest) -> dict[str, Any]:
    row = exchange.latest()
    return {
        "places": places.places(),
        "row": row,
        "running": row is not None and row.state == RUNNING,
        "recent": row is not None and clock.current().now() - row.beat_at < RECENT,
        "gone": row is not None and row.code == GONE,
        "percent": 100 * row.done // row.of if row and row.of else 0,
        "begin_url": f"{_desk(request)}:stick-exchange",
    }
