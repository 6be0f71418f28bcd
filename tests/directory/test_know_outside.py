"""Whose login an account opens: by the written name once, by its subject from then on."""

from __future__ import annotations

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal

ISSUER = "https://id.example.ir"


def known(subject: str, name: str = "") -> object:
    found = directory.know_outside(SYSTEM, issuer=ISSUER, subject=subject, name=name)
    return None if found is None else found.pk


def test_the_first_use_notes_the_subject_and_later_ones_write_nothing():
    person = directory.add_user(SYSTEM, username="mahin", full_name="مهین نمونه")
    directory.link_outside(SYSTEM, user_id=person, issuer=ISSUER, name="m.nemooneh")
    assert known("s1") is None
    assert known("s1", "somebody") is None
    assert known("s1", "M.Nemooneh") == person
    before = len(journal.entries_of(person))
    assert known("s1", "renamed") == person
    assert known("s2", "m.nemooneh") is None
    assert len(journal.entries_of(person)) == before
    row = directory.outside_of(person)
    assert row is not None
    assert row.used
