"""Addresses of uploads."""

from django.urls import path

from pishkhan.web.uploads import views

app_name = "files"
urlpatterns = [
    path("", views.collection, name="create"),
    path("<uuid:upload_id>", views.upload, name="upload"),
    path("<uuid:upload_id>/preview", views.preview, name="preview"),
]
