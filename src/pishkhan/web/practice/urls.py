"""Addresses of the practice node's own page; on any other node nothing is there."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.web.practice import views

app_name = "practice"

urlpatterns: list[URLPattern] = [
    path("", views.exercises, name="exercises"),
    path("enter", views.enter, name="enter"),
    path("as/<slug:role>", views.as_role, name="as"),
    path("anew", views.anew, name="anew"),
]
