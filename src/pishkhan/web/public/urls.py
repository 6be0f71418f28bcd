"""Addresses of the citizen's pages. A code may stand in one, a national ID never does."""

from __future__ import annotations

from django.urls import path

from pishkhan.web.public import views

app_name = "public"
urlpatterns = [
    path("", views.track, name="track"),
    path("<str:code>", views.track, name="code"),
]
