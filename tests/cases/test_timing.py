"""How long cases take: stage by stage over all stays, against thresholds, by township and by clerk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from assistance.accounts.models import CalendarDay
from assistance.cases import operations
from assistance.cases.models import Application, StuckThreshold
from assistance.cases.queries import (
    queue_for,
    returned_too_long,
    stuck,
    township_times,
    with_stages,
    workload,
)
from assistance.cases.queries.timing import STUCK_AFTER
from assistance.cases.states import FINISHED, State
from tests.factories.cases import Desk


@pytest.fixture(autouse=True)
def plain_weeks(db) -> None:
    """Every weekday is a working day."""
    CalendarDay.objects.all().delete()


def times(case: Application, desk: Desk) -> Application:
    return with_stages(Application.objects.filter(pk=case.pk), desk.now.date()).get()


def returned(desk: Desk) -> Application:
    """Submitted on Monday 2 March, returned on Wednesday."""
    case = desk.submitted()
    desk.later(days=2)
    return operations.return_application(
        case, reason="缺件", actor=desk.cast.leader, at=desk.now, version=None
    )


def test_a_case_that_came_back_counts_all_its_stays_in_a_stage(desk):
    case = returned(desk)
    desk.later(days=5)  # Monday 9 March: three working days
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    desk.later(days=1)
    found = times(case, desk)
    assert (found.days_first_review, found.days_stopped) == (3, 3)
    assert (found.stay_days, found.stage_days, found.age_days) == (1, 3, 6)


def test_a_weekend_and_a_holiday_are_no_days(desk):
    case = desk.submitted()
    CalendarDay.objects.create(day=desk.now.date() + timedelta(days=1), is_workday=False, name="节")
    desk.later(days=7)
    assert times(case, desk).stay_days == 4


def test_a_finished_case_waits_for_nothing(desk):
    case = desk.draft()
    operations.withdraw(case, reason="放弃", actor=desk.cast.clerk, at=desk.now, version=None)
    desk.later(days=30)
    found = times(case, desk)
    assert (found.stay_days, found.stage_days, found.age_days) == (None, None, None)


def test_a_case_is_stuck_after_the_usual_days_and_not_on_the_last_of_them(desk):
    case = desk.submitted()
    days = STUCK_AFTER[State.FIRST_REVIEW]
    assert days % 5 == 0
    desk.later(days=days // 5 * 7)
    rows = Application.objects.all()
    assert list(stuck(rows, desk.now.date())) == []
    desk.later(days=1)
    assert list(stuck(rows, desk.now.date())) == [case]


def test_an_agency_sets_its_own_days(desk):
    case = desk.submitted()
    StuckThreshold.objects.create(agency=desk.cast.agency, state=State.FIRST_REVIEW, days=1)
    StuckThreshold.objects.create(agency=desk.cast.outside_agency, state=State.FIRST_REVIEW, days=0)
    rows = Application.objects.all()
    desk.later(days=1)
    assert list(stuck(rows, desk.now.date())) == []
    desk.later(days=1)
    assert list(stuck(rows, desk.now.date())) == [case]


def test_a_returned_case_is_on_its_own_list(desk):
    case = returned(desk)
    desk.later(days=60)
    rows = Application.objects.all()
    assert list(stuck(rows, desk.now.date())) == []
    assert list(returned_too_long(rows, desk.now.date())) == [case]


def test_every_stage_under_way_has_a_threshold():
    assert set(STUCK_AFTER) == set(State) - FINISHED


def test_a_township_averages_over_cases_not_over_stays(desk):
    case = returned(desk)  # two days
    desk.later(days=5)
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    desk.later(days=1)
    operations.sign_first_review(
        case, opinion="属实", actor=desk.cast.leader, at=desk.now, version=None
    )  # one more
    desk.reviewed_first()  # none
    (row,) = township_times(desk.cast.reviewer, today=desk.now.date(), days=90)
    assert row.township == desk.cast.township.name
    assert row.averages["first_review"] == Decimal("1.5")
    assert row.averages["stopped"] == Decimal("3.0")
    assert row.averages["proposed"] is None
    assert (row.cases, row.open, row.overdue) == (2, 2, 0)


def test_a_stage_left_before_the_time_is_not_counted(desk):
    desk.reviewed_first()
    desk.later(days=40)
    (row,) = township_times(desk.cast.reviewer, today=desk.now.date(), days=30)
    assert set(row.averages.values()) == {None}
    assert row.overdue == 1


def test_the_times_of_another_township_and_county_are_not_seen(desk):
    desk.reviewed_first()
    for user in (desk.cast.neighbour_leader, desk.cast.outside_reviewer, desk.cast.auditor):
        assert township_times(user, today=desk.now.date(), days=90) == []
    for user in (desk.cast.leader, desk.cast.city_supervisor):
        assert len(township_times(user, today=desk.now.date(), days=90)) == 1


def everybody(desk: Desk) -> Desk:
    """A case in every stage, each by its own people, and everybody hired."""
    assert desk.cast.of_each_role()
    assert desk.cast.second_reviewer.pk
    assert desk.cast.neighbour_leader.pk
    for stage in ("draft", "submitted", "reviewed_first", "proposed", "agreed"):
        getattr(desk, stage)()
    returned(desk)
    desk.later(days=40)
    return desk


def test_what_is_open_is_exactly_the_queue_of_each(desk):
    everybody(desk)
    today = localdate(desk.now)
    users = {user.full_name: user for user in desk.cast.of_each_role().values()}
    users |= {user.full_name: user for user in desk.cast.everybody()}
    loads = {load.name: load for load in workload(desk.cast.city_supervisor, today=today)}
    assert set(loads) <= set(users)
    for name, load in loads.items():
        queue = queue_for(users[name])
        late = queue.filter(deadline_on__lt=today)
        assert (load.open, load.overdue) == (queue.count(), late.count()), name
    assert loads["leader"].open > 0 < loads["reviewer"].overdue


def test_who_had_another_part_does_not_have_the_case_open(desk):
    """The first reviewer opened the case; for the leader of the place nothing changes."""
    case = desk.reviewed_first()
    case.participations.create(user=desk.cast.reviewer, part="investigation")
    assert desk.cast.second_reviewer.pk
    loads = {load.name: load.open for load in workload(desk.cast.approver, today=desk.now.date())}
    assert (loads["reviewer"], loads["second_reviewer"]) == (0, 1)


def test_done_and_average_are_of_the_last_thirty_days(desk):
    case = desk.submitted()
    desk.later(days=2)
    operations.sign_first_review(
        case, opinion="属实", actor=desk.cast.leader, at=desk.now, version=None
    )
    loads = {x.name: x for x in workload(desk.cast.leader, today=desk.now.date())}
    assert (loads["leader"].done, loads["leader"].average) == (1, Decimal("2.0"))
    assert loads["clerk"].done == 1
    desk.later(days=31)
    loads = {x.name: x for x in workload(desk.cast.leader, today=desk.now.date())}
    assert (loads["leader"].done, loads["leader"].average) == (0, None)


def test_a_leader_sees_his_township_and_the_city_its_counties(desk):
    everybody(desk)
    assert desk.cast.outside_reviewer.pk
    today = desk.now.date()
    own = {load.name for load in workload(desk.cast.leader, today=today)}
    city = {load.name for load in workload(desk.cast.city_supervisor, today=today)}
    assert own == {"clerk", "leader", "second_clerk", "second_leader"}
    assert {"reviewer", "neighbour_leader"} <= city
    assert "outside_reviewer" not in city


def test_workload_and_averages_ask_equally_often_for_few_and_many(desk):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            workload(desk.cast.city_supervisor, today=desk.now.date())
            township_times(desk.cast.city_supervisor, today=desk.now.date(), days=90)
        return len(queries)

    assert desk.cast.city_supervisor.roles
    desk.submitted()
    few = asked()
    everybody(desk)
    assert asked() == few
