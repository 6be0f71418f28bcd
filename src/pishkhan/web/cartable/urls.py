"""Addresses of the cartable part."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "cartable"
urlpatterns: list[URLPattern] = []
