from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from pishkhan.journal import api, guard
from pishkhan.journal import node_id as node_ids
from pishkhan.journal.commitment import field_hash
from pishkhan.journal.models import Entry
from pishkhan.kernel.errors import NotFound, Refused

pytestmark = pytest.mark.django_db


def entry(**fields: api.JSON) -> UUID:
    with api.act() as act:
        return act.append("letter.accepted", subject=uuid4(), actor="system", fields=fields)


def test_the_shown_fields_are_checked_against_the_commitment_alone():
    made = entry(code="7214093381260", sheets=3, pages=["ab", "cd"])
    view = api.entries()[0]
    opening = api.opening(made, ["code", "at", "kind"])
    assert [(s.name, s.value) for s in opening.shown][1:] == [
        ("code", "7214093381260"),
        ("kind", "letter.accepted"),
    ]
    assert api.check_opening(opening, view.commit)
    assert not api.check_opening(opening, bytes(32))


def test_what_is_not_there_is_said_in_the_persons_language():
    made = entry(code="1")
    with pytest.raises(NotFound, match=r"journal\.no-entry") as caught:
        api.opening(uuid4(), ["code"])
    with override("fa"):
        assert caught.value.message.render(gettext) == "چنین ثبتی در دفتر وقایع نیست."
    for names in (["name"], ["code", "name"], []):
        with pytest.raises(NotFound, match=r"journal\.no-field"):
            api.opening(made, names)


def test_an_erased_field_is_not_opened_and_the_others_are():
    made = entry(code="1", reason="2")
    row = Entry.objects.get(id=made)
    names = ["actor", "at", "code", "kind", "node", "reason", "subject"]
    shown = api.opening(made, ["reason"]).shown[0]
    slot = field_hash(shown.salt, "reason", b'"2"')
    place = names.index("reason") * 32
    salts = bytes(row.salts)
    with guard.suspended("test"):
        Entry.objects.filter(id=made).update(
            fields='{"code":"1"}',
            salts=salts[:place] + slot + salts[place + 32 :],
            erased="reason",
        )
    with pytest.raises(Refused, match=r"journal\.erased"):
        api.opening(made, ["reason"])
    left = api.opening(made, ["code", "at"])
    assert api.check_opening(left, bytes(row.commit))
    assert api.entries()[0].erased == ("reason",)


def test_reading_costs_one_query_and_opens_no_transaction():
    for _ in range(3):
        entry(code="1")
    with CaptureQueriesContext(connection) as queries:
        views = api.entries(limit=2)
        api.entries_of(views[0].subject)
        api.opening(views[0].id, ["code"])
    assert len(views) == 2
    assert [q["sql"][:6] for q in queries] == ["SELECT"] * 3


def test_the_node_keeps_its_id(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    first = api.node_id()
    node_ids._known.clear()
    assert api.node_id() == first
    assert [file.name for file in tmp_path.iterdir()] == ["node.id"]
    (tmp_path / "node.id").write_text("not an id")
    node_ids._known.clear()
    with pytest.raises(ValueError, match="badly formed"):
        api.node_id()
    node_ids._known.clear()
