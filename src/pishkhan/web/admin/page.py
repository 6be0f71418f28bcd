"""How the desk's pages are drawn and its forms answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Forbidden, NotFound, PishkhanError
from pishkhan.web.admin.forms import Form
from pishkhan.web.http import DeskRequest, desk

Forms = dict[str, Form]
admin = desk(Right.ADMIN)


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], forms: Forms | None = None
) -> HttpResponse:
    """Draw a page of the desk; a refused form among `forms` decides the status."""
    given = forms or {}
    status = max((form.status for form in given.values()), default=200)
    return render(request, f"admin/{template}", {**context, "forms": given}, status=status)


def do(
    request: DeskRequest,
    name: str,
    deed: Callable[[], str],
    again: Callable[[Forms], HttpResponse],
    onward: str,
) -> HttpResponse:
    """Do a deed and go onward with its word; draw the page again when the deed was refused.

    `deed` returns the sentence to show. What the person may not do, or what is not there, is
    not the form's fault: that goes to the error page.
    """
    try:
        said = deed()
    except (Forbidden, NotFound):
        raise
    except PishkhanError as error:
        return again({name: Form.refused(request, error)})
    messages.success(request, said)
    return redirect(onward)
