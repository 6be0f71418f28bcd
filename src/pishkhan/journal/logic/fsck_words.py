"""The sentences of what `pishkhan fsck` finds in the journal (docs/howto/fsck.md)."""

from __future__ import annotations

from pishkhan.kernel.findings import Words
from pishkhan.kernel.i18n import N_

_RESTORE = N_("Keep the database as it is, and compare with the newest backup.")
_REBUILD = N_("Derive the published files anew: pishkhan journal rebuild")

WORDS = {
    "entries.malformed": Words(
        N_("Entry %(subject)s cannot be read: its fields, salts or version are damaged."), _RESTORE
    ),
    "entries.not-canonical": Words(
        N_("The fields of entry %(subject)s are not written in the one canonical form."), _RESTORE
    ),
    "entries.commitment": Words(
        N_("Entry %(subject)s is not what was committed to: it was changed after it was written."),
        _RESTORE,
    ),
    "entries.other-node": Words(
        N_("Entry %(subject)s says that another node wrote it: %(node)s."), _RESTORE
    ),
    "entries.back-dated": Words(
        N_(
            "The entries with the numbers %(first)s to %(last)s are dated %(hours)s hours before "
            "what was written before them."
        ),
        N_("Find out who wrote them, and whether the clock was set back then."),
    ),
    "entries.dated-ahead": Words(
        N_("Entry %(subject)s is dated after the moment by which it was written."),
        N_("Find out whether the clock ran ahead then."),
    ),
    "entries.place-missing": Words(
        N_("No entry has the places %(first)s to %(last)s of the log: entries are gone."), _RESTORE
    ),
    "entries.place-doubled": Words(
        N_("More than one entry has the place %(subject)s of the log."), _RESTORE
    ),
    "entries.place-outside": Words(
        N_("Entry %(subject)s has the place %(place)s, which the log does not have."), _RESTORE
    ),
    "log.root": Words(
        N_("The log %(subject)s is not the one over its entries: root or edge are others."),
        _RESTORE,
    ),
    "log.checkpoint": Words(
        N_("The signed checkpoint of the log %(subject)s is not that of its size and root."),
        _RESTORE,
    ),
    "log.signature": Words(
        N_("The checkpoint of the log %(subject)s is not signed by this node's log key."),
        N_("Look whether HOME/keys is that of this database."),
    ),
    "log.published": Words(
        N_("The published file %(subject)s is not what the rows say."), _REBUILD
    ),
    "log.rolled-back": Words(
        N_("More was published of the log %(subject)s than the database holds."),
        N_("Restore the newest backup, or begin a new log: pishkhan journal begin-anew"),
    ),
    "log.mark": Words(
        N_("HOME/log.registered names another log than the database: %(subject)s."),
        N_("Put database and HOME of one node together, or begin a new log: journal begin-anew"),
    ),
    "log.restored": Words(
        N_("A restored log waits: %(subject)s is in HOME, and no new log was begun yet."),
        N_("Start the worker: it begins a new log."),
    ),
}  # fmt: skip
