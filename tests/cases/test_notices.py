"""Public notices: full days after the posting, objections, the township's certificate, the second look."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistance.accounts.models import CalendarDay
from assistance.cases import operations
from assistance.cases.models import Application, Notice, NoticeLine, StageDeadline
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.operations.notices import last_day_of_notice
from assistance.cases.queries import queue_for
from assistance.cases.states import State
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import Award
from assistance.payments.queries import available
from assistance.payments.states import AwardState
from assistance.registry.operations import record_death
from assistance.settlements.operations import void_aid
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import YEAR, Desk, noon
from tests.factories.registry import make_aid, make_bill


def _object(desk: Desk, line: NoticeLine, *, received_on: date | None = None):
    return operations.record_objection(
        line,
        received_on=received_on or desk.now.date(),
        content="该户有商铺出租",
        objector="",
        actor=desk.cast.clerk,
        at=desk.now,
    )


def _decide(desk: Desk, objection, outcome: str):
    return operations.decide_objection(
        objection,
        outcome=outcome,
        finding="已入户核实",
        actor=desk.cast.second_reviewer,
        at=desk.now,
    )


def test_seven_full_days_begin_the_day_after_the_posting(desk):
    desk.agreed()
    notice = desk.notice()
    assert notice.posted_on == date(2026, 3, 2)
    assert (notice.first_day, notice.last_day) == (date(2026, 3, 3), date(2026, 3, 9))


def test_last_day_moves_over_rest_days(db):
    # 2026-03-14 and 15 are a weekend.
    assert last_day_of_notice(date(2026, 3, 7), 7) == date(2026, 3, 16)


def test_last_day_moves_over_a_holiday_but_not_over_a_worked_weekend(db):
    CalendarDay.objects.update_or_create(
        day=date(2026, 3, 14), defaults={"is_workday": True, "name": "调休"}
    )
    assert last_day_of_notice(date(2026, 3, 7), 7) == date(2026, 3, 14)


def test_days_of_the_notice_are_those_of_the_agency(desk):
    StageDeadline.objects.create(agency=desk.cast.agency, state=State.PUBLICITY, days=10)
    desk.agreed()
    assert desk.notice().last_day == date(2026, 3, 12)


def test_name_is_masked_and_the_village_shown(desk):
    desk.agreed()
    line = desk.notice().lines.get()
    assert (
        line.masked_name == line.application.person.name[0] + "*" + line.application.person.name[2:]
    )
    assert (line.village, line.amount) == ("一村", Decimal("25000.00"))


def test_notice_is_not_certified_before_its_days_are_over(desk):
    desk.agreed()
    notice = desk.notice()
    desk.now = noon(notice.last_day)
    with pytest.raises(Refused):
        operations.certify_notice(notice, text="满期", actor=desk.cast.leader, at=desk.now)


def test_clerk_does_not_certify(desk):
    desk.agreed()
    notice = desk.notice()
    desk.now = noon(notice.last_day + timedelta(days=1))
    with pytest.raises(NotAllowed):
        operations.certify_notice(notice, text="满期", actor=desk.cast.clerk, at=desk.now)


def test_nothing_is_awarded_before_the_certificate(desk):
    desk.agreed()
    notice = desk.notice()
    closing = close_due_notices(at=noon(notice.last_day + timedelta(days=30)))
    assert (closing.approved, Award.objects.count()) == (0, 0)


def test_closing_twice_awards_once(desk):
    desk.agreed()
    desk.certified()
    assert close_due_notices(at=desk.now).approved == 1
    assert close_due_notices(at=desk.now).approved == 0
    assert Award.objects.count() == 1
    assert Notice.objects.get().state == Notice.State.CLOSED


def test_objection_stops_its_case_alone(desk):
    stopped, other = desk.agreed(), desk.agreed()
    notice = desk.notice()
    _object(desk, notice.lines.get(application=stopped))
    desk.now = noon(notice.last_day + timedelta(days=1))
    operations.certify_notice(notice, text="一件异议", actor=desk.cast.leader, at=desk.now)
    close_due_notices(at=desk.now)
    states = {case.pk: case.state for case in Application.objects.all()}
    assert states == {stopped.pk: State.OBJECTED, other.pk: State.APPROVED}


def test_unfounded_objection_lets_the_case_go_on_after_the_notice_has_ended(desk):
    case = desk.agreed()
    notice = desk.notice()
    objection = _object(desk, notice.lines.get())
    desk.now = noon(notice.last_day + timedelta(days=1))
    operations.certify_notice(notice, text="一件异议", actor=desk.cast.leader, at=desk.now)
    close_due_notices(at=desk.now)
    _decide(desk, objection, "unfounded")
    assert close_due_notices(at=desk.now).approved == 1
    case.refresh_from_db()
    assert case.state == State.APPROVED


def test_founded_objection_gives_the_money_back_and_goes_to_county_review(desk):
    case = desk.agreed()
    notice = desk.notice()
    _decide(desk, _object(desk, notice.lines.get()), "founded")
    case.refresh_from_db()
    assert (case.state, case.amount) == (State.COUNTY_REVIEW, None)
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert available(desk.fund) == Decimal("1000000.00")
    assert notice.lines.get().outcome == NoticeLine.Outcome.STOPPED


def test_investigator_had_no_part_in_the_case(desk):
    desk.agreed()
    objection = _object(desk, desk.notice().lines.get())
    with pytest.raises(NotAllowed):
        operations.decide_objection(
            objection,
            outcome="unfounded",
            finding="无",
            actor=desk.cast.reviewer,
            at=desk.now,
        )


def test_objection_of_the_last_day_counts_when_it_is_typed_later(desk):
    case = desk.agreed()
    notice = desk.notice()
    desk.now = noon(notice.last_day + timedelta(days=3))
    _object(desk, notice.lines.get(), received_on=notice.last_day)
    case.refresh_from_db()
    assert case.state == State.OBJECTED


def test_objection_after_the_last_day_is_refused(desk):
    desk.agreed()
    notice = desk.notice()
    desk.now = noon(notice.last_day + timedelta(days=1))
    with pytest.raises(Refused):
        _object(desk, notice.lines.get())


@pytest.mark.parametrize("what", ["death", "aid", "bill"])
def test_second_look_sends_a_changed_case_back_to_a_person(desk, what):
    case = desk.agreed()
    desk.certified()
    if what == "death":
        record_death(case.person, died_on=date(2026, 3, 5), actor=None, at=desk.now)
    elif what == "aid":
        make_aid(case.person, "5000.00", at=desk.now)
    else:
        make_bill(case.person, "20000.00", at=desk.now)
    closing = close_due_notices(at=desk.now)
    case.refresh_from_db()
    assert (closing.approved, closing.sent_back) == (0, 1)
    assert (case.state, case.award) == (State.COUNTY_REVIEW, None)
    assert case.changes.last().reason
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert available(desk.fund) == Decimal("1000000.00")


def test_private_charity_does_not_stop_the_case(desk):
    case = desk.agreed()
    desk.certified()
    make_aid(case.person, "5000.00", giver="charity", at=desk.now)
    assert close_due_notices(at=desk.now).approved == 1


def test_award_without_a_checked_account_is_held(desk):
    person = desk.person()
    person.bank_accounts.all().delete()
    case = desk.approved(person)
    assert (case.account, case.award.state) == (None, AwardState.HELD)


def test_a_finding_of_a_full_page_is_kept_and_the_case_moves(desk):
    case = desk.agreed()
    line = desk.notice().lines.get()
    desk.later(days=1)
    objection = _object(desk, line)
    operations.decide_objection(
        objection,
        outcome="founded",
        finding="查" * 2000,
        actor=desk.cast.second_reviewer,
        at=desk.now,
    )
    case.refresh_from_db()
    objection.refresh_from_db()
    assert case.state == State.COUNTY_REVIEW
    assert objection.finding == "查" * 2000


def test_a_stopped_case_takes_a_second_objection_and_waits_for_both_answers(desk):
    case = desk.agreed()
    line = desk.notice().lines.get()
    desk.later(days=1)
    first, second = _object(desk, line), _object(desk, line)
    _decide(desk, first, "unfounded")
    case.refresh_from_db()
    assert case.state == State.OBJECTED
    _decide(desk, second, "unfounded")
    case.refresh_from_db()
    assert (case.state, case.deadline_on) == (State.PUBLICITY, line.notice.last_day)


def test_a_founded_objection_answers_the_others_of_its_line(desk):
    case = desk.agreed()
    line = desk.notice().lines.get()
    desk.later(days=1)
    first, second = _object(desk, line), _object(desk, line)
    _decide(desk, first, "founded")
    case.refresh_from_db()
    second.refresh_from_db()
    assert (case.state, second.outcome) == (State.COUNTY_REVIEW, "founded")


def test_a_death_known_before_the_proposal_does_not_send_the_case_back_for_ever(desk):
    person = desk.person()
    record_death(person, died_on=date(2026, 1, 5), actor=None, at=desk.now)
    desk.later(days=1)
    case = desk.approved(person)
    assert (case.state, case.award.state) == (State.APPROVED, AwardState.HELD)


def test_aid_taken_back_after_the_proposal_sends_the_case_back(desk):
    person = desk.person()
    aid = make_aid(person, "10000.00", at=desk.now)
    case = desk.agreed(person)
    desk.certified()
    void_aid(aid, reason="错记", actor=None, at=desk.now)
    assert close_due_notices(at=desk.now).sent_back == 1
    case.refresh_from_db()
    assert case.state == State.COUNTY_REVIEW


def test_an_agreed_case_waits_for_the_clerk_until_it_is_on_a_notice(desk):
    case = desk.agreed()
    assert list(queue_for(desk.cast.second_clerk)) == [case]
    assert list(queue_for(desk.cast.neighbour_clerk)) == []
    desk.notice()
    assert list(queue_for(desk.cast.second_clerk)) == []
