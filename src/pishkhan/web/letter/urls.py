"""Addresses of one letter, the same on both desks; each desk includes them in its own."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.web.letter import (
    deeds,
    drafts,
    files,
    follow,
    outgoing,
    page,
    prepared,
    ready,
    receivers,
    search,
    transfer,
)

ONE = "letters/<uuid:letter>/"
DRAFT = f"{ONE}drafts/<uuid:draft>/"

addresses: list[URLPattern] = [
    path("receivers", receivers.receivers, name="receivers"),
    path("search", search.search, name="search"),
    path("agencies", transfer.agencies, name="agencies"),
    path("ready", ready.page, name="ready"),
    path("ready/phrases", ready.phrases, name="ready-phrases"),
    path("ready/groups/new", ready.group, name="group-new"),
    path("ready/groups/<uuid:group>", ready.group, name="group"),
    path("ready/groups/<uuid:group>/drop", ready.drop, name="group-drop"),
    path("write", outgoing.write, name="write"),
    path(ONE, page.letter, name="letter"),
    path(f"{ONE}pages/<int:seq>", files.page, name="page"),
    path(f"{ONE}pages/<int:seq>/preview", files.preview, name="preview"),
    path(f"{ONE}register", deeds.register, name="register"),
    path(f"{ONE}refer", deeds.refer, name="refer"),
    path(f"{ONE}prepare", prepared.prepare, name="prepare"),
    path(f"{ONE}prepared/<uuid:prepared>/confirm", prepared.confirm, name="confirm-prepared"),
    path(f"{ONE}prepared/<uuid:prepared>/drop", prepared.drop, name="drop-prepared"),
    path(f"{ONE}referrals/<uuid:referral>/lift", prepared.lift, name="lift"),
    path(f"{ONE}offer", deeds.offer, name="offer"),
    path(f"{ONE}referrals/<uuid:referral>/take-back", deeds.take_back, name="take-back"),
    path(f"{ONE}referrals/<uuid:referral>/finish", deeds.finish, name="finish"),
    path(f"{ONE}referrals/<uuid:referral>/remind", follow.remind, name="remind"),
    path(f"{ONE}referrals/<uuid:referral>/ask-back", follow.ask_back, name="ask-back"),
    path(f"{ONE}referrals/<uuid:referral>/give-back", follow.give_back, name="give-back"),
    path(f"{ONE}referrals/<uuid:referral>/decline", follow.decline, name="decline-recall"),
    path(f"{ONE}return", deeds.give_back, name="return"),
    path(f"{ONE}close", deeds.close, name="close"),
    path(f"{ONE}reopen", deeds.reopen, name="reopen"),
    path(f"{ONE}void", deeds.void, name="void"),
    path(f"{ONE}set-aside", deeds.set_aside, name="set-aside"),
    path(f"{ONE}transfer", transfer.transfer, name="transfer"),
    path(f"{ONE}address", outgoing.address, name="address"),
    path(f"{ONE}correct", deeds.correct, name="correct"),
    path(f"{ONE}link", deeds.link, name="link"),
    path(f"{ONE}draft", drafts.edit, name="draft-new"),
    path(f"{ONE}draft/save", drafts.save, name="draft-new-save"),
    path(f"{ONE}draft/discard", drafts.discard, name="draft-new-discard"),
    path(DRAFT, drafts.edit, name="draft"),
    path(f"{DRAFT}save", drafts.save, name="draft-save"),
    path(f"{DRAFT}discard", drafts.discard, name="draft-discard"),
    path(f"{DRAFT}versions/<int:no>", drafts.version, name="version"),
    path(f"{DRAFT}initial", drafts.initial, name="initial"),
    path(f"{DRAFT}send-back", drafts.send_back, name="send-back"),
    path(f"{DRAFT}sign", drafts.sign, name="sign"),
    path(f"{DRAFT}dispatch", drafts.dispatch, name="dispatch"),
    path(f"{DRAFT}resend", drafts.resend, name="resend"),
]
