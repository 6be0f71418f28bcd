"""The desk's words for the directory's enumerations."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pishkhan.directory.contracts import (
    ClerkRole,
    CounterKind,
    DivisionLevel,
    NameKind,
    NodeRole,
    Scope,
    SecretariatKind,
)
from pishkhan.notices.contracts import Channel, Pattern

Word = str | Promise

NAMES: dict[NameKind, Word] = {
    NameKind.OFFICIAL: _("official name"),
    NameKind.NICKNAME: _("nickname"),
    NameKind.FORMER: _("former name"),
    NameKind.VILLAGE: _("village served"),
}
SECRETARIATS: dict[SecretariatKind, Word] = {
    SecretariatKind.CENTRAL: _("Central"),
    SecretariatKind.LOCAL: _("Local"),
    SecretariatKind.CONFIDENTIAL: _("Confidential"),
}
RIGHTS: tuple[tuple[str, Word], ...] = (
    ("can_sign", _("signs")),
    ("can_initial", _("initials drafts")),
    ("can_refer_free", _("refers freely")),
    ("can_dispatch", _("dispatches")),
    ("is_clerk", _("clerk of the secretariat")),
)
COUNTERS: dict[CounterKind, Word] = {
    CounterKind.CITY: _("City counter"),
    CounterKind.RURAL_ICT: _("Rural ICT office"),
}
ROLES: dict[ClerkRole, Word] = {
    ClerkRole.CLERK: pgettext_lazy("at a counter", "Clerk"),
    ClerkRole.MANAGER: pgettext_lazy("at a counter", "Manager"),
}
NODES: dict[NodeRole, Word] = {
    NodeRole.CENTRE: pgettext_lazy("role of a node", "Centre"),
    NodeRole.AGENCY: pgettext_lazy("role of a node", "Agency"),
    NodeRole.COUNTER: pgettext_lazy("role of a node", "Counter"),
}
LEVELS: dict[DivisionLevel, Word] = {
    DivisionLevel.PROVINCE: _("Province"),
    DivisionLevel.COUNTY: _("County"),
    DivisionLevel.DISTRICT: _("District"),
    DivisionLevel.RURAL_DISTRICT: _("Rural district"),
    DivisionLevel.CITY: _("City"),
    DivisionLevel.VILLAGE: _("Village"),
}
SCOPES: dict[Scope, Word] = {
    Scope.LETTERS_READ: _("read letters"),
    Scope.LETTERS_WRITE: _("accept and work on letters"),
    Scope.DIRECTORY_READ: _("read offices and agencies"),
    Scope.POSTS_WRITE: _("name who stands in for the post"),
}
DAYS: tuple[tuple[str, Word], ...] = (
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
)
# What an envelope carries, as the post bag calls it.
MESSAGES: dict[str, Word] = {
    "letter.submitted": _("letter to the agency"),
    "letter.completed": _("completion of a letter"),
    "letter.withdrawal": _("withdrawal by the applicant"),
    "letter.transferred": _("letter to the competent agency"),
    "letter.moved": _("word of a transfer to the counter"),
    "letter.handed-over": _("news of the hand-over"),
    "letter.status": _("news for the counter"),
    "letter.answered": _("answer to the counter"),
    "letter.problem": _("problem with an agency"),
    "letter.problem-answered": _("answer to a problem"),
    "letter.rating": _("how content an applicant is"),
    "relay.receipt": _("receipt"),
}
# The worker's jobs, by their names in `node/roles.py`.
JOBS: dict[str, Word] = {
    "relay": _("carries letters"),
    "notices": _("sends SMS and e-mail"),
    "web": _("clears expired uploads and forms"),
    "files": _("clears files that no letter uses"),
    "journal": _("takes entries into the signed log"),
    "witness": _("asks the witnesses for cosignatures"),
    "upkeep": _("watches how the disk fills"),
    "line": _("exchanges post with the centre over the line"),
    "directory": _("tells villages' nodes what changed in the directory"),
}
CHANNELS: dict[Channel, Word] = {Channel.SMS: _("SMS"), Channel.EMAIL: _("E-mail")}
PATTERNS: dict[Pattern, Word] = {
    Pattern.ACCEPTED: _("the letter is accepted"),
    Pattern.RETURNED: _("something is missing"),
    Pattern.READY: _("the answer is ready"),
    Pattern.HANDED_OVER: _("the answer is handed over"),
    Pattern.HANDED_TO_PROXY: _("a proxy took the answer"),
    Pattern.SET_ASIDE: _("the letter was not registered"),
    Pattern.TRANSFERRED: _("the letter went to another agency"),
    Pattern.ONE_TIME_CODE: _("one-time code"),
    Pattern.STATUS: _("answer to an SMS: where the letter stands"),
    Pattern.TRACK_HERE: _("answer to an SMS: how to track"),
}
