"""The directory's door: who is who, and the deeds that keep it.

Deeds take the actor first and need ADMIN unless they say otherwise; each opens its act and
leaves an entry without personal data. Readings never write (a client's last use apart).
"""

from __future__ import annotations

from pishkhan.directory.checks import preflight
from pishkhan.directory.logic.add_administrator import add_administrator
from pishkhan.directory.logic.add_agency import add_agency
from pishkhan.directory.logic.add_agency_name import add_agency_name
from pishkhan.directory.logic.add_auditor import add_auditor
from pishkhan.directory.logic.add_clerk import add_clerk
from pishkhan.directory.logic.add_client import add_client
from pishkhan.directory.logic.add_counter import add_counter
from pishkhan.directory.logic.add_dehyari import add_dehyari
from pishkhan.directory.logic.add_division import add_division
from pishkhan.directory.logic.add_post import add_post
from pishkhan.directory.logic.add_provinces import add_provinces
from pishkhan.directory.logic.add_secretariat import add_secretariat
from pishkhan.directory.logic.add_term import add_term
from pishkhan.directory.logic.add_user import add_user
from pishkhan.directory.logic.agencies import agencies, agency
from pishkhan.directory.logic.bodies import bodies_below, bodies_in
from pishkhan.directory.logic.calendars import calendars
from pishkhan.directory.logic.change_counter import change_counter
from pishkhan.directory.logic.change_dehyari import change_dehyari
from pishkhan.directory.logic.change_post import change_post
from pishkhan.directory.logic.change_user import change_user
from pishkhan.directory.logic.clearances import clearances_of, cleared_posts
from pishkhan.directory.logic.close_agency import close_agency
from pishkhan.directory.logic.close_post import close_post
from pishkhan.directory.logic.code_blocks import code_blocks
from pishkhan.directory.logic.counters import counter, counters, counters_on_map
from pishkhan.directory.logic.deactivate_user import deactivate_user
from pishkhan.directory.logic.dehyaris import (
    dehyari,
    dehyari_figures,
    dehyaris,
    host_of,
    is_dehyari,
    superior_near,
    superior_of,
    villages,
    villages_beside,
)
from pishkhan.directory.logic.divisions import division, division_by_code, divisions
from pishkhan.directory.logic.end_clearance import end_clearance
from pishkhan.directory.logic.end_second_factor import end_second_factor, has_second_factor
from pishkhan.directory.logic.end_stand_in import end_stand_in
from pishkhan.directory.logic.enlist import enlist
from pishkhan.directory.logic.entrances import entrances
from pishkhan.directory.logic.find_agencies import find_agencies
from pishkhan.directory.logic.give_block_away import counters_without_block, give_block_away
from pishkhan.directory.logic.grant_clearance import grant_clearance
from pishkhan.directory.logic.heads import head_of
from pishkhan.directory.logic.host_counter import host_counter
from pishkhan.directory.logic.import_dehyaris import import_dehyaris
from pishkhan.directory.logic.import_divisions import import_divisions
from pishkhan.directory.logic.know_outside import know_outside, outside_of
from pishkhan.directory.logic.link_outside import link_outside
from pishkhan.directory.logic.link_user import link_user
from pishkhan.directory.logic.logins import account_of, demo_user, linked_login
from pishkhan.directory.logic.move_term import move_term
from pishkhan.directory.logic.name_own_recipient import name_own_recipient
from pishkhan.directory.logic.name_stand_in import name_stand_in
from pishkhan.directory.logic.next_tracking import next_tracking
from pishkhan.directory.logic.offices import (
    confidential_secretariat,
    default_secretariat,
    office,
    offices,
    offices_of_agency,
)
from pishkhan.directory.logic.open_counter import open_counter
from pishkhan.directory.logic.people import (
    administrators,
    auditors,
    clerks_of,
    clients,
    clients_at,
    holders_of,
    holdings_of,
    user,
    user_named,
    users,
)
from pishkhan.directory.logic.pins import forgive_pin, with_pin
from pishkhan.directory.logic.place_office import node_of_office, offices_at, place_office
from pishkhan.directory.logic.posts import (
    may_refer,
    may_refer_to,
    open_posts,
    post,
    post_rows,
    posts,
    posts_for_referral,
    posts_of_agency,
)
from pishkhan.directory.logic.reactivate_user import reactivate_user
from pishkhan.directory.logic.register_node import (
    node_self,
    other_node,
    other_nodes,
    register_node,
    renew_own_key,
)
from pishkhan.directory.logic.remove_administrator import remove_administrator
from pishkhan.directory.logic.remove_auditor import remove_auditor
from pishkhan.directory.logic.remove_clerk import remove_clerk
from pishkhan.directory.logic.rename_agency import rename_agency
from pishkhan.directory.logic.rename_term import rename_term
from pishkhan.directory.logic.retire_term import retire_term
from pishkhan.directory.logic.revoke_client import revoke_client
from pishkhan.directory.logic.revoke_node import revoke_node
from pishkhan.directory.logic.seat_holder import seat_holder
from pishkhan.directory.logic.set_head import set_head
from pishkhan.directory.logic.set_identity import identity, set_identity
from pishkhan.directory.logic.set_language import set_language
from pishkhan.directory.logic.set_logo import LARGEST_LOGO, logo, set_logo
from pishkhan.directory.logic.set_password import set_password
from pishkhan.directory.logic.set_pin import set_pin
from pishkhan.directory.logic.set_setting import set_setting, setting, setting_history
from pishkhan.directory.logic.set_thursday import set_thursday
from pishkhan.directory.logic.settle_day import settle_day
from pishkhan.directory.logic.skip_codes import skip_codes
from pishkhan.directory.logic.snapshot_due import snapshot_due, snapshot_sent
from pishkhan.directory.logic.snapshot_for import snapshot_for
from pishkhan.directory.logic.stand_ins import (
    signs_per_pro_for,
    stand_ins,
    stand_ins_at,
    stand_ins_of,
)
from pishkhan.directory.logic.succeed_node import former_node_key, succeed_node
from pishkhan.directory.logic.switch_clerk import switch_clerk
from pishkhan.directory.logic.take_block import take_block
from pishkhan.directory.logic.take_snapshot import directory_age, take_snapshot
from pishkhan.directory.logic.terms import terms
from pishkhan.directory.logic.unlink_outside import unlink_outside
from pishkhan.directory.logic.unlink_user import unlink_user
from pishkhan.directory.logic.unsettle_day import unsettle_day
from pishkhan.directory.logic.vacancies import vacancies, vacancies_among, vacant_posts
from pishkhan.directory.logic.vacate import vacate
from pishkhan.directory.logic.who import (
    actor_for,
    client_actor,
    login,
    seatless,
    seats,
    seats_of,
)

__all__ = [
    "LARGEST_LOGO",
    "account_of",
    "actor_for",
    "add_administrator",
    "add_agency",
    "add_agency_name",
    "add_auditor",
    "add_clerk",
    "add_client",
    "add_counter",
    "add_dehyari",
    "add_division",
    "add_post",
    "add_provinces",
    "add_secretariat",
    "add_term",
    "add_user",
    "administrators",
    "agencies",
    "agency",
    "auditors",
    "bodies_below",
    "bodies_in",
    "calendars",
    "change_counter",
    "change_dehyari",
    "change_post",
    "change_user",
    "clearances_of",
    "cleared_posts",
    "clerks_of",
    "client_actor",
    "clients",
    "clients_at",
    "close_agency",
    "close_post",
    "code_blocks",
    "confidential_secretariat",
    "counter",
    "counters",
    "counters_on_map",
    "counters_without_block",
    "deactivate_user",
    "default_secretariat",
    "dehyari",
    "dehyari_figures",
    "dehyaris",
    "demo_user",
    "directory_age",
    "division",
    "division_by_code",
    "divisions",
    "end_clearance",
    "end_second_factor",
    "end_stand_in",
    "enlist",
    "entrances",
    "find_agencies",
    "forgive_pin",
    "former_node_key",
    "give_block_away",
    "grant_clearance",
    "has_second_factor",
    "head_of",
    "holders_of",
    "holdings_of",
    "host_counter",
    "host_of",
    "identity",
    "import_dehyaris",
    "import_divisions",
    "is_dehyari",
    "know_outside",
    "link_outside",
    "link_user",
    "linked_login",
    "login",
    "logo",
    "may_refer",
    "may_refer_to",
    "move_term",
    "name_own_recipient",
    "name_stand_in",
    "next_tracking",
    "node_of_office",
    "node_self",
    "office",
    "offices",
    "offices_at",
    "offices_of_agency",
    "open_counter",
    "open_posts",
    "other_node",
    "other_nodes",
    "outside_of",
    "place_office",
    "post",
    "post_rows",
    "posts",
    "posts_for_referral",
    "posts_of_agency",
    "preflight",
    "reactivate_user",
    "register_node",
    "remove_administrator",
    "remove_auditor",
    "remove_clerk",
    "rename_agency",
    "rename_term",
    "renew_own_key",
    "retire_term",
    "revoke_client",
    "revoke_node",
    "seat_holder",
    "seatless",
    "seats",
    "seats_of",
    "set_head",
    "set_identity",
    "set_language",
    "set_logo",
    "set_password",
    "set_pin",
    "set_setting",
    "set_thursday",
    "setting",
    "setting_history",
    "settle_day",
    "signs_per_pro_for",
    "skip_codes",
    "snapshot_due",
    "snapshot_for",
    "snapshot_sent",
    "stand_ins",
    "stand_ins_at",
    "stand_ins_of",
    "succeed_node",
    "superior_near",
    "superior_of",
    "switch_clerk",
    "take_block",
    "take_snapshot",
    "terms",
    "unlink_outside",
    "unlink_user",
    "unsettle_day",
    "user",
    "user_named",
    "users",
    "vacancies",
    "vacancies_among",
    "vacant_posts",
    "vacate",
    "villages",
    "villages_beside",
    "with_pin",
]
