"""What every page knows: who acts, where, the desk's rail, whether the data are a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel import clock
from pishkhan.web import seats
from pishkhan.web.counter import age


@dataclass(frozen=True, slots=True)
class Nav:
    label: Any
    url: str
    key: str
    active: bool
    icon: str


# desk → (label, address name, key, icon); the order is the rail's.
RAILS: dict[str, tuple[tuple[Any, str, str, str], ...]] = {
    "counter": (
        (_("Accept letter"), "counter:accept", "F2", "accept"),
        (_("Hand over"), "counter:hand-over", "F3", "hand-over"),
        (_("Letters"), "counter:letters", "F6", "letters"),
        (_("Post"), "counter:post", "F8", "post"),
        (_("Switch clerk"), "counter:switch", "F1", "users"),
    ),
    "secretariat": (
        (_("Arrivals"), "secretariat:arrivals", "F2", "arrivals"),
        (_("To dispatch"), "secretariat:to-dispatch", "F4", "dispatch"),
        (_("All letters"), "secretariat:letters", "F6", "letters"),
        (_("Search"), "secretariat:search", "F7", "search"),
        (_("Book"), "secretariat:book", "F8", "book"),
        (_("Circulars"), "secretariat:circulars", "F3", "flag"),
        (_("Problems"), "secretariat:problems", "F10", "warning"),
    ),
    "cartable": (
        (_("Cartable"), "cartable:open", "F2", "cartable"),
        (_("To sign"), "cartable:to-sign", "F4", "sign"),
        (_("Sent"), "cartable:sent", "F6", "sent"),
        (_("Circulars"), "cartable:circulars", "F3", "flag"),
        (_("Search"), "cartable:search", "F7", "search"),
    ),
    "audit": ((_("The log"), "audit:log", "F2", "book"),),
    "admin": (
        (_("Overview"), "admin:overview", "F2", "overview"),
        (_("Agencies"), "admin:agencies", "F3", "agency"),
        (_("Counters"), "admin:counters", "F4", "counter"),
        (_("People"), "admin:users", "F6", "people"),
        (_("Divisions"), "admin:divisions", "F7", "map"),
        (_("Post bag"), "admin:relay", "F8", "post"),
        (_("Programs"), "admin:clients", "F9", "key"),
        (_("Settings"), "admin:settings", "F10", "settings"),
    ),
}


def desks_of(actor: Actor) -> list[str]:
    """Return the desks that the rights of this seat open, the main one first."""
    desks = []
    if Right.COUNTER in actor.rights:
        desks.append("counter")
    if Right.SECRETARIAT in actor.rights:
        desks.append("secretariat")
    if Right.CARTABLE in actor.rights:
        desks.append("cartable")
    if Right.ADMIN in actor.rights:
        desks.append("admin")
    if Right.AUDIT in actor.rights:
        desks.append("audit")
    return desks


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of base.html; no query but of several seats and the data's age."""
    actor: Actor | None = getattr(request, "actor", None)
    match = request.resolver_match
    desk = match.namespaces[0] if match and match.namespaces else ""
    open_desks = desks_of(actor) if actor else []
    here = desk if desk in open_desks else ""
    return {
        "actor": actor,
        "desk": here,
        "desks": open_desks,
        "has_nav": here in RAILS,
        # What the rail depends on, beside the language: the frame keeps it rendered under this.
        "nav_key": f"{here} {match.view_name} {_at(request)}" if match else here,
        "nav": SimpleLazyObject(lambda: _rail(request, here)),
        "actor_label": actor.label if actor else "",
        "office_label": office_label(actor) if actor else "",
        "several": seats.several(request, actor),
        "switcher": SimpleLazyObject(lambda: actor and seats.switcher(actor)),
        "data_age": SimpleLazyObject(age.age) if here == "counter" and age.shown() else None,
        "now": clock.current().now(),
        "demo": data_mark(),
        "by_organisation": settings.PISHKHAN_OIDC is not None,
        "practice": settings.PRACTISING,
        "practise": settings.PRACTICE and bool(open_desks),
        "languages": settings.LANGUAGES,
    }


def data_mark() -> str:
    """Return what every page and print of data that are not real bears; "" on a real node."""
    if settings.PRACTISING:
        return gettext("Practice: not a real letter")
    return gettext("Demonstration data") if settings.DEMO else ""


def _rail(request: HttpRequest, desk: str) -> list[Nav]:
    """Return a desk's rail; a page that lies below an entry, but not below the first, is there."""
    shown: list[Nav] = []
    at = _at(request)
    for label, name, key, icon in RAILS.get(desk, ()):
        url = reverse(name)
        below = bool(shown) and request.path.startswith(url.rstrip("/") + "/")
        active = name == at if at else below or request.path == url
        shown.append(Nav(label, url, key, active, icon))
    return shown


def _at(request: HttpRequest) -> str:
    """Return the entry of the rail that a view named as its own; "" when the address tells it."""
    return getattr(request, "rail_at", "")


def office_label(actor: Actor) -> str:
    """Return where the actor sits: the counter, or the post and its agency."""
    if actor.post_title:
        agency = actor.office.agency_name if actor.office else ""
        between = pgettext("between things in a row", ", ")
        title = actor.title_line  # of who stands in: the post, and by whose hand in brackets
        return f"{title}{between}{agency}" if agency else title
    return actor.office.name if actor.office else ""
