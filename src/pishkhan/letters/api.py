"""The door of letters: every deed and reading, typed. The actor comes first.

Deeds open their own act, leave an entry, and raise PishkhanError with fields where what was
entered is at fault. A letter that the actor may not see is NotFound.
"""

from __future__ import annotations

from pishkhan.letters.handlers import receive_as
from pishkhan.letters.logic.accept import accept
from pishkhan.letters.logic.acknowledge import acknowledge
from pishkhan.letters.logic.add_series import add_series
from pishkhan.letters.logic.add_series import preview as preview_number
from pishkhan.letters.logic.address import address
from pishkhan.letters.logic.addressees import cc_phrases
from pishkhan.letters.logic.answer_problem import answer_problem
from pishkhan.letters.logic.approve_class import approve_class
from pishkhan.letters.logic.arrivals import (
    arrivals,
    cartable,
    cartable_counts,
    cartable_cursor,
    sent_referrals,
)
from pishkhan.letters.logic.ask_answer_code import ask_answer_code
from pishkhan.letters.logic.ask_approval import ask_approval
from pishkhan.letters.logic.ask_back import ask_back
from pishkhan.letters.logic.ask_withdrawal import ask_withdrawal
from pishkhan.letters.logic.audit import audit
from pishkhan.letters.logic.audit_find import audit_find
from pishkhan.letters.logic.audit_read import (
    audit_entry,
    audit_head,
    audit_log,
    audit_proof,
    audit_record,
    is_audited,
    is_letter,
    subject_of,
)
from pishkhan.letters.logic.begin_letter import begin_letter
from pishkhan.letters.logic.book import book
from pishkhan.letters.logic.bulk import (
    MOST_AT_ONCE,
    arrival_rows,
    refer_many,
    register_many,
)
from pishkhan.letters.logic.circulars import circular_receivers, circulars, circulars_waiting
from pishkhan.letters.logic.circumstances import masked
from pishkhan.letters.logic.close import close
from pishkhan.letters.logic.close_day import close_day
from pishkhan.letters.logic.close_series import close_series
from pishkhan.letters.logic.complete import complete
from pishkhan.letters.logic.confirm_prepared import confirm_prepared
from pishkhan.letters.logic.correct import correct
from pishkhan.letters.logic.counter_day import check_day, counter_day
from pishkhan.letters.logic.counter_has_letters import counter_has_letters
from pishkhan.letters.logic.decline_recall import decline_recall
from pishkhan.letters.logic.dispatch import dispatch
from pishkhan.letters.logic.draft import draft
from pishkhan.letters.logic.drop_folder import drop_folder
from pishkhan.letters.logic.drop_group import drop_group
from pishkhan.letters.logic.drop_prepared import drop_prepared
from pishkhan.letters.logic.drop_template import drop_template
from pishkhan.letters.logic.enclose import enclose
from pishkhan.letters.logic.export_book import export_book
from pishkhan.letters.logic.export_evidence import export_evidence
from pishkhan.letters.logic.export_receivers import export_receivers
from pishkhan.letters.logic.file_letter import file_letter
from pishkhan.letters.logic.finish import finish
from pishkhan.letters.logic.folders import folder_letters, folder_of, folders, folders_around
from pishkhan.letters.logic.fsck_blobs import fsck_blobs
from pishkhan.letters.logic.fsck_letters import fsck_letters
from pishkhan.letters.logic.fsck_numbers import fsck_numbers
from pishkhan.letters.logic.give_back import give_back
from pishkhan.letters.logic.hand_over import hand_over
from pishkhan.letters.logic.hand_over_post import hand_over_post
from pishkhan.letters.logic.initial import initial

# Files, before and beside any letter.
from pishkhan.letters.logic.inspect_file import inspect_file
from pishkhan.letters.logic.keep_folder import keep_folder
from pishkhan.letters.logic.keep_group import keep_group
from pishkhan.letters.logic.keep_phrases import keep_phrases
from pishkhan.letters.logic.keep_template import keep_template
from pishkhan.letters.logic.letter_fee import letter_fee
from pishkhan.letters.logic.lift import lift
from pishkhan.letters.logic.link import link

# The loader, for measuring.
from pishkhan.letters.logic.load_bulk import load_bulk
from pishkhan.letters.logic.match_pair import match_pair
from pishkhan.letters.logic.my_seats import my_seats
from pishkhan.letters.logic.open_agency import open_agency
from pishkhan.letters.logic.open_answer import open_answer
from pishkhan.letters.logic.open_arrival import open_arrival
from pishkhan.letters.logic.open_problem import (
    USUAL_DAYS,
    complain,
    may_complain,
    needs_code,
    open_problem,
)
from pishkhan.letters.logic.page_blob import page_blob
from pishkhan.letters.logic.pages import files_used
from pishkhan.letters.logic.pages import store as blob_store
from pishkhan.letters.logic.paper_proof import answer_proof_file, proof_file, receipt_proof
from pishkhan.letters.logic.persons import confirm_card, look_up_person
from pishkhan.letters.logic.post_hand_overs import (
    at_post,
    count_waiting_at,
    post_hand_over,
    post_hand_overs,
    waiting_at,
)
from pishkhan.letters.logic.prepare import prepare
from pishkhan.letters.logic.preview import forget_previews, preview
from pishkhan.letters.logic.print_receipt import print_receipt
from pishkhan.letters.logic.problems import (
    problem_figures,
    problems,
    problems_of,
    problems_tracked,
    problems_waiting,
)
from pishkhan.letters.logic.rate import USUAL_RATING_DAYS, may_rate, rate
from pishkhan.letters.logic.ratings import (
    agency_ratings,
    counter_ratings,
    manages,
    rating_figures,
    ratings_tracked,
)
from pishkhan.letters.logic.read_answer import read_answer
from pishkhan.letters.logic.read_signers import read_signers
from pishkhan.letters.logic.ready import group_of, ready, ready_of_office
from pishkhan.letters.logic.refer import refer
from pishkhan.letters.logic.register import register
from pishkhan.letters.logic.remind import remind
from pishkhan.letters.logic.remind_receivers import remind_receivers
from pishkhan.letters.logic.reopen import reopen
from pishkhan.letters.logic.resend import resend
from pishkhan.letters.logic.return_for_deficiency import return_for_deficiency
from pishkhan.letters.logic.search import search
from pishkhan.letters.logic.send_again import send_again
from pishkhan.letters.logic.send_back import send_back
from pishkhan.letters.logic.series import number_of, series, series_for, series_of_office
from pishkhan.letters.logic.set_aside import set_aside
from pishkhan.letters.logic.set_class import set_class
from pishkhan.letters.logic.settled import settled
from pishkhan.letters.logic.sign import sign
from pishkhan.letters.logic.sign_and_send import sign_and_send
from pishkhan.letters.logic.sign_many import sign_many
from pishkhan.letters.logic.similar_arrivals import similar_arrivals
from pishkhan.letters.logic.submissions import (
    counter_today,
    find_submission,
    person_letters,
    receipt,
    similar_submissions,
    submission,
    submissions,
)
from pishkhan.letters.logic.take_back import take_back
from pishkhan.letters.logic.tell_by_sms import tell_by_sms
from pishkhan.letters.logic.templates import template_of, templates, templates_of_office
from pishkhan.letters.logic.terms import usual_way
from pishkhan.letters.logic.throttle import forget_failures
from pishkhan.letters.logic.to_dispatch import last_number, to_dispatch
from pishkhan.letters.logic.to_sign import to_sign
from pishkhan.letters.logic.track import track, track_again
from pishkhan.letters.logic.transfer import transfer
from pishkhan.letters.logic.view import arrival
from pishkhan.letters.logic.void_number import void_number
from pishkhan.letters.logic.write_on_page import write_on_page

__all__ = [
    "MOST_AT_ONCE",
    "USUAL_DAYS",
    "USUAL_RATING_DAYS",
    "accept",
    "acknowledge",
    "add_series",
    "address",
    "agency_ratings",
    "answer_problem",
    "answer_proof_file",
    "approve_class",
    "arrival",
    "arrival_rows",
    "arrivals",
    "ask_answer_code",
    "ask_approval",
    "ask_back",
    "ask_withdrawal",
    "at_post",
    "audit",
    "audit_entry",
    "audit_find",
    "audit_head",
    "audit_log",
    "audit_proof",
    "audit_record",
    "begin_letter",
    "blob_store",
    "book",
    "cartable",
    "cartable_counts",
    "cartable_cursor",
    "cc_phrases",
    "check_day",
    "circular_receivers",
    "circulars",
    "circulars_waiting",
    "close",
    "close_day",
    "close_series",
    "complain",
    "complete",
    "confirm_card",
    "confirm_prepared",
    "correct",
    "count_waiting_at",
    "counter_day",
    "counter_has_letters",
    "counter_ratings",
    "counter_today",
    "decline_recall",
    "dispatch",
    "draft",
    "drop_folder",
    "drop_group",
    "drop_prepared",
    "drop_template",
    "enclose",
    "export_book",
    "export_evidence",
    "export_receivers",
    "file_letter",
    "files_used",
    "find_submission",
    "finish",
    "folder_letters",
    "folder_of",
    "folders",
    "folders_around",
    "forget_failures",
    "forget_previews",
    "fsck_blobs",
    "fsck_letters",
    "fsck_numbers",
    "give_back",
    "group_of",
    "hand_over",
    "hand_over_post",
    "initial",
    "inspect_file",
    "is_audited",
    "is_letter",
    "keep_folder",
    "keep_group",
    "keep_phrases",
    "keep_template",
    "last_number",
    "letter_fee",
    "lift",
    "link",
    "load_bulk",
    "look_up_person",
    "manages",
    "masked",
    "match_pair",
    "may_complain",
    "may_rate",
    "my_seats",
    "needs_code",
    "number_of",
    "open_agency",
    "open_answer",
    "open_arrival",
    "open_problem",
    "page_blob",
    "person_letters",
    "post_hand_over",
    "post_hand_overs",
    "prepare",
    "preview",
    "preview_number",
    "print_receipt",
    "problem_figures",
    "problems",
    "problems_of",
    "problems_tracked",
    "problems_waiting",
    "proof_file",
    "rate",
    "rating_figures",
    "ratings_tracked",
    "read_answer",
    "read_signers",
    "ready",
    "ready_of_office",
    "receipt",
    "receipt_proof",
    "receive_as",
    "refer",
    "refer_many",
    "register",
    "register_many",
    "remind",
    "remind_receivers",
    "reopen",
    "resend",
    "return_for_deficiency",
    "search",
    "send_again",
    "send_back",
    "sent_referrals",
    "series",
    "series_for",
    "series_of_office",
    "set_aside",
    "set_class",
    "settled",
    "sign",
    "sign_and_send",
    "sign_many",
    "similar_arrivals",
    "similar_submissions",
    "subject_of",
    "submission",
    "submissions",
    "take_back",
    "tell_by_sms",
    "template_of",
    "templates",
    "templates_of_office",
    "to_dispatch",
    "to_sign",
    "track",
    "track_again",
    "transfer",
    "usual_way",
    "void_number",
    "waiting_at",
    "write_on_page",
]
