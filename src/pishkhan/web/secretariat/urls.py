"""Addresses of the secretariat's desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.web.letter.urls import addresses
from pishkhan.web.secretariat import book, bulk, problems, ratings, stamp, views

app_name = "secretariat"
urlpatterns: list[URLPattern] = [
    path("", views.arrivals, name="arrivals"),
    path("letters/", views.all_letters, name="letters"),
    path("dispatch", views.to_dispatch, name="to-dispatch"),
    path("book", book.book, name="book"),
    path("book/export", book.export, name="book-export"),
    path("problems", problems.listed, name="problems"),
    path("problems/<uuid:problem>/answer", problems.answer, name="problem-answer"),
    path("ratings", ratings.listed, name="ratings"),
    path("vacancies", views.vacancies, name="vacancies"),
    path("bulk", bulk.bulk, name="bulk"),
    path("letters/<uuid:letter>/stamp", stamp.stamp, name="stamp"),
    path("letters/<uuid:letter>/stamp/qr", stamp.stamp_qr, name="stamp-qr"),
    *addresses,
]
