"""Addresses of the administrator's desk."""

from __future__ import annotations

from django.urls import path

from pishkhan.web.admin import logo
from pishkhan.web.admin.views import (
    agencies,
    clients,
    counters,
    divisions,
    find,
    imports,
    notices,
    overview,
    people,
    post_hand_over,
    posts,
    ready,
    relay,
    series,
    settings,
    status,
    tables,
)

app_name = "admin"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("status/", status.page, name="status"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/add", agencies.add, name="agency-add"),
    path("agencies/find", find.agencies, name="find-agencies"),
    path("agencies/<uuid:agency_id>/", agencies.agency, name="agency"),
    path("agencies/<uuid:agency_id>/logo", logo.logo, name="logo"),
    path("agencies/<uuid:agency_id>/ready/", ready.ready, name="ready"),
    path("agencies/<uuid:agency_id>/ready/phrases", ready.phrases, name="ready-phrases"),
    path("agencies/<uuid:agency_id>/ready/groups/new", ready.group, name="ready-group-new"),
    path("agencies/<uuid:agency_id>/ready/groups/<uuid:group>", ready.group, name="ready-group"),
    path(
        "agencies/<uuid:agency_id>/ready/groups/<uuid:group>/drop",
        ready.drop,
        name="ready-group-drop",
    ),
    path(
        "agencies/<uuid:agency_id>/ready/templates/new", ready.template, name="ready-template-new"
    ),
    path(
        "agencies/<uuid:agency_id>/ready/templates/<uuid:template>",
        ready.template,
        name="ready-template",
    ),
    path(
        "agencies/<uuid:agency_id>/ready/templates/<uuid:template>/drop",
        ready.drop_template,
        name="ready-template-drop",
    ),
    path("agencies/<uuid:agency_id>/<slug:name>", agencies.change, name="agency-change"),
    path("posts/<uuid:post_id>/", posts.post, name="post"),
    path("posts/<uuid:post_id>/hand-over", post_hand_over.hand_over, name="post-hand-over"),
    path(
        "posts/<uuid:post_id>/hand-over/<uuid:hand_over_id>",
        post_hand_over.handed,
        name="post-handed",
    ),
    path("posts/<uuid:post_id>/<slug:name>", posts.change, name="post-change"),
    path("counters/", counters.counters, name="counters"),
    path("counters/add", counters.add, name="counter-add"),
    path("counters/find", find.counters, name="find-counters"),
    path("counters/<uuid:counter_id>/", counters.counter, name="counter"),
    path("counters/<uuid:counter_id>/<slug:name>", counters.change, name="counter-change"),
    path("people/", people.users, name="users"),
    path("people/add", people.add, name="user-add"),
    path("people/find", people.find, name="find-people"),
    path("people/<uuid:user_id>/", people.user, name="user"),
    path("people/<uuid:user_id>/password", people.password, name="user-password"),
    path("people/<uuid:user_id>/<slug:name>", people.change, name="user-change"),
    path("programs/", clients.clients, name="clients"),
    path("programs/add", clients.add, name="client-add"),
    path("programs/<uuid:client_id>/revoke", clients.revoke, name="client-revoke"),
    path("divisions/", divisions.divisions, name="divisions"),
    path("divisions/find", find.divisions, name="find-divisions"),
    path("divisions/import", imports.take, name="import"),
    path("post/", relay.bag, name="relay"),
    path("post/streams", relay.streams, name="streams"),
    path("post/<int:inbound_id>/retry", relay.retry, name="retry"),
    path("post/<int:inbound_id>/refuse", relay.refuse, name="refuse"),
    path("notices/", notices.notices_set, name="notices-set"),
    path("notices/<uuid:subject>/", relay.fates, name="notices"),
    path("notices/<uuid:subject>/<uuid:notice>/again", notices.again, name="notice-again"),
    path("secretariats/<uuid:office_id>/", series.office, name="secretariat"),
    path("secretariats/<uuid:office_id>/add", series.add, name="series-add"),
    path("secretariats/<uuid:office_id>/<uuid:series>", series.change, name="series-change"),
    path("settings/", settings.settings, name="settings"),
    path("settings/tables/<slug:name>/", tables.table, name="table"),
    path("settings/tables/<slug:name>/add", tables.add, name="term-add"),
    path("settings/tables/<slug:name>/<slug:code>", tables.change, name="term-change"),
]
