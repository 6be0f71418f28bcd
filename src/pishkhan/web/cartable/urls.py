"""Addresses of the cartable."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.web.cartable import folders, stand_ins, together, views
from pishkhan.web.letter import pen
from pishkhan.web.letter.urls import addresses

app_name = "cartable"
urlpatterns: list[URLPattern] = [
    path("", views.folder, {"name": "open"}, name="open"),
    path("to-sign", views.folder, {"name": "to_sign"}, name="to-sign"),
    path("to-sign/together", together.together, name="together"),
    path("done", views.folder, {"name": "done"}, name="done"),
    path("sent", views.folder, {"name": "sent"}, name="sent"),
    path("folders/", folders.all_of_them, name="folders"),
    path("folders/<uuid:folder>/", folders.one, name="folder"),
    path("folders/<uuid:folder>/drop", folders.drop, name="folder-drop"),
    path("letters/<uuid:letter>/folders", folders.put, name="put-in-folders"),
    path("letters/<uuid:letter>/written", pen.write, name="write-on-page"),
    path("stand-ins", stand_ins.page, name="stand-ins"),
    path("stand-ins/<uuid:stand_in>/end", stand_ins.end, name="stand-in-end"),
    *addresses,
]
