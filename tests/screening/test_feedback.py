"""What partners answer, what the register answers by itself, and what it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now

from assistance.files.models import StoredFile
from assistance.files.operations import sweep_orphans
from assistance.registry.models import AccessLog
from assistance.registry.operations import recognise
from assistance.screening.models import HandOut, Push, PushAnswer
from assistance.screening.operations import (
    answer_push,
    answer_pushes,
    claim_hand_out,
    confirm_hand_out,
    follow_recognitions,
    give_back_hand_out,
    push_run,
    reveal_push_number,
)
from assistance.screening.queries import yields
from assistance.screening.states import HandOutState, ListKind, PartnerKind, PushState, RunKind
from assistance.settlements.models import OtherAid
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.files import upload
from tests.factories.identity import merge
from tests.factories.registry import make_category, make_person
from tests.factories.screening import make_office, make_period, make_run, seat

pytestmark = pytest.mark.django_db


def pushed(kind: ListKind = ListKind.ZHIPIN, count: int = 1, **office) -> list[Push]:
    """Rows at the desk of civil affairs, where 季同舟 works."""
    category = "DIBAO" if kind == ListKind.WATCH else ""
    made = make_office(**office)
    people = [make_person(category=category) for _n in range(count)]
    push_run(make_run(make_period(kind), *people), at=now())
    return list(Push.objects.filter(office=made).order_by("id"))


def test_answers_follow_each_other_and_all_are_kept(desk):
    (push,) = pushed()
    member = seat(push.office, "member")
    later = answer_push(push, answer="pending", note="入户中", actor=member, at=now())
    assert (later.state, later.answered_at) == (PushState.PENDING, None)
    done = answer_push(push, answer="recognised", actor=member, at=now())
    again = answer_push(push, answer="recognised", actor=member, at=now())
    assert done.state == again.state == PushState.RECOGNISED
    assert done.answered_at is not None
    answers = PushAnswer.objects.filter(push=push).order_by("id").values_list("answer", flat=True)
    assert list(answers) == ["pending", "recognised"]


def test_aid_has_an_amount_a_day_and_a_paper_that_stays(desk):
    (push,) = pushed(ListKind.WATCH)
    member, today = seat(push.office, "member"), localdate()
    given = {"answer": "aided", "actor": member, "at": now()}
    for lacking in ({"amount": None}, {"paper": None}, {"given_on": today + timedelta(days=1)}):
        aid = {"amount": Decimal("800.00"), "given_on": today, "paper": upload()} | lacking
        with pytest.raises(Refused):
            answer_push(push, **aid, **given)
    aid = {"amount": Decimal("800.00"), "given_on": today, "paper": upload()}
    assert answer_push(push, **aid, **given).state == PushState.AIDED
    kept = PushAnswer.objects.get()
    assert kept.amount == Decimal("800.00")
    assert kept.paper is not None
    sweep_orphans(at=now() + timedelta(days=30))
    assert StoredFile.objects.filter(pk=kept.paper.pk).exists()


def test_aid_that_a_partner_reports_counts_as_help_of_the_year(desk):
    """Reported twice it counts once; a corrected answer takes it back and writes it anew."""
    office, person = make_office(PartnerKind.RED_CROSS), make_person(category="DIBAO")
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        push_run(make_run(make_period(ListKind.WATCH, month), person), at=now())
    first, again = Push.objects.filter(office=office).order_by("month")
    given = {"answer": "aided", "given_on": date(2026, 4, 20), "at": now()}
    given["actor"] = seat(first.office, "red_cross")

    def standing() -> list[tuple[str, Decimal]]:
        rows = OtherAid.objects.filter(voided_at=None, person=first.person)
        return list(rows.values_list("giver", "amount"))

    answer_push(first, amount=Decimal("800.00"), paper=upload(), **given)
    answer_push(again, amount=Decimal("800.00"), paper=upload(), **given)
    assert standing() == [("red_cross", Decimal("800.00"))]
    no = {"answer": "not_aided", "note": "误填", "actor": given["actor"], "at": now()}
    answer_push(again, **no)
    assert len(standing()) == 1
    answer_push(first, amount=Decimal("900.00"), paper=upload(), **given)
    assert standing() == [("red_cross", Decimal("900.00"))]
    answer_pushes([first.pk], answer="not_aided", note="误填", actor=given["actor"], at=now())
    assert standing() == []


def test_what_the_list_does_not_ask_for_is_no_answer(desk):
    (pool,) = pushed()
    (watch,) = [row for row in pushed(ListKind.WATCH) if row.list == "watch"]
    member = seat(pool.office, "member")
    for push, answer in ((pool, "not_aided"), (watch, "recognised"), (pool, "moved"), (pool, "x")):
        with pytest.raises(Refused):
            answer_push(push, answer=answer, note="无", actor=member, at=now())
    with pytest.raises(Refused):
        answer_push(pool, answer="not_recognised", actor=member, at=now())
    assert not PushAnswer.objects.exists()


def test_only_the_office_that_was_told_answers(desk):
    (push,) = pushed()
    other = seat(make_office(PartnerKind.UNION), "other")
    for actor in (other, desk.cast.reviewer, desk.cast.clerk, desk.cast.partner):
        with pytest.raises(NotAllowed):
            answer_push(push, answer="recognised", actor=actor, at=now())
    with pytest.raises(NotAllowed):
        answer_pushes([push.pk], answer="recognised", actor=other, at=now())


def test_many_are_answered_all_or_none(desk):
    rows = pushed(count=3)
    member = seat(rows[0].office, "member")
    chosen = [row.pk for row in rows[:2]]
    with pytest.raises(Refused):
        answer_pushes(chosen, answer="not_recognised", note="", actor=member, at=now())
    with pytest.raises(Refused):
        answer_pushes(chosen, answer="aided", note="x", actor=member, at=now())
    assert (
        answer_pushes(chosen, answer="not_recognised", note="收入超标", actor=member, at=now()) == 2
    )
    states = Push.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["not_recognised", "not_recognised", "open"]


def test_a_pool_member_who_becomes_a_recipient_moves_by_himself(desk):
    first, second = pushed(count=2)
    member = seat(first.office, "member")
    answer_push(second, answer="pending", note="入户中", actor=member, at=now())
    assert follow_recognitions(at=now()) == 0
    recognise(
        second.person,
        category=make_category("DIBIAN"),
        recognised_by="景宁畲族自治县民政局",
        first_day=localdate(),
        actor=None,
        at=now(),
    )
    assert follow_recognitions(at=now()) == 1
    assert follow_recognitions(at=now()) == 0
    second.refresh_from_db()
    assert second.state == PushState.MOVED
    assert list(second.answers.order_by("id").values_list("answer", "by")) == [
        ("pending", member.pk),
        ("moved", None),
    ]
    with pytest.raises(NotAllowed):
        answer_push(second, answer="recognised", actor=member, at=now())


def test_a_human_pushed_under_a_record_merged_since_moves_and_is_not_pushed_again(desk):
    (push,) = pushed()
    into = make_person(category="DIBIAN")
    merge(push.person, into)
    push_run(make_run(None, into, kind=RunKind.AGAIN), at=now())
    assert Push.objects.get() == push
    assert follow_recognitions(at=now()) == 1


def test_a_number_in_full_is_shown_only_to_whom_it_was_told_and_noted(desk):
    (push,) = pushed()
    member = seat(push.office, "member")
    number = reveal_push_number(push, field="id_number", reason="paper", actor=member, at=now())
    assert number == push.person.id_number
    assert AccessLog.objects.get(kind="reveal").person == push.person
    with pytest.raises(Refused):
        reveal_push_number(push, field="id_number", reason="", actor=member, at=now())
    Push.objects.update(fields=["name", "masked_number"])
    push.refresh_from_db()
    with pytest.raises(NotAllowed):
        reveal_push_number(push, field="id_number", reason="paper", actor=member, at=now())


def test_yield_counts_people_by_list_version_and_threshold(desk):
    rows = pushed(count=4)
    member = seat(rows[0].office, "member")
    answer_push(rows[0], answer="recognised", actor=member, at=now())
    answer_push(rows[1], answer="not_recognised", note="超标", actor=member, at=now())
    answer_push(rows[2], answer="pending", note="核查中", actor=member, at=now())
    (found,) = yields(desk.cast.reviewer)
    assert (found.list, found.threshold) == (ListKind.ZHIPIN, Decimal("30000.00"))
    assert (found.listed, found.pushed, found.verified, found.recognised) == (4, 4, 2, 1)
    assert found.percent == Decimal("50.0")
    assert yields(desk.cast.outside_reviewer) == []


def test_a_file_is_handed_over_once_and_a_person_says_whether_it_arrived(desk):
    pushed(by_file=True)
    hand_out, at = HandOut.objects.get(), now()
    reviewer, second = desk.cast.reviewer, desk.cast.second_reviewer
    with pytest.raises(NotAllowed):
        claim_hand_out(hand_out, actor=desk.cast.approver, at=at)
    assert claim_hand_out(hand_out, actor=reviewer, at=at).state == HandOutState.CLAIMED
    with pytest.raises(Refused):
        claim_hand_out(hand_out, actor=second, at=at)
    give_back_hand_out(hand_out, reason="未送达，文件已销毁", actor=second, at=at)
    claim_hand_out(hand_out, actor=second, at=at)
    row = confirm_hand_out(hand_out, received_by="季同舟", actor=second, at=at)
    assert (row.state, row.claimed_by, row.note) == (HandOutState.HANDED_OVER, second, "季同舟")
    with pytest.raises(Refused):
        give_back_hand_out(hand_out, reason="误", actor=second, at=at)
    push = Push.objects.get()
    assert answer_push(push, answer="recognised", actor=reviewer, at=at).state == "recognised"


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_take_a_file_out_once():
    from_desk = make_office(by_file=True)
    push_run(make_run(None, make_person()), at=now())
    hand_out = HandOut.objects.get(office=from_desk)
    cast = Cast()
    first, second = cast.reviewer, cast.second_reviewer
    answers = at_once(
        lambda: claim_hand_out(hand_out, actor=first, at=now()),
        lambda: claim_hand_out(hand_out, actor=second, at=now()),
    )
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
