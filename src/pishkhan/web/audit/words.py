"""The words of the auditor's desk: what entries are about, how far proofs are, what was checked."""

from __future__ import annotations

from functools import cache
from importlib import resources

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pishkhan.journal.auditing import CheckLine, Standing

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

NOUNS = {
    "letter": gettext_lazy("Letters"),
    "answer": gettext_lazy("Answers"),
    "circular": gettext_lazy("Circulars"),
    "problem": gettext_lazy("Problems"),
    "number": gettext_lazy("Numbers"),
    "book": gettext_lazy("Books"),
    "person": gettext_lazy("Look-ups of people"),
    "envelope": gettext_lazy("Messages"),
    "custody": gettext_lazy("Custody"),
    "notice": gettext_lazy("Notices"),
    "post": gettext_lazy("Posts"),
    "clerk": gettext_lazy("Clerks"),
    "user": gettext_lazy("Logins"),
    "administrator": gettext_lazy("Administrators"),
    "auditor": gettext_lazy("Auditors"),
    "clearance": gettext_lazy("Clearances"),
    "setting": gettext_lazy("Settings"),
    "entry": gettext_lazy("Records opened by auditors"),
    "evidence": gettext_lazy("Bundles of evidence"),
}
"""First words of kinds that auditors ask for; the rest is found by its whole kind."""


@cache
def kinds() -> tuple[str, ...]:
    """Return every kind of entry there is (docs/reference/journal-kinds.md)."""
    file = resources.files("pishkhan.web.audit").joinpath("data/kinds.txt")
    return tuple(file.read_text("utf-8").split())


def choices() -> list[tuple[str, str]]:
    """Return what the list can be narrowed down to: all, groups in words, then each kind."""
    groups = [(f"{noun}.", str(word)) for noun, word in NOUNS.items()]
    return [("", _("All kinds")), *groups, *((kind, kind) for kind in kinds())]


def about(kind: str) -> str:
    """Return in words what an entry of a kind is about; "" where there is no word."""
    return str(NOUNS.get(kind.partition(".")[0], ""))


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
