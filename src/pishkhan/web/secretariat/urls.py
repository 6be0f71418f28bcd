"""Addresses of the secretariat part."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "secretariat"
urlpatterns: list[URLPattern] = []
