"""Missing papers and a pending decision of civil affairs stop the clock and make nothing late."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistance.cases import operations
from assistance.cases.models import Application, ClockStop, FactSheet
from assistance.cases.operations.sheets import Kind
from assistance.cases.queries import estimate, stops_visible_to
from assistance.cases.states import MOVES, Action, State
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import Desk, declared, noon, other_ill

LAST_DAY = date(2026, 6, 30)


def _park(desk: Desk, case: Application, actor=None, **given) -> Application:
    today = desk.now.date()
    words = {"what": "低边", "applied_on": today, "remind_on": today + timedelta(days=30)}
    return operations.park(
        case, **(words | given), actor=actor or desk.cast.clerk, at=desk.now, version=None
    )


def _resume(desk: Desk, case: Application, actor=None, outcome="negative") -> Application:
    return operations.resume(
        case,
        outcome=outcome,
        authority="景宁畲族自治县民政局",
        paper="不予确认通知书 2026-9",
        actor=actor or desk.cast.clerk,
        at=desk.now,
        version=None,
    )


@pytest.fixture
def last_day(db) -> Desk:
    return Desk(start=LAST_DAY)


def test_a_case_received_on_the_last_day_is_in_time_whenever_civil_affairs_decides(last_day):
    """Received on 30 June, decided in September, granted all the same."""
    desk = last_day
    case = desk.draft(desk.person(category="", own_cost="90000.00"))
    operations.save_facts(
        case,
        Kind.DECLARED,
        values={"group": "OTHER_ILL"},
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    _park(desk, case)
    desk.now = noon(date(2026, 9, 14))
    _resume(desk, case)
    case = operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    found = estimate(case, declared(case))
    assert (case.received_on, found.is_amount, found.amount) == (
        LAST_DAY,
        True,
        Decimal("16000.00"),
    )


def test_parking_a_draft_fills_in_the_gate_and_the_decision_completes_it(desk):
    case = desk.draft(desk.person(category=""))
    _park(desk, case)
    sheet = declared(case)
    assert (sheet.gate_kind, sheet.gate_outcome) == ("低边", FactSheet.GateOutcome.PENDING)
    desk.later(days=10)
    case = _resume(desk, case)
    sheet = declared(case)
    assert case.state == State.DRAFT
    assert (sheet.gate_outcome, sheet.gate_paper) == ("negative", "不予确认通知书 2026-9")
    assert sheet.gate_applied_on == desk.now.date() - timedelta(days=10)


def test_working_days_used_before_the_wait_stay_used_and_none_run_during_it(desk):
    case = desk.reviewed_first()
    desk.now = noon(date(2026, 3, 4))  # two of five working days
    _park(desk, case, desk.cast.reviewer)
    case.refresh_from_db()
    assert (case.state, case.deadline_on) == (State.WAITING, None)
    desk.now = noon(date(2026, 5, 11))  # a Monday, ten weeks later
    case = _resume(desk, case, desk.cast.reviewer)
    assert (case.state, case.deadline_on) == (State.COUNTY_REVIEW, date(2026, 5, 14))
    stop = ClockStop.objects.get()
    assert (stop.stage, stop.ended_at) == (State.COUNTY_REVIEW, desk.now)


def test_a_reviewer_who_goes_on_writes_the_decision_on_the_accepted_sheet_alone(desk):
    case = desk.reviewed_first()
    _park(desk, case, desk.cast.reviewer)
    _resume(desk, case, desk.cast.reviewer, outcome="positive")
    assert case.fact_sheets.get(kind=Kind.ACCEPTED).gate_outcome == "positive"
    assert declared(case).gate_outcome == ""
    assert case.participations.get(user=desk.cast.reviewer).part == "county_review"


def test_a_clerk_who_hears_of_the_decision_writes_the_declared_sheet_alone(desk):
    case = desk.reviewed_first()
    _park(desk, case, desk.cast.reviewer)
    case = _resume(desk, case, desk.cast.clerk)
    assert declared(case).gate_outcome == "negative"
    assert case.fact_sheets.get(kind=Kind.ACCEPTED).gate_outcome == ""
    assert case.state == State.COUNTY_REVIEW


def test_a_leader_parks_in_the_first_review_and_goes_on_there(desk):
    case = desk.submitted()
    _park(desk, case, desk.cast.leader)
    case = _resume(desk, case, desk.cast.leader)
    assert (case.state, declared(case).gate_outcome) == (State.FIRST_REVIEW, "")


def test_returning_stops_the_clock_and_coming_again_lets_it_go_on(desk):
    case = desk.submitted()
    operations.return_application(
        case, reason="出院小结缺页", actor=desk.cast.leader, at=desk.now, version=None
    )
    stop = ClockStop.objects.get()
    assert (stop.kind, stop.stage, stop.what) == ("papers", State.FIRST_REVIEW, "出院小结缺页")
    desk.later(days=3)
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    stop.refresh_from_db()
    assert stop.ended_at == desk.now


@pytest.mark.parametrize(
    "given",
    [
        {"applied_on": date(2026, 3, 3)},
        {"remind_on": date(2026, 3, 2)},
        {"what": " "},
    ],
)
def test_a_wait_with_impossible_days_or_for_nothing_is_refused(desk, given):
    case = desk.draft()
    with pytest.raises(Refused):
        _park(desk, case, **given)
    case.refresh_from_db()
    assert case.state == State.DRAFT


def test_a_draft_is_not_parked_beside_another_case_under_way(desk):
    first = desk.submitted()
    second = desk.draft(first.person)
    with pytest.raises(Refused, match=first.number):
        _park(desk, second)


def test_nobody_goes_on_without_a_decision(desk):
    case = desk.parked()
    with pytest.raises(Refused):
        _resume(desk, case, outcome="pending")
    with pytest.raises(NotAllowed):
        operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)


def test_asking_again_moves_the_reminder_and_notes_that_somebody_asked(desk):
    case = desk.parked()
    desk.later(days=30)
    operations.remind(
        case,
        remind_on=desk.now.date() + timedelta(days=14),
        actor=desk.cast.second_clerk,
        at=desk.now,
        version=None,
    )
    stop = ClockStop.objects.get()
    assert (stop.remind_on, stop.asked_at) == (date(2026, 4, 15), desk.now)
    with pytest.raises(Refused):
        operations.remind(
            case, remind_on=desk.now.date(), actor=desk.cast.clerk, at=desk.now, version=None
        )


def test_bills_and_facts_are_typed_while_the_case_waits(desk):
    case = desk.parked()
    operations.save_facts(
        case,
        Kind.DECLARED,
        values=other_ill(case.person),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    assert declared(case).gate_outcome == "negative"


def test_a_waiting_case_may_be_withdrawn_and_leaves_the_list(desk):
    case = desk.parked()
    assert [stop.application for stop in stops_visible_to(desk.cast.clerk)] == [case]
    operations.withdraw(case, reason="放弃", actor=desk.cast.clerk, at=desk.now, version=None)
    assert list(stops_visible_to(desk.cast.clerk)) == []


def test_stops_are_seen_where_the_case_is_seen(desk):
    desk.parked()
    cast = desk.cast
    seen = {str(user): stops_visible_to(user).count() for user in cast.of_each_role().values()}
    assert seen[str(cast.reviewer)] == seen[str(cast.city_supervisor)] == 1
    assert seen[str(cast.partner)] == seen[str(cast.auditor)] == seen[str(cast.administrator)] == 0
    assert stops_visible_to(cast.neighbour_clerk).count() == 0
    assert stops_visible_to(cast.outside_reviewer).count() == 0


def test_the_table_knows_no_way_out_of_waiting_but_going_on_and_withdrawing():
    from_waiting = {action for action in Action if (action, State.WAITING) in MOVES}
    assert from_waiting == {Action.RESUME, Action.WITHDRAW}
