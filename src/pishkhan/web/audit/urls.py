"""Addresses of the auditor's desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.web.audit import entry, listed, record

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("", listed.log, name="log"),
    path("find", listed.find, name="find"),
    path("records/<uuid:subject>/", record.record, name="record"),
    path("records/<uuid:subject>/open", record.opened, name="open"),
    path("records/<uuid:subject>/evidence", record.evidence, name="evidence"),
    path("entries/<uuid:entry_id>/", entry.entry, name="entry"),
    path("entries/<uuid:entry_id>/proof", entry.proof, name="proof"),
]
