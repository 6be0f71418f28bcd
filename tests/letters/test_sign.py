from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.letters.models import Draft
from pishkhan.sealing import api as sealing
from tests.letters.world import World, refer


def to_sign(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    return accepted, arrival, draft


def test_the_signature_is_the_nodes_over_exactly_what_was_read(world: World):
    accepted, arrival, draft = to_sign(world)
    with pytest.raises(Refused, match=r"letters\.draft-changed"):
        letters.sign(world.head, draft, version=2)
    letters.sign(world.head, draft, version=1)
    row = Draft.objects.get(pk=draft)
    assert row.signed_at is not None
    expected = text_digest(
        letter=accepted.letter_id,
        draft=draft,
        version=1,
        subject="پاسخ",
        body="متن پاسخ",
        signer_name=world.head.label,
        signer_title=world.head.post_title,
        at=row.signed_at,
        covers=row.covers,
    )
    assert row.text_digest == expected
    key = sealing.node_key()
    assert row.key_id == key.key_id
    digest, signature = bytes.fromhex(expected), bytes(row.signature)
    assert sealing.verify(SIGNED_AS, digest, signature, key.public_key)
    assert not sealing.verify(SIGNED_AS, digest[::-1], signature, key.public_key)
    view = letters.arrival(world.head, arrival)
    assert view.drafts[0].state is DraftState.SIGNED
    offered = next(r for r in view.referrals if r.purpose is Purpose.SIGNATURE)
    assert offered.state is ReferralState.DONE
    entry = next(e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.signed")
    assert entry.fields["text_digest"] == expected


def test_it_needs_an_initial_the_right_and_the_letter(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    refer(world.expert, arrival, world.deputy, Purpose.OPINION)
    refer(world.registrar, arrival, world.head)
    with pytest.raises(Refused, match=r"letters\.not-initialled"):
        letters.sign(world.head, draft)
    _, _, other = to_sign(world)
    for reader in (world.deputy, world.registrar):
        with pytest.raises(Forbidden):
            letters.sign(reader, other)
    for stranger in (world.other_head, world.expert, world.admin, world.clerk):
        with pytest.raises(NotFound):
            letters.sign(stranger, other)
    letters.sign(world.head, other)
    with pytest.raises((Refused, Forbidden)):
        letters.sign(world.head, other)


def test_who_signs_needs_no_initial_on_his_own_words(world: World):
    _, arrival = world.referred(to=world.head)
    draft = letters.draft(world.head, arrival, subject="پاسخ", body="متن")
    assert f"sign:{draft}" in letters.arrival(world.head, arrival).deeds
    letters.sign(world.head, draft)
    assert letters.arrival(world.head, arrival).drafts[0].state is DraftState.SIGNED


def test_a_second_signature_is_told_that_there_is_one(world: World):
    _, _, draft = to_sign(world)
    letters.sign(world.head, draft)
    with pytest.raises(Refused, match=r"letters\.signed-already"):
        letters.sign(world.head, draft)
