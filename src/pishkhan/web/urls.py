"""Addresses of the screens, by desk; no language prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pishkhan.web.api.urls import docs
from pishkhan.web.practice import offer
from pishkhan.web.public import log, verify, witness
from pishkhan.web.shell import views

shell = (
    [
        path("", views.home, name="home"),
        path("language", views.language, name="language"),
        path("seat", views.seat, name="seat"),
        path("demo/enter/<slug:role>", views.demo_enter, name="demo-enter"),
        path("practise", offer.practise, name="practise"),
        path("ping", views.ping, name="ping"),
    ],
    "web",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(shell)),
    path("t/", include("pishkhan.web.public.urls")),
    path("verify", verify.page, name="verify"),
    path("journal/checkpoint", log.checkpoint, name="journal-checkpoint"),
    path("journal/witnessed", log.witnessed, name="journal-witnessed"),
    path("journal/witness/add-checkpoint", witness.add_checkpoint, name="journal-add-checkpoint"),
    path("journal/witness/vkey", witness.vkey, name="journal-witness-vkey"),
    path("journal/witness/<slug:origin_hash>/checkpoint", witness.checkpoint),
    path("journal/tile/<path:name>", log.tile, name="journal-tile"),
    path("counter/", include("pishkhan.web.counter.urls")),
    path("secretariat/", include("pishkhan.web.secretariat.urls")),
    path("cartable/", include("pishkhan.web.cartable.urls")),
    path("exercises/", include("pishkhan.web.practice.urls")),
    path("audit/", include("pishkhan.web.audit.urls")),
    path("admin/", include("pishkhan.web.admin.urls")),
    path("relay/", include("pishkhan.web.line.urls")),
    path("files/", include("pishkhan.web.uploads.urls")),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path("api/docs", docs),
    path("api/v1/", include("pishkhan.web.api.urls")),
]
