"""Internal letters on the screens: written, followed by who wrote them, answered, in the books."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from tests.letters.test_internal import before, sent
from tests.letters.world import World, refer
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_written_changed_delivered_seen_and_answered():
    world = World.make()
    expert, colleague = sit(world.expert), sit(world.colleague)
    write = reverse("cartable:write")
    assert f"{write}?to=own" in text(expert.get(write))
    page = text(expert.get(f"{write}?to=own"))
    assert "جهت استحضار" in page
    found = expert.get(reverse("cartable:posts"), {"q": "کارشناس"}).json()
    assert [each["label"] for each in found] == ["کارشناس مشترکان"]  # not one's own
    form = {
        "to": "own",
        "post_0": str(world.colleague.post_id),
        "post_name_0": "کارشناس مشترکان",
        "copy_0": str(world.deputy.post_id),
        "copy_name_0": "معاون",
        "phrase_0": "جهت استحضار",
        "subject": "فهرست <b>تعمیرات</b>",
        "body": "متن",
        "urgency": "1",
    }
    for wrong, at in (
        ({"post_0": "", "post_name_0": ""}, "id_post_0"),
        ({"post_0": str(world.other_head.post_id)}, "id_post_0"),
        ({"copy_0": ""}, "id_copy_0"),
        ({"deadline": "1300/01/01"}, "id_deadline"),
        ({"subject": ""}, "id_subject"),
    ):
        refused = expert.post(write, form | wrong)
        assert refused.status_code == 422, wrong
        assert f'href="#{at}"' in text(refused)
    made = expert.post(write, form)
    assert made.status_code == 302
    at = made["Location"]
    shown = text(expert.get(at))
    assert "فهرست &lt;b&gt;تعمیرات&lt;/b&gt;" in shown
    assert "Change the addressees" in shown
    (row,) = letters.cartable(world.expert, folder="open").rows
    changed = {"post_0": str(world.colleague.post_id), "post_1": str(world.head.post_id)}
    address = reverse("cartable:address", args=[row.arrival_id])
    assert expert.post(address, {"post_0": "", "post_name_0": ""}).status_code == 422
    assert expert.post(address, changed).status_code == 302
    refer(world.expert, row.arrival_id, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, row.arrival_id).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, row.arrival_id, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    clerk = sit(world.registrar)
    assert "کارشناس مشترکان" in text(clerk.get(reverse("secretariat:to-dispatch")))
    sending = reverse("secretariat:dispatch", args=[row.arrival_id, draft])
    assert clerk.post(sending).status_code == 302
    delivered = before(world.colleague)
    own = text(expert.get(at))
    assert reverse("cartable:letter", args=[delivered]) in own
    assert own.count("Not seen") == 2
    read = text(colleague.get(reverse("cartable:letter", args=[delivered])))
    assert "فهرست &lt;b&gt;تعمیرات&lt;/b&gt;" in read
    assert "Letter drafted" not in read
    assert text(expert.get(at)).count("Not seen") == 1
    answer = f"{write}?to=own&amp;answer={delivered}"
    assert answer in read
    page = text(colleague.get(answer.replace("&amp;", "&")))
    assert f'value="{world.head.post_id}"' in page
    number = letters.arrival(world.colleague, delivered).row.number_text
    assert number in page
    given = {"to": "own", "answer": str(delivered), "post_0": str(world.head.post_id)}
    reply = colleague.post(write, given | {"subject": "پاسخ", "body": "متن"})
    assert reply.status_code == 302
    assert number.split("/")[1] in text(colleague.get(reply["Location"]))
    assert expert.get(answer.replace("&amp;", "&")).status_code == 409  # no answer of his


def test_what_is_typed_is_kept_apart_from_other_letters():
    world = World.make()
    expert = sit(world.expert)
    write, save = reverse("cartable:write"), reverse("cartable:write-save")
    assert expert.post(save, {"to": "own", "subject": "موضوع داخلی"}).status_code == 200
    assert "موضوع داخلی" not in text(expert.get(write))
    assert "موضوع داخلی" in text(expert.get(f"{write}?to=own"))
    again = expert.post(reverse("cartable:write-discard"), {"to": "own"})
    assert again["Location"] == f"{write}?to=own"
    assert "موضوع داخلی" not in text(expert.get(f"{write}?to=own"))


def test_the_books_and_the_paper_say_that_it_is_internal():
    world = World.make()
    made = sent(world)
    delivered = before(world.colleague)
    clerk = sit(world.registrar)
    register = text(clerk.get(reverse("secretariat:book")))
    assert "answer to" not in register  # it answers nothing, least of all itself
    assert ">internal<" in register.replace("\n", "")
    assert "فهرست تعمیرات" in text(clerk.get(reverse("secretariat:book"), {"book": "internal"}))
    dispatch = text(clerk.get(reverse("secretariat:book"), {"book": "dispatch"}))
    assert "فهرست تعمیرات" not in dispatch
    sheet = clerk.post(reverse("secretariat:book-export"), {"book": "internal"})
    assert sheet.status_code == 200
    assert b"".join(sheet.streaming_content).startswith(b"PK")  # type: ignore[attr-defined] # it streams
    draft = letters.arrival(world.expert, made).drafts[0].id
    for actor, at in (
        (world.expert, reverse("cartable:paper", args=[made, draft])),
        (world.colleague, reverse("cartable:paper-in", args=[delivered])),
    ):
        answer = sit(actor).get(at)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    assert (
        sit(world.colleague).get(reverse("cartable:paper", args=[made, draft])).status_code == 404
    )
    stranger = sit(world.other_head)
    for id_ in (made, delivered):
        assert stranger.get(reverse("cartable:letter", args=[id_])).status_code == 404
    assert sit(world.clerk).get(reverse("cartable:posts")).status_code == 403
