"""Addresses of the counter's desk."""

from __future__ import annotations

from django.urls import path

from pishkhan.web.counter import accept, handover, letter, listing, people, post, receipt

app_name = "counter"

ONE = "letters/<uuid:letter_id>/"

urlpatterns = [
    path("", accept.accept, name="accept"),
    path("draft", accept.draft, name="draft"),
    path("park", accept.park, name="park"),
    path("new", accept.discard, name="new"),
    path("resume/<slug:slot>", accept.resume, name="resume"),
    path("similar", accept.similar, name="similar"),
    path("agencies", accept.agencies, name="agencies"),
    path("today", listing.today, name="today"),
    path("person", people.look_up, name="person"),
    path("person/<uuid:person_id>/card", people.card, name="card"),
    path("hand-over", handover.start, name="hand-over"),
    path("letters", listing.letters_page, name="letters"),
    path("search", listing.search, name="search"),
    path("post", post.post, name="post"),
    path(ONE, letter.letter, name="letter"),
    path(f"{ONE}receipt", receipt.receipt, name="receipt"),
    path(f"{ONE}qr.svg", receipt.qr, name="qr"),
    path(f"{ONE}complete", letter.complete, name="complete"),
    path(f"{ONE}complete/draft", letter.completion_draft, name="completion-draft"),
    path(f"{ONE}withdraw", letter.withdraw, name="withdraw"),
    path(f"{ONE}answer", handover.answer, name="answer"),
    path(f"{ONE}hand-over", handover.hand_over, name="hand-over-letter"),
    path(f"{ONE}pages/<int:seq>", letter.page, name="page"),
    path(f"{ONE}pages/<int:seq>/preview", letter.preview, name="preview"),
]
