"""The cartable: folders, orders given in place, drafts that keep themselves, signatures."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.kernel.text import persian_digits
from pishkhan.kernel.tracking import grouped, parse
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose, Receiver, ReferralState
from pishkhan.web.letter import neighbours
from pishkhan.web.letter.changes import between
from tests.letters.world import World, drain, refer
from tests.web.desks import sit, text


def at(name: str, *ids: UUID | int) -> str:
    return reverse(f"cartable:{name}", args=ids)


def drafted(world: World) -> tuple[UUID, UUID]:
    _, arrival = world.referred()
    return arrival, letters.draft(world.expert, arrival, subject="پاسخ", body="متن یکم است.")


def to_sign(world: World) -> tuple[UUID, UUID]:
    arrival, draft = drafted(world)
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    return arrival, draft


def state(world: World, arrival: UUID) -> DraftState:
    return letters.arrival(world.registrar, arrival).drafts[0].state


def test_a_folder_asks_the_same_number_of_queries_however_full(world: World):
    expert = sit(world.expert)
    counts = set()
    for _ in range(2):
        for _more in range(3):
            world.referred()
        expert.get(at("open"))
        with CaptureQueriesContext(connection) as queries:
            expert.get(at("open"))
        counts.add(len(queries))
    assert len(counts) == 1
    assert not any("OFFSET" in q["sql"].upper() for q in queries)


def test_a_letter_whose_draft_lies_before_another_is_marked(world: World):
    arrival, _ = to_sign(world)
    for language, words in (("fa", "نزد {} برای امضا"), ("en", "With {} for signature")):
        told = words.format(f"\u2068{world.head.post_title}\u2069")
        assert told in text(sit(world.expert, language).get(at("open")))
        assert "chip--long" not in text(sit(world.head, language).get(at("to-sign")))
    with CaptureQueriesContext(connection) as one:
        [row] = letters.cartable(world.expert, folder="open").rows
    assert (row.arrival_id, row.away) == (arrival, world.head.post_title)
    assert len(one) == 1


def test_a_draft_that_came_back_is_marked_no_more(world: World):
    arrival, draft = to_sign(world)
    letters.send_back(world.head, draft, note="کوتاه‌تر بنویسید.")
    [row] = letters.cartable(world.expert, folder="open").rows
    assert row.away == ""
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    [again] = letters.cartable(world.expert, folder="open").rows
    assert again.away == world.head.post_title
    letters.sign(world.head, draft)
    assert [row.away for row in letters.cartable(world.expert, folder="open").rows] in ([], [""])


def test_near_and_late_deadlines_are_marked(world: World):
    now = clock.current().now()
    fake = clock.FakeClock(now)
    with clock.use(fake):
        for days in (1, 9):
            _, arrival = world.arrive()
            letters.register(world.registrar, arrival)
            assert world.expert.post_id is not None
            letters.refer(
                world.registrar,
                arrival,
                to=[Receiver(world.expert.post_id)],
                deadline=(now + timedelta(days=days)).date(),
            )
        expert = sit(world.expert)
        page = text(expert.get(at("open")))
        assert page.count("chip--wait") == 1
        assert page.count("chip--idle") == 1
        fake.advance(timedelta(days=3))
        expert = sit(world.expert)
        assert "late, deadline" in text(expert.get(at("open")))


def test_order_and_referral_in_place_then_the_next_letter(world: World):
    (_, older), (_, newer) = world.referred(world.deputy), world.referred(world.deputy)
    deputy = sit(world.deputy)
    page = text(deputy.get(at("letter", newer) + "?in=open"))
    assert "1 of 2" in page
    assert at("letter", older) + "?in=open" in page
    [mine] = [r for r in letters.arrival(world.deputy, newer).referrals if r.mine]
    done = deputy.post(
        at("refer", newer) + "?in=open",
        {
            "to": str(world.expert.post_id),
            "parent": str(mine.id),
            "phrase": "Prepare a suitable answer.",
            "done": "1",
            "next": "1",
        },
    )
    assert done["Location"] == at("letter", older) + "?in=open"
    mine, made = letters.arrival(world.registrar, newer).referrals
    assert mine.state is ReferralState.DONE
    assert (made.parent_id, made.instruction) == (mine.id, "Prepare a suitable answer.")
    assert "1 of 1" in text(deputy.get(at("letter", older) + "?in=open"))
    assert str(newer) in text(deputy.get(at("sent")))
    assert str(newer) in text(deputy.get(at("done")))


def test_what_takes_a_letter_from_the_cartable_leads_on_to_the_next(world: World):
    (_, older), (_, newer) = world.referred(), world.referred()
    expert = sit(world.expert)
    page = text(expert.get(at("letter", newer) + "?in=open"))
    close = page.partition('id="close"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="next" value="1">' in close
    assert page.count(at("letter", older) + "?in=open") == 2  # above, and below the whole
    done = expert.post(at("close", newer) + "?in=open", {"outcome": "بایگانی", "next": "1"})
    assert done["Location"] == at("letter", older) + "?in=open"
    alone = text(expert.get(at("letter", older)))
    assert 'name="next" value="1">' not in alone.partition('id="close"')[2].partition("</form>")[0]


@pytest.mark.parametrize("folder", ["open", "sent"])
def test_a_letter_below_the_first_hundred_leads_on_too(world: World, folder: str, monkeypatch):
    (_, first), (_, second), (_, third) = (world.referred(world.deputy) for _ in range(3))
    if folder == "sent":
        for each in (first, second, third):
            refer(world.deputy, each, world.expert)
    monkeypatch.setattr(neighbours, "LOOKED_AT", 1)
    deputy = sit(world.deputy)

    def following(arrival: UUID) -> list[UUID]:
        page = text(deputy.get(at("letter", arrival) + f"?in={folder}"))
        others = (each for each in (first, second, third) if each != arrival)
        return [each for each in others if at("letter", each) + f"?in={folder}" in page]

    assert following(second) == [first]
    assert following(first) == []


def test_a_draft_keeps_itself_and_is_there_again(world: World):
    _, arrival = world.referred()
    expert = sit(world.expert)
    first = text(expert.get(at("draft-new", arrival)))
    assert "With greetings and respect," in first
    kept = expert.post(
        at("draft-new-save", arrival), {"subject": "نیمه", "body": "نیمه‌کاره", "note": ""}
    )
    assert kept.status_code == 200
    assert "Draft saved at" in text(kept)
    again = text(expert.get(at("draft-new", arrival)))
    assert "نیمه‌کاره" in again
    assert letters.arrival(world.expert, arrival).drafts == ()
    bad = expert.post(at("draft-new", arrival), {"subject": "", "body": "هنوز هست"})
    assert bad.status_code == 422
    assert "هنوز هست" in text(bad)
    expert.post(at("draft-new", arrival), {"subject": "موضوع", "body": "متن"})
    [draft] = letters.arrival(world.expert, arrival).drafts
    page = text(expert.get(at("draft", arrival, draft.id)))
    assert "متن</textarea>" in page
    assert "نیمه‌کاره" not in page


def test_a_tracking_code_stands_in_its_order_among_persian_words(world: World):
    accepted, arrival = world.referred()
    page = text(sit(world.expert, "fa").get(at("draft-new", arrival)))
    code = grouped(accepted.tracking_code)
    assert persian_digits(code.replace("-", "\u00a0")) in page
    assert parse(persian_digits(code.replace("-", "\u00a0"))) == accepted.tracking_code


def test_where_a_form_was_sent_to_leads_a_reader_to_the_page_above(world: World):
    _, arrival = world.referred()
    expert = sit(world.expert)
    for name in ("close", "refer"):
        led = expert.get(reverse(f"cartable:{name}", args=(arrival,)) + "?in=open")
        assert (led.status_code, led["Location"]) == (302, at("letter", arrival) + "?in=open")


def test_another_version_meanwhile_is_shown_and_nobodys_words_are_lost(world: World):
    arrival, draft = drafted(world)
    expert = sit(world.expert)
    assert 'name="based_on" value="1"' in text(expert.get(at("draft", arrival, draft)))
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن دوم است.", draft_id=draft)
    mine = {"subject": "پاسخ", "body": "متن خودم.", "note": "", "based_on": "1"}
    refused = expert.post(at("draft", arrival, draft), mine)
    assert refused.status_code == 409
    page = text(refused)
    assert "letters.draft-changed" in page
    assert "<del>یکم</del>" in page
    assert "<ins>دوم</ins>" in page
    assert "متن خودم.</textarea>" in page
    assert 'name="based_on" value="2"' in page
    assert expert.post(at("draft", arrival, draft), mine | {"based_on": "2"}).status_code == 302
    bodies = [v.body for v in letters.arrival(world.expert, arrival).drafts[0].versions]
    assert bodies == ["متن یکم است.", "متن دوم است.", "متن خودم."]


def test_what_was_typed_before_another_version_came_says_so(world: World):
    arrival, draft = drafted(world)
    expert = sit(world.expert)
    kept = {"subject": "پاسخ", "body": "نیمه‌کاره", "note": "", "based_on": "1"}
    expert.post(at("draft-save", arrival, draft), kept)
    assert "meanwhile" not in text(expert.get(at("draft", arrival, draft)))
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن دوم است.", draft_id=draft)
    page = text(expert.get(at("draft", arrival, draft)))
    assert 'id="meanwhile"' in page
    assert "نیمه‌کاره</textarea>" in page


def test_what_is_kept_belongs_to_the_seat(world: World):
    _, arrival = world.referred()
    refer(world.registrar, arrival, world.colleague)
    sit(world.expert).post(at("draft-new-save", arrival), {"subject": "س", "body": "پنهان"})
    assert "پنهان" not in text(sit(world.colleague).get(at("draft-new", arrival)))
    stranger = sit(world.other_head).post(at("draft-new-save", arrival), {"body": "x"})
    assert stranger.status_code == 404


def test_versions_show_what_changed(world: World):
    arrival, draft = drafted(world)
    expert = sit(world.expert)
    expert.post(
        at("draft", arrival, draft), {"subject": "پاسخ", "body": "متن دوم است.", "note": "کوتاه"}
    )
    page = text(expert.get(at("version", arrival, draft, 2)))
    assert "<del>یکم</del>" in page
    assert "<ins>دوم</ins>" in page
    assert "کوتاه" in page
    assert expert.get(at("version", arrival, draft, 3)).status_code == 404


def test_initial_send_back_and_sign_go_by_the_version_that_was_read(world: World):
    arrival, draft = drafted(world)
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    deputy = sit(world.deputy)
    letters.draft(world.expert, arrival, subject="پاسخ", body="تازه", draft_id=draft)
    stale = deputy.post(at("initial", arrival, draft), {"version": "1"})
    assert stale.status_code == 409
    assert "letters.draft-changed" in text(stale)
    assert deputy.post(at("send-back", arrival, draft), {"note": ""}).status_code == 422
    deputy.post(at("send-back", arrival, draft), {"note": "کامل‌تر"})
    assert "کامل‌تر" in text(sit(world.expert).get(at("letter", arrival)))
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    deputy.post(at("initial", arrival, draft), {"version": "2", "to": str(world.head.post_id)})
    head = sit(world.head)
    page = text(head.get(at("letter", arrival) + "?in=to_sign"))
    assert "You sign version 2" in page
    assert "it carries no personal electronic signature" in page
    assert head.post(at("sign", arrival, draft), {"version": "1"}).status_code == 409
    done = head.post(at("sign", arrival, draft) + "?in=to_sign", {"version": "2", "next": "1"})
    assert done["Location"] == at("to-sign")
    assert state(world, arrival) is DraftState.SIGNED
    row = letters.arrival(world.head, arrival).row
    assert f"“\u2068{row.subject}\u2069” (\u2068{row.number_text}\u2069): Signed." in text(
        head.get(at("to-sign"))
    )


def test_a_referral_folds_its_form_and_leads_back_to_it(world: World):
    _, arrival = world.referred()
    expert = sit(world.expert)
    done = expert.post(at("refer", arrival) + "?in=open", {"to": str(world.deputy.post_id)})
    assert done["Location"] == at("letter", arrival) + "?in=open#refer"
    folded, open_ = (
        '<details class="card deed-details" id="refer">',
        '<div class="card" id="refer">',
    )
    assert folded in text(expert.get(done["Location"]))
    assert open_ in text(expert.get(done["Location"]))


def test_deeds_of_others_are_not_drawn_and_not_done(world: World):
    arrival, draft = to_sign(world)
    expert = sit(world.expert)
    page = text(expert.get(at("letter", arrival)))
    for name in ("sign", "initial", "dispatch"):
        assert f'action="{at(name, arrival, draft)}' not in page
        assert expert.post(at(name, arrival, draft), {"version": "1"}).status_code == 403
    stranger = sit(world.colleague)
    assert stranger.get(at("letter", arrival)).status_code == 404
    assert stranger.post(at("sign", arrival, draft)).status_code == 404
    assert state(world, arrival) is DraftState.TO_SIGN


def test_finishing_leads_on_and_tells_the_outcome(world: World):
    _, arrival = world.referred()
    expert = sit(world.expert)
    [mine] = letters.arrival(world.expert, arrival).referrals
    assert expert.post(at("finish", arrival, mine.id), {"outcome": " "}).status_code == 422
    done = expert.post(
        at("finish", arrival, mine.id) + "?in=open", {"outcome": "انجام شد", "next": "1"}
    )
    assert done["Location"] == at("open")
    assert "انجام شد" in text(
        sit(world.registrar).get(reverse("secretariat:letter", args=(arrival,)))
    )


def test_a_withdrawn_letter_says_so_once(world: World):
    submission, _ = world.referred()
    letters.ask_withdrawal(world.clerk, submission.letter_id, reason="منصرف شد")
    drain()
    page = text(sit(world.expert).get(at("done")))
    assert page.count("Withdrawn by the applicant") == 1


def test_a_sent_row_tells_to_whom_it_went(world: World):
    _, arrival = world.referred(world.deputy)
    refer(world.deputy, arrival, world.expert)
    [row] = letters.cartable(world.deputy, folder="sent").rows
    assert row.to_title == world.expert.post_title
    shown = text(sit(world.deputy, "en").get(at("sent")))
    assert f"to <bdi>{world.expert.post_title}</bdi>" in shown
    assert f"from <bdi>{world.deputy.post_title}</bdi>" in text(sit(world.expert).get(at("open")))


def test_the_receiver_returns_a_letter_and_it_comes_back(world: World):
    accepted, arrival = world.referred()
    expert = sit(world.expert)
    expert.post(at("return", arrival), {"missing": "تصویر سند"})
    drain()
    assert letters.submission(world.clerk, accepted.letter_id).missing == "تصویر سند"
    assert "تصویر سند" in text(expert.get(at("letter", arrival)))


def test_a_letter_taken_back_leads_to_the_list(world: World):
    _, arrival = world.referred(world.deputy)
    [referral] = refer(world.deputy, arrival, world.expert)
    letters.take_back(world.deputy, referral)
    assert sit(world.expert).get(at("letter", arrival)).status_code == 404


def test_changes_lose_no_word_of_either_text():
    old = "سطر یک\nسطر دو همان\nسطر سه\n"
    new = "سطر یک\nسطر دو دیگر\nافزوده\nسطر سه"
    pieces = between(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new
    assert between("", "تازه")[0].kind == "added"
    huge = "کلمه " * 20_000
    assert {p.kind for p in between(huge, huge + "پایان")} == {"removed", "added"}
