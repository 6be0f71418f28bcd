"""Keep a list of ready phrases (عبارت‌های آماده): a post's own, or an agency's for all its posts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.models import ReadyPhrase

MOST_PHRASES = 30
LONGEST_PHRASE = 200


def keep_phrases(actor: Actor, phrases: Sequence[str], *, agency_id: UUID | None = None) -> None:
    """Make these the list, in this order; empty and repeated ones are left out.

    The actor's post's own, or with ADMIN an agency's. Raises Forbidden, NotFound, Invalid
    (field `phrases`).
    """
    cleaned = [
        entered.line("phrases", " ".join(each.split()), longest=LONGEST_PHRASE, required=False)
        for each in phrases
    ]
    kept = list(dict.fromkeys(each for each in cleaned if each))
    if len(kept) > MOST_PHRASES:
        raise Invalid(
            "letters.too-many-phrases",
            fields={"phrases": Message(N_("These are too many phrases; 30 are enough."))},
        )
    with journal.act() as act:
        owner = owner_of(actor, agency_id)
        ReadyPhrase.objects.filter(owner_id=owner).delete()
        rows.insert_many(
            ReadyPhrase,
            [{"owner_id": owner, "place": place, "text": text} for place, text in enumerate(kept)],
        )
        act.append(
            "phrases.kept",
            subject=owner,
            actor=actor.ref,
            fields={"count": len(kept), "digest": entered.digest("\n".join(kept))},
        )
