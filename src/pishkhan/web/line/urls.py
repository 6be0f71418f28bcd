"""Addresses of the line."""

from django.urls import path

from pishkhan.web.line import views

app_name = "line"
urlpatterns = [
    path("hello", views.hello, name="hello"),
    path("up", views.collection, name="up"),
    path("up/<uuid:bag_id>", views.upload, name="bag"),
    path("down", views.down, name="down"),
]
