"""Objections by every way, in every stage, and the closing that must not overtake one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import translation

from assistance.cases import operations
from assistance.cases.confidences import may_investigate, may_read_objection
from assistance.cases.models import Application, NoticeLine, Objection
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.queries import (
    letters_visible_to,
    objection_by_code,
    objection_code,
    objections_visible_to,
    paper_of,
    result_for_objector,
)
from assistance.cases.states import State
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import Award, AwardStop
from assistance.payments.queries import available
from assistance.payments.states import AwardState
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.cases import YEAR, Desk, noon
from tests.factories.files import upload
from tests.factories.letters import make_head
from tests.factories.payments import make_batch
from tests.web.paper.read import bare, text

Effect = Objection.Effect


def _record(desk: Desk, line: NoticeLine, **given) -> Objection:
    words = {"received_on": desk.now.date(), "content": "家有营运车辆", "objector": ""}
    return operations.record_objection(line, **(words | given), actor=desk.cast.clerk, at=desk.now)


def _receive(desk: Desk, line: NoticeLine, **given) -> Objection:
    words = {
        "category": "means",
        "content": "家有营运车辆",
        "objector": "",
        "contact": "",
        "token": "t-1",
        "at": desk.now,
    }
    return operations.receive_objection(line, **(words | given))


def _decide(desk: Desk, objection: Objection, outcome: str) -> Objection:
    return operations.decide_objection(
        objection,
        outcome=outcome,
        finding="已入户核实",
        actor=desk.cast.second_reviewer,
        at=desk.now,
    )


@pytest.fixture
def line(desk) -> NoticeLine:
    desk.agreed()
    return desk.notice().lines.get()


def _closed(desk: Desk, line: NoticeLine) -> Application:
    """The notice has ended undisturbed; the clock stands on the day after."""
    desk.now = noon(line.notice.last_day + timedelta(days=1))
    operations.certify_notice(line.notice, text="满期", actor=desk.cast.leader, at=desk.now)
    assert close_due_notices(at=desk.now).approved == 1
    return Application.objects.get(pk=line.application_id)


def test_an_objection_taken_down_and_sent_twice_is_one(desk, line):
    made = _record(desk, line, token="form-1")
    assert _record(desk, line, token="form-1") == made
    with translation.override("en"), pytest.raises(Refused, match="already been saved"):
        _record(desk, line, token="form-1", content="家有商铺")
    _record(desk, line, token="form-2", content="家有商铺")
    assert Objection.objects.count() == 2


def test_an_objection_by_web_stops_the_case_without_anybody_of_the_office(desk, line):
    objection = _receive(desk, line, objector="蓝某", contact="13800000000")
    case = Application.objects.get()
    assert case.state == State.OBJECTED
    assert case.changes.last().by is None
    assert (objection.channel, objection.recorded_by, objection.effect) == (
        "web",
        None,
        Effect.STOPPED,
    )
    assert objection.number == "331127-Y2026-0001"


def test_the_same_form_sent_twice_is_one_objection(desk, line):
    assert _receive(desk, line) == _receive(desk, line)
    assert Objection.objects.count() == 1


def test_fifteen_calendar_days_run_from_the_receipt_not_from_the_typing(desk, line):
    desk.later(days=3)
    received = desk.now.date() - timedelta(days=2)
    objection = _record(desk, line, received_on=received)
    case = Application.objects.get()
    assert objection.deadline_on == case.deadline_on == received + timedelta(days=15)


def test_a_stopped_case_is_due_with_its_earliest_open_objection(desk, line):
    desk.later(days=3)
    late = _record(desk, line)
    early = _record(desk, line, received_on=desk.now.date() - timedelta(days=3))
    case = Application.objects.get()
    assert case.deadline_on == early.deadline_on
    _decide(desk, early, "unfounded")
    case.refresh_from_db()
    assert (case.state, case.deadline_on) == (State.OBJECTED, late.deadline_on)


def test_an_objection_in_the_future_or_without_words_is_refused(desk, line):
    with pytest.raises(Refused):
        _record(desk, line, received_on=desk.now.date() + timedelta(days=1))
    with pytest.raises(Refused):
        _record(desk, line, content="  ")
    assert Application.objects.get().state == State.PUBLICITY


def test_the_web_takes_none_after_midnight_of_the_last_day(desk, line):
    last = line.notice.last_day
    desk.now = noon(last).replace(hour=23, minute=59, second=59)
    _receive(desk, line)
    desk.now += timedelta(seconds=1)
    with pytest.raises(Refused):
        _receive(desk, line, token="t-2")


def test_received_on_the_last_day_and_typed_after_the_closing_takes_the_case_back(desk, line):
    case = _closed(desk, line)
    desk.later(hours=1)
    objection = _record(desk, line, received_on=line.notice.last_day)
    case.refresh_from_db()
    award = Award.objects.get()
    assert objection.effect == Effect.TAKEN_BACK
    assert (case.state, award.state) == (State.OBJECTED, AwardState.HELD)
    assert case.deadline_on == objection.deadline_on


def test_taken_back_and_unfounded_the_same_award_is_due_again(desk, line):
    case = _closed(desk, line)
    award = case.award
    objection = _record(desk, line, received_on=line.notice.last_day)
    _decide(desk, objection, "unfounded")
    case.refresh_from_db()
    award.refresh_from_db()
    assert (case.state, case.award, award.state) == (State.APPROVED, award, AwardState.DUE)
    assert granted(case.person, YEAR, Bucket.JINGNING) == Decimal("25000.00")


def test_taken_back_and_founded_the_award_is_cancelled_and_the_money_free(desk, line):
    case = _closed(desk, line)
    objection = _record(desk, line, received_on=line.notice.last_day)
    _decide(desk, objection, "founded")
    case.refresh_from_db()
    assert (case.state, case.award, case.amount) == (State.COUNTY_REVIEW, None, None)
    assert Award.objects.get().state == AwardState.CANCELLED
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert available(desk.fund) == Decimal("1000000.00")
    assert NoticeLine.objects.get().outcome == NoticeLine.Outcome.STOPPED


def test_two_late_objections_release_the_award_only_together(desk, line):
    case = _closed(desk, line)
    first, second = (_record(desk, line, received_on=line.notice.last_day) for _n in range(2))
    _decide(desk, first, "unfounded")
    assert Award.objects.get().state == AwardState.HELD
    _decide(desk, second, "unfounded")
    case.refresh_from_db()
    assert (case.state, Award.objects.get().state) == (State.APPROVED, AwardState.DUE)


@pytest.mark.parametrize("sent", [False, True])
def test_in_a_batch_or_gone_an_objection_received_in_time_asks_a_person(desk, line, sent):
    case = _closed(desk, line)
    make_batch(desk.cast, [case.award], sent=sent)
    objection = _record(desk, line, received_on=line.notice.last_day)
    case.refresh_from_db()
    assert (case.state, objection.effect) == (State.APPROVED, Effect.QUESTION)
    # What the bank has not been given cannot leave before the answer.
    assert AwardStop.objects.filter(lifted_at=None).exists() is not sent
    _decide(desk, objection, "unfounded")
    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert not AwardStop.objects.filter(lifted_at=None).exists()


def test_a_founded_question_leaves_case_and_stop_to_a_person(desk, line):
    case = _closed(desk, line)
    make_batch(desk.cast, [case.award])
    _decide(desk, _record(desk, line, received_on=line.notice.last_day), "founded")
    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert AwardStop.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("stage", ["draft", "submitted", "reviewed_first", "proposed"])
def test_before_publicity_there_is_nothing_to_object_to(desk, stage):
    line = desk.agreed() and desk.notice().lines.get()
    other = getattr(desk, stage)()
    NoticeLine.objects.filter(pk=line.pk).update(application=other)
    with pytest.raises(Refused):
        _record(desk, NoticeLine.objects.get(pk=line.pk))


def test_a_stopped_line_takes_no_objection_any_more(desk, line):
    _decide(desk, _record(desk, line), "founded")
    with pytest.raises(Refused):
        _record(desk, NoticeLine.objects.get())


def test_whoever_objects_is_encrypted_and_known_to_investigators_alone(desk, line):
    objection = _receive(desk, line, objector="蓝某", contact="13800000000")
    case = Application.objects.get()
    cast = desk.cast
    knowing = {role for role, user in cast.of_each_role().items() if may_investigate(user, case)}
    assert knowing == set()  # this reviewer reviewed the case himself
    assert may_investigate(cast.second_reviewer, case)
    assert not may_investigate(cast.outside_reviewer, case)
    assert not may_read_objection(cast.leader, objection)
    assert objection.objector == "蓝某"
    assert objection.is_anonymous is False


def test_the_clerk_who_took_the_words_down_may_read_them_again(desk, line):
    objection = _record(desk, line)
    assert may_read_objection(desk.cast.clerk, objection)
    assert not may_read_objection(desk.cast.approver, objection)


def test_taking_on_an_objection_is_a_part_in_the_case(desk, line):
    objection = _record(desk, line)
    with pytest.raises(NotAllowed):
        operations.take_on_objection(objection, actor=desk.cast.reviewer, at=desk.now)
    taken = operations.take_on_objection(objection, actor=desk.cast.second_reviewer, at=desk.now)
    assert taken.investigator == desk.cast.second_reviewer
    case = Application.objects.get()
    assert case.participations.get(user=desk.cast.second_reviewer).part == "investigation"


def test_the_objector_learns_the_result_without_a_word_about_the_applicant(desk, line):
    objection = _record(desk, line, objector="蓝某", contact="13800000000", category="means")
    objection = _decide(desk, objection, "unfounded")
    text = result_for_objector(objection)
    case = Application.objects.get()
    assert objection.number in text
    for secret in (case.person.name, line.masked_name, case.number, "25000", "25,000", "入户"):
        assert secret not in text
    operations.tell_objector(
        objection, how="phone", on=desk.now.date(), actor=desk.cast.second_reviewer, at=desk.now
    )
    objection.refresh_from_db()
    assert (objection.told_how, objection.told_by) == ("phone", desk.cast.second_reviewer)


def test_nobody_is_told_before_the_decision_and_no_anonymous_objector_by_telephone(desk, line):
    objection = _record(desk, line)
    tell = {"on": desk.now.date(), "actor": desk.cast.second_reviewer, "at": desk.now}
    with pytest.raises(NotAllowed):
        operations.tell_objector(objection, how="online", **tell)
    objection = _decide(desk, objection, "unfounded")
    with pytest.raises(Refused):
        operations.tell_objector(objection, how="phone", **tell)
    with pytest.raises(Refused):
        operations.tell_objector(objection, how="online", **(tell | {"on": date(2026, 3, 1)}))
    assert operations.tell_objector(objection, how="online", **tell).told_how == "online"


def test_the_letter_to_an_objector_is_numbered_served_and_seen_by_investigators_alone(desk, line):
    objection = _record(desk, line, objector="蓝某", contact="13800000000", category="means")
    other = desk.cast.second_reviewer
    issue = partial(operations.issue_objection_letter, at=desk.now)
    with pytest.raises(NotAllowed):
        issue(objection, actor=other)
    objection = _decide(desk, objection, "unfounded")
    with pytest.raises(Refused):
        issue(objection, actor=other)
    make_head(desk.cast.agency)
    letter = issue(objection, actor=other)
    assert issue(objection, actor=other) == letter
    assert letter.number == "景医保异告〔2026〕1号"
    shown, case = bare(text(paper_of(letter))), Application.objects.get()
    for words in (letter.number, "异议人：", objection.number, line.notice.number, "异议不成立"):
        assert words in shown
    told = shown + letter.data
    for secret in (case.person.name, line.masked_name, case.number, "入户", "蓝某", "13800000000"):
        assert secret not in told
    for user in (desk.cast.clerk, desk.cast.approver, desk.cast.reviewer, desk.cast.auditor):
        assert not letters_visible_to(user).exists()
        served = {"served_on": desk.now.date(), "received_by": "蓝某", "actor": user}
        with pytest.raises(NotAllowed):
            operations.record_service(letter, how="in_person", at=desk.now, **served)
    assert letters_visible_to(other).get() == letter
    tell = partial(operations.tell_objector, on=desk.now.date(), actor=other, at=desk.now)
    with pytest.raises(Refused):
        tell(objection, how="letter")
    served["actor"] = other
    operations.record_service(letter, how="village", at=desk.now, **served)
    objection.refresh_from_db()
    assert (objection.told_how, objection.told_on) == ("letter", desk.now.date())


def test_number_and_code_together_find_the_objection(desk, line):
    objection = _receive(desk, line)
    code = objection_code(objection)
    assert objection_by_code(objection.number.lower(), f" {code.lower()} ") == objection
    assert objection_by_code(objection.number, "22222222") is None
    assert objection_by_code("331127-Y2026-9999", code) is None


def test_a_paper_may_lie_with_it(desk, line):
    assert _record(desk, line, scan=upload()).scan.media_type == "image/png"


def test_objections_are_seen_where_the_case_is_seen(desk, line):
    _record(desk, line)
    cast = desk.cast
    assert objections_visible_to(cast.leader).count() == 1
    assert objections_visible_to(cast.neighbour_leader).count() == 0
    assert objections_visible_to(cast.outside_reviewer).count() == 0
    assert objections_visible_to(cast.partner).count() == 0


@pytest.mark.django_db(transaction=True)
def test_closing_and_recording_at_once_never_lose_the_objection():
    desk = Desk()
    desk.agreed()
    line = desk.notice().lines.get()
    desk.now = noon(line.notice.last_day + timedelta(days=1))
    operations.certify_notice(line.notice, text="满期", actor=desk.cast.leader, at=desk.now)
    assert desk.cast.clerk
    closing, objection = at_once(
        lambda: close_due_notices(at=desk.now),
        lambda: _record(desk, line, received_on=line.notice.last_day),
    )
    case = Application.objects.get()
    assert case.state == State.OBJECTED
    expected = Effect.TAKEN_BACK if closing.approved else Effect.STOPPED
    assert objection.effect == expected
    assert not Award.objects.filter(state=AwardState.DUE).exists()


@pytest.mark.django_db(transaction=True)
def test_two_web_forms_with_one_token_at_once_are_one_objection():
    desk = Desk()
    desk.agreed()
    line = desk.notice().lines.get()
    at_once(lambda: _receive(desk, line), lambda: _receive(desk, line))
    assert Objection.objects.count() == 1
