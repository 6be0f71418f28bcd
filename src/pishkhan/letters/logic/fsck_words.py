"""The sentences of what `pishkhan fsck` finds in letters (docs/howto/fsck.md)."""

from __future__ import annotations

from pishkhan.kernel.findings import Words
from pishkhan.kernel.i18n import N_

_ENTRIES = N_(
    "Where the log agrees, the entries are right: find out who changed the row, by a backup."
)
_FILE = N_("Bring the file back from a backup: pishkhan backup --list shows them.")

WORDS = {
    "letters.state": Words(
        N_("Letter %(subject)s is %(row)s at office %(office)s; by its entries it is %(entries)s."),
        _ENTRIES,
    ),
    "letters.draft-state": Words(
        N_("Draft %(subject)s is %(row)s; by its entries it is %(entries)s."), _ENTRIES
    ),
    "letters.referral-state": Words(
        N_("Referral %(subject)s is %(row)s; by its entries it is %(entries)s."), _ENTRIES
    ),
    "letters.transition": Words(
        N_(
            "Entry no. %(number)s (%(kind)s) about letter %(subject)s does not follow from what "
            "was before (%(state)s)."
        ),
        N_("Somebody wrote it past the program; look at the entries around it."),
    ),
    "letters.no-entry": Words(
        N_("The row %(subject)s of %(table)s has no entry: it was not made by a deed."), _ENTRIES
    ),
    "letters.no-row": Words(
        N_("Entry %(entry)s (%(kind)s) is about %(subject)s, which is not there."),
        N_("The row was removed: bring it back from a backup."),
    ),
    "letters.time": Words(
        N_("%(what)s of %(subject)s says another time than its entry."), _ENTRIES
    ),
    "letters.content": Words(
        N_("%(what)s of %(subject)s is not what its entry committed to."), _ENTRIES
    ),
    "letters.slip": Words(
        N_("What is proved on paper of %(subject)s is not what its row says (%(what)s)."), _ENTRIES
    ),
    "letters.promise": Words(
        N_("The log's promise kept with %(subject)s is not what its entry and row say (%(what)s)."),
        _ENTRIES,
    ),
    "letters.pages": Words(
        N_(
            "The files of letter %(subject)s at office %(office)s, round %(round)s, are not those "
            "of its entry, or stand in another order."
        ),
        _ENTRIES,
    ),
    "letters.no-custody": Words(
        N_("Nobody has custody of letter %(subject)s, and nobody ever had."), _ENTRIES
    ),
    "numbers.gap": Words(
        N_("The numbers %(first)s to %(last)s of %(year)s are missing in indicator %(subject)s."),
        _ENTRIES,
    ),
    "numbers.doubled": Words(
        N_("The number %(year)s/%(number)s is there twice in indicator %(subject)s."), _ENTRIES
    ),
    "numbers.count": Words(
        N_(
            "Indicator %(subject)s counts to %(counted)s in %(year)s, and its last number is "
            "%(last)s."
        ),
        N_("Give no number there before the count is put right: a number could come twice."),
    ),
    "numbers.no-reason": Words(
        N_("The number %(year)s/%(number)s of indicator %(subject)s is void without a reason."),
        _ENTRIES,
    ),
    "numbers.no-entry": Words(
        N_("The number %(year)s/%(number)s of indicator %(subject)s has no entry that gave it."),
        _ENTRIES,
    ),
    "numbers.no-row": Words(
        N_("Entry %(entry)s gave the number %(year)s/%(number)s of indicator %(subject)s, "
           "which is not there."),
        N_("The row was removed: bring it back from a backup."),
    ),
    "numbers.state": Words(
        N_("The number %(year)s/%(number)s of indicator %(subject)s is %(row)s; by the entries it "
           "is %(entries)s."),
        _ENTRIES,
    ),
    "numbers.time": Words(
        N_("The number %(year)s/%(number)s of indicator %(subject)s says another time than its "
           "entry."),
        _ENTRIES,
    ),
    "numbers.letter": Words(
        N_("%(subject)s bears another number than the one that was given to it."), _ENTRIES
    ),
    "numbers.code": Words(
        N_("The tracking code %(subject)s is not valid: its last digit does not fit."), _ENTRIES
    ),
    "numbers.code-doubled": Words(
        N_("The tracking code %(subject)s is there more than once."), _ENTRIES
    ),
    "numbers.code-block": Words(
        N_("The tracking code %(subject)s is of a block that counter %(counter)s was not given."),
        _ENTRIES,
    ),
    "blobs.missing": Words(N_("The file %(subject)s of a letter is not there."), _FILE),
    "blobs.damaged": Words(
        N_("The file %(subject)s of a letter has other bytes than its name says."), _FILE
    ),
    "blobs.size": Words(
        N_("The file %(subject)s has %(bytes)s bytes; a row says %(row)s."), _ENTRIES
    ),
}  # fmt: skip
