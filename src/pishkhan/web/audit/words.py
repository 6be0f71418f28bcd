"""The words of the auditor's desk: what entries are about, how far proofs are, what was checked."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pishkhan.journal.auditing import CheckLine, Standing
from pishkhan.web.audit.kinds import KINDS

STANDINGS = {
    Standing.WAITS: (
        "wait", "clock", pgettext_lazy("proof of an entry", "waits for its place"),
    ),
    Standing.LOGGED: ("done", "check", pgettext_lazy("proof of an entry", "in the log")),
    Standing.WITNESSED: (
        "good", "check-circle", pgettext_lazy("proof of an entry", "in the log, witnessed"),
    ),
}  # fmt: skip
"""Tone, icon and word of each."""

GROUPS = {
    "letter": gettext_lazy("Letters"),
    "answer": gettext_lazy("Answers"),
    "receipt": gettext_lazy("Receipts"),
    "circular": gettext_lazy("Circulars"),
    "problem": gettext_lazy("Problems"),
    "rating": gettext_lazy("Ratings"),
    "number": gettext_lazy("Numbers"),
    "indicator": gettext_lazy("Indicators"),
    "person": gettext_lazy("Look-ups of people"),
    "envelope": gettext_lazy("Messages between nodes"),
    "custody": gettext_lazy("Custody"),
    "notice": gettext_lazy("Notices"),
    "agency": gettext_lazy("Agencies"),
    "post": gettext_lazy("Posts"),
    "counter": gettext_lazy("Counters"),
    "clerk": gettext_lazy("Clerks"),
    "dehyari": gettext_lazy("Dehyaris"),
    "user": gettext_lazy("Logins"),
    "administrator": gettext_lazy("Administrators"),
    "auditor": gettext_lazy("Auditors"),
    "clearance": gettext_lazy("Clearances"),
    "client": gettext_lazy("Programs"),
    "calendar": gettext_lazy("Calendar"),
    "term": gettext_lazy("Terms of the norm"),
    "group": gettext_lazy("Groups of receivers"),
    "folder": gettext_lazy("Folders"),
    "template": gettext_lazy("Templates"),
    "node": gettext_lazy("Nodes"),
    "root": gettext_lazy("Roots of keys"),
    "entry": gettext_lazy("Entries: opened, erased"),
    "log": gettext_lazy("The log itself"),
}
"""First words of kinds, in the order in which they are offered; other kinds come last."""


def words_of(kind: str) -> str:
    """Return what a kind is called; the kind itself where a newer program wrote it."""
    return str(KINDS.get(kind, kind))


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the list can be narrowed down to, in groups: a group as a whole, or one kind."""
    grouped: dict[str, list[tuple[str, str]]] = {name: [] for name in (*GROUPS, "")}
    for kind in KINDS:
        first = kind.partition(".")[0]
        grouped[first if first in GROUPS else ""].append((kind, words_of(kind)))
    made = []
    for name, kinds in grouped.items():
        kinds.sort(key=lambda each: each[1].casefold())
        label = str(GROUPS.get(name) or _("Others"))
        whole = [(f"{name}.", _("%(group)s: all") % {"group": label})] if kinds[1:] and name else []
        made.append((label, whole + kinds))
    return made


def offered() -> frozenset[str]:
    """Return every value of `choices`."""
    return frozenset(value for _label, options in choices() for value, _words in options)


def told(line: CheckLine) -> tuple[str, str]:
    """Return the tone of a line of the check (good, bad or wait) and its sentence."""
    tone = {True: "good", False: "bad", None: "wait"}[line.good]
    sentences = {
        ("fields", True): _("The fields can be read."),
        ("fields", False): _("The fields are damaged: they can not be read."),
        ("commitment", True): _(
            "The commitment was computed here from the fields, and is the one that is kept."
        ),
        ("commitment", False): _(
            "The commitment that follows from the fields is another than the one that is kept:"
            " something in this entry was changed."
        ),
        ("place", True): _(
            "It has place %(index)s in the log; the checkpoint that it is checked with has"
            " %(size)s entries."
        ),
        ("place", None): _("It waits for its place in the published log: come back in a moment."),
        ("place", False): _("The published checkpoint is damaged: it can not be read."),
        ("path", True): _("The path from this entry leads to the root of the checkpoint."),
        ("path", False): _(
            "The path from this entry does not lead to the root: it is not what was published, or"
            " the published log is damaged."
        ),
        ("signature", True): _("The log's key signed this checkpoint."),
        ("signature", False): _("The log's key did not sign this checkpoint."),
        ("witness", True): _("The witness %(name)s cosigned it."),
        ("witness", False): _("What stands there as the cosignature of %(name)s is not his."),
        ("witness", None): _("The witness %(name)s did not cosign this checkpoint."),
        ("quorum", True): _("The witnesses that the policy asks for are complete."),
        ("quorum", None): _(
            "The witnesses that the policy asks for are not there (yet): it rests on this office"
            " alone."
        ),
    }
    return tone, sentences[line.code, line.good] % dict(line.values)
