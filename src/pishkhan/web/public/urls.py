"""Addresses of the citizen's pages. A code may stand in one, a national ID never does."""

from __future__ import annotations

from django.urls import path

from pishkhan.web.public import inbound, problem, rating, views

app_name = "public"
urlpatterns = [
    path("", views.track, name="track"),
    path("answer/code", views.answer_code, name="answer-code"),
    path("answer", views.answer, name="answer"),
    path("proof", views.paper_proof, name="proof"),
    path("problem", problem.problem, name="problem"),
    path("problems", problem.counted, name="problems"),
    path("problems.csv", problem.counted_csv, name="problems-csv"),
    path("rating", rating.rating, name="rating"),
    path("ratings", rating.counted, name="ratings"),
    path("ratings.csv", rating.counted_csv, name="ratings-csv"),
    path("sms", inbound.inbound, name="sms"),
    path("<str:code>", views.track, name="code"),
]
