"""The helper on the clerk's PC: where its page looks for it, and what it says when it can not.

The helper listens on the PC's own loopback address; the node never talks to it, its pages do.
Only the pages that need it may connect to it: the content policy of all others names no more than
the node itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.templatetags.pishkhan import digits

View = Callable[..., HttpResponse]


def address() -> str:
    """Return where this node's pages look for the helper of the PC they are open on."""
    return f"http://127.0.0.1:{settings.PISHKHAN_DESK_PORT}"


def with_helper(view: View) -> View:
    """Let the page of `view` talk to the helper of its PC."""

    @wraps(view)
    def answered(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        # django-csp's own attribute; its decorator is untyped and takes settings at import.
        setattr(answer, "_csp_update", {"connect-src": [address()]})  # noqa: B010 - see above
        return answer

    return answered


def sentences() -> dict[str, str]:
    """Return what is told for each code of the helper; `other` for a code not among them."""
    return {
        "helper.away": _(
            "The helper of this PC does not answer. Start pishkhan-desk on it; if the browser "
            "asks whether this site may reach this device, allow it."
        ),
        "gate.token": _("This PC is not connected to its helper any more. Connect it anew."),
        "gate.origin": _("This PC is not connected to its helper any more. Connect it anew."),
        "scanner.off": _("No scanner answers. Switch it on, check its cable, then scan again."),
        "scanner.no-paper": _("The feeder is empty. Put the pages in, then scan again."),
        "scanner.jammed": _("Paper is jammed in the scanner. Clear it, then scan again."),
        "scanner.cover-open": _("The scanner’s cover is open. Close it, then scan again."),
        "scanner.busy": _("The scanner is busy. Wait a moment, then scan again."),
        "scanner.in-use": _("Another window of this PC is scanning. Wait until it has finished."),
        "scanner.denied": _("This PC’s user may not use the scanner. Ask whoever keeps the PC."),
        "scanner.stuck": _("The scanner stopped answering. Switch it off and on, then scan again."),
        "scanner.io": _("The scanner could not read the page. Scan it again."),
        "scanner.no-feeder": _("This scanner has no feeder. Choose the glass under “This PC”."),
        "scanner.no-duplex": _(
            "This scanner does not read both sides. Choose another source under “This PC”."
        ),
        "scanner.no-program": _("The scanning program is missing on this PC (sane-utils)."),
        "scan.unknown": _("The pages are not on the PC any more. Scan them again."),
        "folder.absent": _("The watched folder is not there any more."),
        "folder.stays": _("A file could not be moved out of the watched folder."),
        "printer.none": _("This PC has no usual printer. Choose one under “This PC”."),
        "printer.unknown": _(
            "The chosen printer is not there any more. Choose one under “This PC”."
        ),
        "printer.refuses": _("The printer takes no prints now."),
        "printer.off": _("The print service of this PC does not answer."),
        "printer.denied": _("This PC’s user may not print there."),
        "printer.no-program": _("The printing program is missing on this PC."),
        "other": _("The helper of this PC could not do it."),
    }


@desk(Right.COUNTER)
@with_helper
@require_safe
def this_pc(request: DeskRequest) -> HttpResponse:
    """Draw the page on which a PC is connected with its helper; what is chosen stays in the PC."""
    return render(
        request,
        "counter/this_pc.html",
        {
            "sources": [
                ("auto", _("Feeder, else glass")),
                ("feeder", _("Feeder")),
                ("duplex", _("Feeder, both sides")),
                ("glass", _("Glass")),
            ],
            "modes": [
                ("grey", _("Grey")),
                ("colour", _("Colour")),
                ("lineart", _("Black and white")),
            ],
            "resolutions": [
                (str(n), _("%(n)s dots per inch") % {"n": digits(n)}) for n in (150, 200, 300)
            ],
        },
    )
