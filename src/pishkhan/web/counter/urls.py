"""Addresses of the counter desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.directory.contracts import Right
from pishkhan.web.counter import (
    accept,
    answer_pdf,
    asked,
    day,
    hand_over,
    helper,
    keycard,
    letter,
    lost,
    problem,
    ratings,
    receipt,
    receipt_pdf,
    register,
    repeat,
    switch,
    today,
)
from pishkhan.web.postbag import urls as postbag

app_name = "counter"
ONE = "letters/<uuid:letter>/"

urlpatterns: list[URLPattern] = [
    path("", accept.accept, name="accept"),
    path("save", accept.save, name="save"),
    path("park", accept.park, name="park"),
    path("parked", accept.parked, name="parked"),
    path("parked/<slug:slot>/resume", accept.resume, name="resume"),
    path("parked/<slug:slot>/drop", accept.drop, name="drop"),
    path("today", today.beside, name="today"),
    path("day", day.day, name="day"),
    path("ratings", ratings.counted, name="ratings"),
    path(f"{ONE}printed", day.printed, name="printed"),
    path("agencies", asked.agencies, name="agencies"),
    path("look-up", asked.look_up, name="look-up"),
    path("card", asked.card, name="card"),
    path("similar", asked.similar, name="similar"),
    path(f"{ONE}repeat", repeat.repeat, name="repeat"),
    path("keys", keycard.keycard, name="key-card"),
    path(f"{ONE}receipt", receipt.receipt, name="receipt"),
    path(f"{ONE}receipt.pdf", receipt_pdf.receipt_pdf, name="receipt-pdf"),
    path("pc", helper.this_pc, name="pc"),
    path(f"{ONE}receipt.svg", receipt.receipt_qr, name="receipt-qr"),
    path(f"{ONE}promise.svg", receipt.receipt_promise, name="receipt-promise"),
    path(f"{ONE}path.svg", receipt.receipt_path, name="receipt-path"),
    path("hand-over", hand_over.hand_over, name="hand-over"),
    path("hand-over/<uuid:letter>", hand_over.answer, name="hand-over-answer"),
    path(
        "hand-over/<uuid:letter>/<uuid:answer>.pdf",
        answer_pdf.answer_pdf,
        name="answer-pdf",
    ),
    path("hand-over/<uuid:letter>/deliver", hand_over.deliver, name="deliver"),
    path("lost-code", lost.lost, name="lost"),
    path("lost-code/seen", lost.seen, name="lost-seen"),
    path("lost-code/<uuid:person>/", lost.person_letters, name="lost-letters"),
    path("letters", register.letters_list, name="letters"),
    path("search", register.search, name="search"),
    path(ONE, letter.letter, name="letter"),
    path(f"{ONE}complete", letter.complete, name="complete"),
    path(f"{ONE}complete/save", letter.save_completion, name="complete-save"),
    path(f"{ONE}send-again", letter.send_again, name="send-again"),
    path(f"{ONE}problem", problem.problem, name="problem"),
    path(f"{ONE}withdraw", letter.withdraw, name="withdraw"),
    path(f"{ONE}pages/<int:seq>", letter.page, name="page"),
    path(f"{ONE}pages/<int:seq>/preview", letter.preview, name="preview"),
    path("switch", switch.switch, name="switch"),
    path("switch/password", switch.by_password, name="switch-password"),
    path("pin", switch.pin, name="pin"),
    path("post", register.post, name="post"),
    *postbag.addresses(Right.COUNTER),
]
