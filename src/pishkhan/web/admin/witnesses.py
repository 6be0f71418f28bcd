"""What is said of the witnesses of this node's log, and what to do."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Unavailable
from pishkhan.web.admin.reading import Reading

SILENT = timedelta(hours=1)
"""A line is down for minutes without anybody having to know."""
BY_FILE = timedelta(days=14)
"""So often a stick may go to a witness without a line."""
SERIOUS = frozenset({"conflict", "ahead"})


def readings() -> list[Reading]:
    """Return one reading when a policy names witnesses or cannot be read, else none."""
    try:
        policy = journal.policy()
        if policy is not None:
            journal.check_witness()
    except Unavailable as error:
        remedy = _("Put the line right and try it by `pishkhan journal policy`.")
        if error.code != "journal.policy":
            remedy = _("No log gets a cosignature from here until then.")
        return [Reading("witnesses", "bad", error.message.render(_), remedy)]
    found = journal.witnesses() if policy is not None else []
    if not found:
        return []
    facts = {
        each.name: {
            "size": each.size,
            "trouble": each.trouble,
            "since": each.since.isoformat() if each.since else None,
            "cosigned_at": each.cosigned_at.isoformat() if each.cosigned_at else None,
        }
        for each in found
    }
    bad = [each for each in found if each.trouble in SERIOUS]
    late = [each for each in found if each not in bad and _is_late(each)]
    if bad or late:
        tone = "bad" if bad else "wait"
        said = " ".join(_said(each) for each in [*bad, *late])
        remedy = " ".join(dict.fromkeys(why(_trouble(each)) for each in [*bad, *late]))
        return [Reading("witnesses", tone, said, remedy, facts)]
    said = _("%(n)s witnesses cosign this node's log.") % {"n": len(found)}
    return [Reading("witnesses", "good", said, facts=facts)]


def _is_late(view: journal.WitnessView) -> bool:
    now = clock.current().now()
    if view.online:
        return view.since is not None and now - view.since > SILENT
    if view.trouble:
        return True
    return view.cosigned_at is None or now - view.cosigned_at > BY_FILE


def _trouble(view: journal.WitnessView) -> str:
    return view.trouble or "by-file"


def _said(view: journal.WitnessView) -> str:
    if view.cosigned_at is None:
        return _("The witness %(name)s has not cosigned yet.") % {"name": view.name}
    hours = max(0, (clock.current().now() - view.cosigned_at) // timedelta(hours=1))
    words = _("The witness %(name)s last cosigned %(n)s hours ago.")
    return words % {"name": view.name, "n": hours}


def why(trouble: str) -> str:
    """Return what a trouble of a witness means and what to do, "" for none."""
    words = {
        "silent": _("It does not answer: see to the line, ask who runs it, or take the requests "
                    "there by `pishkhan journal ask-witnesses`."),
        "unknown-log": _("It does not know this log: give who runs it the key that "
                         "`pishkhan journal head` prints."),
        "wrong-key": _("It knows another key of this log: compare it with "
                       "`pishkhan journal head`."),
        "conflict": _("What it cosigned is not the beginning of this log. Keep both checkpoints, "
                      "stop, and find out whether a copy of this node runs elsewhere; then "
                      "`pishkhan journal begin-anew`."),
        "ahead": _("It cosigned more of this log than there is here: an older copy was put back. "
                   "Restore the newest backup, or `pishkhan journal begin-anew`."),
        "behind": _("It stands at another size than it was asked from: ask again."),
        "bad-signature": _("Its signature does not fit the key of the policy: compare the key with "
                           "who runs it; a restored witness has a new one."),
        "refused": _("It refused the request: see that both run the same version."),
        "unknown-witness": _("The policy has no witness of this name: a restored witness has a "
                             "new number and a new key."),
        "not-asked": _("It is about a checkpoint that was not asked for here, or was changed on "
                       "its way: ask again."),
        "by-file": _("Take requests to it by `pishkhan journal ask-witnesses`, and bring its "
                     "answer back."),
    }  # fmt: skip
    return words.get(trouble, "")
